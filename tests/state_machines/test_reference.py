"""The reference implementation of JSONata, in the version of Step Functions, reads our expressions as our tests do.

Step Functions, "Transforming data with JSONata": it is version 2.0.6. The other tests evaluate in Python.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from infra.definitions import read_expression
from tests.aws.conftest import make_run
from tests.state_machines import test_run_fleet as fleets
from tests.state_machines.machine import Evaluated, Service, TaskError, Took, Trace, execute
from tests.state_machines.runs import CONTAINER, DONE, FLEET, FOLDER, TASKS, failed, given, overridden, planned, policy
from tests.state_machines.test_failures import FAILURES, NO_CAPACITY, WITH_FALLBACK
from tests.state_machines.test_reasons import ENDS
from tests.state_machines.test_run_tasks import NOT_OURS, StepFunctions, failing, several
from tests.state_machines.test_waiting import FOR_GOOD, PASSING

CHANCE = 0.3  # what $random gives
THROTTLED = TaskError("ECS.ClientException", "Rate exceeded")
PAST = datetime(2026, 1, 1, tzinfo=UTC)
RULES = [
    {"action": "FAIL", "exitCodes": [255]},
    {"action": "IGNORE", "reasons": ["SPOT_INTERRUPTED"], "message": "Spot"},
]
RETRY = policy(attempts=2, waitSeconds=7, factor=2, jitter=True, rules=RULES)


@dataclass(frozen=True)
class Reference:
    """What the reference implementation says of everything, asked once."""

    evaluated: list[Evaluated]
    wrong: list[str]
    different: list[str]
    results: list[Any]


def carried(machine: dict[str, Any], run: Any, tasks: Iterator[Any] | Service) -> Trace:
    return execute(machine, given(run), tasks, chance=lambda: CHANCE)


def container_runs() -> Iterator[Trace]:
    """Every kind of override, and every way in which an attempt may end."""
    for run in (
        overridden(payload='{"a": 1}', command=("a b", "c"), cpu=512),
        overridden(payload_url="https://bucket/key?signed", memory=2048, env={"A": "2"}),
        replace(planned(make_run(), task_count=3), parameters={"LEVEL": "debug"}),
    ):
        yield carried(CONTAINER, run, iter([DONE]))
    for end in [*ENDS, failed(0, 143), THROTTLED, *NO_CAPACITY, *(error for error, _ in PASSING), *FOR_GOOD]:
        yield carried(CONTAINER, planned(retry=RETRY), iter([end, end, *[failed(1)] * 3]))
    yield carried(CONTAINER, planned(capacity_providers=WITH_FALLBACK), iter([FAILURES] * 3 + [DONE]))
    late = planned(make_run(created_at=datetime.now(UTC)), timeout=100, retry=policy(attempts=0, waitSeconds=60))
    yield carried(CONTAINER, late, repeat(Took(10, failed(1))))
    yield carried(CONTAINER, late, iter([Took(101, DONE)]))
    yield carried(CONTAINER, late, repeat(FAILURES))


def tasks_runs() -> Iterator[Trace]:
    """None, some and most of the tasks fail, start no execution, or come too late."""
    for run, service in (
        (several(3), failing()),
        (several(41, tolerated_failures=1), failing(7)),
        (several(3, tolerated_failures=1), failing(0, 1)),
        (several(5), failing(1)),
        (several(3), StepFunctions(lambda _: iter([DONE]), refused={1: NOT_OURS})),
        (replace(several(3, timeout=100), created_at=PAST), failing()),
    ):
        yield carried(TASKS, run, service)


def fleet_runs() -> Iterator[Trace]:
    run = fleets.fleet_run()
    yield carried(FLEET, run, iter([fleets.DONE]))
    yield carried(FLEET, run, iter([fleets.LATE, fleets.closed("", "Enough.")]))
    yield carried(FLEET, run, iter([fleets.LATE, TaskError("Lambda.Unknown", "x" * 3000)]))


def expressions(value: Any) -> Iterator[str]:
    """Every expression inside."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from expressions(item)
    elif isinstance(value, str) and value.startswith("{%"):
        yield value


@pytest.fixture(scope="module")
def reference() -> Reference:
    """All at once: one process."""
    traces = [*container_runs(), *tasks_runs(), *fleet_runs()]
    evaluated = [one for trace in traces for one in trace.evaluated if any(expressions(one.value))]
    machines = [CONTAINER, TASKS, FLEET]
    files = sorted(FOLDER.glob("*/*.jsonata"))
    asked = {
        "expressions": [text[2:-2] for text in expressions(machines)],
        "files": [[file.read_text(encoding="utf-8"), read_expression(file)] for file in files],
        "evaluated": [asdict(one) | {"chance": CHANCE, "result": None} for one in evaluated],
    }
    node = Path(sys.executable).with_name("node")
    command = [str(node), str(Path(__file__).with_name("reference.js"))]
    found = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=120)
    assert found.returncode == 0, found.stderr
    return Reference(evaluated, **json.loads(found.stdout))


def test_every_expression_can_be_parsed(reference: Reference) -> None:
    assert reference.wrong == []


def test_a_file_as_one_line_means_what_the_file_means(reference: Reference) -> None:
    assert reference.different == []


def test_every_expression_has_the_result_that_our_tests_count_on(reference: Reference) -> None:
    for one, result in zip(reference.evaluated, reference.results, strict=True):
        assert result == one.result, one.value


def test_every_long_expression_was_evaluated(reference: Reference) -> None:
    evaluated = "\n".join({text for one in reference.evaluated for text in expressions(one.value)})
    files = sorted(FOLDER.glob("*/*.jsonata"))
    assert files and [file for file in files if read_expression(file) not in evaluated] == []
