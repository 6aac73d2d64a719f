"""The storage of jobs and runs: one table for all items, and a bucket for long payloads."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.conventions import accept, removal
from infra.settings import Settings


class Storage(Construct):
    """The table, and the bucket for payloads. On demand, the table costs nothing while nobody reads or writes."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        keep = settings.keeps_data
        self.payloads = Payloads(self, "Payloads", days=settings.retention_days, keep=keep)
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
            # The function `publish` reads status events from it. If Lambda alone reads a stream, it costs nothing
            # (DynamoDB Developer Guide, "Evaluate your Streams usage").
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            # Not from the start: a protected table could not be deleted when its creation is rolled back.
            deletion_protection=settings.protect,
            removal_policy=removal(keep=keep),
        )
        self.table.add_global_secondary_index(
            index_name="GSI1",
            partition_key=_text("GSI1PK"),
            sort_key=_text("GSI1SK"),
            projection_type=dynamodb.ProjectionType.ALL,
        )
        # All runs by time. Its other attributes change with a run's status only, so each status costs one write.
        self.table.add_global_secondary_index(
            index_name="GSI2",
            partition_key=_text("GSI2PK"),
            sort_key=_text("GSI2SK"),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["status", "jobId", "labels"],
        )


class Payloads(Construct):
    """The bucket for payloads that do not fit into a task's overrides: private, encrypted, over TLS only.

    It deletes old payloads itself, and costs nothing while it is empty.
    """

    def __init__(self, scope: Construct, construct_id: str, *, days: int, keep: bool) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            # As long as finished runs are kept: until then a run can be repeated with the same payload.
            lifecycle_rules=[s3.LifecycleRule(id="Retention", expiration=cdk.Duration.days(days))],
            removal_policy=removal(keep=keep),
        )
        accept(self.bucket, "S1", "Access logs would need a second bucket; CloudTrail's data events can tell the same.")

    @property
    def objects(self) -> str:
        """The ARN pattern of all payloads."""
        return self.bucket.arn_for_objects("payloads/*")


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
