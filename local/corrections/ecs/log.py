"""Where the output of a container goes: what the awslogs driver does."""

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch_logs, ecs

from local.tasks.engine import StartError


def output(container: dict[str, Any], task_id: str) -> Callable[[Sequence[str]], None]:
    """Takes lines, and writes them to the container's stream. Raises StartError where there is no log group."""
    config = ecs._awslogs_config(container, task_id, task_id)
    if config is None:
        return lambda lines: None
    account, region = ecs.get_account_id(), config["region"] or ecs.get_region()
    with request_scope(account, region):
        if not ecs._ensure_awslogs_stream(config):
            # As the awslogs driver fails the container ("Troubleshooting", CannotStartContainerError).
            raise StartError(f"CannotStartContainerError: the log group {config['group']} does not exist")
    return functools.partial(_put, account, region, config["group"], config["stream"])


def _put(account: str, region: str, group: str, stream: str, lines: Sequence[str]) -> None:
    now = int(time.time() * 1000)
    with request_scope(account, region):
        cloudwatch_logs._put_log_events(
            {
                "logGroupName": group,
                "logStreamName": stream,
                "logEvents": [{"timestamp": now, "message": line} for line in lines],
            }
        )
