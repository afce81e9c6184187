"""What a host may do wrong, and what its garbage collector and threads do on their own: never a crash, never a leak."""

from __future__ import annotations

import gc
import json
import os
import random
import re
import subprocess
import sys
import textwrap
import threading
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, List

import dealer
import first_program
import pytest
from dealer import _dealer

EXTRAORDINARY = "𠮷田 🚜👩‍🔧 ﷽"


def test_statuses__are_the_librarys() -> None:
    assert _dealer.status_count() == len(dealer.Status) - 1
    for status in dealer.Status:
        name = "DEALER_OK" if status is dealer.Status.OK else f"DEALER_E_{status.name}"
        assert _dealer.status_name(status) == (None if status is dealer.Status.UNKNOWN else name)
    classes = {kind.status for kind in vars(dealer).values() if isinstance(kind, type) and issubclass(kind, dealer.Error)}
    assert classes == set(dealer.Status) - {dealer.Status.OK}
    assert dealer.Status(99) is dealer.Status.UNKNOWN and dealer.Outcome(99) is dealer.Outcome.UNKNOWN


def test_outcomes_and_version__are_the_librarys(root: Path) -> None:
    header = (root / "libdealer/include/dealer/decision.h").read_text(encoding="utf-8")
    found = {name: int(number) for name, number in re.findall(r"DEALER_OUTCOME_(\w+) = (\d),", header)}
    assert found == {outcome.name: outcome.value for outcome in dealer.Outcome if outcome is not dealer.Outcome.UNKNOWN}
    assert dealer.__version__ in (root / "libdealer/include/dealer/version.h").read_text(encoding="utf-8")


# -- texts --


def test_text_outside_the_basic_plane__comes_back_as_it_was(zhang: dealer.Session) -> None:
    customer = zhang.new("customer", name=EXTRAORDINARY).save()
    assert zhang.open(customer.id).name == EXTRAORDINARY
    assert zhang.count("customer", {"field": "name", "op": "=", "value": EXTRAORDINARY}) == 1


@pytest.mark.parametrize("bad", ["a\0b", "\0", "\ud800", "a\udfffb"])
def test_nul_and_surrogates__are_refused_everywhere(store: dealer.Store, zhang: dealer.Session, bad: str) -> None:
    customer = zhang.new("customer", name="甲")
    for call in (
        lambda: customer.update(name=bad),
        lambda: zhang.new(bad),
        lambda: customer[bad],
        lambda: store.session(bad),
        lambda: zhang.check(bad, 1),
        lambda: zhang.count("customer", {"field": "name", "op": "=", "value": bad}),
        lambda: zhang.approve(1, bad),
        lambda: dealer.open(bad),
    ):
        with pytest.raises(ValueError):
            call()
    assert customer.name == "甲"


@pytest.mark.parametrize("wrong", [None, 5, b"zhang", [], object()])
def test_what_is_no_text__is_a_type_error(store: dealer.Store, zhang: dealer.Session, wrong: Any) -> None:
    for call in (lambda: store.session(wrong), lambda: zhang.new(wrong), lambda: zhang.new("customer")[wrong], lambda: zhang.check(wrong, 1)):
        with pytest.raises(TypeError):
            call()


def test_generated_layer__refuses_none_and_foreign_handles(store: dealer.Store, zhang: dealer.Session) -> None:
    for name in dir(_dealer):
        function = getattr(_dealer, name)
        if name.startswith("_") or not callable(function) or name.startswith("SWIG") or name == "store_open":
            continue
        for count in range(1, 7):
            for wrong in (None, object(), -1, "x"):
                try:
                    function(*[wrong] * count)
                except (TypeError, ValueError, OverflowError, dealer.Error):
                    pass
    with store._guard as raw_store, zhang._guard as raw_session:
        with pytest.raises(TypeError):
            _dealer.session_person(raw_store)
        with pytest.raises(TypeError):
            _dealer.session_open(raw_session, "zhang")


def test_number_beyond_64_bits__is_refused(zhang: dealer.Session) -> None:
    for number in (2**63, -(2**70)):
        with pytest.raises(OverflowError):
            zhang.open(number)
    with pytest.raises(dealer.Error):
        zhang.open(2**63 - 1)
    with pytest.raises(TypeError):
        zhang.open("1")  # type: ignore[arg-type]


def test_huge_json__comes_through_or_is_refused(zhang: dealer.Session) -> None:
    lines = [{"brand": "卡特", "model": str(index)} for index in range(200_000)]
    with pytest.raises(dealer.Error):
        zhang.new("visit", competitors=lines)
    nested: List[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises((dealer.Error, RecursionError)):
        zhang.count("visit", {"all": nested})
    with pytest.raises(dealer.Error):
        zhang.new("visit").merge_json("[" * 1_000_000)
    big = "长" * 1300
    visit = zhang.new("visit", note=big)
    assert visit.note == big and json.loads(visit.to_json())["note"] == big


# -- closing --


def test_use_after_close__is_misuse(store: dealer.Store) -> None:
    session = store.session("zhang")
    customer = session.new("customer", name="甲").save()
    customer.close()
    customer.close()
    for call in (lambda: customer.name, lambda: customer.id, lambda: customer.save(), lambda: customer.update(name="乙"), lambda: list(customer)):
        with pytest.raises(dealer.Misuse):
            call()
    assert "closed" in repr(customer)
    other = session.new("customer")
    session.close()
    session.close()
    for call in (lambda: session.new("customer"), lambda: session.person, lambda: other.save(), lambda: list(session.inbox())):
        with pytest.raises(dealer.Misuse):
            call()
    other.name = "a copy in memory needs no session"
    with store.session("zhang") as late:
        store.close()
        with pytest.raises(dealer.Misuse):
            late.new("customer")
        with pytest.raises(dealer.Misuse):
            store.session("zhang")


def test_any_closing_order__is_fine() -> None:
    generator = random.Random(7)
    for _ in range(200):
        store = dealer.open(":memory:")
        things: List[Any] = [store]
        with store.system("order") as system:
            first_program.configure(system) if _ == 0 else None
        things += [store.system("order"), store.system("again")]
        generator.shuffle(things)
        for thing in things:
            if generator.random() < 0.5:
                thing.close()
        del things, store, system
    gc.collect()


def test_dropping_the_store_first__keeps_it_until_the_last_handle(clock: first_program.Clock) -> None:
    def make() -> dealer.Document:
        store = dealer.open(":memory:", clock=clock)
        with store.system("gc") as system:
            first_program.configure(system)
        return store.session("zhang").new("customer", name="甲")

    customer = make()
    gc.collect()
    assert customer.save().id > 0


def test_cycles__are_collected_with_their_clock() -> None:
    closed = []

    class Host:
        def __init__(self) -> None:
            self.store = dealer.open(":memory:", clock=self.now)
            self.session = self.store.system("cycle")

        def now(self) -> datetime:
            return datetime(2026, 3, 2, tzinfo=timezone.utc)

        def __del__(self) -> None:
            closed.append(1)

    for _ in range(20):
        Host()
    gc.collect()
    assert len(closed) == 20


def _resident_kib() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    pytest.skip("no /proc")


def test_thousand_opens__leak_nothing(clock: first_program.Clock) -> None:
    def once() -> None:
        with dealer.open(":memory:", clock=clock) as store, store.system("leak") as system:
            system.apply_configuration({"group": {"code": "G", "name": "集团"}})
            with pytest.raises(dealer.Error):
                system.apply_configuration({"group": 1})
            with pytest.raises(dealer.NotFound):
                store.session("nobody")

    for _ in range(100):
        once()
    before = _resident_kib()
    for _ in range(1000):
        once()
    assert _resident_kib() - before < 8 * 1024


def test_large_answers__leak_nothing(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    def once() -> None:
        system.configuration()
        system.starter_rules()
        zhang.new("customer", name="甲" * 60).to_json()

    for _ in range(50):
        once()
    before = _resident_kib()
    for _ in range(1000):
        once()
    assert _resident_kib() - before < 8 * 1024


# -- threads --


def test_threads__work_on_one_store_with_a_session_each(tmp_path: Path) -> None:
    failures: List[BaseException] = []
    with dealer.open(tmp_path / "threads.db", busy_timeout_ms=60_000) as store:
        with store.system("threads") as system:
            first_program.configure(system)

        def work(index: int) -> None:
            try:
                with store.session("zhang" if index % 2 else "li") as session:
                    for number in range(10):
                        session.new("customer", name=f"{index}-{number}").save()
                        session.count("customer")
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with store.session("zhang") as session:
            assert session.count("customer") == 80


def test_threads__sharing_one_session_take_turns(zhang: dealer.Session) -> None:
    customer = zhang.new("customer", name="甲").save()
    failures: List[BaseException] = []

    def work() -> None:
        try:
            for _ in range(50):
                zhang.count("customer")
                customer.name = "乙"
                assert customer.name == "乙"
                with pytest.raises(dealer.NotFound):
                    zhang.open(999)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_closing_in_another_thread__is_misuse_at_worst(tmp_path: Path) -> None:
    path = tmp_path / "closing.db"
    with dealer.open(path) as store, store.system("threads") as system:
        first_program.configure(system)
    for _ in range(10):
        store = dealer.open(path)
        session = store.session("zhang")
        started = threading.Event()

        def work() -> None:
            started.set()
            with pytest.raises(dealer.Misuse):
                while True:
                    session.count("customer")

        thread = threading.Thread(target=work)
        thread.start()
        started.wait()
        store.close() if _ % 2 else session.close()
        thread.join()


def test_waiting_for_a_writer__lets_other_threads_run(tmp_path: Path) -> None:
    path = tmp_path / "waiting.db"
    with dealer.open(path, busy_timeout_ms=60_000) as store:
        with store.system("threads") as system:
            first_program.configure(system)
        first, second = store.session("zhang"), store.session("li")
        waits = threading.Event()

        def work() -> None:
            waits.set()
            second.new("customer", name="乙").save()

        with first.transaction():
            first.new("customer", name="甲").save()
            thread = threading.Thread(target=work)
            thread.start()
            waits.wait()
            # Were the interpreter's lock kept while the thread waits inside the library, this block would never end.
        thread.join()
        assert first.count("customer") == 2


# -- forks --


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_fork__refuses_the_parents_handles(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import os, sys, dealer
        store = dealer.open(sys.argv[1])
        system = store.system("fork")
        child = os.fork()
        if child == 0:
            for call in (lambda: system.configuration(), lambda: store.system("fork"), lambda: store.information()):
                try:
                    call()
                except dealer.Misuse:
                    continue
                os._exit(1)
            system.close()
            store.close()
            sys.exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert system.verify_store() == []
        """
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "fork.db")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# -- callbacks --


def test_clock__is_asked(store: dealer.Store, zhang: dealer.Session, clock: first_program.Clock) -> None:
    clock.pass_hours(3)
    assert zhang.new("customer", name="甲").save().created == clock.now


def test_clock_that_fails__is_reported_and_stands_still(store: dealer.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    reported: List[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    moment = datetime(2026, 3, 2, tzinfo=timezone.utc)
    answers: List[Any] = [moment]

    def broken() -> Any:
        if answers[0] is None:
            raise RuntimeError("the battery is empty")
        return answers[0]

    with dealer.open(":memory:", clock=broken) as other:
        with other.system("clock") as system:
            first_program.configure(system)
        with other.session("zhang") as session:
            for answer in (None, 7, datetime(2026, 3, 2)):
                answers[0] = answer
                assert session.new("customer", name="甲").save().created == moment
    assert {type(report.exc_value) for report in reported} == {RuntimeError, TypeError, dealer.Invalid}


def test_callback_that_calls_the_same_session__is_misuse(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: List[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    held: List[Any] = []

    def clock() -> datetime:
        if held:
            held[0].configuration()
        return datetime(2026, 3, 2, tzinfo=timezone.utc)

    with dealer.open(":memory:", clock=clock) as store:
        system = store.system("callback")
        held.append(system)
        system.configuration()
        held.clear()
    assert any(isinstance(report.exc_value, dealer.Misuse) for report in reported)


def test_random__is_asked_and_wrong_answers_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", lambda report: None)
    asked: List[int] = []

    def bytes_of(length: int) -> bytes:
        asked.append(length)
        return bytes(length)

    with dealer.open(":memory:", random=bytes_of) as store, store.system("random") as system:
        first_program.configure(system)
        with store.session("zhang") as session:
            first_program.visit(session)
    try:
        with dealer.open(":memory:", random=lambda length: b"short") as store, store.system("random") as system:
            first_program.configure(system)
            with store.session("zhang") as session:
                first_program.visit(session)
    except dealer.Error:
        pass


def test_log__is_called_or_silent() -> None:
    lines: List[Any] = []
    with dealer.open(":memory:", log=lambda level, line: lines.append((level, line))) as store:
        assert store.information()["libdealer"] == dealer.__version__
    with dealer.open(":memory:", log=None):
        pass
    assert all(isinstance(level, int) and isinstance(line, str) for level, line in lines)


# -- stores that are none --


def test_opening_what_is_no_store__says_so(tmp_path: Path) -> None:
    with pytest.raises(dealer.NotFound):
        dealer.open(tmp_path / "none.db", must_exist=True)
    (tmp_path / "text.db").write_text("this is no database, but it is long enough to be looked at " * 20)
    with pytest.raises(dealer.NotAStore):
        dealer.open(tmp_path / "text.db")
    with pytest.raises(dealer.Error):
        dealer.open(tmp_path / "no" / "folder" / "a.db")
    with pytest.raises(TypeError):
        dealer.open(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        dealer.open(":memory:", journal_key="text")  # type: ignore[arg-type]
    dealer.open(tmp_path / "good.db", journal_key=b"key\0with nul").close()
    with dealer.open(tmp_path / "good.db", read_only=True, journal_key=b"key\0with nul") as store:
        with pytest.raises(dealer.ReadOnly):
            store.system("writes").apply_configuration({})


# -- money --


def test_money__is_exact() -> None:
    assert dealer.Money("1200.50", "CNY").minor == 120050
    assert dealer.Money.of_minor(-5, "CNY") == dealer.Money("-0.05", "CNY")
    assert dealer.Money(1200, "JPY").minor == 1200 and dealer.Money("1.234", "KWD").minor == 1234
    assert str(dealer.Money(7, "CNY")) == "7.00 CNY" and hash(dealer.Money("7.0", "CNY")) == hash(dealer.Money(7, "CNY"))
    assert dealer.Money(1, "CNY") + dealer.Money("0.05", "CNY") - dealer.Money("0.05", "CNY") == dealer.Money(1, "CNY")
    assert -dealer.Money(1, "CNY") < 3 * dealer.Money(1, "CNY") and dealer.Money("1E2", "CNY").minor == 10000
    import decimal

    with decimal.localcontext() as context:
        context.prec = 3
        assert dealer.Money(Decimal("12345678901234.56"), "CNY").minor == 1234567890123456
        assert str(dealer.Money.of_minor(1234567890123456, "CNY")) == "12345678901234.56 CNY"


@pytest.mark.parametrize("amount", [1.5, True, "1.234", "NaN", "1e999999999", Decimal("Infinity"), "ten", None, "1E-999999999"])
def test_money__refuses_what_is_not_exact(amount: Any) -> None:
    with pytest.raises((TypeError, dealer.Invalid)):
        dealer.Money(amount, "CNY")


def test_money__refuses_mixed_and_unknown_currencies() -> None:
    with pytest.raises(dealer.Invalid):
        dealer.Money(1, "CNY") + dealer.Money(1, "USD")
    for currency in ("cny", "CN", "ＣＮＹ", "", "CNYY"):
        with pytest.raises(dealer.Invalid):
            dealer.Money(1, currency)
    with pytest.raises(AttributeError):
        dealer.Money(1, "CNY").amount = Decimal(2)  # type: ignore[misc]


def test_types__are_strict(root: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(root / "examples/python/first_program.py")], capture_output=True, text=True, cwd=root / "tests"
    )
    if "No module named mypy" in checked.stderr:
        pytest.skip("mypy is not installed")
    assert checked.returncode == 0, checked.stdout
