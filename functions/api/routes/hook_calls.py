"""/hooks/{id}: the one route that requires a hook's secret instead of a signature. infra/api.py opens it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.hook import StartedAnswer
from functions.api.documents.hook import HookCallDocument
from functions.api.http import answer, key_of_request
from functions.api.links import own_url
from functions.api.openapi import operation
from functions.api.parameters import HookIdPath, IdempotencyKeyHeader
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.runs.hook_call import HookCall
from functions.wiring import platform

# The headers for a secret, besides `Authorization: Bearer`. The second one is Shipmight's.
TOKEN_HEADERS = ("x-shiftwork-hook-token", "x-deploy-hook-token")
CALL = operation("hooks", "callHook", "Start a run through a hook", {201: StartedAnswer}, 404, 409, 413, 415, 422)
CALL["responses"][429]["headers"] = {
    "Retry-After": {
        "description": "Seconds until the hook accepts calls again. Absent if the API itself has too many requests.",
        "schema": {"type": "string", "examples": ["12"]},
    }
}
CallBody = Annotated[HookCallDocument | None, Body(description="The settings of the run that the hook allows.")]
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.post("/hooks/<hook_id>", **CALL, security=[{"hook": []}, {"hookBearer": []}])
def call_hook(
    hook_id: HookIdPath, body: CallBody = None, idempotency_key: IdempotencyKeyHeader = None
) -> Response[str]:
    """Start a run of the hook's job. An unknown hook and a wrong secret get the same 404."""
    event, settings = router.current_event, body or HookCallDocument()
    call = HookCall(
        hook_id=hook_id,
        secret=_secret(event.headers),
        inputs=Inputs(parameters=settings.parameters, image_tag=settings.imageTag),
        key=key_of_request(event, idempotency_key),
        now=datetime.now(UTC),
    )
    return answer(201, StartedAnswer.of(platform().hook_caller.call_hook(call), own_url(event)))


def _secret(headers: Mapping[str, str]) -> str:
    """Return the secret of a call; an empty one if there is none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if kind.lower() == "bearer" else ""
    return next((headers[name] for name in TOKEN_HEADERS if headers.get(name)), bearer)
