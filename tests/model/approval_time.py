"""Hours and business hours: docs/approval.md, "Time", and the calendars of docs/configuration.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, List, Mapping

CHINA = timezone(timedelta(hours=8))


@dataclass
class Calendar:
    """When a company works: Monday to Friday unless it says otherwise."""

    first: int = 9  # hours of the day
    last: int = 17
    holidays: List[str] = field(default_factory=list)
    workdays: List[str] = field(default_factory=list)

    def works(self, day: datetime) -> bool:
        text = day.strftime("%Y-%m-%d")
        return text in self.workdays or (day.weekday() < 5 and text not in self.holidays)


def after(now: datetime, said: Mapping[str, Any], calendar: Calendar) -> datetime:
    """So many hours from now, by the clock or by the calendar."""
    if "hours" in said:
        return now + timedelta(hours=said["hours"])
    left, at = timedelta(hours=said["business_hours"]), now.astimezone(CHINA)
    while True:
        opens, closes = at.replace(hour=calendar.first, minute=0, second=0), at.replace(hour=calendar.last, minute=0, second=0)
        if calendar.works(at) and at < closes:
            at = max(at, opens)
            if at + left <= closes:
                return (at + left).astimezone(timezone.utc)
            left -= closes - at
        at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0)
