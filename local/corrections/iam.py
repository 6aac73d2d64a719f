"""The rights of roles that services assume, and what IAM asks for when somebody reads a log stream or an object.

MiniStack enforces what is called with a role's credentials. It does not enforce what services do with a role on their
own: other corrections ask here.
"""

import json
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import iam, s3

from local.corrections.registry import correction, put, replace


def enforced() -> bool:
    """Return whether this local cloud enforces IAM."""
    return bool(app.AUTH)


def allows(role: str, action: str, resource: str) -> bool:
    """Return whether a role's policies allow an action; always true where IAM is not enforced."""
    if not enforced():
        return True
    policies = evaluator._gather_role_policies(_name(role), get_account_id())
    return bool(evaluator.evaluate(_context(role, action, resource), policies).decision == "Allow")


def trusts(role: str, service: str) -> bool:
    """Return whether a role exists and lets a service assume it; always true where IAM is not enforced."""
    if not enforced():
        return True
    held = iam._roles.get(_name(role)) or {}
    document: Any = held.get("AssumeRolePolicyDocument") or "{}"
    document = json.loads(document) if isinstance(document, str) else document
    statements = document.get("Statement") or []
    return any(_admits(statement, service) for statement in statements)


def not_passed(role: str, service: str, headers: Any, query: dict[str, Any]) -> str:
    """Return why a caller may not pass a role to a service; empty if he may, names none, or IAM is not enforced."""
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


ON_STREAMS = {"GetLogEvents", "PutLogEvents", "DeleteLogStream"}


@correction("iam.log_streams")
def log_streams() -> None:
    """Ask for the log stream where one is read or written.

    MiniStack asks for the log group. AWS asks for the stream in it (Service Authorization Reference, "Actions,
    resources, and condition keys for Amazon CloudWatch Logs": GetLogEvents, PutLogEvents and DeleteLogStream are on
    log-stream), which a policy on `log-group:<name>:*` allows and one on `log-group:<name>` does not.
    """
    of_group = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> Any:
        arn = of_group(service, method, path, headers, body, *rest)
        action = str(headers.get("x-amz-target", "")).rsplit(".", 1)[-1]
        if service != "logs" or action not in ON_STREAMS:
            return arn
        return f"{arn}:log-stream:{json.loads(body).get('logStreamName', '')}"

    replace(iam_actions, extract_resource_arn=extract_resource_arn)


@correction("iam.missing_objects")
def missing_objects() -> None:
    """Deny access to an object that is not there, unless the caller may list the bucket.

    MiniStack says NoSuchKey. AWS says so only to who may list the bucket, so that others cannot find out what is there
    (Amazon S3 API Reference, GetObject, "Permissions").
    """
    read = s3._get_object

    def get_object(bucket: str, key: str, headers: Any, query: Any = None) -> Any:
        answer = read(bucket, key, headers, query)
        if answer[0] != 404 or b"<Code>NoSuchKey<" not in answer[2]:
            return answer
        listing = f"arn:aws:s3:::{bucket}"
        return app._enforce_data_plane("s3", "s3:ListBucket", headers, query or {}, "", listing) or answer

    replace(s3, _get_object=get_object)


@correction("iam.service_linked_roles")
def service_linked_roles() -> None:
    """Ask for the role itself where a service-linked role is created, and say as AWS does that the account has it.

    MiniStack asks for any resource, knows no iam:AWSServiceName, and answers EntityAlreadyExists. AWS asks for the role
    and gives the service's name as a condition key (Service Authorization Reference, "Actions, resources, and condition
    keys for AWS Identity and Access Management"), and answers InvalidInput.
    """
    action = "iam:CreateServiceLinkedRole"
    of_request, of_tags = iam_actions.extract_resource_arn, iam_actions.request_tag_context
    create = iam._create_service_linked_role

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> Any:
        query = rest[0] if rest else {}
        if service == "iam" and _one(query, "Action") == action.partition(":")[2]:
            name = _one(query, "AWSServiceName")
            return f"arn:aws:iam::{get_account_id()}:role/aws-service-role/{name}/{_linked_role(name)}"
        return of_request(service, method, path, headers, body, *rest)

    def request_tag_context(service: str, asked: str, body: bytes, params: Any) -> dict[str, Any]:
        context: dict[str, Any] = of_tags(service, asked, body, params)
        return context | ({"iam:AWSServiceName": _one(params, "AWSServiceName")} if asked == action else {})

    def create_service_linked_role(params: Any) -> Any:
        answer = create(params)
        if answer[0] != 409:
            return answer
        name = _linked_role(_one(params, "AWSServiceName"))
        message = f"Service role name {name} has been taken in this account, please try a different suffix."
        return iam._error(400, "InvalidInput", message)

    replace(iam_actions, extract_resource_arn=extract_resource_arn, request_tag_context=request_tag_context)
    put(iam._IAM_HANDLERS, "CreateServiceLinkedRole", create_service_linked_role)


@correction("iam.ecs_tasks")
def ecs_tasks() -> None:
    """Ask for the task where one is stopped, and give the cluster that a request to ECS names as ecs:cluster.

    MiniStack asks for the cluster and does not know the key, so a grant on a cluster's tasks allows nothing. AWS asks
    for the task and knows the key (Service Authorization Reference, "Actions, resources, and condition keys for Amazon
    Elastic Container Service").
    """
    of_request, of_tags = iam_actions.extract_resource_arn, iam_actions.request_tag_context

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> Any:
        if service != "ecs" or not str(headers.get("x-amz-target", "")).endswith(".StopTask"):
            return of_request(service, method, path, headers, body, *rest)
        asked = json.loads(body)
        cluster = asked.get("cluster", "default").rpartition("/")[2]
        return _ecs(f"task/{cluster}", asked.get("task", ""))

    def request_tag_context(service: str, action: str, body: bytes, params: Any) -> dict[str, Any]:
        context: dict[str, Any] = of_tags(service, action, body, params)
        cluster = json.loads(body or b"{}").get("cluster") if service == "ecs" else None
        return context | ({"ecs:cluster": _ecs("cluster", cluster)} if cluster else {})

    replace(iam_actions, extract_resource_arn=extract_resource_arn, request_tag_context=request_tag_context)


def _ecs(kind: str, name: str) -> str:
    """Return the ARN of what a request to ECS names, by its name or its ARN."""
    return name if name.startswith("arn:") else f"arn:aws:ecs:{get_region()}:{get_account_id()}:{kind}/{name}"


def _linked_role(service: str) -> str:
    """Return the name of a service's role, as AWS has it for ECS."""
    name = service.partition(".")[0]
    return f"AWSServiceRoleFor{name.upper() if name == 'ecs' else name.capitalize()}"


def _one(params: Any, name: str) -> str:
    value = params.get(name, "")
    return str(value[0] if isinstance(value, list) else value)
