"""Documents: mappings of their fields, with the acts of a session on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, MutableMapping, Optional

from . import _dealer
from ._catalogue import Kind, Type, members_to_json
from ._decision import Decision, decision_of
from ._errors import Invalid, NotFound
from ._handle import Guard
from ._values import Money, dumps, from_utc_ms, loads, percent_of

if TYPE_CHECKING:
    from ._session import Session

_NUMERIC = frozenset(
    (Kind.INTEGER, Kind.PERCENT, Kind.BOOLEAN, Kind.INSTANT, Kind.DOCUMENT, Kind.EMPLOYEE, Kind.DEPARTMENT, Kind.COMPANY)
)


class Document(MutableMapping[str, Any]):
    """A document of any type, a copy in memory: change its fields, then :meth:`save` or :meth:`submit`.

    ``document["price"]`` and ``document.price`` are the same; ``None`` is a field without a value, and setting ``None`` clears it.
    Iterating goes over the fields that have a value. :class:`~dealer.Kind` says which Python type each kind of field has.
    """

    __slots__ = ("_guard", "_session", "_type", "__weakref__")
    _guard: Guard
    _session: "Session"
    _type: Type

    def __init__(self, session: "Session", raw: Any):
        object.__setattr__(self, "_guard", Guard(raw, _dealer.document_free, "document"))
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_type", session._type(_dealer.document_type(raw)))

    # -- what every document has --

    @property
    def id(self) -> int:
        """The id; 0 before it is stored."""
        with self._guard as raw:
            return _dealer.document_id(raw)

    @property
    def type(self) -> str:
        """The name of its type."""
        return self._type.name

    @property
    def number(self) -> Optional[str]:
        """The number, given at the first submit."""
        with self._guard as raw:
            return _dealer.document_number(raw)

    @property
    def status(self) -> str:
        """draft, in_approval, approved, rejected or voided."""
        with self._guard as raw:
            return _dealer.document_status(raw) or ""

    @property
    def version(self) -> int:
        """Grows by every change that is stored; 0 before the first."""
        with self._guard as raw:
            return _dealer.document_version(raw)

    @property
    def session(self) -> "Session":
        """The session that it came from, and that acts on it."""
        return self._session

    def __repr__(self) -> str:
        if self._guard.closed:
            return f"<dealer.Document {self._type.name} (closed)>"
        return f"<dealer.Document {self._type.name} {self.number or self.id or 'new'} {self.status}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def close(self) -> None:
        """Frees the copy in memory at once; what is stored stays."""
        self._guard.close()

    # -- fields --

    def _kind(self, name: str) -> Kind:
        if not isinstance(name, str):
            raise TypeError(f"a field's name is a str, not {type(name).__name__}")
        if name not in self._type.fields:
            object.__setattr__(self, "_type", self._session._type(self._type.name, renew=True))
        found = self._type.fields.get(name)
        return found.kind if found else Kind.UNKNOWN

    def __getitem__(self, name: str) -> Any:
        kind = self._kind(name)
        with self._guard as raw:
            try:
                if kind is Kind.MONEY:
                    return Money.of_minor(*_dealer.document_money(raw, name))
                if kind not in _NUMERIC:
                    text = _dealer.document_text(raw, name)
                    return text if kind in (Kind.TEXT, Kind.CHOICE) else self._shape(name, kind, text)
                number = _dealer.document_integer(raw, name)
            except NotFound:
                return None
        if kind is Kind.BOOLEAN:
            return bool(number)
        if kind is Kind.PERCENT:
            return percent_of(number)
        return from_utc_ms(number) if kind is Kind.INSTANT else number

    def _shape(self, name: str, kind: Kind, text: Optional[str]) -> Any:
        if text is None or kind is Kind.UNKNOWN:
            return text
        return self._type.fields[name].from_json(loads(text) if kind is Kind.LINES else text)

    def __setitem__(self, name: str, value: Any) -> None:
        self._kind(name)
        self.update({name: value})

    def __delitem__(self, name: str) -> None:
        with self._guard as raw:
            _dealer.document_clear(raw, name)

    def __contains__(self, name: object) -> bool:
        with self._guard as raw:
            return isinstance(name, str) and bool(_dealer.document_has(raw, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return len(self.to_dict())

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a field, or ``default`` where it has none."""
        value = self[name]
        return default if value is None else value

    def update(self, *others: Any, **fields: Any) -> None:
        """Sets several fields; when one value is wrong, none is set."""
        members: Dict[str, Any] = {}
        for other in others:
            members.update(other)
        members.update(fields)
        for name in members:
            self._kind(name)
        text = dumps(members_to_json(self._type.fields, members))
        with self._guard as raw:
            _dealer.document_merge(raw, text)

    def to_dict(self) -> Dict[str, Any]:
        """All fields that have a value."""
        with self._guard as raw:
            data = loads(_dealer.document_to_json(raw))
        data.pop("type", None)
        fields = self._type.fields
        return {name: fields[name].from_json(value) if name in fields else value for name, value in data.items()}

    def to_json(self) -> str:
        """The type and all fields that have a value, as the library's own JSON: money in minor units, per cents in basis points."""
        with self._guard as raw:
            return _dealer.document_to_json(raw)

    def merge_json(self, text: str) -> None:
        """Sets every member of a JSON object as :meth:`to_json` writes it, or, when one is wrong, none."""
        with self._guard as raw:
            _dealer.document_merge(raw, text)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except Invalid as error:
            raise AttributeError(str(error)) from error

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(type(self), name):
            raise AttributeError(f"{name} cannot be set; use document[{name!r}] if you mean a field of that name")
        try:
            self[name] = value
        except Invalid as error:
            if error.id == "E_FIELD_UNKNOWN":
                raise AttributeError(str(error)) from error
            raise

    # -- acts --

    def move(self, company: str, department: Optional[str] = None) -> "Document":
        """Moves a document that is not stored yet to another place (codes) where the person may enter it too."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_set_place(session, raw, company, department)
        return self

    def save(self) -> "Document":
        """Stores it, as a new document or as a change.

        :raises Conflict: somebody else changed it since it was read
        """
        with self._session._guard as session, self._guard as raw:
            _dealer.document_save(session, raw)
        return self

    def delete(self) -> None:
        """Deletes a draft that was never submitted; others are voided."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_delete(session, raw)

    def submit(self) -> Decision:
        """Stores and submits it: gates, complete fields, rules, then the approval in force.

        A decision that is false says that a rule refused or failed, with its reasons; the document stays as it was.

        :raises GateError: what has to come before is missing
        :raises Invalid: fields are missing or wrong
        """
        with self._session._guard as session, self._guard as raw:
            return decision_of(_dealer.document_submit(session, raw))

    def enter(self) -> Decision:
        """Enters a trade-in directly: no application, no approval, marked as such for ever."""
        with self._session._guard as session, self._guard as raw:
            return decision_of(_dealer.document_enter(session, raw))

    def recall(self, comment: Optional[str] = None) -> Decision:
        """Takes back what the person himself submitted; it becomes a draft again."""
        with self._session._guard as session, self._guard as raw:
            return decision_of(_dealer.document_recall(session, raw, comment))

    def act(self, verb: str, **arguments: Any) -> Decision:
        """A verb on its whole approval: terminate, suspend, resume, override, remind, comment."""
        text = dumps(arguments) if arguments else None
        with self._session._guard as session, self._guard as raw:
            return decision_of(_dealer.document_act(session, raw, verb, text))

    def preview(self) -> List[Mapping[str, Any]]:
        """The route that a submission would take now, node by node; nothing is written."""
        with self._session._guard as session, self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.document_preview(session, raw))
        return result

    def picture(self, format: str = "svg", language: str = "zh") -> str:
        """The document's approval drawn: what is done, who is awaited; ``format`` is ``"svg"``, ``"mermaid"`` or ``"dot"``."""
        with self._session._guard as session, self._guard as raw:
            return _dealer.document_picture(session, raw, format, 1 if language == "zh" else 0)

    def explain(self, person: Optional[str] = None) -> Mapping[str, Any]:
        """Why these approvers, why others were skipped and, for an employee's code, why not he."""
        with self._session._guard as session, self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.approval_explain(session, raw, person))
        return result

    def copies(self) -> List[Mapping[str, Any]]:
        """Everybody to whom the document was copied, and whether he has read it."""
        with self._session._guard as session, self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.document_cc(session, raw))
        return result

    def value(self) -> Decision:
        """Values a trade-in as its submission would, without writing."""
        with self._session._guard as session, self._guard as raw:
            return decision_of(_dealer.trade_in_value(session, raw))

    def void(self, reason: str) -> None:
        """Voids it for good; refused while another living document stands on it."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_void(session, raw, reason)

    def review(self, reviewed: bool = True) -> None:
        """Reviews it, or takes the review back, where it is reviewed by finance or by the business function itself (``self["review"]``)."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_review(session, raw, int(bool(reviewed)))

    def confirm(self) -> None:
        """Confirms a receipt, payment, refund or set-off: it is applied to the items of account that it chooses, else to the oldest."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_confirm(session, raw, 1)

    def unconfirm(self) -> None:
        """Takes a confirmation back; everything is as it was before."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_confirm(session, raw, 0)

    def refuse(self, comment: str) -> None:
        """The other answer of such a review, with why: it is rejected, and may be amended and submitted again."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_refuse(session, raw, comment)

    def lock(self) -> None:
        """Finance lock: it, and what is linked to it, takes no change from anyone."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_set_locked(session, raw, 1)

    def unlock(self) -> None:
        """Takes the finance lock back."""
        with self._session._guard as session, self._guard as raw:
            _dealer.document_set_locked(session, raw, 0)

    def lose(self, reason: str) -> None:
        """Closes an open pre-order as lost."""
        with self._session._guard as session, self._guard as raw:
            _dealer.pre_order_lose(session, raw, reason)

    def history(self) -> Mapping[str, Any]:
        """Its whole story: awaited, history, decisions, sources."""
        return self._session.history(self.id)
