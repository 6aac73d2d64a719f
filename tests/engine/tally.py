"""How much was tried: each test records it, and the last lines of the tests' output say it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

PROPERTY = "engine"


class Tally:
    """Counts the faults, the operations that they befell, the states that they left, and random steps.

    `told` is what a test's report carries from one process to another.
    """

    def __init__(self) -> None:
        self.told: dict[str, Any] = {"faults": {}, "operations": [], "states": 0, "steps": 0}

    def fault(self, operation: str, kind: str) -> None:
        """One was tried."""
        self.told["faults"][kind] = self.told["faults"].get(kind, 0) + 1
        if operation not in self.told["operations"]:
            self.told["operations"].append(operation)

    def state(self) -> None:
        """The world went on from another one."""
        self.told["states"] += 1

    def step(self) -> None:
        """One more, of a random story."""
        self.told["steps"] += 1


def summary(records: Iterable[dict[str, Any]]) -> str:
    """The line for the tests that have passed."""
    told = list(records)
    faults = sum((Counter(one["faults"]) for one in told), Counter[str]())
    operations = {name for one in told for name in one["operations"]}
    kinds = ", ".join(f"{count} times {kind}" for kind, count in faults.most_common())
    steps, states = (sum(one[name] for one in told) for name in ("steps", "states"))
    return (
        f"engine: {faults.total()} faults tried ({kinds}) in {len(operations)} operations and {steps} random steps;"
        f" the world went on from {states} states, and the invariants held after each"
    )
