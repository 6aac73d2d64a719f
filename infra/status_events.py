"""What happens to jobs and runs, told on an event bus: for the rules of who builds on this deployment."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

# After this the dead-letter queue is told which records of the stream were not published. The stream keeps them for a
# day: 23 hours are left to read them there. All that time what comes after them in their shard waits.
GIVES_UP_AFTER = cdk.Duration.hours(1)
JOBS = {"dynamodb": {"Keys": {"SK": {"S": ["JOB"]}}}}
# Not when they go: a finished run is forgotten after its retention, which is no news.
RUNS = {"dynamodb": {"Keys": {"SK": {"S": [{"prefix": "RUN#"}]}}, "NewImage": {"status": {"S": [{"exists": True}]}}}}


class StatusEvents(Construct):
    """The bus. Its name is known: rules, also those of other stacks, are made with it."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        self.bus = events.EventBus(self, "Bus", event_bus_name=name, description="What happens to jobs and their runs")

    def published_by(self, function: lambda_.Function, table: dynamodb.Table, dead_letters: sqs.Queue) -> None:
        """Hand a function the changes of jobs and runs, in order.

        Lambda Developer Guide, "Using event filtering with a DynamoDB event source", "Retain discarded records for a
        DynamoDB event source", "Polling and stream starting positions".
        """
        lambda_.EventSourceMapping(
            self,
            "Published",
            target=function,
            event_source_arn=table.table_stream_arn,
            filters=[lambda_.FilterCriteria.filter(one) for one in (JOBS, RUNS)],
            # From the stream's beginning: "latest" may miss what happens while the mapping is made or changed.
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=20,  # twice what one PutEvents takes
            parallelization_factor=1,
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            max_record_age=GIVES_UP_AFTER,
            on_failure=event_sources.SqsDlq(dead_letters),
        )
