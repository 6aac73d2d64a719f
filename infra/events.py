"""The events on EventBridge: those of AWS about runs, those of anybody that start jobs, and the platform's own."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.conventions import arn

ENDS_OF_AN_EXECUTION = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
STEPS_OF_A_TASK = ["PENDING", "RUNNING", "STOPPED"]
# After this time the numbers of unpublished records go to the dead-letter queue. The stream keeps its records for a
# day, so 23 hours are left to read them there. Until then the later records of their shard wait.
GIVES_UP_AFTER = cdk.Duration.hours(1)
JOBS = {"dynamodb": {"Keys": {"SK": {"S": ["JOB"]}}}}
# Without deletions: a finished run is deleted after its retention, which is no status event.
RUNS = {"dynamodb": {"Keys": {"SK": {"S": [{"prefix": "RUN#"}]}}, "NewImage": {"status": {"S": [{"exists": True}]}}}}


class RunEvents(Construct):
    """The rules for the events of AWS about runs. If EventBridge cannot deliver one, it goes to the dead letters."""

    def __init__(self, scope: Construct, construct_id: str, *, dead_letters: sqs.Queue) -> None:
        super().__init__(scope, construct_id)
        self._dead_letters = dead_letters

    def ends_of_executions(self, state_machine_arns: list[str], *, to: lambda_.Function) -> None:
        """Send the end of each execution of these state machines to a function."""
        pattern = events.EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={"stateMachineArn": state_machine_arns, "status": ENDS_OF_AN_EXECUTION},
        )
        # The end of a run still matters a day later (EventBridge's maximum).
        self._rule("ExecutionEnded", pattern, to, hours=24, attempts=185)

    def steps_of_tasks(self, cluster_arn: str, *, to: lambda_.Function) -> None:
        """Send each change of a task in the cluster to a function."""
        pattern = events.EventPattern(
            source=["aws.ecs"],
            detail_type=["ECS Task State Change"],
            detail={"clusterArn": [cluster_arn], "lastStatus": STEPS_OF_A_TASK},
        )
        # A task's old status does not matter any more.
        self._rule("TaskMoved", pattern, to, hours=1, attempts=20)

    def _rule(
        self, construct_id: str, pattern: events.EventPattern, to: lambda_.Function, *, hours: int, attempts: int
    ) -> None:
        target = targets.LambdaFunction(
            to,
            dead_letter_queue=self._dead_letters,
            max_event_age=cdk.Duration.hours(hours),
            retry_attempts=attempts,
        )
        events.Rule(self, construct_id, event_pattern=pattern, targets=[target])


class EventRules(Construct):
    """The rights of the rules by which events start jobs: to call the function `react`, to send failures to a queue.

    The rules are no resources of the stack: the functions create them, on any bus of account and region. Their names
    begin with the stack's name and an underscore, which excludes the stack's own rules and those of other stages. The
    ARN of a rule on a bus other than the default one includes the bus (Service Authorization Reference, "Actions,
    resources, and condition keys for Amazon EventBridge").
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, react: lambda_.Function, dead_letters: sqs.Queue
    ) -> None:
        super().__init__(scope, construct_id)
        prefix = f"{name}_"
        self.arns = [arn("events", f"rule/{place}{prefix}*") for place in ("", "*/")]
        self.target = react.function_arn
        for construct, rules in zip(("OfDefaultBus", "OfOtherBuses"), self.arns, strict=True):
            lambda_.CfnPermission(
                self,
                construct,
                action="lambda:InvokeFunction",
                function_name=react.function_arn,
                principal="events.amazonaws.com",
                source_arn=rules,
            )
        dead_letters.add_to_resource_policy(
            iam.PolicyStatement(
                sid="EventsThatStartJobs",
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[dead_letters.queue_arn],
                conditions={"ArnLike": {"aws:SourceArn": self.arns}},
            )
        )
        # For the functions that write the rules.
        self.environment = {
            "RULE_PREFIX": prefix,
            "REACT_FUNCTION_ARN": react.function_arn,
            "DEAD_LETTERS_ARN": dead_letters.queue_arn,
        }


class StatusEvents(Construct):
    """The bus on which the platform publishes what happens to jobs and runs, for the rules of its users.

    Its name is fixed, so that other stacks can create rules on it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        self.bus = events.EventBus(self, "Bus", event_bus_name=name, description="What happens to jobs and their runs")

    def published_by(self, function: lambda_.Function, table: dynamodb.Table, dead_letters: sqs.Queue) -> None:
        """Send the changes of jobs and runs to a function, in order.

        Lambda Developer Guide, "Using event filtering with a DynamoDB event source", "Retain discarded records for a
        DynamoDB event source", "Polling and stream starting positions".
        """
        lambda_.EventSourceMapping(
            self,
            "Published",
            target=function,
            event_source_arn=table.table_stream_arn,
            filters=[lambda_.FilterCriteria.filter(one) for one in (JOBS, RUNS)],
            # From the stream's beginning: LATEST may miss changes while the mapping is created or updated.
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=20,  # twice what one PutEvents takes
            parallelization_factor=1,
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            max_record_age=GIVES_UP_AFTER,
            on_failure=event_sources.SqsDlq(dead_letters),
        )
