"""The system's session: set-up, import, delivery of messages."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Union

from . import _dealer
from ._session import PAGE, Json, Message, Session, _message_of, _text
from ._values import dumps, loads

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

    # -- delivery --

    def outbox(self) -> Iterator[Message]:
        """Messages that are not acknowledged, the oldest first. Deliver, then :meth:`acknowledge`."""
        after = 0
        while True:
            with self._guard as raw:
                rows = loads(_dealer.outbox(raw, after, PAGE))
            yield from map(_message_of, rows)
            if len(rows) < PAGE:
                return
            after = rows[-1]["id"]

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

    def verify_store(self) -> List[Dict[str, Any]]:
        """Checks the whole store; empty when it is sound."""
        with self._guard as raw:
            result: List[Dict[str, Any]] = loads(_dealer.store_verify(raw))
        return result
