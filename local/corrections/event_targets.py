"""Rules that invoke Lambda functions.

MiniStack invokes the function once and drops its failure. EventBridge invokes asynchronously (Lambda Developer
Guide, "How Lambda handles errors and retries with asynchronous invocation"): a failed event is tried twice more,
then goes to the function's dead-letter queue or failure destination. MiniStack does that for its other sources.

It also keeps every event that was ever put, and nobody reads them.
"""

import collections
import json
import logging
from typing import Any

from ministack.services import eventbridge, lambda_svc

LOG = logging.getLogger(__name__)


def install() -> None:
    """Use the asynchronous invocation that MiniStack has."""

    def dispatch_to_lambda(arn: str, payload: str) -> None:
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            LOG.warning("the target %s of a rule does not exist", name)
            return
        event: Any = json.loads(payload)
        lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), event)

    eventbridge._dispatch_to_lambda = dispatch_to_lambda
    kept: collections.deque[Any] = collections.deque(maxlen=0)
    eventbridge._events_log_list = lambda: kept
