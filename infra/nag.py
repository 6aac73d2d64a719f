"""Departures from the AWS Solutions rules of cdk-nag, each with its reason, said beside the resource."""

from collections.abc import Sequence

import aws_cdk as cdk
from constructs import Construct


def accept(construct: Construct, rule: str, reason: str, *, findings: Sequence[str] = ()) -> None:
    """Accept a rule's findings on a construct; a rule that reports several per resource needs each one named."""
    for suffix in [f"[{finding}]" for finding in findings] or [""]:
        acknowledgment = cdk.Acknowledgment(id=f"AwsSolutions-{rule}{suffix}", reason=reason)
        cdk.Validations.of(construct).acknowledge(acknowledgment)
