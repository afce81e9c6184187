"""Sessions: who acts. Everything on business data goes through one."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, Union

from . import _dealer
from ._catalogue import Catalogue
from ._catalogue import Type as DocumentType
from ._decision import Decision, decision_of
from ._document import Document
from ._errors import Error
from ._handle import Guard
from ._values import dumps, from_utc_ms, loads

if TYPE_CHECKING:
    from ._store import Store

PAGE = 200
Json = Union[str, Mapping[str, Any]]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value)


class Count(int):
    """How many there are; a number with a note whether counting was cut short."""

    is_cut: bool  #: there are more: counting stopped at its cap

    def __new__(cls, number: int, is_cut: bool) -> Count:
        made = super().__new__(cls, number)
        made.is_cut = is_cut
        return made

    def __repr__(self) -> str:
        return f"Count({int(self)}, is_cut={self.is_cut})"


@dataclass(frozen=True)
class Task:
    """What a person is asked to decide."""

    id: int
    document: int
    type: str
    number: Optional[str]
    en: str  #: the title of the step
    zh: str
    since: datetime
    data: Mapping[str, Any] = field(repr=False)
    _session: "Session" = field(repr=False, compare=False)

    def approve(self, comment: Optional[str] = None) -> Decision:
        """Approves; the decision says what followed."""
        return self._session.approve(self.id, comment)

    def reject(self, comment: str) -> Decision:
        """Rejects; whoever amends must know why."""
        return self._session.reject(self.id, comment)

    def act(self, verb: str, **arguments: Any) -> Decision:
        """Any other verb: return, transfer, delegate, add_before, ..."""
        return self._session.act(self.id, verb, **arguments)


@dataclass(frozen=True)
class Message:
    """A message to a person, or to another party through the host."""

    id: int
    uid: str
    event: str
    document: int
    person: int
    name: Optional[str]
    party: Optional[str]
    en: str
    zh: str
    at: datetime
    read: bool
    type: Optional[str] = None  #: of the document; none of a digest
    documents: Tuple[int, ...] = ()  #: that a digest is about
    code: Optional[str] = None  #: of the person, as the configuration has it
    attempts: int = 0  #: how often it was leased
    failure: Optional[str] = None  #: why the last attempt failed


@dataclass(frozen=True)
class Lease:
    """A message that is this deliverer's until the lease ends."""

    message: int
    lease: str
    attempt: int  #: 1 at first
    until: datetime
    cloud_event: Dict[str, Any]  #: CloudEvents 1.0; its ``id`` stays the same in all attempts


def _lease_of(data: Mapping[str, Any]) -> Lease:
    return Lease(data["message"], data["lease"], data["attempt"], from_utc_ms(data["until"]), data["cloud_event"])


def _message_of(data: Mapping[str, Any]) -> Message:
    return Message(
        id=data["id"],
        uid=data["uid"],
        event=data["event"],
        document=data["document"],
        person=data.get("person") or 0,
        name=data.get("name"),
        party=data.get("party"),
        en=data["text"]["en"],
        zh=data["text"]["zh"],
        at=from_utc_ms(data["at"]),
        read=bool(data.get("read", False)),
        type=data.get("type"),
        documents=tuple(data.get("documents", ())),
        code=data.get("code"),
        attempts=data.get("attempts", 0),
        failure=data.get("failure"),
    )


class Session:
    """The session of an employee; :meth:`Store.session` opens it. Used by one thread at a time, and others wait."""

    def __init__(self, store: "Store", raw: Any):
        self._store = store
        self._guard = Guard(raw, _dealer.session_close, "session")

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, kind: Optional[type], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Closes the session, and rolls back a transaction that is still open."""
        self._guard.close()

    @property
    def store(self) -> "Store":
        """The store."""
        return self._store

    @property
    def person(self) -> int:
        """The person's id; 0 for the system."""
        with self._guard as raw:
            return _dealer.session_person(raw)

    @property
    def acting(self) -> int:
        """The substitute's id when one acts for the person; 0 otherwise."""
        with self._guard as raw:
            return _dealer.session_acting(raw)

    @contextlib.contextmanager
    def transaction(self) -> Iterator["Session"]:
        """All or nothing: commits at the end of the block, rolls back when an exception leaves it.

        Documents that were saved in a block that is rolled back have to be opened again.
        """
        self.begin()
        try:
            yield self
            self.commit()
        except BaseException:
            with contextlib.suppress(Error):
                self.rollback()
            raise

    def begin(self) -> None:
        """Begins a transaction whose end is not the end of a block; :meth:`transaction` is simpler where it is."""
        with self._guard as raw:
            _dealer.session_begin(raw)

    def commit(self) -> None:
        """Commits what was begun; when that fails, it is rolled back."""
        with self._guard as raw:
            _dealer.session_commit(raw)

    def rollback(self) -> None:
        """Rolls back what was begun."""
        self._store._renew()
        with self._guard as raw:
            _dealer.session_rollback(raw)

    # -- what there is --

    def catalogue(self) -> Catalogue:
        """Every document type in force."""
        with self._guard as raw:
            return Catalogue(loads(_dealer.catalogue(raw)))

    def organisation(self) -> Mapping[str, List[Dict[str, Any]]]:
        """Companies, departments, employees and posts with id, code and name."""
        with self._guard as raw:
            result: Mapping[str, List[Dict[str, Any]]] = loads(_dealer.organisation(raw))
        return result

    def _type(self, name: str, renew: bool = False) -> DocumentType:
        known = self._store._catalogue
        if known is None or renew or name not in known:
            known = self._store._catalogue = self.catalogue()
        return known[name]

    # -- documents --

    def new(self, type: str, /, **fields: Any) -> Document:
        """A new document of a type, not stored yet, with these fields."""
        with self._guard as raw:
            handle = _dealer.document_new(raw, type)
        return self._made(handle, fields)

    def derive(self, type: str, source: Union[int, Document], /, **fields: Any) -> Document:
        """A new document made from another: linked to it, with everything taken over that the catalogue says."""
        number = source.id if isinstance(source, Document) else source
        with self._guard as raw:
            handle = _dealer.document_derive(raw, type, number)
        return self._made(handle, fields)

    def _made(self, handle: Any, fields: Mapping[str, Any]) -> Document:
        document = Document(self, handle)
        if fields:
            document.update(fields)
        return document

    def open(self, id: int) -> Document:
        """Reads a stored document.

        :raises NotFound: there is none, or the person may not read it: the two look the same
        """
        with self._guard as raw:
            handle = _dealer.document_open(raw, id)
        return Document(self, handle)

    def documents(
        self, type: str, where: Optional[Mapping[str, Any]] = None, order: Optional[str] = None, page: int = PAGE
    ) -> Iterator[Document]:
        """All documents of a type that the person may read, page by page as you iterate.

        :param where: a predicate: ``{"field": "hours", "op": "<=", "value": 8000}``, with ``all``, ``any``, ``not``
        :param order: a field's name, with ``-`` before it for descending; the newest first if none
        """
        query = self._query(type, where)
        query["limit"] = page
        if order is not None:
            query["order"] = order
        return self._pages(query)

    def _query(self, type: str, where: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
        query: Dict[str, Any] = {"type": type}
        if where is not None:
            query["where"] = self._type(type).where_to_json(where)
        return query

    def _pages(self, query: Dict[str, Any]) -> Iterator[Document]:
        while True:
            handles, after = self._page(dumps(query))
            yield from [Document(self, handle) for handle in handles]
            if after is None:
                return
            query["after"] = after

    def _page(self, query: str) -> Tuple[List[Any], Optional[str]]:
        with self._guard as raw:
            page = _dealer.list_open(raw, query)
        try:
            return list(iter(lambda: _dealer.list_next(page), None)), _dealer.list_after(page)
        finally:
            _dealer.list_free(page)

    def count(self, type: str, where: Optional[Mapping[str, Any]] = None, cap: Optional[int] = 0) -> Count:
        """How many documents there are; counting stops at ``cap`` (0: 10,000; ``None``: never), and the answer says whether it did."""
        text = dumps(self._query(type, where))
        with self._guard as raw:
            number, is_cut = _dealer.list_count(raw, text, -1 if cap is None else cap)
        return Count(number, is_cut)

    def sums(
        self, type: str, field: str, group: Optional[str] = None, where: Optional[Mapping[str, Any]] = None
    ) -> List[Dict[str, Any]]:
        """Sums a number or money field: ``[{"group", "count", "sum"}]``; one row without ``group``."""
        text = dumps(self._query(type, where))
        with self._guard as raw:
            rows: List[Dict[str, Any]] = loads(_dealer.list_sum(raw, text, field, group))["rows"]
        return rows

    def history(self, id: int) -> Mapping[str, Any]:
        """The whole story of a document: awaited, history, decisions, sources."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.document_history(raw, id))
        return result

    # -- tasks --

    def copies(self) -> Iterator[Mapping[str, Any]]:
        """What was copied to the person, the oldest first; :meth:`read_copy` leaves the receipt."""
        return self._task_rows(2)

    def submitted(self) -> Iterator[Mapping[str, Any]]:
        """What the person brought to approval, with who is awaited now and since when, the oldest first."""
        return self._task_rows(3)

    def _task_rows(self, kind: int) -> Iterator[Mapping[str, Any]]:
        after = 0
        while True:
            with self._guard as raw:
                rows: List[Mapping[str, Any]] = loads(_dealer.tasks(raw, kind, after, PAGE))
            yield from rows
            if len(rows) < PAGE:
                return
            after = rows[-1]["id"]

    def read_copy(self, cc: int) -> None:
        """The receipt of a copy; the first reading counts."""
        with self._guard as raw:
            _dealer.cc_read(raw, cc)

    def approve_many(self, tasks: Iterable[Union[int, Task]], comment: Optional[str] = None) -> List[Mapping[str, Any]]:
        """Approves up to 1000 tasks in one transaction: a result for each, in order."""
        ids = [task.id if isinstance(task, Task) else task for task in tasks]
        with self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.tasks_approve_many(raw, ids, comment))
        return result

    def hand_over(self, leaver: str, to: str, comment: Optional[str] = None) -> List[Mapping[str, Any]]:
        """Whatever a leaver has not decided goes to somebody else: a result for each document; for administrators."""
        with self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.tasks_hand_over(raw, leaver, to, comment))
        return result

    def flow_picture(self, flow: str, format: str = "svg", language: str = "zh") -> str:
        """A flow in force drawn, by the id of its rule file; ``format`` is ``"svg"``, ``"mermaid"`` or ``"dot"``."""
        with self._guard as raw:
            return _dealer.flow_picture(raw, flow, format, 1 if language == "zh" else 0)

    def migrate_approvals(
        self, comment: Optional[str] = None, dry_run: bool = True, after: int = 0, limit: int = 1000
    ) -> List[Mapping[str, Any]]:
        """Approvals under other rules or another organisation go on under those in force: a verdict each; for administrators."""
        with self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.approval_migrate(raw, int(dry_run), comment, after, limit))
        return result

    def approval_statistics(self, query: Optional[Mapping[str, Any]] = None) -> List[Mapping[str, Any]]:
        """How long decisions take and what waits, by node and person; query: type, from_ms, to_ms."""
        text = dumps(query or {})
        with self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.approval_statistics(raw, text))
        return result

    def set_locked(self, documents: Iterable[Union[int, Document]], locked: bool = True) -> List[Mapping[str, Any]]:
        """Finance lock over up to 1000 documents in one transaction: a result for each, in order."""
        ids = [document.id if isinstance(document, Document) else document for document in documents]
        with self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.documents_set_locked(raw, ids, int(bool(locked))))
        return result

    def set_period(self, company: str, type: str, month: str, state: str) -> None:
        """Finance lock over a month (``YYYY-MM``) of a company's documents of a type: ``"open"``, ``"held"`` or, for good, ``"closed"``."""
        with self._guard as raw:
            _dealer.period_set(raw, company, type, month, state)

    def periods(self, company: Optional[str] = None, from_month: Optional[str] = None) -> List[Mapping[str, Any]]:
        """The months that are held or closed, of a company (None: of all), from a month on."""
        with self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.periods(raw, company, from_month))
        return result

    def machine_life(self, machine: int) -> Mapping[str, Any]:
        """Everything that ever moved a machine, in order, with the document behind each movement."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.machine_life(raw, machine))
        return result

    def stock_age(self, as_of: Optional[date] = None) -> Mapping[str, Any]:
        """What was in stock at the end of a day (None: today), since when, and at what cost."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.stock_age(raw, as_of.isoformat() if as_of else None))
        return result

    def claims_overdue(self, as_of: Optional[date] = None) -> Mapping[str, Any]:
        """Financing plans with an instalment that was due before a day (None: today) and is not repaid, by tier."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.claims_overdue(raw, as_of.isoformat() if as_of else None))
        return result

    def account_statement(self, whose: Union[int, str], as_of: Optional[date] = None) -> Mapping[str, Any]:
        """The account of a customer (id) or of a party that has a name only, at the end of a day (None: today), with every movement."""
        customer, party = (0, whose) if isinstance(whose, str) else (whose, None)
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.account_statement(raw, customer, party, as_of.isoformat() if as_of else None))
        return result

    def account_ageing(self, as_of: Optional[date] = None) -> Mapping[str, Any]:
        """What was open at the end of a day (None: today) by days overdue, for each party, direction and currency."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.account_ageing(raw, as_of.isoformat() if as_of else None))
        return result

    def insurance_due(self, first: date, last: date) -> Mapping[str, Any]:
        """Policies whose last day lies between two days, both included, and that nothing renews."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.insurance_due(raw, first.isoformat(), last.isoformat()))
        return result

    def report(self, name: str, **parameters: Any) -> Mapping[str, Any]:
        """One of a manager's questions (docs/reports.md): by, where, type, from_, to, as_of; only over what the person may see."""
        given = {key.rstrip("_"): value.isoformat() if isinstance(value, date) else value for key, value in parameters.items()}
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.report(raw, name, dumps(given)))
        return result

    def reports(self) -> List[Mapping[str, Any]]:
        """Which reports there are, what each can be grouped by, and what it sums."""
        with self._guard as raw:
            result: List[Mapping[str, Any]] = loads(_dealer.report(raw, None, "{}"))["reports"]
        return result

    def tasks(self, done: bool = False) -> Iterator[Task]:
        """The person's open (or decided) tasks, the oldest first."""
        after = 0
        while True:
            with self._guard as raw:
                rows = loads(_dealer.tasks(raw, int(done), after, PAGE))
            for row in rows:
                title = row.get("title") or {}
                yield Task(
                    id=row["id"],
                    document=row["document"],
                    type=row["type"],
                    number=row.get("number"),
                    en=title.get("en") or "",
                    zh=title.get("zh") or "",
                    since=from_utc_ms(row["since"]),
                    data=row,
                    _session=self,
                )
            if len(rows) < PAGE:
                return
            after = rows[-1]["id"]

    def approve(self, task: int, comment: Optional[str] = None) -> Decision:
        """Approves a task of the person."""
        with self._guard as raw:
            return decision_of(_dealer.task_approve(raw, task, comment))

    def reject(self, task: int, comment: str) -> Decision:
        """Rejects a task of the person."""
        with self._guard as raw:
            return decision_of(_dealer.task_reject(raw, task, comment))

    def act(self, task: int, verb: str, **arguments: Any) -> Decision:
        """Any verb on a task, with its arguments."""
        text = dumps(arguments) if arguments else None
        with self._guard as raw:
            return decision_of(_dealer.task_act(raw, task, verb, text))

    # -- permission --

    def check(self, function: str, document: Union[int, Document]) -> Decision:
        """May the person do this (``"trade_in.submit"``) to this stored document, and why?"""
        number = document.id if isinstance(document, Document) else document
        with self._guard as raw:
            return decision_of(_dealer.check(raw, function, number))

    def allows(self, function: str, document: Document) -> bool:
        """The same answer alone, for a document as it stands in memory."""
        with self._guard as raw, document._guard as handle:
            return _dealer.allows(raw, function, handle)

    def check_many(self, function: str, documents: Iterable[int]) -> List[Optional[bool]]:
        """The same answer for many stored documents at once, in their order; ``None`` for one that the person may not read."""
        ids = list(documents)
        with self._guard as raw:
            result: List[Optional[bool]] = loads(_dealer.check_many(raw, function, ids))
        return result

    def check_for(self, person: str, function: str, document: Union[int, Document]) -> Decision:
        """The answer for somebody else; by the system, or by who may read the configuration over him."""
        number = document.id if isinstance(document, Document) else document
        with self._guard as raw:
            return decision_of(_dealer.check_for(raw, person, function, number))

    def functions(self, person: Optional[str] = None) -> List[str]:
        """All functions that the person, or as for :meth:`check_for` another one, holds now."""
        with self._guard as raw:
            text = _dealer.functions(raw) if person is None else _dealer.functions_of(raw, person)
        result: List[str] = loads(text)
        return result

    def visible_departments(self, function: str) -> Mapping[str, Any]:
        """Where the person may do this now: all, own, companies, departments, conditional."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.visible_departments(raw, function))
        return result

    def who_can(self, function: str, document: Union[int, Document]) -> List[str]:
        """Codes of all people who may do this to this document now."""
        number = document.id if isinstance(document, Document) else document
        with self._guard as raw:
            result: List[str] = loads(_dealer.who_can(raw, function, number))
        return result

    # -- what rules said, what machines fetched --

    def replay(self, decision: int) -> Mapping[str, Any]:
        """Evaluates a logged decision again, as everything was then; ids are in the ``decisions`` of :meth:`history`."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.decision_replay(raw, decision))
        return result

    def market_statistics(self, query: Mapping[str, Any]) -> Optional[Mapping[str, Any]]:
        """What machines fetched: ``query`` has ``currency`` and, where wanted, ``category``, ``model``, ``from`` and ``to`` (dates)."""
        text = dumps(query)
        with self._guard as raw:
            result: Optional[Mapping[str, Any]] = loads(_dealer.market_statistics(raw, text))
        return result

    # -- messages --

    def inbox(self, unread_only: bool = False) -> Iterator[Message]:
        """The person's own messages, the oldest first."""
        after = 0
        while True:
            with self._guard as raw:
                rows = loads(_dealer.inbox(raw, int(unread_only), after, PAGE))
            yield from map(_message_of, rows)
            if len(rows) < PAGE:
                return
            after = rows[-1]["id"]

    def mark_read(self, message: Union[int, Message], read: bool = True) -> None:
        """Marks one of the person's own messages read, or unread."""
        number = message.id if isinstance(message, Message) else message
        with self._guard as raw:
            _dealer.message_set_read(raw, number, int(read))

    # -- configuration --

    def apply_configuration(self, configuration: Json, check_only: bool = False) -> List[Dict[str, Any]]:
        """Checks a configuration as a whole and puts it in force; returns what else was found.

        :raises ConfigurationError: with ``findings``, every fault by path
        """
        text = _text(configuration)
        with self._guard as raw:
            findings: List[Dict[str, Any]] = loads(_dealer.configuration_apply(raw, text, int(check_only)))
        self._store._renew()
        return findings

    def preview_configuration(self, configuration: Json, sample: int = 0) -> Mapping[str, Any]:
        """What a configuration would change, and for whom; nothing is stored.

        :param sample: how many documents of each type are asked; 0: 10000
        """
        text = _text(configuration)
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.configuration_preview(raw, text, sample))
        return result

    def configuration(self) -> Dict[str, Any]:
        """The configuration in force."""
        with self._guard as raw:
            result: Dict[str, Any] = loads(_dealer.configuration_export(raw))
        return result

    def starter_configuration(self) -> Dict[str, Any]:
        """The configuration that a dealer starts with; the organisation is his to fill in."""
        with self._guard as raw:
            result: Dict[str, Any] = loads(_dealer.configuration_starter(raw))
        return result

    def rules_in_force(self) -> Mapping[str, Any]:
        """Which rule set is in force: hash, version, rules."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.rules_in_force(raw))
        return result
