"""What libdealer calls back: the clock, randomness, the log. Kept alive by every handle of the store."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Callable, Optional, Union

from ._values import to_utc_ms

Clock = Callable[[], datetime]
Random = Callable[[int], bytes]
Log = Union[logging.Logger, Callable[[int, str], None]]

CLOCK, RANDOM, LOG = 1, 2, 4
_LEVELS = {0: logging.ERROR, 1: logging.WARNING, 2: logging.INFO}


class Seams:
    """The methods that the trampolines call, by these names, with the interpreter's lock held."""

    __slots__ = ("_clock", "_random", "_log", "_last_ms", "__weakref__")

    def __init__(self, clock: Optional[Clock], random: Optional[Random], log: Optional[Log]):
        self._clock = clock
        self._random = random
        self._log = log
        self._last_ms = 0

    @property
    def hooks(self) -> int:
        """Which trampolines are needed at all."""
        return (CLOCK if self._clock else 0) | (RANDOM if self._random else 0) | (LOG if self._log else 0)

    def now_utc_ms(self) -> int:
        """The host's clock. When it raises, that is reported by ``sys.unraisablehook`` and ``last_utc_ms`` counts."""
        assert self._clock is not None
        self._last_ms = to_utc_ms(self._clock(), "the clock's answer")
        return self._last_ms

    def last_utc_ms(self) -> int:
        """What the clock said last, or the system's time when it never said anything."""
        return self._last_ms or time.time_ns() // 1_000_000

    def random(self, length: int) -> bytes:
        """Exactly so many bytes."""
        assert self._random is not None
        answer = self._random(length)
        if not isinstance(answer, bytes) or len(answer) != length:
            raise ValueError(f"random({length}) must answer {length} bytes")
        return answer

    def log(self, level: int, message: str) -> None:
        """One line; 0 error, 1 warning, 2 information."""
        number = _LEVELS.get(level, logging.INFO)
        if isinstance(self._log, logging.Logger):
            self._log.log(number, "%s", message)
        elif self._log is not None:
            self._log(number, message)

