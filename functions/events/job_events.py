"""A custom resource of the stack: have AWS IoT tell of jobs and of their executions, for which there is no resource.

It is a switch of the whole account and region. When the stack goes it stays on, since others may rely on it.
"""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import clients

logger = Logger()
_ON: Any = {"JOB": {"Enabled": True}, "JOB_EXECUTION": {"Enabled": True}}  # the others stay as they are
_PATIENCE = 10  # seconds
_LONGEST = 1000  # characters of a reason: an answer takes 4,096 bytes


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry (CloudFormation User Guide, "Custom resource request objects"): it is answered in any case.

    Without an answer, CloudFormation would wait for as long as the resource has time.
    """
    reason = None
    if event["RequestType"] != "Delete":
        try:
            clients.iot().update_event_configurations(eventConfigurations=_ON)
        except Exception as error:  # whatever it is, who deploys shall read it
            logger.exception("not switched on")
            reason = f"AWS IoT did not switch its job events on: {error}"[:_LONGEST]
    logger.info("answers", request=event["RequestType"], failure=reason)
    _answer(event, reason)


def _answer(event: Mapping[str, Any], failure: str | None) -> None:
    """Put the answer where CloudFormation looks for it; an error comes again, as Lambda tries again then."""
    told = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    told |= {"Status": "FAILED", "Reason": failure} if failure else {"Status": "SUCCESS"}
    # It is one and the same thing for ever: with another id, CloudFormation would delete it after an update.
    told["PhysicalResourceId"] = event.get("PhysicalResourceId") or "iot-job-events"
    # The URL is signed for no content type; left out, there would be one.
    url, sent = event["ResponseURL"], json.dumps(told).encode()
    request = urllib.request.Request(url, sent, {"Content-Type": ""}, method="PUT")  # noqa: S310 - CloudFormation's
    urllib.request.urlopen(request, timeout=_PATIENCE).close()  # noqa: S310
