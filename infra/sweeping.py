"""The clock of the sweep: the one schedule that the stack itself has."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.schedules import firing_role

EVERY = "rate(2 minutes)"


class Sweeping(Construct):
    """In a group of its own, with a role of its own: the functions may change every schedule of the jobs' group.

    So none of them can pause, change or delete what repairs their omissions, and no listing of the jobs' schedules
    meets it. (One role for both would also be a circle: the sweep is told the role of the jobs' schedules.)
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, sweep: lambda_.Function, dead_letters: sqs.Queue
    ) -> None:
        super().__init__(scope, construct_id)
        group = scheduler.CfnScheduleGroup(self, "Group")
        role = firing_role(self, "Role", group=group, fires=sweep, gives_up_to=dead_letters)
        scheduler.CfnSchedule(
            self,
            "Schedule",
            group_name=group.ref,
            description="Starts the sweep, which brings table and schedules in step again.",
            schedule_expression=EVERY,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=sweep.function_arn,
                role_arn=role.role_arn,
                input="{}",
                # Later than this the next one is there already.
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=120, maximum_retry_attempts=5
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=dead_letters.queue_arn),
            ),
        )
