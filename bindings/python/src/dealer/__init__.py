"""libdealer: the business rules of construction-machinery dealers.

Open a store, open a session for whoever acts, make or read documents, act::

    import dealer

    with dealer.open("group.db") as store, store.session("zhang") as session:
        visit = session.new("visit", customer=7, visited_on=date(2026, 3, 2))
        decision = visit.submit()
        if not decision:
            print(decision.sentence("zh"))

Money is :class:`Money` and exact, dates are :class:`datetime.date`, instants are aware :class:`datetime.datetime`, per cents are
:class:`decimal.Decimal` (``Decimal("12.5")`` is 12.5 %), links are ids. What is refused raises a subclass of :class:`Error`; what a rule
decides is a :class:`Decision`.
"""

from ._catalogue import Catalogue, Choice, Field, Kind
from ._catalogue import Type as DocumentType
from ._dealer import version as library_version
from ._decision import Decision, Outcome, Reason
from ._document import Document
from ._errors import (
    Busy,
    Cause,
    ConfigurationError,
    Conflict,
    Corrupt,
    Denied,
    DiskFull,
    Error,
    GateError,
    InternalError,
    Invalid,
    Locked,
    Misuse,
    NewerStore,
    NotAStore,
    NotFound,
    OutOfMemory,
    ReadOnly,
    RuleError,
    StateError,
    Status,
    StorageError,
    TooLarge,
)
from ._session import Count, Lease, Message, Session, Task
from ._store import Store, open
from ._system import SystemSession, Verified
from ._values import Money

__version__ = library_version()

__all__ = [
    "Busy",
    "Catalogue",
    "Cause",
    "Choice",
    "ConfigurationError",
    "Conflict",
    "Corrupt",
    "Count",
    "Decision",
    "Denied",
    "DiskFull",
    "Document",
    "DocumentType",
    "Error",
    "Field",
    "GateError",
    "InternalError",
    "Invalid",
    "Kind",
    "Locked",
    "Lease",
    "Message",
    "Misuse",
    "Money",
    "NewerStore",
    "NotAStore",
    "NotFound",
    "OutOfMemory",
    "Outcome",
    "ReadOnly",
    "Reason",
    "RuleError",
    "Session",
    "StateError",
    "Status",
    "StorageError",
    "Store",
    "SystemSession",
    "Task",
    "TooLarge",
    "Verified",
    "__version__",
    "open",
]
