"""That AWS IoT tells of jobs at all."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct


def switch_events_on(scope: Construct, construct_id: str, *, by: lambda_.Function) -> None:
    """Have IoT tell of jobs: a setting of the account and region, for which CloudFormation has no resource."""
    cdk.CustomResource(
        scope,
        construct_id,
        service_token=by.function_arn,
        resource_type="Custom::IotJobEvents",
        service_timeout=cdk.Duration.minutes(5),  # of waiting for its answer
    )
