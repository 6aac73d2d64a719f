"""What the role of a state machine must allow to start executions, where IAM is enforced."""

import json
from collections.abc import Iterator

import pytest

from local import cloud as local_cloud
from tests.local.machines import machine, start
from tests.local.test_maps import mapped
from tests.local.test_nested_executions import SUCCEED, nested
from tests.local.workbench import Workbench


@pytest.fixture(scope="module")
def workbench() -> Iterator[Workbench]:
    """A local AWS that enforces IAM."""
    with local_cloud.aws(enforce_iam=True, tasks="process") as running:
        yield Workbench(running)


def allow(workbench: Workbench, *machines: str) -> None:
    """What the role of all state machines here may start."""
    statement = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": list(machines)}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    workbench.aws.client("iam").put_role_policy(RoleName="states", PolicyName="starts", PolicyDocument=document)


def test_a_nested_execution_needs_its_grant(workbench: Workbench) -> None:
    child = machine(workbench, SUCCEED)
    parent = machine(workbench, nested(child))
    allow(workbench, parent)
    ended = workbench.ended(start(workbench, parent))
    assert (ended["status"], ended["error"]) == ("FAILED", "StepFunctions.AccessDeniedException")
    assert "states:StartExecution" in ended["cause"]
    allow(workbench, child)
    assert workbench.ended(start(workbench, parent))["status"] == "SUCCEEDED"


def test_a_distributed_map_starts_executions_of_its_own_machine(workbench: Workbench) -> None:
    states = {"Nothing": {"Type": "Pass", "End": True}}
    arn = machine(workbench, mapped("DISTRIBUTED", states))
    allow(workbench, f"{arn}-other")
    ended = workbench.ended(start(workbench, arn, {"count": 2}))
    assert (ended["status"], ended["error"]) == ("FAILED", "StepFunctions.AccessDeniedException")
    allow(workbench, arn)
    assert workbench.ended(start(workbench, arn, {"count": 2}))["status"] == "SUCCEEDED"
    inline = machine(workbench, mapped("INLINE", states))
    assert workbench.ended(start(workbench, inline, {"count": 2}))["status"] == "SUCCEEDED"
