"""libdealer through ctypes, as much of it as the model is held against. No binding is needed."""

from __future__ import annotations

import ctypes
import json
import os
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_void_p
from pathlib import Path
from typing import Any, Dict, List, Optional

NOW = ctypes.CFUNCTYPE(c_int64, c_void_p)


class Options(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("read_only", c_int32), ("must_exist", c_int32), ("busy_timeout_ms", c_int32),
                ("vfs", c_char_p), ("journal_key", POINTER(c_uint8)), ("journal_key_length", c_size_t),
                ("allocate", c_void_p), ("allocate_user_data", c_void_p), ("now", NOW), ("now_user_data", c_void_p),
                ("random", c_void_p), ("random_user_data", c_void_p), ("log", c_void_p), ("log_user_data", c_void_p)]


def find() -> Optional[str]:
    root = Path(__file__).resolve().parents[2]
    for path in (os.environ.get("DEALER_LIBRARY"), root / "build" / "dev" / "libdealer.so"):
        if path and Path(path).exists():
            return str(path)
    return None


class Refused(Exception):
    def __init__(self, status: int, text: str, findings: Any = None):
        super().__init__(f"status {status}: {text}")
        self.status, self.findings = status, findings


class Library:
    def __init__(self, path: str):
        self.c = ctypes.CDLL(path)
        for name in ("dealer_text_data", "dealer_error_message", "dealer_decision_json", "dealer_list_after"):
            getattr(self.c, name).restype = c_char_p
        for name in ("dealer_session_error", "dealer_list_next", "dealer_document_error"):
            getattr(self.c, name).restype = c_void_p
        self.c.dealer_document_id.restype = c_int64

    def text(self, handle: c_void_p) -> Any:
        value = json.loads(self.c.dealer_text_data(handle)) if handle else None
        self.c.dealer_text_free(handle)
        return value


class Store:
    def __init__(self, library: Library, path: str = ":memory:"):
        self.library, self.c, self.now_ms, self.sessions = library, library.c, 0, {}
        self.options = Options(size=ctypes.sizeof(Options))
        self.clock = NOW(lambda _: self.now_ms)
        self.options.now = self.clock
        self.handle = c_void_p()
        assert self.c.dealer_store_open(byref(self.handle), None, path.encode(), byref(self.options)) == 0
        self.system = c_void_p()
        assert self.c.dealer_session_open_system(self.handle, byref(self.system), None, b"model") == 0

    def close(self) -> None:
        self.forget()
        self.c.dealer_session_close(self.system)
        self.c.dealer_store_close(self.handle)

    def forget(self) -> None:
        for session in self.sessions.values():
            self.c.dealer_session_close(session)
        self.sessions = {}

    def check(self, status: int, session: c_void_p, findings: Any = None) -> None:
        if status:
            error = c_void_p(self.c.dealer_session_error(session))
            raise Refused(status, (self.c.dealer_error_message(error, 0, 0) or b"").decode(), findings)

    def session(self, person: str) -> Optional[c_void_p]:
        """None for somebody who is disabled."""
        if person not in self.sessions:
            session = c_void_p()
            if self.c.dealer_session_open(self.handle, byref(session), None, person.encode()):
                return None
            self.sessions[person] = session
        return self.sessions[person]

    def configure(self, configuration: Dict[str, Any]) -> None:
        body, findings = json.dumps(configuration).encode(), c_void_p()
        status = self.c.dealer_configuration_apply(self.system, byref(findings), body, c_size_t(len(body)), 0)
        self.check(status, self.system, self.library.text(findings))

    def create(self, person: str, document: Dict[str, Any]) -> int:
        session, handle = self.session(person), c_void_p()
        body = json.dumps(document["fields"]).encode()
        department = document.get("department")
        self.check(self.c.dealer_document_new(session, byref(handle), document["type"].encode()), session)
        self.check(self.c.dealer_document_set_place(session, handle, document["company"].encode(),
                                                    department.encode() if department else None), session)
        assert self.c.dealer_document_merge(handle, body, c_size_t(len(body))) == 0
        self.check(self.c.dealer_document_save(session, handle), session)
        number = int(self.c.dealer_document_id(handle))
        self.c.dealer_document_free(handle)
        return number

    def open(self, session: c_void_p, id: int) -> Optional[c_void_p]:
        handle = c_void_p()
        return handle if self.c.dealer_document_open(session, byref(handle), c_int64(id)) == 0 else None

    def read(self, session: c_void_p, id: int) -> Optional[Dict[str, Any]]:
        handle, text = self.open(session, id), c_void_p()
        if handle is None:
            return None
        assert self.c.dealer_document_to_json(handle, byref(text)) == 0
        self.c.dealer_document_free(handle)
        return self.library.text(text)

    def allows(self, session: c_void_p, function: str, handle: c_void_p) -> bool:
        allowed = c_int32(-1)
        self.check(self.c.dealer_allows(session, byref(allowed), function.encode(), handle), session)
        return bool(allowed.value)

    def list(self, session: c_void_p, query: Dict[str, Any]) -> List[int]:
        body, handle, found = json.dumps(query).encode(), c_void_p(), []
        self.check(self.c.dealer_list_open(session, byref(handle), body, c_size_t(len(body))), session)
        while document := self.c.dealer_list_next(handle):
            found.append(int(self.c.dealer_document_id(c_void_p(document))))
            self.c.dealer_document_free(c_void_p(document))
        self.c.dealer_list_free(handle)
        return found

    def explain(self, person: str, function: str, id: int) -> Dict[str, Any]:
        decision = c_void_p()
        self.check(self.c.dealer_check_for(self.system, byref(decision), person.encode(), function.encode(), c_int64(id)),
                   self.system)
        value = json.loads(self.c.dealer_decision_json(decision))
        self.c.dealer_decision_free(decision)
        return value["why"]

    def selftest(self) -> Dict[str, Any]:
        text = c_void_p()
        self.check(self.c.dealer_permission_selftest(self.system, byref(text), c_int64(0)), self.system)
        return self.library.text(text)
