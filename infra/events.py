"""What AWS tells us of a run, and to whom: the end of an execution to settle, the steps of a task to track."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.functions import Functions
from infra.runner import Runner

ENDS_OF_AN_EXECUTION = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
STEPS_OF_A_TASK = ["PENDING", "RUNNING", "STOPPED"]


class Events(Construct):
    """Two rules. What cannot be delivered ends in the dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        runner: Runner,
        functions: Functions,
        dead_letters: sqs.Queue,
    ) -> None:
        super().__init__(scope, construct_id)
        execution_ended = events.EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={"stateMachineArn": runner.state_machine_arns, "status": ENDS_OF_AN_EXECUTION},
        )
        task_moved = events.EventPattern(
            source=["aws.ecs"],
            detail_type=["ECS Task State Change"],
            detail={"clusterArn": [runner.cluster.attr_arn], "lastStatus": STEPS_OF_A_TASK},
        )
        # The end of a run is worth telling a day later (EventBridge's own limits); where a task was, is not.
        self._rule("ExecutionEnded", execution_ended, _target(functions.settle, dead_letters, hours=24, attempts=185))
        self._rule("TaskMoved", task_moved, _target(functions.track, dead_letters, hours=1, attempts=20))

    def _rule(self, construct_id: str, pattern: events.EventPattern, target: targets.LambdaFunction) -> None:
        events.Rule(self, construct_id, event_pattern=pattern, targets=[target])


def _target(
    function: lambda_.Function, dead_letters: sqs.Queue, *, hours: int, attempts: int
) -> targets.LambdaFunction:
    return targets.LambdaFunction(
        function, dead_letter_queue=dead_letters, max_event_age=cdk.Duration.hours(hours), retry_attempts=attempts
    )
