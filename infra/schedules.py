"""What fires by EventBridge Scheduler: the group and role for the jobs' schedules, and the schedule of the sweep."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.conventions import Allow, arn, role

SWEEP_EVERY = "rate(2 minutes)"


class Schedules(Construct):
    """The group for the schedules of jobs, and the role by which they fire.

    The schedules are no resources of the stack: the functions create them in this group. The group has a fixed name,
    because the functions' policies name it. Deleting the group deletes its schedules.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, dispatch: lambda_.Function, missed: sqs.Queue
    ) -> None:
        super().__init__(scope, construct_id)
        self.group = scheduler.CfnScheduleGroup(self, "Group", name=name)
        self.of_jobs = arn("scheduler", f"schedule/{name}/*")
        self.role = _firing_role(self, "Role", group=self.group, fires=dispatch, gives_up_to=missed)
        # For the functions that write the schedules.
        self.environment = {
            "SCHEDULE_GROUP": self.group.ref,
            "SCHEDULE_ROLE_ARN": self.role.role_arn,
            "DISPATCH_FUNCTION_ARN": dispatch.function_arn,
            "MISSED_QUEUE_ARN": missed.queue_arn,
        }


class Sweeping(Construct):
    """The schedule that starts the sweep. It has a group and a role of its own.

    The functions may change every schedule in the jobs' group. In its own group, none of them can pause, change or
    delete the sweep, and no listing of the jobs' schedules includes it. (One role for both would also be circular: the
    sweep has the ARN of the jobs' role in its environment.)
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, sweep: lambda_.Function, dead_letters: sqs.Queue
    ) -> None:
        super().__init__(scope, construct_id)
        group = scheduler.CfnScheduleGroup(self, "Group")
        role = _firing_role(self, "Role", group=group, fires=sweep, gives_up_to=dead_letters)
        scheduler.CfnSchedule(
            self,
            "Schedule",
            group_name=group.ref,
            description="Starts the sweep, which brings table and schedules in step again.",
            schedule_expression=SWEEP_EVERY,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=sweep.function_arn,
                role_arn=role.role_arn,
                input="{}",
                # After this time the next sweep has started.
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=120, maximum_retry_attempts=5
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=dead_letters.queue_arn),
            ),
        )


def _firing_role(
    scope: Construct,
    construct_id: str,
    *,
    group: scheduler.CfnScheduleGroup,
    fires: lambda_.Function,
    gives_up_to: sqs.Queue,
) -> iam.Role:
    """Create the role for the schedules of one group: they call one function, and send what fails to one queue."""
    # EventBridge Scheduler User Guide, "Confused deputy prevention": the ARN must be a group's, never a schedule's.
    trust = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID, "aws:SourceArn": group.attr_arn}}
    allowed = [
        Allow(sid="Fire", actions=["lambda:InvokeFunction"], resources=[fires.function_arn]),
        Allow(sid="GiveUp", actions=["sqs:SendMessage"], resources=[gives_up_to.queue_arn]),
    ]
    return role(scope, construct_id, service="scheduler", allowed=allowed, trust=trust)
