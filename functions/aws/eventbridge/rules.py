"""Event rules in EventBridge: one for each event trigger of a job. It sends the matching events to our function."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.aws.eventbridge.bus import SOURCE
from functions.aws.eventbridge.names import bounded
from functions.aws.eventbridge.own_events import Event, may_match, own_events
from functions.aws.table.table import is_error
from functions.jobs.model.errors import RulesFullError
from functions.jobs.model.event import DEFAULT_BUS, EventRule, Pattern, bus_of
from functions.jobs.model.job import EventSpec, Job
from functions.settings import RuleSettings, Settings

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import RetryPolicyTypeDef, TargetTypeDef

_ABSENT, _BAD_PATTERN, _FULL = "ResourceNotFoundException", "InvalidEventPatternException", "LimitExceededException"
_TARGET = "shiftwork"  # the id of the only target of a rule
# The longest and most frequent retries (EventBridge User Guide, "How EventBridge retries delivering events").
_RETRY: "RetryPolicyTypeDef" = {"MaximumEventAgeInSeconds": 24 * 60 * 60, "MaximumRetryAttempts": 185}
# An event with the fields that TestEventPattern requires (API Reference). Only the check of the pattern matters here.
_ANY_EVENT = {
    **{"id": "1", "source": "any", "detail-type": "any", "time": "2026-01-01T00:00:00Z", "resources": [], "detail": {}},
    **{"account": "123456789012", "region": "us-east-1"},
}


class TargetRefusedError(Exception):
    """EventBridge has the rule, but refused its target."""


class EventBridgeRules:
    """Implements functions.jobs.ports.definitions.EventRules."""

    def __init__(self, client: Callable[[], "EventBridgeClient"], settings: RuleSettings, deployment: Settings) -> None:
        self._client = client
        self._settings = settings
        self._deployment = deployment

    def faults(self, job: Job, event: EventSpec) -> dict[str, str]:
        """Check an event trigger of a job: a message for each of its fields `pattern` and `bus` that is not allowed.

        EventBridge refuses the pattern, or the pattern matches an event that the job's own runs cause.
        """
        messages = {}
        if message := self._pattern_fault(job, event):
            messages["pattern"] = message
        if message := self._bus_fault(event.get("bus", DEFAULT_BUS), bus_of(event)):
            messages["bus"] = message
        return messages

    def _pattern_fault(self, job: Job, event: EventSpec) -> str:
        own = own_events(job, event, self._settings.status_bus, self._deployment)
        asked = [one for one in own if may_match(event["pattern"], one)]
        for one in asked or [_ANY_EVENT]:
            try:
                answer = self._client().test_event_pattern(EventPattern=_json(event["pattern"]), Event=json.dumps(one))
            except ClientError as error:
                if not is_error(error, _BAD_PATTERN):
                    raise
                return f"is refused by EventBridge: {error.response['Error']['Message']}"
            if one in asked and answer["Result"]:
                return _starts_itself(job.id, one)
        return ""

    def put(self, job_id: str, rule: EventRule, pattern: Pattern) -> None:
        """Create the rule for this pattern, or update it."""
        name = self._name(job_id, rule)
        try:
            self._client().put_rule(
                Name=name,
                EventBusName=rule.bus,
                Description=f"Shiftwork: event {rule.event_id} of job {job_id}"[:512],
                EventPattern=_json(pattern),
                State="ENABLED",
            )
        except ClientError as error:
            if not is_error(error, _FULL):
                raise
            raise RulesFullError(rule.event_id, rule.bus, error.response["Error"]["Message"]) from error
        target = self._target(job_id, rule)
        answer = self._client().put_targets(Rule=name, EventBusName=rule.bus, Targets=[target])
        if answer["FailedEntryCount"]:
            raise TargetRefusedError(answer["FailedEntries"])

    def delete(self, job_id: str, rule: EventRule) -> None:
        """Delete the rule, if it exists. EventBridge deletes only a rule without targets, so the target goes first."""
        name, client = self._name(job_id, rule), self._client()
        try:
            client.remove_targets(Rule=name, EventBusName=rule.bus, Ids=[_TARGET])
            client.delete_rule(Name=name, EventBusName=rule.bus)
        except ClientError as error:
            if not is_error(error, _ABSENT):
                raise

    def _name(self, job_id: str, rule: EventRule) -> str:
        return bounded(f"{self._settings.prefix}{job_id}_{rule.event_id}")

    def _target(self, job_id: str, rule: EventRule) -> "TargetTypeDef":
        """The target of the rule: our function, with the job id, the id of the event trigger, and the whole event.

        Single values of the event would not be escaped in the template (User Guide, "Amazon EventBridge input
        transformation").
        """
        ids = json.dumps({"jobId": job_id, "eventId": rule.event_id})
        return {
            "Id": _TARGET,
            "Arn": self._settings.function_arn,
            "InputTransformer": {"InputTemplate": f'{ids[:-1]}, "event": <aws.events.event.json>}}'},
            "RetryPolicy": _RETRY,
            "DeadLetterConfig": {"Arn": self._settings.dead_letters_arn},
        }

    def _bus_fault(self, given: str, name: str) -> str:
        """A message if the bus cannot have our rules; empty if it can.

        A rule is in the account and region of its bus, and so must be the function.
        """
        _, partition, _, region, account, *_ = self._settings.function_arn.split(":")
        ours = f"arn:{partition}:events:{region}:{account}:event-bus/"
        if given != name and given != ours + name:
            return (
                f"is not in this account and region ({account}, {region}). Use a bus that is, and forward the events "
                "to it with a rule."
            )
        if name != DEFAULT_BUS:
            try:
                self._client().describe_event_bus(Name=name)
            except ClientError as error:
                if not is_error(error, _ABSENT):
                    raise
                return f"There is no event bus {name} in this account and region. Create it or correct the name."
        return ""


def _starts_itself(job_id: str, event: Event) -> str:
    """Return why a pattern that matches this event of the job's own runs is not allowed, and the way out."""
    ways = {
        SOURCE: f'add {{"jobId": [{{"anything-but": ["{job_id}"]}}]}} to its detail',
        "aws.ecs": "name the clusters, or the task definitions, of the tasks that you mean",
    }
    way = ways.get(event["source"], "name the state machines of the executions that you mean")
    name, status = event["detail-type"], event["detail"].get("status") or event["detail"].get("lastStatus")
    return (
        f"matches an event of the job's own runs ({event['source']}, {name}, {status}), so the job would start itself "
        f"again and again. Narrow the pattern: {way}."
    )


def _json(pattern: Pattern) -> str:
    return json.dumps(pattern, ensure_ascii=False, separators=(",", ":"))
