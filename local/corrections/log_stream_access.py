"""What IAM asks for when a log stream is read or written.

MiniStack asks for the log group. AWS asks for the stream in it (Service Authorization Reference, "Actions, resources,
and condition keys for Amazon CloudWatch Logs": GetLogEvents, PutLogEvents and DeleteLogStream are on log-stream), which
a policy on `log-group:<name>:*` allows and one on `log-group:<name>` does not.
"""

import json
from typing import Any

from ministack.core import iam_actions

ON_STREAMS = {"GetLogEvents", "PutLogEvents", "DeleteLogStream"}


def install() -> None:
    """Name the stream."""
    of_group = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> Any:
        arn = of_group(service, method, path, headers, body, *rest)
        action = str(headers.get("x-amz-target", "")).rsplit(".", 1)[-1]
        if service != "logs" or action not in ON_STREAMS:
            return arn
        return f"{arn}:log-stream:{json.loads(body).get('logStreamName', '')}"

    iam_actions.extract_resource_arn = extract_resource_arn
