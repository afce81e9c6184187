"""A deliverer: takes messages out of the outbox and brings them to group robots of WeCom, DingTalk and Feishu, or to a webhook.

Several may run at once, and any may die at any moment: what it had fetched goes to another when the lease ends. Run it with
``python deliver.py store.db channels.json``, where the second says what the parties of the message rules are::

    {"people": {"kind": "webhook", "url": "https://example.com/hook", "secret": "..."},
     "sales group": {"kind": "dingtalk", "url": "https://oapi.dingtalk.com/robot/send?access_token=...", "secret": "SEC..."}}

A rule's ``{"party": "sales group"}`` goes to that robot; what is for people goes to "people". A party may carry more after a bar:
``people|tel:13800000000`` goes to "people", which finds the telephone in the event's data.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Callable, Dict, Mapping, Optional

import dealer

Event = Mapping[str, Any]
Now = Callable[[], float]
RATE_WAIT = timedelta(minutes=1)  # robots take 20 messages a minute and do not say when the next may come


class NotDelivered(Exception):
    """The receiver did not take it; ``wait``: how long it wants to be left in peace."""

    def __init__(self, reason: str, wait: timedelta = timedelta(0)):
        super().__init__(reason)
        self.wait = wait


def retry_after(value: Optional[str], now: float) -> timedelta:
    """A Retry-After header: seconds, or a date."""
    if not value:
        return timedelta(0)
    try:
        seconds = float(value) if value.strip().isdigit() else parsedate_to_datetime(value).timestamp() - now
    except (TypeError, ValueError):
        return timedelta(0)
    return timedelta(seconds=min(max(seconds, 0), 86400))


class Channel:
    """A receiver at a URL. What a kind of receiver signs and how it answers is below."""

    def __init__(self, url: str, secret: str = "", timeout: float = 10, now: Now = time.time):
        self.url, self.secret, self.timeout, self.now = url, secret, timeout, now

    def send(self, event: Event) -> None:
        """Delivers one CloudEvent or raises NotDelivered."""
        raise NotImplementedError

    def sign(self, key: str, text: str) -> str:
        """HMAC-SHA256 in base64."""
        return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        request = urllib.request.Request(url, body, dict(headers), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                return bytes(answer.read(65536))
        except urllib.error.HTTPError as error:
            with error:
                raise NotDelivered(f"HTTP {error.code}", retry_after(error.headers.get("Retry-After"), self.now())) from error
        except (OSError, http.client.HTTPException) as error:  # refused, reset, no answer in time
            raise NotDelivered(f"no answer: {error}") from error


class Webhook(Channel):
    """CloudEvents over HTTP, structured mode, signed as Standard Webhooks are: HMAC-SHA256 of ``id.timestamp.body``."""

    def send(self, event: Event) -> None:
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        stamp = str(int(self.now()))
        self.post(self.url, body.encode(), {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "Webhook-Id": event["id"],
            "Webhook-Timestamp": stamp,
            "Webhook-Signature": "v1," + self.sign(self.secret, f"{event['id']}.{stamp}.{body}"),
        })


class Robot(Channel):
    """A robot of a chat group: says the text; answers 200 also when it refuses, with a code of its own."""

    code = "errcode"
    busy: frozenset[int] = frozenset()  # codes that say: too many

    def envelope(self, text: str) -> Dict[str, Any]:
        return {"msgtype": "text", "text": {"content": text}}

    def signed(self, body: Dict[str, Any]) -> str:
        """Puts a signature into the body, or answers the URL with one."""
        return self.url

    def send(self, event: Event) -> None:
        body = self.envelope(event["data"]["text"]["zh"])
        url = self.signed(body)
        answer = self.post(url, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"})
        try:
            said = json.loads(answer)
            code = int(said[self.code])
        except (ValueError, KeyError, TypeError) as error:
            raise NotDelivered(f"not understood: {answer[:100]!r}") from error
        if code:
            raise NotDelivered(f"{self.code} {code}: {said.get('errmsg') or said.get('msg')}", RATE_WAIT if code in self.busy else timedelta(0))


class WeCom(Robot):
    """企业微信: the key stands in the URL."""

    busy = frozenset({45009})


class DingTalk(Robot):
    """钉钉: the URL carries timestamp and signature; the key is the secret, what is signed ``timestamp\\nsecret``."""

    busy = frozenset({130101})

    def signed(self, body: Dict[str, Any]) -> str:
        stamp = str(int(self.now() * 1000))
        signature = urllib.parse.quote_plus(self.sign(self.secret, f"{stamp}\n{self.secret}"))
        return f"{self.url}{'&' if '?' in self.url else '?'}timestamp={stamp}&sign={signature}"


class Feishu(Robot):
    """飞书: the body carries timestamp and signature; the key is ``timestamp\\nsecret``, what is signed is nothing."""

    code = "code"
    busy = frozenset({9499, 11232})

    def envelope(self, text: str) -> Dict[str, Any]:
        return {"msg_type": "text", "content": {"text": text}}

    def signed(self, body: Dict[str, Any]) -> str:
        stamp = str(int(self.now()))
        body.update(timestamp=stamp, sign=self.sign(f"{stamp}\n{self.secret}", ""))
        return self.url


KINDS = {"webhook": Webhook, "wecom": WeCom, "dingtalk": DingTalk, "feishu": Feishu}


def channels_of(described: Mapping[str, Mapping[str, Any]]) -> Dict[str, Channel]:
    """Channels by name, from what channels.json says."""
    return {name: KINDS[one["kind"]](**{key: value for key, value in one.items() if key != "kind"}) for name, one in described.items()}


def channel_for(event: Event, channels: Mapping[str, Channel]) -> Channel:
    name = (event["data"].get("party") or "people").split("|", 1)[0]
    if name not in channels:
        raise NotDelivered(f"there is no channel {name}")
    return channels[name]


def deliver(system: dealer.SystemSession, channels: Mapping[str, Channel], limit: int = 20, lease: timedelta = timedelta(minutes=5)) -> int:
    """Delivers what is there, once; answers how many were fetched. What there is no time for within the lease goes to the next."""
    began = time.monotonic()
    fetched = system.lease(limit, lease)
    for leased in fetched:
        try:
            channel = channel_for(leased.cloud_event, channels)
            if time.monotonic() - began + channel.timeout >= lease.total_seconds():
                break
            channel.send(leased.cloud_event)
        except NotDelivered as error:
            report(lambda: system.failed(leased, str(error)[:200], error.wait))
        else:
            report(lambda: system.delivered(leased))
    return len(fetched)


def report(say: Callable[[], None]) -> None:
    """Another deliverer may have it by now: then it is his to report."""
    try:
        say()
    except dealer.Conflict:
        pass


def main() -> None:
    path, described = sys.argv[1:3]
    channels = channels_of(json.loads(Path(described).read_text(encoding="utf-8")))
    once = "--once" in sys.argv
    with dealer.open(path) as store, store.system("deliverer") as system:
        while True:
            if not deliver(system, channels):
                if once:
                    return
                time.sleep(2)


if __name__ == "__main__":
    main()
