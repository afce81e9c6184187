"""The system's session: set-up, import, delivery of messages."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, BinaryIO, Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

from . import _dealer
from ._handle import Guard
from ._session import PAGE, Json, Lease, Message, Session, _lease_of, _message_of, _text
from ._values import dumps, loads

Progress = Optional[Callable[[int, int], Any]]
PIECE = 1 << 16
_JSON, _CSV = 0, 1


def _messages(guard: Guard, read: Callable[[Any, int, int], str]) -> Iterator[Message]:
    after = 0
    while True:
        with guard as raw:
            rows = loads(read(raw, after, PAGE))
        yield from map(_message_of, rows)
        if len(rows) < PAGE:
            return
        after = rows[-1]["id"]


class Verified(NamedTuple):
    """What a walk of the journal's chain found."""

    entries: int
    first_bad: int  #: 0 when the chain is whole, else the first entry that was changed or follows a missing one

    def __bool__(self) -> bool:
        return self.first_bad == 0


class SystemSession(Session):
    """The system's session; :meth:`Store.system` opens it. It cannot enter, submit or decide documents."""

    def __enter__(self) -> "SystemSession":
        return self

    # -- rules and market --

    def starter_rules(self) -> Dict[str, Any]:
        """The rule set that ships with the library: ``{"note", "files": {path: text}}``."""
        with self._guard as raw:
            result: Dict[str, Any] = loads(_dealer.rules_starter(raw))
        return result

    def publish_rules(self, rules: Json, check_only: bool = False) -> Mapping[str, Any]:
        """Checks a rule set with all its cases and puts it in force; returns the report."""
        text = _text(rules)
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.rules_publish(raw, text, int(check_only)))
        return result

    def add_market(self, sales: Union[str, Iterable[Mapping[str, Any]]]) -> Mapping[str, Any]:
        """Adds used-machine sales that valuations compare with; bad rows are reported, not fatal."""
        text = sales if isinstance(sales, str) else dumps(list(sales))
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.market_add(raw, text))
        return result

    def import_market(self, source: Union[BinaryIO, Iterable[bytes]], mapping: Mapping[str, Any]) -> Mapping[str, Any]:
        """Imports sales from CSV in UTF-8, read piece by piece; rows that can't be understood are reported, not fatal.

        :param source: a file opened for reading bytes, or any pieces of bytes
        :param mapping: which column is what, as ``dealer/market.h`` describes it
        """
        pieces = iter(lambda: source.read(PIECE), b"") if hasattr(source, "read") else iter(source)
        text = dumps(mapping)
        with self._guard as raw:
            handle = Guard(_dealer.market_import_open(raw, text), _dealer.market_import_free, "market import")
        try:
            for piece in pieces:
                with self._guard as raw, handle as feeding:
                    _dealer.market_import_feed(raw, feeding, piece)
            with self._guard as raw, handle as feeding:
                result: Mapping[str, Any] = loads(_dealer.market_import_finish(raw, feeding))
        finally:
            handle.close()
        return result

    def trade_in_outcomes(self) -> Mapping[str, Any]:
        """What approved trade-ins fetched afterwards, against their valuation."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.trade_in_outcomes(raw))
        return result

    # -- trials on the past --

    def replay_all(self, progress: Progress = None) -> Mapping[str, Any]:
        """Replays every logged decision. ``progress(done, total)`` stops it by a true answer, or by raising."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.replay_all(raw, progress))
        return result

    def backtest(
        self,
        rules: Json,
        query: Optional[Mapping[str, Any]] = None,
        *,
        group: Optional[str] = None,
        threads: int = 0,
        rows: int = 0,
        record: bool = False,
        progress: Progress = None,
    ) -> Mapping[str, Any]:
        """Tries a candidate rule set on past documents: what would fall differently, by how much, for whom.

        :param rules: the candidate, as :meth:`publish_rules` takes it
        :param query: which documents, as ``{"type", "where"}``; all if none
        :param group: what totals are by: ``"company"`` if none, ``"department"``, ``"owner"``, or a field
        :param threads: how many evaluate rules; 0: one for each processor
        :param rows: how many changed documents are told one by one; 0: 10000
        :param record: remember that this candidate was tried
        :param progress: ``progress(done, total)`` stops it by a true answer, or by raising
        """
        result: Mapping[str, Any] = loads(self._backtest((rules, query, group, threads, _JSON, rows, record, progress)))
        return result

    def backtest_csv(self, rules: Json, query: Optional[Mapping[str, Any]] = None, *, rows: int = 0, progress: Progress = None) -> str:
        """The rows of :meth:`backtest` alone, as CSV."""
        return self._backtest((rules, query, None, 0, _CSV, rows, False, progress))

    def _backtest(self, options: Tuple[Json, Optional[Mapping[str, Any]], Optional[str], int, int, int, bool, Progress]) -> str:
        rules, query, group, threads, form, rows, record, progress = options
        asked = None if query is None else dumps(self._query(query["type"], query.get("where")))
        text = _text(rules)
        with self._guard as raw:
            return _dealer.backtest(raw, (text, asked, group, threads, form, rows, int(record), progress))

    # -- delivery --

    def outbox(self) -> Iterator[Message]:
        """Messages that may be delivered now, the oldest first. Deliver, then :meth:`acknowledge`."""
        return _messages(self._guard, _dealer.outbox)

    def dead_letters(self) -> Iterator[Message]:
        """Messages that were given up, the oldest first."""
        return _messages(self._guard, _dealer.dead_letters)

    def lease(self, limit: int = 100, lease: timedelta = timedelta(minutes=1)) -> List[Lease]:
        """Fetches messages for this deliverer, one of several: until the lease ends they are nobody else's.

        :param limit: at most so many, 1 to 1000
        :param lease: a second to a day; then what was neither :meth:`delivered` nor :meth:`failed` is fetched by the next
        """
        with self._guard as raw:
            return [_lease_of(row) for row in loads(_dealer.outbox_lease(raw, lease // timedelta(milliseconds=1), limit))]

    def delivered(self, leased: Lease) -> None:
        """A leased message was delivered. :exc:`Conflict` when another deliverer has fetched it since."""
        with self._guard as raw:
            _dealer.message_delivered(raw, leased.message, leased.lease)

    def failed(self, leased: Lease, reason: Optional[str] = None, wait: timedelta = timedelta(0)) -> None:
        """A leased message could not be delivered: it waits, at least ``wait``, or is given up when it has failed too often."""
        with self._guard as raw:
            _dealer.message_failed(raw, leased.message, leased.lease, reason, wait // timedelta(milliseconds=1))

    def revive(self, message: Union[int, Message]) -> None:
        """Takes a message that was given up into the outbox again."""
        number = message.id if isinstance(message, Message) else message
        with self._guard as raw:
            _dealer.message_revive(raw, number)

    def acknowledge(self, message: Union[int, Message]) -> None:
        """Marks a message as delivered; once more is fine."""
        number = message.id if isinstance(message, Message) else message
        with self._guard as raw:
            _dealer.message_acknowledge(raw, number)

    # -- soundness --

    def verify_journal(self) -> Verified:
        """Walks the journal's chain."""
        with self._guard as raw:
            return Verified(*_dealer.journal_verify(raw))

    def compare_journal(self, head: Mapping[str, Any]) -> Mapping[str, Any]:
        """Walks the chain and holds it against a :meth:`journal_head` that was kept elsewhere: entries, bad, flaw (None: it is whole)."""
        text = dumps(head)
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.journal_compare(raw, text))
        return result

    def journal_head(self) -> Dict[str, Any]:
        """The newest entry of the journal, sequence and mac, to be kept elsewhere."""
        with self._guard as raw:
            result: Dict[str, Any] = loads(_dealer.journal_head(raw))
        return result

    def tick(self, limit: int = 1000) -> Dict[str, Any]:
        """Fires what is due by now, each exactly once: fired, failed, more."""
        with self._guard as raw:
            result: Dict[str, Any] = loads(_dealer.tick(raw, limit))
        return result

    def backup(self, path: Union[str, "os.PathLike[str]"], progress: Progress = None) -> Mapping[str, Any]:
        """Copies the whole store, as it stands now, into a file that is not there yet, while others go on using it.

        ``progress(done, total)`` stops it by a true answer, or by raising; then there is no copy.
        """
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.store_backup(raw, os.fspath(path), progress))
        return result

    def verify_store(self) -> List[Dict[str, Any]]:
        """Checks the whole store; empty when it is sound."""
        with self._guard as raw:
            result: List[Dict[str, Any]] = loads(_dealer.store_verify(raw))
        return result

    def selftest_permission(self, sample: int = 0) -> Mapping[str, Any]:
        """Compares check with list on the data of this store, of the newest ``sample`` documents of each type (0: all)."""
        with self._guard as raw:
            result: Mapping[str, Any] = loads(_dealer.permission_selftest(raw, sample))
        return result
