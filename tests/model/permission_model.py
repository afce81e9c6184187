"""What permission means, said slowly: by walking over the configuration as it is written, for one question at a time.

Written from the description of the domain alone. Nothing here is compiled, ordered or cached; trees are walked upwards.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, Iterator, List, Optional, Tuple

Json = Dict[str, Any]


def instant(text: Optional[str], otherwise: float) -> float:
    """Milliseconds since 1970 of a date (its midnight in UTC) or an instant."""
    if text is None:
        return otherwise
    if len(text) == 10:
        text += "T00:00:00Z"
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc).timestamp() * 1000


def by_code(items: List[Json]) -> Dict[str, Json]:
    return {item["code"]: item for item in items}


class Model:
    def __init__(self, configuration: Json, types: Dict[str, List[str]]):
        self.companies = by_code(configuration.get("companies", []))
        self.departments = by_code(configuration.get("departments", []))
        self.posts = by_code(configuration.get("posts", []))
        self.employees = by_code(configuration.get("employees", []))
        self.types = types  # type -> names of its own fields

    # -- trees --

    def upwards(self, items: Dict[str, Json], code: Optional[str]) -> Iterator[str]:
        while code is not None:
            yield code
            code = items[code].get("parent")

    # -- what somebody holds --

    def place(self, person: Json, where: Json) -> Tuple[str, Optional[str]]:
        """Company and department of a holding."""
        if "department" in where:
            return self.departments[where["department"]]["company"], where["department"]
        if "company" in where:
            return where["company"], None
        return self.departments[person["department"]]["company"], person["department"]

    def in_force(self, what: Json, now: float) -> bool:
        return instant(what.get("from"), -1e18) <= now < instant(what.get("to"), 1e18)

    def holdings(self, code: str, now: float) -> Iterator[Tuple[Optional[Json], List[Json], Tuple[str, Optional[str]]]]:
        """(post or None for a temporary grant, grants, place) of everything in force."""
        person = self.employees[code]
        if person.get("disabled"):
            return
        for held in person.get("posts", []):
            post = self.posts[held["post"]]
            if not post.get("disabled") and self.in_force(held, now):
                yield post, post.get("grants", []), self.place(person, held)
        for grant in person.get("grants", []):
            if self.in_force(grant, now):
                yield None, [grant], self.place(person, grant.get("in", {}))

    # -- one grant --

    def means(self, grant: Json, type: str, action: str) -> bool:
        for function in grant["functions"]:
            granted_type, granted_action = function.split(".")
            if granted_type in ("*", type) and granted_action in ("*", action):
                return True
        return False

    def reaches(self, grant: Json, code: str, place: Tuple[str, Optional[str]], document: Json) -> bool:
        company, department = place
        scope = grant["scope"]
        above_document = list(self.upwards(self.departments, document.get("department")))
        above_company = list(self.upwards(self.companies, document["company"]))
        if scope == "self":
            return document["owner"] == code and document["company"] == company
        if scope == "department":
            return department is not None and document.get("department") == department
        if scope == "department_and_below":
            return document["company"] == company if department is None else department in above_document
        if scope == "company":
            return document["company"] == company
        if scope == "company_and_below":
            return company in above_company
        if scope == "group":
            return True
        if scope == "departments":
            return document.get("department") in grant["departments"]
        if scope == "departments_and_below":
            return any(listed in above_document for listed in grant["departments"])
        if scope == "companies":
            return document["company"] in grant["companies"]
        if scope == "companies_and_below":
            return any(listed in above_company for listed in grant["companies"])
        raise ValueError(scope)

    def condition(self, condition: Optional[Json], document: Json) -> bool:
        if condition is None:
            return True
        if "all" in condition:
            return all(self.condition(one, document) for one in condition["all"])
        if "any" in condition:
            return any(self.condition(one, document) for one in condition["any"])
        if "not" in condition:
            return not self.condition(condition["not"], document)
        found, op, wanted = document["fields"].get(condition["field"]), condition["op"], condition.get("value")
        if op == "empty":
            return found is None
        if found is None:
            return False
        return {"=": found == wanted, "!=": found != wanted, "<": found < wanted, "<=": found <= wanted,
                ">": found > wanted, ">=": found >= wanted}[op]

    def on_site(self, code: str, document: Json) -> bool:
        """A service role narrows service orders of its company to its sites; none written yet is no other site."""
        for role in self.employees[code].get("service_roles", []):
            if document["type"] == "service_order" and role["company"] == document["company"]:
                site = document["fields"].get("site")
                if site is not None and site not in role["sites"]:
                    return False
        return True

    def covers(self, grant: Json, code: str, place: Tuple[str, Optional[str]], action: str, document: Json) -> bool:
        if not self.means(grant, document["type"], action) or not self.reaches(grant, code, place, document):
            return False
        if not self.condition(grant.get("condition"), document):
            return False
        return bool(grant.get("deny")) or self.on_site(code, document)

    # -- the questions --

    def allows(self, code: str, type: str, action: str, document: Json, now: float) -> bool:
        if document["type"] != type:
            return False
        granted = False
        for _, grants, place in self.holdings(code, now):
            for grant in grants:
                if self.covers(grant, code, place, action, document):
                    if grant.get("deny"):
                        return False
                    granted = True
        return granted

    def hidden(self, code: str, document: Json, now: float) -> List[str]:
        """Fields that no holding which lets him read this document leaves visible."""
        taken: Optional[set] = None
        for post, grants, place in self.holdings(code, now):
            if not any(not g.get("deny") and self.covers(g, code, place, "read", document) for g in grants):
                continue
            mine = set()
            for rule in (post or {}).get("fields", []):
                if rule["type"] == document["type"]:
                    mine |= set(rule.get("hidden", []))
            taken = mine if taken is None else taken & mine
        return sorted(taken or ())
