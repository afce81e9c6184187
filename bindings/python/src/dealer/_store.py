"""The store: one file that holds everything."""

from __future__ import annotations

import logging
import os
from types import TracebackType
from typing import TYPE_CHECKING, Any, Mapping, Optional, Union

from . import _dealer
from ._handle import Guard
from ._seams import Clock, Log, Random, Seams
from ._session import Session
from ._system import SystemSession
from ._values import loads

if TYPE_CHECKING:
    from ._catalogue import Catalogue


class Store:
    """An open store; any number of threads may use it, each with a session of its own. ``with`` closes it."""

    def __init__(
        self,
        path: Union[str, "os.PathLike[str]"],
        *,
        read_only: bool = False,
        must_exist: bool = False,
        busy_timeout_ms: int = 0,
        vfs: Optional[str] = None,
        journal_key: Optional[bytes] = None,
        clock: Optional[Clock] = None,
        random: Optional[Random] = None,
        log: Optional[Log] = logging.getLogger("dealer"),
    ):
        """Opens or creates a store.

        :param path: the file, or ``":memory:"`` for a store that lives as long as this object
        :param read_only: nothing is created, migrated or written
        :param must_exist: raise :class:`NotFound` instead of creating
        :param busy_timeout_ms: how long a call waits for another writer; 0: five seconds
        :param journal_key: key of the journal's chain; the same store is always opened with the same key
        :param clock: answers an aware datetime; the system's clock if none
        :param random: answers so many random bytes; the system's if none
        :param log: a logger, or a callable with a level of :mod:`logging` and a line; ``None`` for silence
        """
        seams = Seams(clock, random, log)
        key = b"" if journal_key is None else journal_key
        options = (int(read_only), int(must_exist), busy_timeout_ms, vfs, key, seams, seams.hooks)
        raw = _dealer.store_open(os.fspath(path), options)
        self._guard = Guard(raw, _StoreCloser(seams), "store")
        self._seams = seams
        self._catalogue: Optional["Catalogue"] = None

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, kind: Optional[type], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Closes the store. Sessions that are still there refuse every call with :class:`Misuse`."""
        self._guard.close()

    def session(self, person: str, substitute_for: Optional[str] = None) -> Session:
        """Opens the session of an employee, by code. The host vouches for who it is.

        :param substitute_for: whom the person acts for, where that one names him among his substitutes
        """
        with self._guard as raw:
            if substitute_for is None:
                handle = _dealer.session_open(raw, person)
            else:
                handle = _dealer.session_open_as_substitute(raw, person, substitute_for)
        return Session(self, handle)

    def system(self, reason: str) -> SystemSession:
        """Opens the system's session, for set-up, import and delivery. The reason goes to the journal."""
        with self._guard as raw:
            handle = _dealer.session_open_system(raw, reason)
        return SystemSession(self, handle)

    def information(self) -> Mapping[str, Any]:
        """What this build and this store are made of."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.store_information(raw))
        return result

    def _renew(self) -> None:
        self._catalogue = None


class _StoreCloser:
    """Closes the store while the callbacks are still there."""

    __slots__ = ("_seams",)

    def __init__(self, seams: Seams):
        self._seams = seams

    def __call__(self, raw: Any) -> None:
        _dealer.store_close(raw)


open = Store
