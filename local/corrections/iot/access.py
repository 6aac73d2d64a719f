"""Correction of what IAM asks for when a job or a dynamic group is made, and when things are searched."""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import error_response_json
from ministack.services import iot

from local.corrections import iam
from local.corrections.registry import correction, replace

Answer = tuple[int, dict[str, str], bytes]
INDEX = "index/AWS_Things"


@correction("iot.access")
def access() -> None:
    """Ask IAM for all that a request names.

    MiniStack asks for the job alone, for no role, and for anything (`*`) where a dynamic group or the index is meant.
    AWS (Service Authorization Reference, "Actions, resources, and condition keys for AWS IoT"): CreateJob is on the
    job, its targets and its template; a dynamic group is a thing group; SearchIndex is on the index. A role that a
    request hands to IoT is passed (IAM User Guide, "Grant a user permissions to pass a role to an AWS service").
    """
    of_groups, of_request = iam_actions.iot_resource_arns, iam_actions.extract_resource_arn

    def iot_resource_arns(method: str, path: str, body: bytes, region: str, account: str) -> list[str]:
        named: list[str] = of_groups(method, path, body, region, account)
        parts = path.strip("/").split("/")
        if method == "PUT" and parts[0] == "jobs" and len(parts) == 2:
            return [f"arn:aws:iot:{region}:{account}:job/{parts[1]}", *_named_by(body)]
        return named

    def extract_resource_arn(service: str, method: str, path: str, *rest: Any) -> str:
        arn: str = of_request(service, method, path, *rest)
        region, account = rest[-2:]
        if service == "iot" and path == "/indices/search":
            return f"arn:aws:iot:{region}:{account}:{INDEX}"
        if service == "iot" and path.startswith("/dynamic-thing-groups/"):
            return f"arn:aws:iot:{region}:{account}:thinggroup/{path.rsplit('/', 1)[-1]}"
        return arn

    replace(iam_actions, iot_resource_arns=iot_resource_arns, extract_resource_arn=extract_resource_arn)
    replace(iot, _route_request=_asking(iot._route_request))


def _asking(serve: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    async def route_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        presigning = iot._parse_body(body).get("presignedUrlConfig") if method == "PUT" else None
        message = iam.not_passed((presigning or {}).get("roleArn") or "", "iot.amazonaws.com", headers, query)
        if message:
            refused: Answer = error_response_json("AccessDeniedException", message, 403)
            return refused
        return await serve(method, path, headers, body, query)

    return route_request


def _named_by(body: bytes) -> list[str]:
    """The targets and the template that a request names."""
    asked = iot._parse_body(body)
    named = [*(asked.get("targets") or []), asked.get("jobTemplateArn")]
    return [arn for arn in named if isinstance(arn, str)]
