"""Roles, log groups and exceptions to rules, as all constructs here write them.

A role has no more rights than listed, a log group has a retention, an exception has a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

NO_RESOURCE = "the action knows no resource"


def arn(service: str, resource: str) -> str:
    """Return an ARN in this account and region."""
    return f"arn:{cdk.Aws.PARTITION}:{service}:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:{resource}"


@dataclass(frozen=True, kw_only=True)
class Allow:
    """One statement of a policy. A resource with a "*" needs a `why`; without it the checks of the template fail."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    why: str = ""

    def statement(self) -> iam.PolicyStatement:
        """Return the statement as CDK's class."""
        return iam.PolicyStatement(
            sid=self.sid, actions=list(self.actions), resources=list(self.resources), conditions=self.conditions or None
        )


def role(
    scope: Construct,
    construct_id: str,
    *,
    service: str,
    allowed: Sequence[Allow],
    trust: Mapping[str, Mapping[str, object]] | None = None,
) -> iam.Role:
    """Create a role for one service, with one inline policy or none. CDK's `grant_*` methods would allow more."""
    document = iam.PolicyDocument()
    principal = iam.ServicePrincipal(f"{service}.amazonaws.com", conditions=trust)
    policies = {"Allowed": document} if allowed else None
    made = iam.Role(scope, construct_id, assumed_by=principal, inline_policies=policies)
    allow(made, document, allowed)
    return made


def allow(made: iam.Role, document: iam.PolicyDocument, allowed: Sequence[Allow]) -> None:
    """Add statements to the document of a role, and accept the findings of cdk-nag on their patterns."""
    for one in allowed:
        document.add_statements(one.statement())
        patterns = [resource for resource in one.resources if "*" in resource]
        if patterns and one.why:
            findings = [f"Resource::{_as_nag_writes(cdk.Stack.of(made).resolve(name))}" for name in patterns]
            accept(made, "IAM5", f"{one.sid}: {one.why}", findings=findings)


def as_written(made: iam.Role) -> iam.IRole:
    """Return the role by its ARN, for constructs that would change it: CDK adds no statement or dependency to it."""
    return iam.Role.from_role_arn(made, "AsWritten", made.role_arn, mutable=False)


def removal(*, keep: bool) -> cdk.RemovalPolicy:
    """Return what becomes of a resource with data when the stack is deleted: it remains with `keep`, else it goes.

    With `keep` too, it goes if the operation that creates it is rolled back (CloudFormation Template Reference,
    "DeletionPolicy attribute", RetainExceptOnCreate): a first deployment that fails leaves nothing behind.
    """
    return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if keep else cdk.RemovalPolicy.DESTROY


def log_group(scope: Construct, construct_id: str, *, days: int, name: str | None = None, keep: bool = False) -> (
    logs.LogGroup
):  # fmt: skip
    """Create a log group that keeps its lines for `days`. With `keep`, it remains when the stack is deleted."""
    group = logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        removal_policy=removal(keep=keep),
    )
    # The construct takes members of an enumeration only; the resource takes the number.
    cast("logs.CfnLogGroup", group.node.default_child).retention_in_days = days
    return group


def accept(construct: Construct, rule: str, reason: str, *, findings: Sequence[str] = ()) -> None:
    """Accept the finding of an AWS Solutions rule of cdk-nag. If a rule reports several per resource, name each one."""
    for suffix in [f"[{finding}]" for finding in findings] or [""]:
        acknowledgment = cdk.Acknowledgment(id=f"AwsSolutions-{rule}{suffix}", reason=reason)
        cdk.Validations.of(construct).acknowledge(acknowledgment)


def _as_nag_writes(value: object) -> str:
    """Return a resource as cdk-nag names it in a finding: a reference is <Name>."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(_as_nag_writes, parts))
    return str(value)
