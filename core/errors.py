"""The error tree of Flightdeck. Each branch says who must act.

AppError
├── UserError            the person asking: the message is shown as it is
│   ├── NotFound         no such thing, or not theirs: both look the same
│   ├── Taken            another thing of the same kind bears that name
│   └── NotAllowed       their role does not permit it
├── NeedsReconnect       the owner of a connection: Amazon no longer accepts the grant
├── Upstream             nobody: Amazon or a network failed, it is tried again
│   └── Throttled        nobody: Amazon asked us to slow down
├── Refused              us: Amazon understood the request and said no, and would again
│   └── Forbidden        nobody: this link may not do this; another way is taken
├── BadReport            nobody at once: a file broke a rule and is kept aside
├── LeaseLost            nobody: another holder took over, what was being done is dropped
├── OurConfig            the operator: a setting or a key is missing or wrong
├── Unopenable           the operator, for one row: a sealed value does not open
└── Defect               us: a state the code rules out

Messages never hold a token, a secret or a signed URL; `core.security.redaction` guards
what is logged, and nothing here may be built from a response body without passing it.
"""

from __future__ import annotations


class AppError(Exception):
    """Root of every error that Flightdeck raises on purpose."""


class UserError(AppError):
    """The person can mend this; the message says how, in a sentence."""


class NotFound(UserError):
    """Nothing by that id is visible in this scope."""

    def __init__(self, what: str = "That") -> None:
        super().__init__(f"{what} was not found.")


class Taken(UserError):
    """Another thing of this kind bears the name, or the key, already."""

    def __init__(self, what: str = "That name") -> None:
        super().__init__(f"{what} is taken already: choose another.")


class NotAllowed(UserError):
    """The person's role does not permit this action."""


class NeedsReconnect(AppError):
    """Amazon refused the stored grant (RFC 6749 §5.2 `invalid_grant` on a refresh)."""


class Upstream(AppError):
    """The other side failed or did not answer; trying again later is right."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Throttled(Upstream):
    """The other side asked for a pause; `retry_after_seconds` is None when it named none."""

    def __init__(self, message: str, *, retry_after_seconds: float | None) -> None:
        super().__init__(message, status=429)
        self.retry_after_seconds = retry_after_seconds


class Refused(AppError):
    """The other side understood and said no; the same request would be refused again.

    `code` is the other side's own word for it, "" when it gave none.
    """

    def __init__(self, message: str, *, status: int, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Forbidden(Refused):
    """The grant is good but does not reach this: a read-only link, or another's profile."""


class BadReport(AppError):
    """A report file broke a rule of structure or of trust; what stood before stays."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule
        self.detail = detail


class LeaseLost(AppError):
    """A lease, a claim or a version has passed to another; nothing was written."""


class OurConfig(AppError):
    """A setting, a key or our own registration with a provider is missing or wrong."""


class Unopenable(AppError):
    """A sealed value does not open: moved, altered, or sealed under a key that is not here."""


class Defect(AppError):
    """Something the code rules out has happened."""
