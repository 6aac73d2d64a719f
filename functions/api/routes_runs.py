"""/v1/jobs/{id}/runs: triggering, reading and stopping runs, and what they print."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.requests import job_id, optional_document
from functions.api.responses import answer, run_json, time_json
from functions.api.schemas import TriggerDocument
from functions.api.services import services
from functions.jobs.errors import JobNotFoundError, RunNotFoundError
from functions.jobs.run import Run, is_run_id, new_run_id
from functions.jobs.run_log import read_log
from functions.jobs.running import Trigger

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.post("/v1/jobs/<name>/runs")
def trigger_run(name: str) -> Response[str]:
    """Start a run; the same Idempotency-Key gives the same run for 24 hours."""
    optional_document(router.current_event, TriggerDocument)
    now = datetime.now(UTC)
    key = router.current_event.headers.get("idempotency-key") or None
    run = services().trigger(Trigger(job_id=job_id(name), run_id=new_run_id(now), now=now, idempotency_key=key))
    return answer(201, run_json(run))


@router.get("/v1/jobs/<name>/runs")
def list_active_runs(name: str) -> Response[str]:
    """The active runs of a job, newest first."""
    job = job_id(name)
    state = services().jobs.states([job]).get(job)
    if state is None:
        raise JobNotFoundError(job)
    return answer(200, [run_json(run) for run in services().runs.get_all((job, run_id) for run_id in state.active)])


@router.get("/v1/jobs/<name>/runs/<run_id>")
def get_run(name: str, run_id: str) -> Response[str]:
    """One run, also a finished one."""
    return answer(200, run_json(_run(name, run_id)))


@router.post("/v1/jobs/<name>/runs/<run_id>/actions/stop")
def stop_run(name: str, run_id: str) -> Response[str]:
    """Stop a run."""
    return answer(200, run_json(services().stop(job_id(name), _run_id(name, run_id), datetime.now(UTC))))


@router.get("/v1/jobs/<name>/runs/<run_id>/logs")
def get_log(name: str, run_id: str) -> Response[str]:
    """What a run has printed; `nextToken` goes on where the last page ended."""
    token = router.current_event.query_string_parameters.get("nextToken")
    lines, next_token = read_log(_run(name, run_id), token, services().logs)
    events = [{"timestamp": time_json(line.at), "message": line.text, "attempt": line.attempt} for line in lines]
    return answer(200, {"events": events, "nextToken": next_token})


def _run_id(name: str, text: str) -> str:
    if not is_run_id(text):
        raise RunNotFoundError(name, text)
    return text


def _run(name: str, run_id: str) -> Run:
    run = services().runs.get(job_id(name), _run_id(name, run_id))
    if run is None:
        raise RunNotFoundError(name, run_id)
    return run
