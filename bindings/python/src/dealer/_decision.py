"""Decisions: a verdict as data, with its reasons."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Mapping, Tuple

from ._values import loads


class Outcome(enum.Enum):
    """How a decision fell."""

    UNKNOWN = -1
    YES = 0  #: allowed, or done as asked
    NO = 1  #: not allowed, or a rule refused it: nothing was changed
    REFERRED = 2  #: done, and a rule refers it to a closer look
    FAILED = 3  #: a rule failed, ran too long or answered nonsense: nothing was changed

    @classmethod
    def _missing_(cls, value: object) -> "Outcome":
        return cls.UNKNOWN


@dataclass(frozen=True)
class Reason:
    """One reason, in English and Chinese; ``data`` has all that the library tells of it."""

    id: str
    en: str
    zh: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Decision:
    """A verdict. True when what was asked is allowed or done (``YES``, ``REFERRED``), false otherwise."""

    outcome: Outcome
    reasons: Tuple[Reason, ...]
    #: The decision in words.
    en: str
    zh: str
    #: All of it: amounts, adjustments, near misses, who is awaited. Money is :class:`~dealer.Money`; per cents are basis points.
    data: Mapping[str, Any]

    def __bool__(self) -> bool:
        return self.outcome in (Outcome.YES, Outcome.REFERRED)

    def __str__(self) -> str:
        return self.en

    def sentence(self, language: str = "en") -> str:
        """The decision in words; ``language`` is ``"en"`` or ``"zh"``."""
        if language not in ("en", "zh"):
            raise ValueError(f"language is {language!r}; there are 'en' and 'zh'")
        return self.zh if language == "zh" else self.en


def decision_of(parts: Tuple[int, str, str, str]) -> Decision:
    """From what the generated layer gives: outcome, JSON, and the sentences."""
    outcome, text, en, zh = parts
    data = loads(text)
    reasons = tuple(
        Reason(reason.get("id", ""), reason.get("en", ""), reason.get("zh", ""), reason) for reason in data.get("reasons", ())
    )
    return Decision(Outcome(outcome), reasons, en, zh, data)
