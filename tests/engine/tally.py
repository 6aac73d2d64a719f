"""A tally of what was tried. Each test records it, and the last lines of the tests' output show it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

PROPERTY = "engine"


class Tally:
    """Counts the faults, the operations that they befell, the states that they left, and random steps.

    `counts` is carried by the report of a test from one process to another.
    """

    def __init__(self) -> None:
        self.counts: dict[str, Any] = {"faults": {}, "operations": [], "states": 0, "steps": 0, "harsh": {}}

    def fault(self, operation: str, kind: str) -> None:
        """Count a fault that was tried in an operation."""
        self.counts["faults"][kind] = self.counts["faults"].get(kind, 0) + 1
        if operation not in self.counts["operations"]:
            self.counts["operations"].append(operation)

    def state(self) -> None:
        """Count a new state from which the world went on."""
        self.counts["states"] += 1

    def step(self) -> None:
        """Count a step of a random story."""
        self.counts["steps"] += 1

    def harsh(self, seen: Mapping[str, int]) -> None:
        """Count what a harsher AWS did meanwhile."""
        self.counts["harsh"] = dict(seen)


def summary(records: Iterable[dict[str, Any]]) -> str:
    """The line for the tests that have passed."""
    tallies = list(records)
    faults = sum((Counter(one["faults"]) for one in tallies), Counter[str]())
    operations = {name for one in tallies for name in one["operations"]}
    kinds = ", ".join(f"{count} times {kind}" for kind, count in faults.most_common())
    steps, states = (sum(one[name] for one in tallies) for name in ("steps", "states"))
    harsh = sum((Counter(one["harsh"]) for one in tallies), Counter[str]())
    more = ", ".join(f"{count} {what}" for what, count in harsh.most_common())
    under = sum(sum(one["faults"].values()) for one in tallies if one["harsh"])
    return (
        f"engine: {faults.total()} faults tried ({kinds}) in {len(operations)} operations and {steps} random steps;"
        f" the world went on from {states} states, and the invariants held after each"
        + (f"; {under} of the faults on a harsher AWS ({more})" if harsh else "")
    )
