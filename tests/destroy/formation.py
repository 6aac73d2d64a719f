"""CloudFormation with one stack, as much of it as a destroy asks. moto's would need packages that nothing else does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from tests.conftest import ENVIRONMENT, FLEET_STATE_MACHINE, STATE_MACHINE, TASKS_STATE_MACHINE

NAME = "shiftwork-test"
RESOURCES = {
    "AWS::StepFunctions::StateMachine": [STATE_MACHINE, TASKS_STATE_MACHINE, FLEET_STATE_MACHINE],
    "AWS::ECS::Cluster": ["runs"],
    "AWS::DynamoDB::Table": [ENVIRONMENT["TABLE_NAME"]],
    "AWS::Logs::LogGroup": [ENVIRONMENT["JOBS_LOG_GROUP"]],
    "AWS::S3::Bucket": [ENVIRONMENT["PAYLOAD_BUCKET"]],
    "AWS::Events::EventBus": [NAME],
    "AWS::IoT::TopicRule": ["shiftwork_test_jobs"],
}


def _resources() -> list[dict[str, str]]:
    return [
        {
            "LogicalResourceId": f"{kind.rpartition(':')[2]}{place}",
            "ResourceType": kind,
            "PhysicalResourceId": name,
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for kind, names in RESOURCES.items()
        for place, name in enumerate(names)
    ]


@dataclass
class Formation:
    """boto3's client of CloudFormation. Each list begins with an empty page."""

    stack: dict[str, Any] = field(
        default_factory=lambda: {
            "StackId": f"arn:aws:cloudformation:eu-central-1:123456789012:stack/{NAME}/1",
            "StackName": NAME,
            "StackStatus": "UPDATE_COMPLETE",
            "CreationTime": datetime(2026, 1, 2, tzinfo=UTC),
            "EnableTerminationProtection": False,
            "Tags": [{"Key": "application", "Value": "shiftwork"}, {"Key": "stage", "Value": "test"}],
            "Outputs": [{"OutputKey": "ApiUrl", "OutputValue": "https://api.example.com"}],
        }
    )
    resources: list[dict[str, str]] = field(default_factory=_resources)

    def delete(self, *kept: str) -> None:
        """Delete the stack, as `cdk destroy` does; resources of the types `kept` stay."""
        self.stack["StackStatus"] = "DELETE_COMPLETE"
        for one in self.resources:
            one["ResourceStatus"] = "DELETE_SKIPPED" if one["ResourceType"] in kept else "DELETE_COMPLETE"

    def lose(self, *kinds: str) -> None:
        """Delete resources of these types; then the deletion of the stack fails."""
        self.stack |= {"StackStatus": "DELETE_FAILED", "Outputs": []}
        for one in self.resources:
            if one["ResourceType"] in kinds:
                one["ResourceStatus"] = "DELETE_COMPLETE"

    def describe_stacks(self, StackName: str) -> Any:
        """Describe it by its name, or a deleted one by its id."""
        by_name = self.stack["StackStatus"] != "DELETE_COMPLETE" and StackName == self.stack["StackName"]
        if not by_name and StackName != self.stack["StackId"]:
            said: Any = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": said}, "DescribeStacks")
        return {"Stacks": [self.stack]}

    def get_paginator(self, operation: str) -> Any:
        """The pages of its resources, or of the deleted stacks."""
        deleted = [self.stack] if self.stack["StackStatus"] == "DELETE_COMPLETE" else []
        lists = {
            "list_stack_resources": ("StackResourceSummaries", self.resources),
            "list_stacks": ("StackSummaries", deleted),
        }
        return _Pages(*lists[operation])


@dataclass
class _Pages:
    name: str
    found: list[Any]

    def paginate(self, **_: Any) -> Iterator[Any]:
        yield {self.name: []}
        yield {self.name: self.found}
