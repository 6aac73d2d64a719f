"""The statements of which function_permissions.py makes policies: on the table, runs, schedules, rules, and AWS IoT.

The resources of the statements on IoT are those of the Service Authorization Reference, "Actions, resources, and
condition keys for AWS IoT".
"""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_events as events

from infra.conventions import NO_RESOURCE, Allow, arn
from infra.events import EventRules
from infra.queues import Queues
from infra.runner import Runner
from infra.schedules import Schedules
from infra.settings import Settings
from infra.storage import Storage

ONE_EXECUTION = "one execution a run"
ONE_IOT_JOB = "one IoT job, and one temporary group at most, a run"
ANY_THING = "a job may name any thing and any group of this account and region"
TO_SCHEDULER = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
TO_IOT = {"StringEquals": {"iam:PassedToService": "iot.amazonaws.com"}}
# AWS's own templates, which have no account in their ARN.
MANAGED_TEMPLATES = f"arn:{cdk.Aws.PARTITION}:iot:{cdk.Aws.REGION}::jobtemplate/*"


@dataclass(frozen=True, kw_only=True)
class Resources:
    """The resources of the stack that the functions use: their permissions and environments refer to them."""

    settings: Settings
    storage: Storage
    runner: Runner
    queues: Queues
    schedules: Schedules
    rules: EventRules
    status_bus: events.EventBus


def table(resources: Resources, *actions: str) -> Allow:
    """Allow these actions on the items of the table."""
    names = [f"dynamodb:{action}" for action in actions]
    return Allow(sid="Table", actions=names, resources=[resources.storage.table.table_arn])


def query_indexes(resources: Resources) -> Allow:
    """Read lists by any index of the table."""
    index = f"{resources.storage.table.table_arn}/index/*"
    return Allow(sid="Lists", actions=["dynamodb:Query"], resources=[index], why="the indexes of this one table")


def keep_payloads(resources: Resources) -> list[Allow]:
    """Write payloads and sign URLs for them: whoever has a URL can read that one object with this role's rights."""
    payloads, why = resources.storage.payloads, "a payload bears the name of its run"
    return [
        Allow(sid="KeepPayloads", actions=["s3:PutObject", "s3:GetObject"], resources=[payloads.objects], why=why),
        # Without it S3 answers "access denied" for a missing object (S3 API Reference, GetObject).
        Allow(sid="MissPayloads", actions=["s3:ListBucket"], resources=[payloads.bucket.bucket_arn]),
    ]


def start_runs(resources: Resources) -> Allow:
    """Start the execution of a run."""
    return Allow(sid="StartRun", actions=["states:StartExecution"], resources=resources.runner.state_machine_arns)


def read_runs(resources: Resources) -> Allow:
    """Read how the execution of a run stands."""
    executions = resources.runner.executions
    return Allow(sid="ReadRun", actions=["states:DescribeExecution"], resources=executions, why=ONE_EXECUTION)


def read_histories(resources: Resources) -> Allow:
    """Read what the execution of a run, or of a task, waits for."""
    executions = [arn("states", f"execution:{resources.runner.state_machine.state_machine_name}:*")]
    return Allow(sid="ReadHistory", actions=["states:GetExecutionHistory"], resources=executions, why=ONE_EXECUTION)


def stop_runs(resources: Resources) -> Allow:
    """Stop the execution of a run."""
    executions = resources.runner.executions
    return Allow(sid="StopRun", actions=["states:StopExecution"], resources=executions, why=ONE_EXECUTION)


def end_tasks(resources: Resources) -> Allow:
    """Stop tasks in ECS that outlive their run or their attempt."""
    cluster = resources.runner.cluster
    return Allow(
        sid="EndLateTasks",
        actions=["ecs:StopTask"],
        resources=[arn("ecs", f"task/{cluster.ref}/*")],
        conditions={"ArnEquals": {"ecs:cluster": cluster.attr_arn}},
        why="a task's id is not known before it runs",
    )


def keep_schedules(resources: Resources) -> list[Allow]:
    """Create, change and delete the schedules of jobs."""
    schedules = resources.schedules
    calls = [f"scheduler:{name}Schedule" for name in ("Create", "Update", "Delete")]
    why = "jobs and their schedules come and go; the group is the stage's own"
    passed = [schedules.role.role_arn]
    return [
        Allow(sid="KeepSchedules", actions=calls, resources=[schedules.of_jobs], why=why),
        Allow(sid="PassScheduleRole", actions=["iam:PassRole"], resources=passed, conditions=TO_SCHEDULER),
    ]


def keep_rules(resources: Resources) -> list[Allow]:
    """Create, change and delete the rules by which events start jobs; `react` is the only target they may have."""
    rules = resources.rules
    calls = [f"events:{name}" for name in ("PutRule", "RemoveTargets", "DeleteRule")]
    why = "jobs and their events come and go; the beginning of the names is the stage's own"
    ours = {"ForAllValues:ArnEquals": {"events:TargetArn": rules.target}, "Null": {"events:TargetArn": "false"}}
    return [
        Allow(sid="KeepRules", actions=calls, resources=rules.arns, why=why),
        Allow(sid="TargetRules", actions=["events:PutTargets"], resources=rules.arns, conditions=ours, why=why),
    ]


def conclude_rollouts(resources: Resources) -> Allow:
    """Answer the execution that waits for a rollout.

    AWS authorises these calls on the state machine, contrary to the reference: github.com/aws/aws-cdk, pull request
    8486, and `grantTaskResponse` since.
    """
    machine = resources.runner.fleet_state_machine
    arns = [machine.state_machine_arn] if machine else []
    return Allow(sid="Conclude", actions=["states:SendTaskSuccess", "states:SendTaskFailure"], resources=arns)


def read_documents(resources: Resources) -> list[Allow]:
    """Read the documents of fleet jobs: IoT reads a `documentSource` with the rights of whoever creates the IoT job."""
    objects = [f"arn:{cdk.Aws.PARTITION}:s3:::{bucket}/*" for bucket in resources.settings.document_buckets]
    why = "documents may lie anywhere in the buckets that the setting documentBuckets names"
    return [Allow(sid="ReadDocuments", actions=["s3:GetObject"], resources=objects, why=why)] if objects else []


def create_iot_jobs(resources: Resources) -> list[Allow]:
    """Create IoT jobs for any targets, from any template, with a role by which IoT signs URLs in the document."""
    ours = _ours("job", resources)
    targets = [arn("iot", f"{kind}/*") for kind in ("thing", "thinggroup", "jobtemplate")]
    created = [ours, *targets, MANAGED_TEMPLATES]
    passed, roles = ["iam:PassRole"], [resources.runner.job_roles]
    why = "the roles that an administrator made for single jobs, under this stage's path"
    return [
        Allow(sid="CreateIotJobs", actions=["iot:CreateJob"], resources=created, why=ANY_THING),
        Allow(sid="TagIotJobs", actions=["iot:TagResource"], resources=[ours], why=ONE_IOT_JOB),
        Allow(sid="PassPresigningRoles", actions=passed, resources=roles, conditions=TO_IOT, why=why),
    ]


def read_iot_jobs(resources: Resources) -> Allow:
    """Read how the stage's IoT jobs stand, and on which devices."""
    calls = ["iot:DescribeJob", "iot:ListJobExecutionsForJob"]
    return Allow(sid="ReadIotJobs", actions=calls, resources=[_ours("job", resources)], why=ONE_IOT_JOB)


def cancel_iot_jobs(resources: Resources) -> list[Allow]:
    """Cancel the stage's IoT jobs, and read which devices were at work."""
    cancel = Allow(sid="CancelIotJobs", actions=["iot:CancelJob"], resources=[_ours("job", resources)], why=ONE_IOT_JOB)
    return [read_iot_jobs(resources), cancel]


def make_thing_groups(resources: Resources) -> list[Allow]:
    """Create temporary groups of any things."""
    group = _ours("thinggroup", resources)
    create = [f"iot:Create{kind}ThingGroup" for kind in ("", "Dynamic")]
    filled = [group, arn("iot", "thing/*")]
    return [
        Allow(sid="MakeGroups", actions=create, resources=[group], why=ONE_IOT_JOB),
        Allow(sid="FillGroups", actions=["iot:AddThingToThingGroup"], resources=filled, why=ANY_THING),
    ]


def delete_thing_groups(resources: Resources) -> Allow:
    """Delete temporary groups."""
    delete = [f"iot:Delete{kind}ThingGroup" for kind in ("", "Dynamic")]
    return Allow(sid="DeleteGroups", actions=delete, resources=[_ours("thinggroup", resources)], why=ONE_IOT_JOB)


def empty_thing_groups(resources: Resources) -> list[Allow]:
    """Take things out of temporary groups."""
    group = _ours("thinggroup", resources)
    leave = [group, arn("iot", "thing/*")]
    return [
        Allow(sid="LookIntoGroups", actions=["iot:ListThingsInThingGroup"], resources=[group], why=ONE_IOT_JOB),
        Allow(sid="EmptyGroups", actions=["iot:RemoveThingFromThingGroup"], resources=leave, why=ANY_THING),
    ]


def on_thing_groups(sid: str, action: str) -> Allow:
    """Allow an action of IoT on any group."""
    return Allow(sid=sid, actions=[f"iot:{action}"], resources=[arn("iot", "thinggroup/*")], why=ANY_THING)


def on_things(sid: str, action: str) -> Allow:
    """Allow an action of IoT on any thing."""
    return Allow(sid=sid, actions=[f"iot:{action}"], resources=[arn("iot", "thing/*")], why=ANY_THING)


def search_things() -> Allow:
    """Search the fleet index."""
    return Allow(sid="SearchThings", actions=["iot:SearchIndex"], resources=[arn("iot", "index/AWS_Things")])


def iot_events(verb: str) -> Allow:
    """Describe or update which events IoT publishes: a setting of the whole account and region."""
    action = f"iot:{verb}EventConfigurations"
    return Allow(sid=f"{verb}Events", actions=[action], resources=["*"], why=NO_RESOURCE)


def _ours(kind: str, resources: Resources) -> str:
    return arn("iot", f"{kind}/{resources.runner.family_prefix}-*")
