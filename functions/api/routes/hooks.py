"""/v1/jobs/{id}/hooks: the hooks of a job. hook_calls.py has the route that callers of hooks use."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.hook import HookAnswer, NewHookAnswer
from functions.api.documents.hook import HookDocument
from functions.api.http import answer
from functions.api.links import own_url
from functions.api.openapi import operation
from functions.api.parameters import HookIdPath, JobIdPath
from functions.jobs.model.hook import Hook
from functions.wiring import platform

PATH = "/v1/jobs/<name>/hooks"
SECRET_ONCE = {"Cache-Control": "no-store"}
describe = partial(operation, "hooks")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get(PATH, **describe("listHooks", "List a job's hooks", {200: list[HookAnswer]}, 404))
def list_hooks(name: JobIdPath) -> Response[str]:
    """Return the hooks of a job, the oldest first."""
    job = platform().catalog.find_job(name)
    return answer(200, [HookAnswer.of(hook, own_url(router.current_event)) for hook in platform().job_hooks.of(job)])


@router.post(PATH, **describe("createHook", "Add a hook", {201: NewHookAnswer}, 404, 409, 413, 415, 422))
def create_hook(
    name: JobIdPath,
    body: Annotated[
        HookDocument | None, Body(description="The hook. Without a body, its callers may set nothing.")
    ] = None,
) -> Response[str]:
    """Add a hook to a job, which can have 20. Only this answer has the secret, so there is no Idempotency-Key."""
    job = platform().catalog.find_job(name)
    hook, secret = platform().job_hooks.add(job, (body or HookDocument()).spec(), datetime.now(UTC))
    return answer(201, NewHookAnswer.of(hook, own_url(router.current_event), secret=secret), SECRET_ONCE)


@router.get(f"{PATH}/<hook_id>", **describe("getHook", "Read a hook", {200: HookAnswer}, 404))
def get_hook(name: JobIdPath, hook_id: HookIdPath) -> Response[str]:
    """Return one hook, without its secret."""
    return answer(200, HookAnswer.of(_find(name, hook_id), own_url(router.current_event)))


@router.post(
    f"{PATH}/<hook_id>/actions/rotate",
    **describe("rotateHook", "Give a hook a new secret", {200: NewHookAnswer}, 404, 409),
)
def rotate_hook(name: JobIdPath, hook_id: HookIdPath) -> Response[str]:
    """Replace the secret. Only this answer has the new one; the old one is invalid at once."""
    hook, secret = platform().job_hooks.rotate(_find(name, hook_id), datetime.now(UTC))
    return answer(200, NewHookAnswer.of(hook, own_url(router.current_event), secret=secret), SECRET_ONCE)


@router.delete(f"{PATH}/<hook_id>", **describe("deleteHook", "Delete a hook", {200: None}, 404))
def delete_hook(name: JobIdPath, hook_id: HookIdPath) -> Response[str]:
    """Delete a hook; its secret is invalid at once. The answer has no body."""
    platform().job_hooks.delete(_find(name, hook_id))
    return Response(200, None, "")


def _find(name: str, hook_id: str) -> Hook:
    return platform().job_hooks.find(platform().catalog.find_job(name), hook_id)
