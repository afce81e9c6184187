"""Exceptions: one class a status, all below :class:`Error`."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple, Type


class Status(enum.IntEnum):
    """What a call of libdealer answers; a number that this package does not know is ``UNKNOWN``."""

    UNKNOWN = -1
    OK = 0
    MISUSE = 1
    NOMEM = 2
    INVALID = 3
    NOT_FOUND = 4
    DENIED = 5
    CONFLICT = 6
    STATE = 7
    GATE = 8
    LOCKED = 9
    CONFIGURATION = 10
    RULE = 11
    BUSY = 12
    IO = 13
    FULL = 14
    CORRUPT = 15
    NOT_A_STORE = 16
    NEWER = 17
    READ_ONLY = 18
    TOO_LARGE = 19
    INTERNAL = 20

    @classmethod
    def _missing_(cls, value: object) -> "Status":
        return cls.UNKNOWN


@dataclass(frozen=True)
class Cause:
    """One level of an error: a stable id, and one sentence in English and Chinese."""

    id: str
    en: str
    zh: str


class Error(Exception):
    """The base of everything that libdealer refuses or fails at.

    ``str(error)`` is the English sentence; ``zh`` the Chinese one. Ids never change their meaning; sentences may.
    """

    status: Status = Status.UNKNOWN

    def __init__(self, en: str, *, id: str = "", zh: str = "", causes: Sequence[Cause] = (), status: Optional[Status] = None):
        super().__init__(en)
        self.en = en
        self.zh = zh or en
        self.id = id
        #: What lies below, the nearest first.
        self.causes: Tuple[Cause, ...] = tuple(causes)
        if status is not None:
            self.status = status
        if self.causes and hasattr(self, "add_note"):
            for cause in self.causes:
                self.add_note("because: " + cause.en)


class Misuse(Error):
    """The call itself is wrong: a closed handle, one of another process, a transaction in a transaction."""

    status = Status.MISUSE


class OutOfMemory(Error, MemoryError):
    """There was no memory; nothing was changed."""

    status = Status.NOMEM


class Invalid(Error, ValueError):
    """An input is wrong; the sentence names it and says what would be right."""

    status = Status.INVALID


class NotFound(Error, LookupError):
    """There is no such thing, or none that this person may know of."""

    status = Status.NOT_FOUND


class Denied(Error):
    """This person may not do this."""

    status = Status.DENIED


class Conflict(Error):
    """Somebody else changed it first: read it again."""

    status = Status.CONFLICT


class StateError(Error):
    """Not possible in the document's present status."""

    status = Status.STATE


class GateError(Error):
    """A gate between documents is shut; the sentence names gate, document and what is missing."""

    status = Status.GATE


class Locked(Error):
    """Finance has locked one end."""

    status = Status.LOCKED


class ConfigurationError(Error):
    """A configuration or rule set does not hold together; the one in force stays.

    ``findings`` has every fault of a configuration: ``{"path", "id", "en", "zh"}``.
    """

    status = Status.CONFIGURATION
    findings: List[Dict[str, Any]] = []


class RuleError(Error):
    """A rule failed, ran too long or gave nonsense; nothing was approved or valued."""

    status = Status.RULE


class Busy(Error):
    """Another process holds the store longer than the time allowed."""

    status = Status.BUSY


class StorageError(Error):
    """The disk or file system failed."""

    status = Status.IO


class DiskFull(StorageError):
    """The disk is full; nothing was changed."""

    status = Status.FULL


class Corrupt(Error):
    """The store's file is damaged."""

    status = Status.CORRUPT


class NotAStore(Error):
    """The file is no libdealer store."""

    status = Status.NOT_A_STORE


class NewerStore(Error):
    """The store was written by a newer version of libdealer."""

    status = Status.NEWER


class ReadOnly(Error):
    """The store was opened, or can only be opened, for reading."""

    status = Status.READ_ONLY


class TooLarge(Error):
    """A limit on size, depth or number was passed."""

    status = Status.TOO_LARGE


class InternalError(Error):
    """A fault of libdealer itself; please report it."""

    status = Status.INTERNAL


_CLASSES: Dict[Status, Type[Error]] = {
    kind.status: kind
    for kind in (
        Misuse,
        OutOfMemory,
        Invalid,
        NotFound,
        Denied,
        Conflict,
        StateError,
        GateError,
        Locked,
        ConfigurationError,
        RuleError,
        Busy,
        StorageError,
        DiskFull,
        Corrupt,
        NotAStore,
        NewerStore,
        ReadOnly,
        TooLarge,
        InternalError,
    )
}


def failure(status: int, levels: Sequence[Tuple[str, str, str]], findings: str) -> Error:
    """The exception of a failed call; the generated layer calls this by name."""
    known = Status(status)
    kind = _CLASSES.get(known, Error)
    causes = [Cause(*level) for level in levels]
    if causes:
        error = kind(causes[0].en, id=causes[0].id, zh=causes[0].zh, causes=causes[1:], status=known)
    else:
        error = kind((kind.__doc__ or "").splitlines()[0] if kind is not Error else f"status {status}", status=known)
    if findings:
        error.findings = json.loads(findings)  # type: ignore[attr-defined]
    return error
