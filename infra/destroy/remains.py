"""What remains of a destroyed deployment: looked up in AWS, with the reason, and the command that removes it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.destroy import created
from infra.destroy.progress import number
from infra.destroy.stack import Resource, Stack

_KEPT = "a stage that keeps data keeps it"
_OTHERS = "it belongs to the account, and others may use it"
_ECS_ROLE, _BOOTSTRAP = "AWSServiceRoleForECS", "CDKToolkit"
_STATUSES = ("ACTIVE", "INACTIVE")
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedException", "403")
_MISSING = ("404", "NoSuchEntity", "ValidationError", "NoSuchBucket")


@dataclass(frozen=True, slots=True)
class Remaining:
    """Something that remains."""

    what: str
    why: str
    command: str

    def __str__(self) -> str:
        return f"* {self.what}: {self.why}. To remove it:\n    {self.command}"


def remains(stack: Stack, client: Callable[[str], Any]) -> Iterator[Remaining | str]:
    """Look for all that may remain after a destroy of this stack.

    The stack is gone by then, so a look that the caller may not take does not fail: it is a line of its own.
    """
    for look in (_of_stack, _definitions, _roles, _of_iot, _of_account):
        try:
            yield from look(stack, client)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _DENIED:
                raise
            yield f"* perhaps more, but your credentials may not look: {error}"


def _of_stack(stack: Stack, client: Callable[[str], Any]) -> Iterator[Remaining]:
    for resource in stack.resources:
        if found := _kept(resource, client):
            yield found


def _definitions(stack: Stack, client: Callable[[str], Any]) -> Iterator[Remaining]:
    left = [arn for status in _STATUSES for arn in created.definitions(client("ecs"), f"{stack.name}-", status)]
    if left:
        what = f"{number(len(left), 'task definition')}, such as {left[0]}"
        yield Remaining(what, "ECS has not deleted it yet", "make destroy, again")


def _of_account(_: Stack, client: Callable[[str], Any]) -> Iterator[Remaining]:
    if _there(lambda: client("iam").get_role(RoleName=_ECS_ROLE)):
        command = f"aws iam delete-service-linked-role --role-name {_ECS_ROLE}"
        yield Remaining(f"the role {_ECS_ROLE}", f"{_OTHERS}: AWS refuses while ECS needs it", command)
    if _there(lambda: client("cloudformation").describe_stacks(StackName=_BOOTSTRAP)):
        command = f"aws cloudformation delete-stack --stack-name {_BOOTSTRAP}, then its bucket by hand"
        yield Remaining(f"the stack {_BOOTSTRAP}", "make bootstrap created it, and other CDK apps may use it", command)


def _kept(resource: Resource, client: Callable[[str], Any]) -> Remaining | None:
    name = resource.physical_id
    match resource.type if name else "":
        case "AWS::DynamoDB::Table":
            is_there = _there(lambda: client("dynamodb").describe_table(TableName=name))
            made = Remaining(f"the table {name}", _KEPT, f"aws dynamodb delete-table --table-name {name}")
        case "AWS::S3::Bucket":
            is_there = _there(lambda: client("s3").head_bucket(Bucket=name))
            made = Remaining(f"the bucket {name} of payloads", _KEPT, f"aws s3 rb s3://{name} --force")
        case "AWS::Logs::LogGroup":
            groups = created.pages(client("logs"), "describe_log_groups", "logGroups", logGroupNamePrefix=name)
            is_there = any(group["logGroupName"] == name for group in groups)
            made = Remaining(f"the log group {name}", _KEPT, f"aws logs delete-log-group --log-group-name {name}")
        case _:
            return None
    return made if is_there else None


def _roles(stack: Stack, client: Callable[[str], Any]) -> Iterator[Remaining]:
    path = f"/shiftwork/{stack.name.partition('-')[2]}/"
    for role in created.pages(client("iam"), "list_roles", "Roles", PathPrefix=path):
        if role["Path"] == path:
            name = role["RoleName"]
            command = f"aws iam delete-role --role-name {name}, after its policies"
            yield Remaining(f"the role {name} below {path}", "an administrator created it for a job", command)


def _of_iot(stack: Stack, client: Callable[[str], Any]) -> Iterator[Remaining]:
    if not stack.has_fleets:
        return
    iot, prefix = client("iot"), f"{stack.name}-"
    jobs = [job for job in created.pages(iot, "list_jobs", "jobs") if job["jobId"].startswith(prefix)]
    if jobs:
        query = f"jobs[?starts_with(jobId,'{prefix}')].jobId"
        command = f'aws iot list-jobs --query "{query}" --output text | xargs -n1 aws iot delete-job --force --job-id'
        yield Remaining(f"{number(len(jobs), 'IoT job')} {prefix}…", "the history of rollouts", command)
    switches = iot.describe_event_configurations().get("eventConfigurations", {})
    if any(switches.get(name, {}).get("Enabled") for name in ("JOB", "JOB_EXECUTION")):
        off = "JOB={Enabled=false},JOB_EXECUTION={Enabled=false}"
        command = f"aws iot update-event-configurations --event-configurations '{off}'"
        yield Remaining("the job events of AWS IoT, switched on", _OTHERS, command)


def _there(look: Callable[[], object]) -> bool:
    try:
        look()
    except ClientError as error:
        if not created.is_absent(error, *_MISSING):
            raise
        return False
    return True
