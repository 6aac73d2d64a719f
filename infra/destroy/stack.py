"""The stack of a deployment as CloudFormation has it: its status, outputs, resources, and whether it can be deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import ClientError

from infra.destroy.progress import DestroyError

# The status of a stack whose API answers. In any other one, resources may be missing.
_AT_WORK = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"})
_GOING_ON = frozenset({"DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS"})  # `cdk destroy` takes these further
_TAG = ("application", "shiftwork")  # of infra/platform_stack.py


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the stack. Its physical id is an ARN, a name or a URL, as the type has it."""

    logical_id: str
    type: str
    physical_id: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """A stack that exists, or did until lately."""

    id: str
    name: str
    status: str
    is_protected: bool
    tags: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: tuple[Resource, ...]

    @classmethod
    def read(cls, client: Any, name: str) -> Self | None:
        """Read a stack by its name or id; None if there is none of this name."""
        try:
            (found,) = client.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            # CloudFormation has no code of its own for it.
            if "does not exist" not in error.response["Error"]["Message"]:
                raise
            return None
        pages = client.get_paginator("list_stack_resources").paginate(StackName=found["StackId"])
        listed = [one for page in pages for one in page["StackResourceSummaries"]]
        return cls(
            id=found["StackId"],
            name=found["StackName"],
            status=found["StackStatus"],
            is_protected=found.get("EnableTerminationProtection", False),
            tags={tag["Key"]: tag["Value"] for tag in found.get("Tags", [])},
            outputs={output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])},
            resources=tuple(
                Resource(
                    one["LogicalResourceId"],
                    one["ResourceType"],
                    one.get("PhysicalResourceId", ""),
                    one["ResourceStatus"],
                )
                for one in listed
            ),
        )

    @classmethod
    def read_deleted(cls, client: Any, name: str) -> Self | None:
        """Read the stack of this name that was deleted last. CloudFormation forgets it after 90 days.

        Source: CloudFormation API Reference, ListStacks and ListStackResources.
        """
        pages = client.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
        deleted = [one for page in pages for one in page["StackSummaries"] if one["StackName"] == name]
        latest = max(deleted, key=lambda one: one["CreationTime"], default=None)
        return cls.read(client, latest["StackId"]) if latest else None

    @property
    def has_fleets(self) -> bool:
        """Whether the stack has, or had, resources of AWS IoT."""
        return any(one.type == "AWS::IoT::TopicRule" for one in self.resources)

    @property
    def is_at_work(self) -> bool:
        """Whether all of the stack is there, so that its API answers."""
        return self.status in _AT_WORK and "ApiUrl" in self.outputs

    def ids(self, kind: str) -> list[str]:
        """The physical ids of the resources of a type that CloudFormation has not deleted."""
        found = (one for one in self.resources if one.type == kind and one.status != "DELETE_COMPLETE")
        return [one.physical_id for one in found if one.physical_id]

    def check(self) -> None:
        """Raise DestroyError if the stack must not or cannot be deleted now."""
        if self.status != "REVIEW_IN_PROGRESS" and _TAG not in self.tags.items():
            raise DestroyError(f"The stack {self.name} is not Shiftwork's: it lacks the tag {'='.join(_TAG)}.")
        if self.is_protected:
            stage = self.name.partition("-")[2]
            lift = f'make deploy ARGS="-c stage={stage} -c protect=false", with your other settings'
            if not self.is_at_work:  # it cannot be deployed
                unprotect = "aws cloudformation update-termination-protection --no-enable-termination-protection"
                lift = f"{unprotect} --stack-name {self.name}"
            raise DestroyError(f"The stack {self.name} is protected: lift that with {lift}. Then destroy it.")
        if self.status.endswith("_IN_PROGRESS") and self.status not in _GOING_ON:
            raise DestroyError(f"The stack {self.name} is {self.status}: wait for its end, then destroy it.")
