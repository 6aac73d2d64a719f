"""Where jobs, runs and their state are kept: one table for all of it, and a bucket for what is too long."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.payloads import Payloads


class Storage(Construct):
    """The table. On demand: it costs what is read and written, and nothing while idle."""

    def __init__(self, scope: Construct, construct_id: str, *, days: int, keep: bool) -> None:
        super().__init__(scope, construct_id)
        self.payloads = Payloads(self, "Payloads", days=days, keep=keep)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text("PK"),
            sort_key=_text("SK"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expiresAt",
            # Where status events are read from. It costs nothing where Lambda alone reads it (DynamoDB Developer Guide,
            # "Evaluate your Streams usage").
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            deletion_protection=keep,
            removal_policy=cdk.RemovalPolicy.RETAIN if keep else cdk.RemovalPolicy.DESTROY,
        )
        self.table.add_global_secondary_index(
            index_name="GSI1",
            partition_key=_text("GSI1PK"),
            sort_key=_text("GSI1SK"),
            projection_type=dynamodb.ProjectionType.ALL,
        )
        # All runs by time. What it has beside the keys changes with a run's status only, and so does what it costs.
        self.table.add_global_secondary_index(
            index_name="GSI2",
            partition_key=_text("GSI2PK"),
            sort_key=_text("GSI2SK"),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["status", "jobId", "labels"],
        )


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
