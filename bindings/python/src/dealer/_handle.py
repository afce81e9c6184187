"""Handles: whoever uses one holds its guard, so that threads, forks and closing cannot meet inside the library."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Any, Callable, Optional, Type

from ._errors import Misuse


class Guard:
    """Gives out the raw handle to one thread at a time: ``with guard as raw: ...``."""

    __slots__ = ("_raw", "_free", "_what", "_lock", "_owner", "_pid")

    def __init__(self, raw: Any, free: Callable[[Any], None], what: str):
        self._raw: Any = raw
        self._free = free
        self._what = what
        self._lock = threading.Lock()
        self._owner = 0
        self._pid = os.getpid()

    def __enter__(self) -> Any:
        if self._pid != os.getpid():
            raise Misuse(f"this {self._what} was opened before a fork: open a store of its own in the child process")
        thread = threading.get_ident()
        if self._owner == thread:
            raise Misuse(f"this {self._what} is in use: a clock, random or log callback must not call it again")
        self._lock.acquire()
        if self._raw is None:
            self._lock.release()
            raise Misuse(f"this {self._what} is closed")
        self._owner = thread
        return self._raw

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self._owner = 0
        self._lock.release()

    @property
    def closed(self) -> bool:
        """Whether it can no longer be used."""
        return self._raw is None

    def close(self) -> None:
        """Frees the handle, after whoever is using it; again does nothing."""
        if self._raw is None:
            return
        if self._pid != os.getpid():
            self._raw = None  # the parent's: its memory here is a copy, its file is not
            return
        if self._owner == threading.get_ident():
            raise Misuse(f"this {self._what} is in use: a clock, random or log callback must not close it")
        with self._lock:
            raw, self._raw = self._raw, None
        if raw is not None:
            self._free(raw)

    def __del__(self) -> None:
        raw, self._raw = getattr(self, "_raw", None), None
        if raw is not None and self._pid == os.getpid():
            self._free(raw)
