"""Log groups: none without an end to what it keeps."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct


def log_group(scope: Construct, construct_id: str, *, days: int, name: str | None = None, keep: bool = False) -> (
    logs.LogGroup
):  # fmt: skip
    """A log group that keeps its lines for `days`; `keep` leaves it behind when the stack goes."""
    group = logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        removal_policy=cdk.RemovalPolicy.RETAIN if keep else cdk.RemovalPolicy.DESTROY,
    )
    # The construct takes an enumeration of names only, the resource takes the number itself.
    cast("logs.CfnLogGroup", group.node.default_child).retention_in_days = days
    return group
