"""What the functions may do for fleet runs, by the calls they make."""

from collections.abc import Sequence

import aws_cdk as cdk

from infra import iot_access as iot
from infra.conventions import Allow
from infra.function_permissions import table
from infra.runner import Runner
from infra.storage import Storage

NOTING = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem")


def roll_out(storage: Storage, runner: Runner, document_buckets: Sequence[str]) -> list[Allow]:
    """Make a run's IoT job for the targets that there are; at the run's time limit, cancel it and look at devices."""
    return [
        table(storage, *NOTING),
        *iot.create_jobs(runner.family_prefix, runner.job_roles),
        *iot.make_groups(runner.family_prefix),
        iot.on_groups("LookIntoGroups", "ListThingsInThingGroup"),
        iot.on_things("FindThings", "DescribeThing"),
        iot.SEARCH,
        *cancel(runner),
        _conclude(runner),
        *_read_documents(document_buckets),
    ]


def follow(storage: Storage, runner: Runner) -> list[Allow]:
    """Note what becomes of a run's devices, and tell who waits for the end of it."""
    return [table(storage, *NOTING), iot.read_jobs(runner.family_prefix), _conclude(runner)]


def tend(runner: Runner) -> list[Allow]:
    """What the sweep does beside settling: look at the rollouts, end and clean up what is over."""
    prefix = runner.family_prefix
    return [*cancel(runner), _conclude(runner), iot.delete_groups(prefix), iot.event_switch("Describe")]


def serve(runner: Runner) -> list[Allow]:
    """What the API does: whether targets exist, where devices stand, and whether IoT tells of them."""
    find = [iot.on_things("FindThings", "DescribeThing"), iot.on_groups("FindGroups", "DescribeThingGroup")]
    return [*find, iot.SEARCH, *cancel(runner), iot.event_switch("Describe")]


def cancel(runner: Runner) -> list[Allow]:
    """Stop a fleet run, and say which devices were at work."""
    return [iot.read_jobs(runner.family_prefix), iot.cancel_jobs(runner.family_prefix)]


def switch_events() -> list[Allow]:
    """Have IoT tell of jobs and their executions."""
    return [iot.event_switch("Update")]


def _conclude(runner: Runner) -> Allow:
    """AWS authorises them on the state machine that waits, whatever the reference says.

    Source: github.com/aws/aws-cdk, pull request 8486, and what `grantTaskResponse` has granted since.
    """
    machine = [runner.fleet_state_machine.state_machine_arn]
    return Allow(sid="Conclude", actions=["states:SendTaskSuccess", "states:SendTaskFailure"], resources=machine)


def _read_documents(buckets: Sequence[str]) -> list[Allow]:
    """IoT reads a `documentSource` with the rights of who creates the job (AWS::IoT::JobTemplate asks for the same)."""
    objects = [f"arn:{cdk.Aws.PARTITION}:s3:::{bucket}/*" for bucket in buckets]
    why = "documents may lie anywhere in the buckets that the setting documentBuckets names"
    return [Allow(sid="ReadDocuments", actions=["s3:GetObject"], resources=objects, why=why)] if buckets else []
