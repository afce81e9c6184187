"""Values: money, and how each kind of field looks in Python."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Dict, Mapping, Optional, Union

from ._errors import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
# ISO 4217: how many digits follow the point, where it is not two.
_EXPONENTS: Dict[str, int] = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def _exponent(currency: str) -> int:
    if not isinstance(currency, str):
        raise TypeError(f"a currency is a str, not {type(currency).__name__}")
    if not _is_currency(currency):
        raise Invalid(f"{currency!r} is no currency: three capital letters of ISO 4217 are, like CNY")
    return _EXPONENTS.get(currency, 2)


def _shifted(number: Decimal, digits: int) -> Optional[int]:
    """number * 10 ** digits when that is whole, whatever the decimal context of the thread."""
    sign, parts, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return None  # NaN, infinity
    whole = int("".join(map(str, parts)) or "0")
    power = exponent + digits
    if whole == 0:
        return 0
    if abs(power) > 60:
        return None  # far beyond 64 bits, or far below a unit
    scale: int = 10 ** abs(power)
    if power < 0 and whole % scale:
        return None
    whole = whole * scale if power >= 0 else whole // scale
    return -whole if sign else whole


def _decimal(value: Union[Decimal, int, str], what: str) -> Decimal:
    if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int, str)):
        raise TypeError(f"{what} is a Decimal, an int or a str, not {type(value).__name__}: only those are exact")
    try:
        return Decimal(value)
    except InvalidOperation:
        raise Invalid(f"{value!r} is no number") from None


@dataclass(frozen=True)
class Money:
    """An exact amount of a currency: ``Money("1200.50", "CNY")``. A float is refused, and so is half a cent."""

    amount: Decimal
    currency: str

    def __init__(self, amount: Union[Decimal, int, str], currency: str):
        digits = _exponent(currency)
        number = _decimal(amount, "an amount")
        minor = _shifted(number, digits)
        if minor is None:
            raise Invalid(f"{amount} is no amount of {currency}, which has {digits} digits after the point")
        object.__setattr__(self, "amount", Decimal(f"{minor}E-{digits}"))
        object.__setattr__(self, "currency", currency)

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> "Money":
        """From minor units (cents, fen)."""
        return cls(Decimal(f"{int(minor)}E-{_exponent(currency)}"), currency)

    @property
    def minor(self) -> int:
        """In minor units (cents, fen)."""
        minor = _shifted(self.amount, _exponent(self.currency))
        assert minor is not None
        return minor

    def _same(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise Invalid(f"{self} and {other} are in different currencies")
        return other

    def __add__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money.of_minor(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money.of_minor(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money.of_minor(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        if isinstance(times, bool) or not isinstance(times, int):
            return NotImplemented
        return Money.of_minor(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


# -- instants --


def to_utc_ms(value: object, what: str) -> int:
    """UTC milliseconds of an aware datetime; what is below a millisecond is cut off."""
    if not isinstance(value, datetime):
        raise TypeError(f"{what} must be an aware datetime, not {type(value).__name__}")
    if value.tzinfo is None or value.utcoffset() is None:
        raise Invalid(f"{what} has no time zone: give an aware datetime, such as datetime.now(timezone.utc)")
    return (value - _EPOCH) // _MILLISECOND


def from_utc_ms(milliseconds: int) -> datetime:
    """An aware datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


# -- percents: in the library basis points, here the percentage --


def percent_of(basis_points: int) -> Decimal:
    """1250 basis points are Decimal("12.50"), that is 12.5 %."""
    return Decimal(f"{basis_points}E-2")


def basis_points_of(value: object, what: str) -> int:
    """The way back; exact to a hundredth of a per cent, or refused."""
    points = _shifted(_decimal(value, what), 2)  # type: ignore[arg-type]
    if points is None:
        raise Invalid(f"{what} is {value} %; per cents have at most two digits after the point")
    return points


# -- JSON --


def _money_hook(members: Dict[str, Any]) -> Any:
    if len(members) != 2:
        return members
    minor, currency = members.get("amount_minor"), members.get("currency")
    return Money.of_minor(minor, currency) if isinstance(minor, int) and isinstance(currency, str) and _is_currency(currency) else members


def loads(text: str) -> Any:
    """JSON of the library; money becomes :class:`Money`, everything else stays as JSON has it."""
    return json.loads(text, object_hook=_money_hook)


def _plain(value: object) -> Any:
    if isinstance(value, Money):
        return {"amount_minor": value.minor, "currency": value.currency}
    if isinstance(value, datetime):
        return to_utc_ms(value, "an instant")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def dumps(value: object) -> str:
    """JSON for the library; :class:`Money`, dates and aware datetimes may be inside."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    except RecursionError:
        raise Invalid("the value is nested too deeply, or contains itself") from None
