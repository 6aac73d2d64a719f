"""The "ECS Task State Change" events.

MiniStack emits none. AWS sends one to the default event bus at each change of a task (Amazon ECS Developer Guide,
"Amazon ECS task state change events"): the detail is the task as DescribeTasks shows it, with a growing `version`.
Here they leave in order, from a thread of their own: no task waits for those who listen.
"""

import json
import queue
import threading
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import ecs, eventbridge


@dataclass(frozen=True)
class TaskEvents:
    """Takes tasks, sends events."""

    _pending: queue.SimpleQueue[tuple[str, str, dict[str, Any]]] = field(default_factory=queue.SimpleQueue)

    def start(self) -> None:
        """Begin to send."""
        threading.Thread(target=self._send_all, daemon=True, name="task events").start()

    def changed(self, task: dict[str, Any]) -> None:
        """Send the task as it is now; the caller holds the task's lock."""
        _, _, _, region, account, _ = task["taskArn"].split(":", 5)
        # updatedAt is in events only; it says when this copy was made.
        detail = {**ecs._sanitize(task), "updatedAt": ecs.now_iso()}
        self._pending.put((account, region, json.loads(json.dumps(detail))))

    def _send_all(self) -> None:
        while True:
            account, region, detail = self._pending.get()
            entry = {
                "Source": "aws.ecs",
                "DetailType": "ECS Task State Change",
                "Detail": json.dumps(detail),
                "Resources": [detail["taskArn"]],
            }
            with request_scope(account, region):
                eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
