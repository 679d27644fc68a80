"""Ways in which a server can say no. The words are for people; the classes are for callers."""

from __future__ import annotations

from scoring.collectors.base import CollectError


class BadAddress(CollectError):
    """What was typed, or what a server pointed at, is nothing that we may talk to."""


class Unreachable(CollectError):
    """No conversation came about: no such name, refused, no certificate, too slow, broken off."""

    def __init__(self, message: str, *, worth_retrying: bool = False) -> None:
        super().__init__(message)
        self.worth_retrying = worth_retrying


class NotData(CollectError):
    """The server answered with something else than the data that were asked for."""


class Moved(NotData):
    """The server sends us on to another one, where we may not follow by ourselves."""


class Refused(CollectError):
    """The server answered 4xx. `code` is OAuth's machine-readable reason, "" if there is none."""

    def __init__(
        self, message: str, *, status: int, code: str = "", permanent: bool = False
    ) -> None:
        super().__init__(message, permanent=permanent)
        self.status = status
        self.code = code


class Forbidden(Refused):
    """403 that does not mean a dead token: this piece of information is not for us."""


class NotFound(Refused):
    """404 or 410."""
