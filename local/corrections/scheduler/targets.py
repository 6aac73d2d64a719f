"""The invocation of a schedule's target.

MiniStack drops what a target refuses, and asks no role. AWS invokes with the schedule's execution role, a Lambda
function asynchronously (EventBridge Scheduler User Guide, "Using templated targets"): what the function then does with
the event is Lambda's business. A queue gets a message. Other kinds of targets are left to MiniStack, and ask no role.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.responses import new_uuid, request_scope
from ministack.services import eventbridge, lambda_svc
from ministack.services import scheduler as service

from local.corrections import iam, sqs
from local.schedules.delivery import TargetError, stamp
from local.schedules.schedule import Schedule
from local.schedules.scheduler import Key

LOG = logging.getLogger(__name__)


class Targets:
    """Invokes targets, sends dead letters, and deletes schedules that are done."""

    def deliver(self, schedule: Schedule, payload: str, scheduled: datetime) -> None:
        """Invoke the target; raises TargetError."""
        spec = parse_arn(schedule.target["Arn"])
        with request_scope(*_scope(schedule)):
            text = payload or json.dumps(_event(schedule, scheduled))
            if spec.service == "lambda":
                _invoke(schedule, text)
            elif spec.service == "sqs":
                _send(schedule, text)
            else:
                target = {**schedule.target, "Input": text}
                eventbridge._invoke_target(target, _event(schedule, scheduled), {"Name": schedule.arn})

    def bury(self, schedule: Schedule, payload: str, attributes: Mapping[str, str]) -> None:
        """Send a dead letter, if the schedule has a queue for them."""
        queue = (schedule.target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            LOG.warning("%s has no dead-letter queue: %s", schedule.arn, attributes)
            return
        typed = {name: ("String", text) for name, text in attributes.items()}
        try:
            with request_scope(*_scope(schedule)):
                sqs.send(schedule.target["RoleArn"], queue, payload or "{}", typed)
        except sqs.NotSentError as error:
            LOG.warning("%s cannot send a dead letter: %s", schedule.arn, error)

    def completed(self, key: Key) -> None:
        """Delete a schedule that has fired for the last time."""
        record = service._schedules._data.pop(key, None)
        if record:
            LOG.info("%s has completed", record["Arn"])


def _scope(schedule: Schedule) -> tuple[str, str]:
    _, _, _, region, account, _ = schedule.arn.split(":", 5)
    return account, region


def _send(schedule: Schedule, text: str) -> None:
    target = schedule.target
    try:
        sqs.send(target["RoleArn"], target["Arn"], text, {}, **(target.get("SqsParameters") or {}))
    except sqs.NotSentError as error:
        raise TargetError(error.code, str(error)) from error


def _invoke(schedule: Schedule, text: str) -> None:
    role, arn = schedule.target["RoleArn"], schedule.target["Arn"]
    if not iam.allows(role, "lambda:InvokeFunction", arn):
        message = f"User: {role} is not authorized to perform: lambda:InvokeFunction on resource: {arn}"
        raise TargetError("AccessDeniedException", message)
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if not function or not config:
        raise TargetError("ResourceNotFoundException", f"Function not found: {arn}")
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), json.loads(text))


def _event(schedule: Schedule, scheduled: datetime) -> dict[str, Any]:
    """Return what a target without an Input gets."""
    account, region = _scope(schedule)
    return {
        "version": "0",
        "id": new_uuid(),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": account,
        "time": stamp(scheduled),
        "region": region,
        "resources": [schedule.arn],
        "detail": "{}",
    }
