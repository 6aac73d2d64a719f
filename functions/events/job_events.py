"""Switch on the job events of AWS IoT, as a custom resource of the stack: CloudFormation has no resource for them.

CloudFormation invokes this. The switch belongs to the whole account and region. It stays on when the stack is deleted,
because others may rely on it.
"""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import clients

logger = Logger()
_ON: Any = {"JOB": {"Enabled": True}, "JOB_EXECUTION": {"Enabled": True}}  # the other kinds of events stay as they are
_PATIENCE = 10  # seconds
_LONGEST = 1000  # characters of a reason: an answer has at most 4,096 bytes


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry (CloudFormation User Guide, "Custom resource request objects"). It answers in any case.

    Without an answer, CloudFormation would wait until the resource's timeout.
    """
    reason = None
    if event["RequestType"] != "Delete":
        try:
            clients.iot().update_event_configurations(eventConfigurations=_ON)
        except Exception as error:  # whatever it is, the person who deploys must see it
            logger.exception("job events not switched on")
            reason = f"AWS IoT did not switch on its job events: {error}"[:_LONGEST]
    logger.info("answering", request=event["RequestType"], failure=reason)
    _answer(event, reason)


def _answer(event: Mapping[str, Any], failure: str | None) -> None:
    """Put the answer to the URL that CloudFormation gave. An error propagates, so that Lambda tries again."""
    body = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": "FAILED", "Reason": failure} if failure else {"Status": "SUCCESS"}
    # The id never changes: if it did, CloudFormation would delete the old resource after an update.
    body["PhysicalResourceId"] = event.get("PhysicalResourceId") or "iot-job-events"
    # The URL is signed without a content type. An empty one is sent because urllib would add its own.
    url, data = event["ResponseURL"], json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": ""}, method="PUT")  # noqa: S310 - CloudFormation's
    urllib.request.urlopen(request, timeout=_PATIENCE).close()  # noqa: S310
