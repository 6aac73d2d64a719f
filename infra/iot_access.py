"""Statements on AWS IoT: a stage's own jobs and groups, and the things and groups of anybody.

The resources are those of the Service Authorization Reference, "Actions, resources, and condition keys for AWS IoT".
"""

import aws_cdk as cdk

from infra.conventions import NO_RESOURCE, Allow, arn

TO_IOT = {"StringEquals": {"iam:PassedToService": "iot.amazonaws.com"}}
ANY_THING = "a job may name any thing and any group of this account and region"
ONE_EACH = "one IoT job, and one temporary group at most, a run"
# Without an account: AWS's own.
MANAGED_TEMPLATES = f"arn:{cdk.Aws.PARTITION}:iot:{cdk.Aws.REGION}::jobtemplate/*"
SEARCH = Allow(sid="SearchThings", actions=["iot:SearchIndex"], resources=[arn("iot", "index/AWS_Things")])


def create_jobs(prefix: str, presigning_roles: str) -> list[Allow]:
    """Create them, for any targets, from any template, with a role by which IoT presigns URLs."""
    ours = _ours("job", prefix)
    targets = [arn("iot", f"{kind}/*") for kind in ("thing", "thinggroup", "jobtemplate")]
    resources = [ours, *targets, MANAGED_TEMPLATES]
    why = "the roles that an administrator made for single jobs, under this stage's path"
    passed = ["iam:PassRole"]
    return [
        Allow(sid="CreateIotJobs", actions=["iot:CreateJob"], resources=resources, why=ANY_THING),
        Allow(sid="TagIotJobs", actions=["iot:TagResource"], resources=[ours], why=ONE_EACH),
        Allow(sid="PassPresigningRoles", actions=passed, resources=[presigning_roles], conditions=TO_IOT, why=why),
    ]


def read_jobs(prefix: str) -> Allow:
    """How they stand, and on which devices."""
    calls = ["iot:DescribeJob", "iot:ListJobExecutionsForJob"]
    return Allow(sid="ReadIotJobs", actions=calls, resources=[_ours("job", prefix)], why=ONE_EACH)


def cancel_jobs(prefix: str) -> Allow:
    """Cancel them."""
    return Allow(sid="CancelIotJobs", actions=["iot:CancelJob"], resources=[_ours("job", prefix)], why=ONE_EACH)


def make_groups(prefix: str) -> list[Allow]:
    """Make temporary groups, of any things."""
    group = _ours("thinggroup", prefix)
    make = [f"iot:Create{kind}ThingGroup" for kind in ("", "Dynamic")]
    filled = [group, arn("iot", "thing/*")]
    return [
        Allow(sid="MakeGroups", actions=make, resources=[group], why=ONE_EACH),
        Allow(sid="FillGroups", actions=["iot:AddThingToThingGroup"], resources=filled, why=ANY_THING),
    ]


def delete_groups(prefix: str) -> Allow:
    """Delete temporary groups."""
    delete = [f"iot:Delete{kind}ThingGroup" for kind in ("", "Dynamic")]
    return Allow(sid="DeleteGroups", actions=delete, resources=[_ours("thinggroup", prefix)], why=ONE_EACH)


def on_groups(sid: str, action: str) -> Allow:
    """Something with any group."""
    return Allow(sid=sid, actions=[f"iot:{action}"], resources=[arn("iot", "thinggroup/*")], why=ANY_THING)


def on_things(sid: str, action: str) -> Allow:
    """Something with any thing."""
    return Allow(sid=sid, actions=[f"iot:{action}"], resources=[arn("iot", "thing/*")], why=ANY_THING)


def event_switch(verb: str) -> Allow:
    """What IoT tells of: a setting of the whole account and region."""
    action = f"iot:{verb}EventConfigurations"
    return Allow(sid=f"{verb}Events", actions=[action], resources=["*"], why=NO_RESOURCE)


def _ours(kind: str, prefix: str) -> str:
    return arn("iot", f"{kind}/{prefix}-*")
