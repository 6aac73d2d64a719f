"""Correction of Map states."""

from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

from local.corrections.registry import correction, replace
from local.corrections.stepfunctions.executions import current
from local.corrections.stepfunctions.nested_executions import may_start

MOST = 64
State = dict[str, Any]


@correction("stepfunctions.maps")
def maps() -> None:
    """Evaluate a distributed Map state's JSONata, ask its role, and end iterations with their execution.

    MiniStack evaluates Items, ItemSelector, MaxConcurrency and Output of a distributed Map state in JSONPath only, asks
    no role whether it may start the iterations, and goes on with a Map state whose execution was stopped. AWS evaluates
    them ("Map state in Distributed mode"), starts the iterations with the state machine's role as executions of the
    state machine ("IAM policies for using Distributed Map states"), and ends them with the execution.

    This machine carries 64 iterations at a time at most, where AWS carries 10,000.
    """
    execute, distribute = stepfunctions._execute_map, stepfunctions._run_distributed_map
    iterate = stepfunctions._run_sub_machine

    def execute_map(*arguments: Any) -> Any:
        try:
            return execute(*arguments)
        finally:
            _go_on()

    def run_sub_machine(*arguments: Any) -> Any:
        _go_on()  # else those that wait for their turn would still begin
        return iterate(*arguments)

    def run_distributed_map(state: State, raw_input: Any, *more: Any) -> Any:
        effective, iterator, execution, context = more
        may_start(execution, execution["stateMachineArn"])
        if stepfunctions._state_query_language(state, context) != "JSONata":
            return distribute(state, raw_input, *more)
        try:
            results, following = distribute(
                _plain(state, raw_input, context),
                effective,
                _inputs(state, raw_input, context),
                iterator,
                execution,
                context,
            )
        finally:
            if execution["status"] != "RUNNING":
                _end(execution)
        output = stepfunctions._apply_jsonata_output(state, raw_input, context, result=results, default=results)
        return output, following

    replace(stepfunctions, _execute_map=execute_map, _run_sub_machine=run_sub_machine)
    replace(stepfunctions, _run_distributed_map=run_distributed_map)


def _go_on() -> None:
    if running := current.get(None):
        running.go_on()


def _plain(state: State, raw_input: Any, context: State) -> State:
    """The state without what MiniStack would take for JSONPath."""
    most = MOST
    if "MaxConcurrency" in state:
        given = stepfunctions._jsonata_state_field(state, "MaxConcurrency", "number", raw_input, context)
        most = min(int(given) or MOST, MOST)
    return {"MaxConcurrency": most, **{name: state[name] for name in ("Label", "Next", "End") if name in state}}


def _inputs(state: State, raw_input: Any, context: State) -> list[Any]:
    """Return the input of each iteration."""
    items = stepfunctions._jsonata_state_field(state, "Items", "array", raw_input, context)
    if "ItemSelector" not in state:
        return list(items)
    contexts = [{**context, "Map": {"Item": {"Index": index, "Value": item}}} for index, item in enumerate(items)]
    return [stepfunctions._apply_jsonata_template(state["ItemSelector"], raw_input, one) for one in contexts]


def _end(execution: State) -> None:
    """The iterations have ended with the execution, and so has their Map Run."""
    runs = {
        arn: run for arn, run in stepfunctions._map_runs.items() if run["executionArn"] == execution["executionArn"]
    }
    for child in stepfunctions._executions.values():
        if child["status"] == "RUNNING" and child.get("mapRunArn") in runs:
            child.update(status="ABORTED", stopDate=now_iso())
            runs[child["mapRunArn"]]["status"] = "ABORTED"
