"""The deliverer of the examples, against receivers on the loopback that check signatures and answer well, badly, or not at all."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

import dealer
import deliver
import first_program
import pytest

SECRET = "SEC-一二三"
NOW = 1_772_413_200.25
Answer = Tuple[int, Dict[str, str], Any]


def mac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


class Receiver(ThreadingHTTPServer):
    """Answers what it was told to, in order, then well. Keeps what it took (answered well), and what it refused for its signature."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: List[Any] = []
        self.seen: List[str] = []
        self.taken: List[Any] = []
        self.forged: List[str] = []
        self.kill: Optional[subprocess.Popen[bytes]] = None
        self.kill_at = 0
        self.let_go = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, headers: Dict[str, str], body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        query = {name: values[0] for name, values in urllib.parse.parse_qs(url.query).items()}
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        body = json.loads(raw)
        if not getattr(self, "is_" + url.path.strip("/"))(query, raw, body):
            self.server.forged.append(self.path)
            return self.answer(403, {}, {"errcode": 310000, "code": 19021})
        self.server.seen.append(body.get("id", ""))
        if self.server.kill and len(self.server.seen) == self.server.kill_at:
            self.server.kill.send_signal(signal.SIGKILL)
            self.server.kill.wait()
        how = self.server.answers.pop(0) if self.server.answers else (200, {}, {"errcode": 0, "code": 0})
        if how == "hang":
            self.server.let_go.wait(20)
            return None
        if how[0] == 200 and not (how[2].get("errcode") or how[2].get("code")):
            self.server.taken.append(body)
        try:
            self.answer(*how)
        except OSError:  # who asked is dead
            pass

    def is_hook(self, query: Dict[str, str], raw: str, body: Any) -> bool:
        stamp, name = self.headers["Webhook-Timestamp"], self.headers["Webhook-Id"]
        return (
            self.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
            and name == body["id"]
            and self.headers["Webhook-Signature"] == "v1," + mac(SECRET, f"{name}.{stamp}.{raw}")
        )

    def is_dingtalk(self, query: Dict[str, str], raw: str, body: Any) -> bool:
        return query["access_token"] == "t" and query["sign"] == mac(SECRET, f"{query['timestamp']}\n{SECRET}") and bool(body["text"]["content"])

    def is_feishu(self, query: Dict[str, str], raw: str, body: Any) -> bool:
        return body["sign"] == mac(f"{body['timestamp']}\n{SECRET}", "") and bool(body["content"]["text"])

    def is_wecom(self, query: Dict[str, str], raw: str, body: Any) -> bool:
        return query["key"] == "k" and body["msgtype"] == "text" and bool(body["text"]["content"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


CHANNELS = {"hook": "/hook", "dingtalk": "/dingtalk?access_token=t", "feishu": "/feishu", "wecom": "/wecom?key=k"}


def told_to(system: dealer.SystemSession, zhang: dealer.Session, party: str, count: int = 1) -> None:
    """So many messages to a party, and nothing else in the outbox."""
    configuration = system.configuration()
    configuration["messages"] = [{"event": "created", "type": "customer", "to": [{"party": party}], "text": {"en": "{name}", "zh": "新客户 {name}"}}]
    system.apply_configuration(configuration)
    for index in range(count):
        zhang.new("customer", name=f"客户 {index}").save()
    assert len(list(system.outbox())) == count


def described(receiver: Receiver, timeout: float = 10) -> Dict[str, Dict[str, Any]]:
    kinds = {"hook": "webhook"}
    return {
        name: {"kind": kinds.get(name, name), "url": receiver.url(path), "secret": SECRET, "timeout": timeout} for name, path in CHANNELS.items()
    }


# -- receivers of each kind --


@pytest.mark.parametrize("kind", CHANNELS)
def test_each_kind__is_signed_as_it_wants(receiver: Receiver, system: dealer.SystemSession, zhang: dealer.Session, kind: str) -> None:
    told_to(system, zhang, kind)
    assert deliver.deliver(system, deliver.channels_of(described(receiver))) == 1
    assert len(receiver.taken) == 1 and not receiver.forged
    assert "新客户 客户 0" in json.dumps(receiver.taken, ensure_ascii=False)
    assert not list(system.outbox()) and not list(system.dead_letters())


@pytest.mark.parametrize("kind", ["hook", "dingtalk", "feishu"])
def test_wrong_secret__is_refused_and_waits(receiver: Receiver, system: dealer.SystemSession, zhang: dealer.Session, kind: str, clock: first_program.Clock) -> None:
    told_to(system, zhang, kind)
    channels = deliver.channels_of({name: {**one, "secret": "other"} for name, one in described(receiver).items()})
    deliver.deliver(system, channels)
    assert receiver.forged and not receiver.taken and not list(system.outbox())
    clock.pass_hours(1)
    (waiting,) = system.outbox()
    assert waiting.attempts == 1 and waiting.failure == "HTTP 403"


def test_signatures__are_those_of_the_vendors() -> None:
    channel = deliver.DingTalk("https://example.com/send?access_token=t", "SECabc", now=lambda: 1_600_000_000.123)
    assert channel.signed({}).endswith("&timestamp=1600000000123&sign=" + urllib.parse.quote_plus(mac("SECabc", "1600000000123\nSECabc")))
    body: Dict[str, Any] = {}
    deliver.Feishu("https://example.com", "abc", now=lambda: 1_600_000_000.9).signed(body)
    assert body == {"timestamp": "1600000000", "sign": mac("1600000000\nabc", "")}


# -- answers --

REFUSALS = {
    "429": ((429, {"Retry-After": "7200"}, {}), "HTTP 429", timedelta(hours=2)),
    "503 with a date": ((503, {"Retry-After": "Mon, 02 Mar 2026 03:00:00 GMT"}, {}), "HTTP 503", timedelta(0)),
    "500": ((500, {}, {}), "HTTP 500", timedelta(minutes=1)),
    "hang": ("hang", "no answer: timed out", timedelta(minutes=1)),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_not_taken__comes_again_under_the_same_id(
    receiver: Receiver, system: dealer.SystemSession, zhang: dealer.Session, clock: first_program.Clock, name: str
) -> None:
    how, reason, wait = REFUSALS[name]
    told_to(system, zhang, "hook")
    receiver.answers = [how]
    channels = deliver.channels_of(described(receiver, timeout=0.5))
    deliver.deliver(system, channels)
    assert not receiver.taken and not list(system.outbox())
    if wait:
        clock.now += wait - timedelta(seconds=1)
        assert deliver.deliver(system, channels) == 0
    clock.now += timedelta(days=1) if not wait else timedelta(seconds=1)
    (waiting,) = system.outbox()
    assert waiting.failure == reason
    assert deliver.deliver(system, channels) == 1
    assert receiver.seen == [waiting.uid, waiting.uid] and [event["id"] for event in receiver.taken] == [waiting.uid]
    assert not list(system.outbox())


@pytest.mark.parametrize("kind, refusal", [("dingtalk", {"errcode": 130101}), ("wecom", {"errcode": 45009}), ("feishu", {"code": 11232}), ("wecom", {"odd": 1})])
def test_a_robots_own_refusal__is_no_delivery(
    receiver: Receiver, system: dealer.SystemSession, zhang: dealer.Session, clock: first_program.Clock, kind: str, refusal: Dict[str, int]
) -> None:
    told_to(system, zhang, kind)
    receiver.answers = [(200, {}, refusal)]
    channels = deliver.channels_of(described(receiver))
    deliver.deliver(system, channels)
    assert not list(system.outbox())
    clock.pass_hours(1)
    assert deliver.deliver(system, channels) == 1 and not list(system.outbox()) and len(receiver.taken) >= 1


def test_after_all_attempts__it_is_a_dead_letter_and_can_be_revived(
    receiver: Receiver, system: dealer.SystemSession, zhang: dealer.Session, clock: first_program.Clock
) -> None:
    told_to(system, zhang, "hook")
    receiver.answers = [(500, {}, {})] * 8
    channels = deliver.channels_of(described(receiver))
    for _ in range(8):
        assert deliver.deliver(system, channels) == 1
        clock.pass_hours(7)
    assert deliver.deliver(system, channels) == 0
    (dead,) = system.dead_letters()
    assert dead.attempts == 8 and dead.failure == "HTTP 500"
    system.revive(dead)
    assert not list(system.dead_letters()) and deliver.deliver(system, channels) == 1
    assert len(receiver.taken) == 1 and len(set(receiver.seen)) == 1


def test_cloud_events__keep_to_the_specification(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    told_to(system, zhang, "hook", 3)
    events = [leased.cloud_event for leased in system.lease()]
    for event in events:
        assert set(event) == {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}
        assert all(name.isalnum() and name.islower() and len(name) <= 20 for name in event)
        assert event["specversion"] == "1.0" and event["datacontenttype"] == "application/json"
        assert all(isinstance(event[name], str) and event[name] for name in event if name != "data")
        assert datetime.fromisoformat(event["time"].replace("Z", "+00:00")).tzinfo == timezone.utc
        assert urllib.parse.urlsplit(event["source"]).path == "/dealer" and event["type"] == "org.libdealer.customer.created"
        assert event["subject"] == f"customer/{event['data']['document']}"
    assert len({(event["source"], event["id"]) for event in events}) == 3


# -- several deliverers, and one that is killed --


def run(store: Path, channels: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen([sys.executable, deliver.__file__, str(store), str(channels), "--once"], env=environment)


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_deliverer_killed_in_the_middle__loses_nothing_and_doubles_no_id(receiver: Receiver, tmp_path: Path) -> None:
    path, described_at = tmp_path / "store.db", tmp_path / "channels.json"
    described_at.write_text(json.dumps(described(receiver)), encoding="utf-8")
    with dealer.open(str(path)) as store, store.system("tests") as system:
        first_program.configure(system)
        with store.session("zhang") as zhang:
            told_to(system, zhang, "hook", 12)
        wanted = [message.uid for message in system.outbox()]
    receiver.kill_at = 5
    first = receiver.kill = run(path, described_at)
    first.wait(60)
    assert first.returncode == -signal.SIGKILL and len(receiver.seen) == 5
    receiver.kill = None
    with dealer.open(str(path), clock=lambda: datetime.now(timezone.utc) + timedelta(minutes=6)) as store, store.system("tests") as system:
        assert deliver.deliver(system, deliver.channels_of(described(receiver))) == 8
        assert not list(system.outbox())
    again = [uid for uid in wanted if receiver.seen.count(uid) > 1]
    assert sorted({event["id"] for event in receiver.taken}) == sorted(wanted) and again == wanted[4:5]


def test_two_deliverers_at_once__never_bring_the_same(receiver: Receiver, tmp_path: Path) -> None:
    path, described_at = tmp_path / "store.db", tmp_path / "channels.json"
    described_at.write_text(json.dumps(described(receiver)), encoding="utf-8")
    with dealer.open(str(path)) as store, store.system("tests") as system:
        first_program.configure(system)
        with store.session("zhang") as zhang:
            told_to(system, zhang, "hook", 60)
        wanted = [message.uid for message in system.outbox()]
        deliverers = [run(path, described_at) for _ in range(2)]
        assert [one.wait(120) for one in deliverers] == [0, 0]
        assert not list(system.outbox())
    assert sorted(receiver.seen) == sorted(wanted)
