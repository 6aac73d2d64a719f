"""Carries out a state machine's real file: the kinds of states and the fields that ours have, in JSONata.

Nobody waits: waiting and tasks move the machine's own clock, by which `$millis` goes and `TimeoutSeconds` ends tasks.
"""

import functools
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonata import jexception, jsonata


class TaskError(Exception):
    """What a Task state fails with: Error and, mostly, Cause."""


@dataclass(frozen=True)
class Took:
    """An answer that comes after a number of seconds."""

    seconds: float
    answer: Any


@dataclass(frozen=True)
class Evaluated:
    """A value of the definition, what its expressions saw, and what came out."""

    value: Any
    states: "States"
    now: float
    result: Any


@dataclass
class Trace:
    """What an execution did: the states it entered, the tasks' arguments and limits, the seconds it waited, its end."""

    now: float = field(default_factory=time.time)
    chance: Callable[[], float] = random.random
    evaluated: list[Evaluated] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    arguments: list[Any] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    waited: list[int] = field(default_factory=list)
    concurrency: list[int] = field(default_factory=list)
    status: str = "SUCCEEDED"
    output: Any = None
    error: str = ""
    cause: str = ""


class Failed(Exception):
    """A Fail state was entered: Error and Cause."""


Service = Callable[[str, Any], Any]  # answers a task's resource and arguments
States = dict[str, Any]


def execute(
    definition: States,
    given: Any,
    tasks: Iterator[Any] | Service,
    retries: int = 0,
    chance: Callable[[], float] = random.random,
) -> Trace:
    """Run it. `tasks` answers each task state; a TaskError is that state's failure, after its number of retries.

    `chance` is what `$random` gives.
    """
    trace = Trace(chance=chance)
    service = tasks if callable(tasks) else lambda resource, arguments: next(tasks)
    state = {"State": {"RetryCount": retries}, "Task": {"Token": "token"}}
    context = {"Execution": {"Id": "arn:execution", "Input": given}, **state}
    try:
        trace.output = _walk(definition, given, context, trace, service)
    except Failed as failed:
        trace.status, (trace.error, trace.cause) = "FAILED", failed.args
    return trace


def _walk(definition: States, value: Any, context: States, trace: Trace, service: Service) -> Any:
    """From StartAt to an end; the output."""
    name: str | None = definition["StartAt"]
    while name:
        trace.entered.append(name)
        state = definition["States"][name]
        value, name = KINDS[state["Type"]](state, _Scope({"input": value, "context": context}, trace), service)
    return value


@dataclass(frozen=True)
class _Scope:
    """What expressions of a state see."""

    states: States
    trace: Trace

    def evaluate(self, value: Any, **more: Any) -> Any:
        trace, states = self.trace, self.states | more
        result = evaluate(value, states, trace.now, trace.chance)
        trace.evaluated.append(Evaluated(value, states, trace.now, result))
        return result


Step = tuple[Any, str | None]


def _task(state: States, scope: _Scope, service: Service) -> Step:
    try:
        answer = _answer(state, scope, service)
    except TaskError as error:
        told = dict(zip(("Error", "Cause"), error.args, strict=False))
        for catch in state["Catch"]:
            if {told["Error"], "States.ALL"} & set(catch["ErrorEquals"]):
                return scope.evaluate(catch["Output"], errorOutput=told), catch["Next"]
        raise Failed(told["Error"], told.get("Cause", "")) from error
    return scope.evaluate(state.get("Output", "{% $states.result %}"), result=answer), state.get("Next")


def _answer(state: States, scope: _Scope, service: Service) -> Any:
    limit = scope.evaluate(state.get("TimeoutSeconds", 99_999_999))
    assert isinstance(limit, int) and 1 <= limit <= 99_999_999, limit
    try:
        arguments = scope.evaluate(state["Arguments"])
    except jexception.JException as wrong:
        raise TaskError("States.QueryEvaluationError", str(wrong)) from wrong
    scope.trace.arguments.append(arguments)
    scope.trace.limits.append(limit)
    answer = service(state["Resource"], arguments)
    if isinstance(answer, Took):
        scope.trace.now += min(answer.seconds, limit)
        answer = answer.answer if answer.seconds <= limit else TaskError("States.Timeout")
    if isinstance(answer, TaskError):
        raise answer
    return answer


def _map(state: States, scope: _Scope, service: Service) -> Step:
    """The iterations one after the other; a failed one would fail the state, which is no business of ours."""
    items, most = scope.evaluate(state["Items"]), scope.evaluate(state["MaxConcurrency"])
    assert isinstance(items, list) and isinstance(most, int), (items, most)
    scope.trace.concurrency.append(most)
    results = []
    for index, item in enumerate(items):
        context = {**scope.states["context"], "Map": {"Item": {"Index": index, "Value": item}}}
        given = scope.evaluate(state["ItemSelector"], context=context)
        inner = {name: value for name, value in context.items() if name != "Map"}
        results.append(_walk(state["ItemProcessor"], given, inner, scope.trace, service))
    assert len(json.dumps(results)) < 256 * 1024, "Step Functions' quota for a state's output"
    return scope.evaluate(state["Output"], result=results), state["Next"]


def _choice(state: States, scope: _Scope, _: Service) -> Step:
    for choice in state["Choices"]:
        chosen = scope.evaluate(choice["Condition"])
        assert isinstance(chosen, bool), f"{choice['Condition']} is {chosen!r}"  # anything else fails on AWS
        if chosen:
            return scope.evaluate(choice.get("Output", "{% $states.input %}")), choice["Next"]
    return scope.states["input"], state["Default"]


def _wait(state: States, scope: _Scope, _: Service) -> Step:
    seconds = scope.evaluate(state["Seconds"])
    assert float(seconds).is_integer() and seconds >= 0
    scope.trace.waited.append(int(seconds))
    scope.trace.now += seconds
    return scope.evaluate(state["Output"]), state["Next"]


def _succeed(_: States, scope: _Scope, __: Service) -> Step:
    return scope.states["input"], None


def _fail(state: States, scope: _Scope, _: Service) -> Step:
    error, cause = scope.evaluate(state["Error"]), scope.evaluate(state["Cause"])
    assert isinstance(error, str) and isinstance(cause, str)
    assert len(error) <= 256 and len(cause) <= 32_768, "API Reference, HistoryEvent: ExecutionFailedEventDetails"
    raise Failed(error, cause)


KINDS: dict[str, Callable[[States, _Scope, Service], Step]] = {
    "Task": _task,
    "Map": _map,
    "Choice": _choice,
    "Wait": _wait,
    "Succeed": _succeed,
    "Fail": _fail,
}


def evaluate(value: Any, states: States, now: float | None = None, chance: Callable[[], float] = random.random) -> Any:
    """The value with its JSONata expressions carried out, as Step Functions does it: no result is an error."""
    if isinstance(value, dict):
        return {key: evaluate(item, states, now, chance) for key, item in value.items()}
    if isinstance(value, list):
        return [evaluate(item, states, now, chance) for item in value]
    if isinstance(value, str) and value.startswith("{%"):
        expression = _parsed(value)
        expression.register_lambda("random", chance)
        # jsonata's own tells when the expression was parsed.
        expression.register_lambda("millis", lambda: int((now or time.time()) * 1000))
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
    return expression
