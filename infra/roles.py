"""Roles as they are written here: who assumes them, what they may do, and why where a resource is a pattern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.nag import accept


@dataclass(frozen=True, kw_only=True)
class Allow:
    """One statement. A resource with a "*" in it needs a `why`, or the checks of the template fail."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    why: str = ""

    def statement(self) -> iam.PolicyStatement:
        """The same in CDK's words."""
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
    """A role for one service, with one inline policy or none. No `grant_*` anywhere: those give more than is needed."""
    document = iam.PolicyDocument(statements=[one.statement() for one in allowed])
    principal = iam.ServicePrincipal(f"{service}.amazonaws.com", conditions=trust)
    policies = {"Allowed": document} if allowed else None
    made = iam.Role(scope, construct_id, assumed_by=principal, inline_policies=policies)
    for one in allowed:
        patterns = [resource for resource in one.resources if "*" in resource]
        if patterns and one.why:
            findings = [f"Resource::{_as_nag_writes(cdk.Stack.of(scope).resolve(name))}" for name in patterns]
            accept(made, "IAM5", f"{one.sid}: {one.why}", findings=findings)
    return made


def as_written(made: iam.Role) -> iam.IRole:
    """A role for constructs that would add to it: by its ARN, CDK adds neither statements nor a second dependency."""
    return iam.Role.from_role_arn(made, "AsWritten", made.role_arn, mutable=False)


def arn(service: str, resource: str) -> str:
    """An ARN in this account and region."""
    return f"arn:{cdk.Aws.PARTITION}:{service}:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:{resource}"


def _as_nag_writes(value: object) -> str:
    """cdk-nag names a finding by the resource, with <Name> for a reference."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(_as_nag_writes, parts))
    return str(value)
