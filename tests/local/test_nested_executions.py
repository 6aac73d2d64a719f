"""startExecution.sync:2 answers, fails and is stopped as in AWS."""

import json
from typing import Any

from tests.local.machines import executions, machine, start
from tests.local.workbench import Workbench, until

SUCCEED = {"Succeed": {"Type": "Succeed"}}
WAIT = {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}
FAIL = {"Fail": {"Type": "Fail", "Error": "Mine", "Cause": "because"}}


def nested(child: str, resource: str = "startExecution.sync:2", **state: Any) -> dict[str, Any]:
    arguments = {"StateMachineArn": child, "Input": "{% $states.input %}"}
    run = {"Type": "Task", "Resource": f"arn:aws:states:::states:{resource}", "Arguments": arguments, "End": True}
    return {"Run": {**run, **state}}


def named(child: str, name: str) -> dict[str, Any]:
    return nested(child, Arguments={"StateMachineArn": child, "Name": name})


def test_answers_the_description_with_input_and_output_as_values(workbench: Workbench) -> None:
    child = machine(workbench, SUCCEED)
    ended = workbench.ended(start(workbench, machine(workbench, nested(child)), {"a": 1}))
    told = json.loads(ended["output"])
    assert (told["Status"], told["Input"], told["Output"], told["StateMachineArn"]) == (
        "SUCCEEDED",
        {"a": 1},
        {"a": 1},
        child,
    )
    assert told["StartDate"] <= told["StopDate"] <= ended["stopDate"].timestamp() * 1000 + 1
    # MiniStack carries the child without a delay of its own, and nobody looks for its end now and then.
    assert (ended["stopDate"] - ended["startDate"]).total_seconds() < 1


def test_without_the_2_they_are_texts(workbench: Workbench) -> None:
    parent = machine(workbench, nested(machine(workbench, SUCCEED), "startExecution.sync"))
    told = json.loads(workbench.ended(start(workbench, parent, {"a": 1}))["output"])
    assert (told["Input"], told["Output"]) == ('{"a": 1}', '{"a": 1}')


def test_a_failure_is_a_failed_task_with_the_description_as_cause(workbench: Workbench) -> None:
    ended = workbench.ended(start(workbench, machine(workbench, nested(machine(workbench, FAIL)))))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    told = json.loads(ended["cause"])
    assert (told["Status"], told["Error"], told["Cause"]) == ("FAILED", "Mine", "because")
    assert "Output" not in told


def test_an_execution_that_cannot_be_started_fails_with_its_code(workbench: Workbench) -> None:
    child = machine(workbench, SUCCEED)
    workbench.ended(start(workbench, child, name="taken"))
    ended = workbench.ended(start(workbench, machine(workbench, named(child, "taken"))))
    assert ended["error"] == "StepFunctions.ExecutionAlreadyExistsException"


def test_the_end_of_a_nested_execution_is_told_to_others(workbench: Workbench) -> None:
    """MiniStack tells nobody of an execution that runs inside of another."""
    child = machine(workbench, SUCCEED)
    events, queues = workbench.aws.client("events"), workbench.aws.client("sqs")
    url = queues.create_queue(QueueName="ends")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.states"], "detail": {"stateMachineArn": [child], "status": ["SUCCEEDED"]}}
    events.put_rule(Name="ends", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="ends", Targets=[{"Id": "queue", "Arn": arn}])
    workbench.ended(start(workbench, machine(workbench, named(child, "told"))))
    (told,) = until(lambda: queues.receive_message(QueueUrl=url).get("Messages", []))
    assert json.loads(told["Body"])["detail"]["name"] == "told"
    events.remove_targets(Rule="ends", Ids=["queue"])
    events.delete_rule(Name="ends")


def test_stopping_an_execution_stops_the_nested_one_and_its_task(workbench: Workbench) -> None:
    definition = workbench.definition("exec sleep 60")
    arguments = {"LaunchType": "FARGATE", "Cluster": workbench.cluster, "TaskDefinition": definition}
    task = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "Arguments": arguments, "End": True}
    child = machine(workbench, {"Task": task})
    parent = start(workbench, machine(workbench, nested(child)))
    (arn,) = until(lambda: workbench.tasks_of(definition))
    workbench.running(arn)
    workbench.states.stop_execution(executionArn=parent)
    (stopped,) = executions(workbench, child, 1)
    ended = workbench.ended(stopped)
    assert (ended["status"], parent in ended["cause"]) == ("ABORTED", True)
    assert workbench.stopped(arn)["stoppedReason"].endswith("which was managing this resource was aborted")
    assert workbench.ended(parent)["status"] == "ABORTED"


def test_a_timeout_stops_the_nested_one(workbench: Workbench) -> None:
    child = machine(workbench, WAIT)
    ended = workbench.ended(start(workbench, machine(workbench, nested(child, TimeoutSeconds=1))))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    (stopped,) = executions(workbench, child, 1)
    assert workbench.ended(stopped)["status"] == "ABORTED"


def test_a_nested_execution_that_is_stopped_by_itself_fails_the_state(workbench: Workbench) -> None:
    child = machine(workbench, WAIT)
    parent = start(workbench, machine(workbench, nested(child)))
    (arn,) = executions(workbench, child, 1)
    workbench.states.stop_execution(executionArn=arn, error="Enough")
    told = json.loads(workbench.ended(parent)["cause"])
    assert (told["Status"], told["Error"]) == ("ABORTED", "Enough")


def test_the_sdk_integration_describes_an_execution(workbench: Workbench) -> None:
    failed = start(workbench, machine(workbench, FAIL))
    workbench.ended(failed)
    resource = "arn:aws:states:::aws-sdk:sfn:describeExecution"
    describe = {"Type": "Task", "Resource": resource, "Arguments": {"ExecutionArn": failed}, "End": True}
    told = json.loads(workbench.ended(start(workbench, machine(workbench, {"Describe": describe})))["output"])
    assert (told["Status"], told["Error"], told["Cause"]) == ("FAILED", "Mine", "because")
