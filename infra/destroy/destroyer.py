"""The steps of a destroy, in their order. Each can be repeated, so a destroy that broke off is called again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.destroy import created
from infra.destroy.api import Api
from infra.destroy.drain import Drain
from infra.destroy.progress import DestroyError, Progress, number
from infra.destroy.remains import remains
from infra.destroy.stack import Stack
from infra.settings import Settings

_SAID_AT_MOST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Destroyer:
    """Destroys one deployment.

    `client` returns boto3's client of a service, `api` the caller of an API at a URL or None to do without, and `cdk`
    runs `cdk destroy` and returns its status.
    """

    settings: Settings
    client: Callable[[str], Any]
    api: Callable[[str], Api | None]
    cdk: Callable[[], int]
    progress: Progress

    def run(self, where: str, confirm: Callable[[str], bool]) -> int:
        """Destroy, and say what remains; return 0 if the stack is gone. Raises DestroyError."""
        name, say = self.settings.stack_name, self.progress.say
        stack = Stack.read(self.client("cloudformation"), name)
        if stack is None:
            say(f"There is no stack {name} in {where}.")
            return self._say_remains(Stack.read_deleted(self.client("cloudformation"), name))
        stack.check()
        self._check_bus(stack)
        if not confirm(f"Are you sure you want to stop all runs of {name} in {where}, and to delete it?"):
            say("Nothing is changed.")
            return 1
        api = self.api(stack.outputs["ApiUrl"]) if stack.is_at_work else None
        Drain(stack=stack, client=self.client, api=api, progress=self.progress).run()
        self._delete_created(stack)
        status = self.cdk()
        if status or Stack.read(self.client("cloudformation"), name):
            raise DestroyError(
                f"cdk destroy did not delete the stack {name} (status {status}). "
                'docs/deploy.md, "If a deployment fails", says how to find the reason. Then call make destroy again.'
            )
        return self._say_remains(stack)

    def _check_bus(self, stack: Stack) -> None:
        """Raise DestroyError if the bus of status events has rules that are not the deployment's.

        EventBridge API Reference, DeleteEventBus: "All rules associated with this event bus need to be deleted."
        """
        events, ours = self.client("events"), f"{stack.name}_"
        for bus in stack.ids("AWS::Events::EventBus"):
            listed = created.pages(events, "list_rules", "Rules", EventBusName=bus)
            if others := [rule["Name"] for rule in listed if not rule["Name"].startswith(ours)]:
                named = ", ".join(others[:_SAID_AT_MOST]) + (" and more" if len(others) > _SAID_AT_MOST else "")
                raise DestroyError(
                    f"The event bus {bus} has rules that are not Shiftwork's: {named}. Delete them first, with "
                    f"aws events remove-targets and aws events delete-rule --event-bus-name {bus} --name NAME."
                )

    def _delete_created(self, stack: Stack) -> None:
        """Delete what functions created and no stack has."""
        prefix, report = f"{stack.name}-", self.progress.count
        deleted = {"task definition": created.delete_definitions(self.client("ecs"), prefix, report)}
        if stack.has_fleets:
            deleted["temporary thing group"] = created.delete_groups(self.client("iot"), prefix, report)
        if not self.settings.keeps_data:
            buckets = stack.ids("AWS::S3::Bucket")
            deleted["payload"] = sum(created.empty_bucket(self.client("s3"), bucket, report) for bucket in buckets)
        for word, count in deleted.items():
            if count:
                self.progress.say(f"Deleted {number(count, word)}.")

    def _say_remains(self, stack: Stack | None) -> int:
        found = list(remains(stack, self.client)) if stack else []
        for line in ["This remains:", *map(str, found)] if found else []:
            self.progress.say(line)
        return 0
