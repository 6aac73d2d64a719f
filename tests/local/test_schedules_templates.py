"""Schedules that a template makes."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import Aws
from tests.local.schedule_box import ACCOUNT, OFF, ROLE, Box
from tests.local.workbench import until


def template(expression: str, **more: Any) -> str:
    """A template of a group and a schedule in it."""
    target = {"Arn": f"arn:aws:sqs:{ACCOUNT}:templated", "RoleArn": ROLE, "Input": "<aws.scheduler.scheduled-time>"}
    schedule = {"ScheduleExpression": expression, "FlexibleTimeWindow": OFF, "Target": target, **more}
    return json.dumps(
        {
            "Resources": {
                "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "templated"}},
                "Schedule": {
                    "Type": "AWS::Scheduler::Schedule",
                    "Properties": {**schedule, "GroupName": {"Ref": "Group"}},
                },
            }
        }
    )


def test_a_template_makes_changes_and_deletes_schedules(server: Aws) -> None:
    stacks, client = server.client("cloudformation"), server.client("scheduler")
    box = Box(server, "templated")
    zone = {"ScheduleExpressionTimezone": "Europe/Rome", "EndDate": "2190-01-01T00:00:00Z"}
    stacks.create_stack(StackName="schedules", TemplateBody=template("cron(0 0 1 1 ? 2190)", **zone))
    stacks.get_waiter("stack_create_complete").wait(StackName="schedules", WaiterConfig={"Delay": 1})
    (made,) = client.list_schedules(GroupName="templated")["Schedules"]
    shown = client.get_schedule(Name=made["Name"], GroupName="templated")
    assert shown["ScheduleExpressionTimezone"] == "Europe/Rome"
    assert shown["EndDate"].year == 2190
    stacks.update_stack(StackName="schedules", TemplateBody=template("cron(* * * * ? *)"))
    stacks.get_waiter("stack_update_complete").wait(StackName="schedules", WaiterConfig={"Delay": 1})
    server.advance(60)
    assert box.bodies()
    stacks.delete_stack(StackName="schedules")
    stacks.get_waiter("stack_delete_complete").wait(StackName="schedules", WaiterConfig={"Delay": 1})
    server.advance(60)
    assert box.bodies() == []
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_schedule_group(Name="templated")


def test_a_template_with_a_refused_schedule_fails(server: Aws) -> None:
    stacks = server.client("cloudformation")
    stacks.create_stack(StackName="refused", TemplateBody=template("cron(* * * * * *)"))

    def status() -> str:
        (described,) = stacks.describe_stacks(StackName="refused")["Stacks"]
        found: str = described["StackStatus"]
        return "" if found.endswith("IN_PROGRESS") else found

    try:
        assert until(status) in ("ROLLBACK_COMPLETE", "CREATE_FAILED")
    except ClientError:  # it is gone
        return
