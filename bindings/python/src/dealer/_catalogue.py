"""The catalogue: document types and their fields, a dealer's own included."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple

from ._errors import Invalid
from ._values import Money, basis_points_of, from_utc_ms, percent_of, to_utc_ms


class Kind(enum.Enum):
    """What a field holds, and as what it is seen in Python."""

    UNKNOWN = "unknown"
    TEXT = "text"  #: str
    INTEGER = "integer"  #: int
    MONEY = "money"  #: Money
    PERCENT = "percent"  #: Decimal, the percentage: Decimal("12.50") is 12.5 %
    BOOLEAN = "boolean"  #: bool
    DATE = "date"  #: datetime.date
    INSTANT = "instant"  #: aware datetime.datetime, in UTC
    CHOICE = "choice"  #: str, the code
    DOCUMENT = "document"  #: int, the id
    EMPLOYEE = "employee"  #: int, the id
    DEPARTMENT = "department"  #: int, the id
    COMPANY = "company"  #: int, the id
    LINES = "lines"  #: list of dict

    @classmethod
    def _missing_(cls, value: object) -> "Kind":
        return cls.UNKNOWN


_NUMBERS = frozenset((Kind.INTEGER, Kind.DOCUMENT, Kind.EMPLOYEE, Kind.DEPARTMENT, Kind.COMPANY))
_TEXTS = frozenset((Kind.TEXT, Kind.CHOICE))


@dataclass(frozen=True)
class Choice:
    """One value of a choice field."""

    code: str
    en: str
    zh: str


@dataclass(frozen=True)
class Field:
    """A field of a document type, or of its lines."""

    name: str
    en: str
    zh: str
    kind: Kind
    required: bool = False
    computed: bool = False
    own: bool = False
    min: Optional[int] = None
    max: Optional[int] = None
    unit: Optional[str] = None
    target: Optional[str] = None
    choices: Tuple[Choice, ...] = ()
    lines: Mapping[str, "Field"] = field(default_factory=dict)

    def to_json(self, value: object) -> Any:
        """The JSON form of a Python value. The library checks range, length and choice; the Python type is checked here."""
        if value is None:
            return None
        kind, what = self.kind, self.name
        if kind is Kind.MONEY:
            money = _expect(value, Money, what, "dealer.Money")
            return {"amount_minor": money.minor, "currency": money.currency}
        if kind is Kind.PERCENT:
            return basis_points_of(value, what)
        if kind is Kind.BOOLEAN:
            return _expect(value, bool, what, "bool")
        if kind is Kind.DATE:
            if isinstance(value, datetime):
                raise TypeError(f"{what} must be a date, not a datetime: which day it is depends on the time zone")
            return _expect(value, date, what, "date").isoformat()
        if kind is Kind.INSTANT:
            return to_utc_ms(value, what)
        if kind in _TEXTS:
            return str(_expect(value, str, what, "str"))
        if kind in _NUMBERS:
            number = getattr(value, "id", value) if kind is Kind.DOCUMENT else value
            if isinstance(number, bool):
                raise TypeError(f"{what} must be an int, not bool")
            return int(_expect(number, int, what, "int"))
        if kind is Kind.LINES:
            if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
                raise TypeError(f"{what} must be a list of dicts, not {type(value).__name__}")
            return [members_to_json(self.lines, _expect(line, Mapping, what, "dict")) for line in value]
        return value

    def from_json(self, value: Any) -> Any:
        """The Python form of a JSON value as the library writes it."""
        if value is None:
            return None
        if self.kind is Kind.PERCENT:
            return percent_of(value)
        if self.kind is Kind.DATE:
            return date.fromisoformat(value)
        if self.kind is Kind.INSTANT:
            return from_utc_ms(value)
        if self.kind is Kind.LINES:
            return [{name: self.lines[name].from_json(member) if name in self.lines else member for name, member in line.items()} for line in value]
        return value


def members_to_json(fields: Mapping[str, Field], members: Mapping[str, Any]) -> Dict[str, Any]:
    """The JSON form of several fields; a name that is none goes along, for the library to say what would be right."""
    return {name: fields[name].to_json(value) if name in fields else value for name, value in members.items()}


def _expect(value: Any, kind: Any, what: str, wanted: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{what} must be {wanted}, not {type(value).__name__}")
    return value


@dataclass(frozen=True)
class Type:
    """A document type."""

    name: str
    en: str
    zh: str
    prefix: str
    record: bool
    own: bool
    fields: Mapping[str, Field]

    def where_to_json(self, predicate: Any) -> Any:
        """A predicate in which values are Python's: dates, Money, Decimal for per cents."""
        if not isinstance(predicate, Mapping):
            return predicate
        node = dict(predicate)
        for junction in ("all", "any"):
            if isinstance(node.get(junction), (list, tuple)):
                node[junction] = [self.where_to_json(part) for part in node[junction]]
        if "not" in node:
            node["not"] = self.where_to_json(node["not"])
        of = self.fields.get(node["field"]) if isinstance(node.get("field"), str) else None
        if of is not None and "value" in node and of.kind is not Kind.LINES:
            value = node["value"]
            several = isinstance(value, (list, tuple, set, frozenset))
            node["value"] = [of.to_json(one) for one in value] if several else of.to_json(value)
        return node


class Catalogue(Mapping[str, Type]):
    """Every document type in force, by name."""

    def __init__(self, data: Mapping[str, Any]):
        common = _fields(data["common"])
        self._types = {
            item["name"]: Type(
                name=item["name"],
                en=item.get("en", ""),
                zh=item.get("zh", ""),
                prefix=item.get("prefix", ""),
                record=item.get("record", False),
                own=item.get("own", False),
                fields={**common, **_fields(item["fields"])},
            )
            for item in data["types"]
        }

    def __getitem__(self, name: str) -> Type:
        try:
            return self._types[name]
        except KeyError:
            raise Invalid(f"there is no document type {name!r}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._types

    def __iter__(self) -> Any:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)


def _fields(items: Iterable[Mapping[str, Any]]) -> Dict[str, Field]:
    return {
        item["name"]: Field(
            name=item["name"],
            en=item.get("en", ""),
            zh=item.get("zh", ""),
            kind=Kind(item["kind"]),
            required=item.get("required", False),
            computed=item.get("computed", False),
            own=item.get("own", False),
            min=item.get("min"),
            max=item.get("max"),
            unit=item.get("unit"),
            target=item.get("target"),
            choices=tuple(Choice(choice["code"], choice.get("en", ""), choice.get("zh", "")) for choice in item.get("choices", ())),
            lines=_fields(item.get("lines", ())),
        )
        for item in items
    }
