"""What a role that a service assumes may do, where IAM is enforced.

MiniStack enforces what is called with a role's credentials, not what services do with a role on their own.
"""

import json
from typing import Any

from ministack import app
from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import iam


def enforced() -> bool:
    """Whether this local cloud enforces IAM."""
    return bool(app.AUTH)


def allows(role: str, action: str, resource: str) -> bool:
    """Whether a role's policies allow an action; always, where IAM is not enforced."""
    if not enforced():
        return True
    policies = evaluator._gather_role_policies(_name(role), get_account_id())
    return bool(evaluator.evaluate(_context(role, action, resource), policies).decision == "Allow")


def trusts(role: str, service: str) -> bool:
    """Whether a role exists and lets a service assume it; always, where IAM is not enforced."""
    if not enforced():
        return True
    held = iam._roles.get(_name(role)) or {}
    document: Any = held.get("AssumeRolePolicyDocument") or "{}"
    document = json.loads(document) if isinstance(document, str) else document
    statements = document.get("Statement") or []
    return any(_admits(statement, service) for statement in statements)


def not_passed(role: str, service: str, headers: Any, query: dict[str, Any]) -> str:
    """Why a caller may not pass a role to a service; nothing if he may, names none, or IAM is not enforced."""
    if not role or not enforced():
        return ""
    caller, passed = extract_access_key_id(headers, query), {"iam:PassedToService": service}
    denied = evaluator.enforce(caller, "iam:PassRole", "iam", get_region(), role, passed)
    who = getattr(denied, "principal_arn", "")
    return f"User: {who} is not authorized to perform: iam:PassRole on resource: {role}" if denied else ""


def _admits(statement: dict[str, Any], service: str) -> bool:
    """Conditions (aws:SourceArn, aws:SourceAccount) are taken for met."""
    actions = statement.get("Action", [])
    named = "sts:AssumeRole" in ([actions] if isinstance(actions, str) else actions)
    principal = statement.get("Principal")
    return statement.get("Effect") == "Allow" and named and evaluator._service_principal_matches(principal, service)


def _context(role: str, action: str, resource: str) -> Any:
    return evaluator.EvalContext(
        principal_arn=role,
        principal_type="AssumedRole",
        principal_account=get_account_id(),
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,
    )


def _name(role: str) -> str:
    return role.rsplit("/", 1)[-1]
