"""The answer of a custom resource: something that the deployment does once, and never undoes."""

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger

logger = Logger()
_PATIENCE = 10  # seconds
_LONGEST = 1000  # characters of a reason: an answer has at most 4,096 bytes


def act_and_answer(event: Mapping[str, Any], *, resource: str, act: Callable[[], None], failed: str) -> None:
    """Do it unless the resource is deleted, and answer CloudFormation in any case.

    `resource` is the physical id. It never changes: if it did, CloudFormation would delete the old resource after an
    update. `failed` begins the reason that the person who deploys gets to see. Without an answer, CloudFormation would
    wait until the resource's timeout (CloudFormation User Guide, "Custom resource request objects").
    """
    reason = None
    if event["RequestType"] != "Delete":
        try:
            act()
        except Exception as error:  # whatever it is, the person who deploys must see it
            logger.exception(failed)
            reason = f"{failed}: {error}"[:_LONGEST]
    logger.info("answering", request=event["RequestType"], failure=reason)
    body = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": "FAILED", "Reason": reason} if reason else {"Status": "SUCCESS"}
    body["PhysicalResourceId"] = event.get("PhysicalResourceId") or resource
    _put(event["ResponseURL"], json.dumps(body).encode())


def _put(url: str, body: bytes) -> None:
    """Put the answer to the URL that CloudFormation gave. An error propagates, so that Lambda tries again."""
    # The URL is signed without a content type. An empty one is sent because urllib would add its own.
    request = urllib.request.Request(url, body, {"Content-Type": ""}, method="PUT")  # noqa: S310 - CloudFormation's
    urllib.request.urlopen(request, timeout=_PATIENCE).close()  # noqa: S310
