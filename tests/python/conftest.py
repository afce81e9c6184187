"""What the Python tests share: the small group of the first program, and stores that are closed after each test."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterator

import dealer
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples" / "python"))

import first_program  # noqa: E402


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture
def clock() -> first_program.Clock:
    """A clock that stands still."""
    return first_program.Clock(datetime(2026, 3, 2, 1, tzinfo=timezone.utc))


@pytest.fixture
def store(clock: first_program.Clock) -> Iterator[dealer.Store]:
    """A store in memory, with the group of the first program."""
    with dealer.open(":memory:", clock=clock) as opened:
        with opened.system("tests") as system:
            first_program.configure(system)
        yield opened


@pytest.fixture
def system(store: dealer.Store) -> Iterator[dealer.SystemSession]:
    """The system's session."""
    with store.system("tests") as session:
        yield session


@pytest.fixture
def zhang(store: dealer.Store) -> Iterator[dealer.Session]:
    """The session of a salesperson."""
    with store.session("zhang") as session:
        yield session
