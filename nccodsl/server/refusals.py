"""What keeps webhooks from being served.

::

    ServeError           has a `code` of the register, and `help` or None
    ├── CannotServe      E802: listening there is not possible, or the URL is not valid
    ├── BadStore         E803: the states of calls cannot be kept
    │   └── StoreAway    the database does not answer for now
    ├── NobodySigns      E804: neither a signature secret nor leave to do without one
    ├── NamesClash       E805: two scripts would have the same address
    ├── NotInOutbox      E817: there is no request with this key
    └── BadSecret        E816: a script declares a secret that has no value, or one that cannot be sent
"""

from __future__ import annotations

from nccodsl.errors import CodedError


class ServeError(CodedError):
    """Base of all of them."""

    code = "E802"


class CannotServe(ServeError):
    """The port is taken, or an option says what it cannot."""


class BadStore(ServeError):
    """The store cannot be opened, or does not answer."""

    code = "E803"


class StoreAway(BadStore):
    """The database does not answer for now."""


class NobodySigns(ServeError):
    """Webhooks could not be distinguished from forgeries."""

    code = "E804"


class NamesClash(ServeError):
    """A name belongs to one script."""

    code = "E805"


class BadSecret(ServeError):
    """A secret has no value, or one that no header can hold. The message names secrets, never values."""

    code = "E816"


class NotInOutbox(ServeError):
    """A request that something is to be done about was delivered or dropped before, or never put in."""

    code = "E817"
