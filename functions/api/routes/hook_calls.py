"""/hooks/{id}: the one route that asks for no signature, but for the hook's secret (infra/api.py lets it in)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.body import answer
from functions.api.answers.hook import StartedAnswer
from functions.api.documents.hook import HookCallDocument
from functions.api.links import key_of_request, own_url
from functions.api.openapi import operation
from functions.api.parameters import HookIdPath, IdempotencyKeyHeader
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.runs.hook_call import HookCall
from functions.wiring import platform

# Where a secret may stand, besides `Authorization: Bearer`; the second is Shipmight's.
TOKEN_HEADERS = ("x-shiftwork-hook-token", "x-deploy-hook-token")
CALL = operation("hooks", "callHook", "Start a run by a hook", {201: StartedAnswer}, 404, 409, 413, 415, 422)
CALL["responses"][429]["headers"] = {
    "Retry-After": {
        "description": "Seconds until the hook takes calls again; absent if the API itself has too many.",
        "schema": {"type": "string", "examples": ["12"]},
    }
}
Said = Annotated[HookCallDocument | None, Body(description="What the hook allows, or nothing.")]
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.post("/hooks/<hook_id>", **CALL, security=[{"hook": []}, {"hookBearer": []}])
def call_hook(hook_id: HookIdPath, body: Said = None, idempotency_key: IdempotencyKeyHeader = None) -> Response[str]:
    """Start a run of the hook's job. A hook that does not exist and a wrong secret are the same 404."""
    event, said = router.current_event, body or HookCallDocument()
    call = HookCall(
        hook_id=hook_id,
        secret=_secret(event.headers),
        inputs=Inputs(parameters=said.parameters, image_tag=said.imageTag),
        key=key_of_request(event, idempotency_key),
        now=datetime.now(UTC),
    )
    return answer(201, StartedAnswer.of(platform().hook_caller.call_hook(call), own_url(event)))


def _secret(headers: Mapping[str, str]) -> str:
    """The secret that came with a call; none is one that is wrong."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if kind.lower() == "bearer" else ""
    return next((headers[name] for name in TOKEN_HEADERS if headers.get(name)), bearer)
