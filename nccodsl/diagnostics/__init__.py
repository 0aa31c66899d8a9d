"""What is wrong, where, and how to mend it."""

from nccodsl.diagnostics.codes import REGISTER, Code, Severity
from nccodsl.diagnostics.collector import Collector
from nccodsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Message
from nccodsl.diagnostics.suggest import did_you_mean, nearest

__all__ = [
    "REGISTER",
    "Code",
    "Collector",
    "Diagnostic",
    "Edit",
    "Fix",
    "Label",
    "Message",
    "Severity",
    "did_you_mean",
    "nearest",
]
