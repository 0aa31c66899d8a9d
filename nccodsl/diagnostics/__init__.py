"""What is wrong, where, and how to fix it."""

from nccodsl.diagnostics.codes import REGISTER, Code, Severity
from nccodsl.diagnostics.collector import Collector
from nccodsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Message
from nccodsl.diagnostics.suggest import Addition, Instead, Removal, did_you_mean, nearest, write

__all__ = [
    "REGISTER",
    "Addition",
    "Code",
    "Collector",
    "Diagnostic",
    "Edit",
    "Fix",
    "Instead",
    "Label",
    "Message",
    "Removal",
    "Severity",
    "did_you_mean",
    "nearest",
    "write",
]
