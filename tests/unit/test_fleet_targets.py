"""Whom a fleet job names must exist, and its query must be one that fleet indexing takes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest

from functions.jobs.catalog.save import check_devices
from functions.jobs.model.errors import InvalidError
from functions.jobs.ports.fleet import RefusedError
from tests.unit.definitions import job
from tests.unit.fleet_jobs import DOCUMENT, fleet_job

if TYPE_CHECKING:
    from functions.jobs.ports.fleet import Things


@dataclass
class Registry:
    """Some things and groups, and a word that no query may hold."""

    known: frozenset[str] = frozenset({"lamp-1", "lamps"})
    searched: int = 0

    def unknown(self, things: Collection[str], groups: Collection[str]) -> tuple[list[str], list[str]]:
        return [one for one in things if one not in self.known], [one for one in groups if one not in self.known]

    def search(self, query: str) -> Iterator[str]:
        if "broken" in query:
            raise RefusedError("IoT cannot search for this.")
        for number in range(10_000):
            self.searched += 1
            yield f"lamp-{number}"


def wrong(registry: Registry, **targets: Any) -> dict[str, str]:
    """What is wrong with a job that goes to these targets."""
    spec = fleet_job({"targets": targets, "document": DOCUMENT}).spec
    try:
        check_devices(spec, cast("Things", registry))
    except InvalidError as invalid:
        return {problem.path: problem.message for problem in invalid.problems}
    return {}


@pytest.mark.parametrize(
    ("targets", "paths"),
    [
        ({"things": ["lamp-1"], "groups": ["lamps"], "query": "a:b"}, []),
        ({"things": ["lamp-2", "lamp-1", "lamp-3"]}, ["things(0)", "things(2)"]),
        ({"groups": ["lamps", "pumps"]}, ["groups(1)"]),
        ({"things": ["lamp-2"], "groups": ["pumps"], "query": "broken"}, ["things(0)", "groups(0)", "query"]),
    ],
)
def test_what_does_not_exist_is_named_at_its_place(targets: dict[str, Any], paths: list[str]) -> None:
    assert list(wrong(Registry(), **targets)) == [f"/run/fleet/targets/{path}" for path in paths]


def test_a_query_is_tried_and_not_carried_out() -> None:
    registry = Registry()
    assert wrong(registry, query="a:b") == {}
    assert registry.searched == 1


def test_a_job_without_a_fleet_needs_no_registry() -> None:
    check_devices(job(cmd="true"), cast("Things", None))
