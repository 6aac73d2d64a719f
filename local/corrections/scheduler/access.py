"""Who may make schedules, and with which roles, where IAM is enforced.

MiniStack asks for schedule/default/<name> whatever the group, and for no role. AWS asks for schedule/<group>/<name>
(Service Authorization Reference, "Actions, resources, and condition keys for Amazon EventBridge Scheduler"), for
iam:PassRole on the execution role, and that the role can be assumed by Scheduler (User Guide, "Setting up": execution
role; "Troubleshooting").
"""

import json
import re
from typing import Any

from ministack.core import iam_actions
from ministack.services import scheduler as service

from local.corrections import iam as roles
from local.schedules.requests import RefusedError

PRINCIPAL = "scheduler.amazonaws.com"
_SCHEDULE = re.compile(r"/schedules/[^/]+")


def install() -> None:
    """Ask for what AWS asks for."""
    default_group_arn, handle = iam_actions.extract_resource_arn, service.handle_request

    def extract_resource_arn(name: str, method: str, path: str, headers: Any, *rest: Any) -> Any:
        arn = default_group_arn(name, method, path, headers, *rest)
        if name != "scheduler" or not _SCHEDULE.fullmatch(path):
            return arn
        body, query = rest[:2]
        return arn.replace("schedule/default/", f"schedule/{_group(body, query)}/")

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: dict[str, Any]) -> Any:
        role = _passed(body) if method in ("POST", "PUT") and _SCHEDULE.fullmatch(path) else ""
        return _pass_denied(role, headers, query) or await handle(method, path, headers, body, query)

    iam_actions.extract_resource_arn, service.handle_request = extract_resource_arn, handle_request


def check_role(role: str) -> None:
    """Raises RefusedError unless Scheduler can assume the role."""
    if not roles.trusts(role, PRINCIPAL):
        raise RefusedError("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")


def _pass_denied(role: str, headers: Any, query: dict[str, Any]) -> Any:
    message = roles.not_passed(role, PRINCIPAL, headers, query)
    return service._error(403, "AccessDeniedException", message) if message else None


def _passed(body: bytes) -> str:
    return str((_read(body).get("Target") or {}).get("RoleArn", ""))


def _group(body: bytes, query: dict[str, Any]) -> str:
    named = query.get("groupName") or _read(body).get("GroupName") or "default"
    return str(named[0] if isinstance(named, list) else named)


def _read(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
