"""Carries out a state machine's real file: the kinds of states and the fields that ours have, in JSONata."""

import functools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonata import jsonata


class TaskError(Exception):
    """What a Task state fails with: Error and Cause."""


@dataclass
class Trace:
    """What an execution did: the states it entered, the tasks' arguments, the seconds waited, and how it ended."""

    entered: list[str] = field(default_factory=list)
    arguments: list[Any] = field(default_factory=list)
    waited: list[int] = field(default_factory=list)
    status: str = "SUCCEEDED"
    output: Any = None
    error: str = ""
    cause: str = ""


def execute(definition: dict[str, Any], given: Any, tasks: Iterator[Any], retries: int = 0) -> Trace:
    """Run it. `tasks` answers each task state; a TaskError is that state's failure, after so many retries."""
    trace, name, value = Trace(), definition["StartAt"], given
    while name:
        trace.entered.append(name)
        state = definition["States"][name]
        context = {"Execution": {"Input": given}, "State": {"Name": name, "RetryCount": retries}}
        states = {"input": value, "context": context}
        if state["Type"] == "Fail":
            trace.status = "FAILED"
            trace.error, trace.cause = evaluate(state["Error"], states), evaluate(state["Cause"], states)
            return trace
        value, name = KINDS[state["Type"]](state, states, trace, tasks)
    trace.output = value
    return trace


def _task(state: dict[str, Any], states: dict[str, Any], trace: Trace, tasks: Iterator[Any]) -> tuple[Any, str | None]:
    trace.arguments.append(evaluate(state["Arguments"], states))
    answer = next(tasks)
    if not isinstance(answer, TaskError):
        return answer, state.get("Next")
    error, cause = answer.args
    (catch,) = state["Catch"]
    assert catch["ErrorEquals"] == ["States.ALL"]
    return evaluate(catch["Output"], {**states, "errorOutput": {"Error": error, "Cause": cause}}), catch["Next"]


def _choice(state: dict[str, Any], states: dict[str, Any], _: Trace, __: Iterator[Any]) -> tuple[Any, str | None]:
    for choice in state["Choices"]:
        chosen = evaluate(choice["Condition"], states)
        assert isinstance(chosen, bool), f"{choice['Condition']} is {chosen!r}"  # anything else fails on AWS
        if chosen:
            return evaluate(choice.get("Output", "{% $states.input %}"), states), choice["Next"]
    return states["input"], state["Default"]


def _wait(state: dict[str, Any], states: dict[str, Any], trace: Trace, _: Iterator[Any]) -> tuple[Any, str | None]:
    seconds = evaluate(state["Seconds"], states)
    assert float(seconds).is_integer()
    trace.waited.append(int(seconds))
    return evaluate(state["Output"], states), state["Next"]


def _succeed(_: dict[str, Any], states: dict[str, Any], __: Trace, ___: Iterator[Any]) -> tuple[Any, str | None]:
    return states["input"], None


Kind = Callable[[dict[str, Any], dict[str, Any], Trace, Iterator[Any]], tuple[Any, str | None]]
KINDS: dict[str, Kind] = {"Task": _task, "Choice": _choice, "Wait": _wait, "Succeed": _succeed}


def evaluate(value: Any, states: dict[str, Any]) -> Any:
    """The value with its JSONata expressions carried out, as Step Functions does it: no result is an error."""
    if isinstance(value, dict):
        return {key: evaluate(item, states) for key, item in value.items()}
    if isinstance(value, list):
        return [evaluate(item, states) for item in value]
    if isinstance(value, str) and value.startswith("{%"):
        expression = _parsed(value)
        frame = expression.create_frame()
        frame.bind("states", states)
        result = expression.evaluate(None, frame)
        assert result is not None, f"{value} has no result"
        return result
    return value


@functools.cache
def _parsed(value: str) -> Any:
    expression = jsonata.Jsonata(value.removeprefix("{%").removesuffix("%}").strip())
    expression.register_lambda("parse", json.loads)  # Step Functions' own function
    # jsonata's own tells when the expression was parsed.
    expression.register_lambda("millis", lambda: int(time.time() * 1000))
    return expression
