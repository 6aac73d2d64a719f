"""Where the payloads of runs are kept that do not fit into a task's overrides."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.nag import accept


class Payloads(Construct):
    """The bucket: private, encrypted, over TLS only. It empties itself, and costs nothing while it is empty."""

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
            # As long as finished runs are kept: so long they can be run again with the same payload.
            lifecycle_rules=[s3.LifecycleRule(id="Retention", expiration=cdk.Duration.days(days))],
            removal_policy=cdk.RemovalPolicy.RETAIN if keep else cdk.RemovalPolicy.DESTROY,
        )
        accept(self.bucket, "S1", "Access logs would need a second bucket; CloudTrail's data events can tell the same.")

    @property
    def objects(self) -> str:
        """The payloads."""
        return self.bucket.arn_for_objects("payloads/*")
