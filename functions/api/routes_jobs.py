"""/v1/jobs: the jobs and their schedules."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.requests import Embed, document, embeds, flag, job_id
from functions.api.responses import Json, answer, history_json, job_json, run_json, summary_json
from functions.api.schemas import JobDocument, ScheduleDocument
from functions.api.services import services
from functions.jobs.job import Job, JobSpec, JobState

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get("/v1/jobs")
def list_jobs() -> Response[str]:
    """All jobs, by id."""
    return answer(200, _with_embeds(services().jobs.all(), embeds(router.current_event), omit_idle=True))


@router.post("/v1/jobs")
def create_job() -> Response[str]:
    """Save a new job."""
    spec = _spec(document(router.current_event, JobDocument))
    return answer(201, job_json(services().saving.create(spec, {}, datetime.now(UTC))))


@router.get("/v1/jobs/<name>")
def get_job(name: str) -> Response[str]:
    """One job."""
    wanted = embeds(router.current_event)
    job = services().saving.find(job_id(name))
    return answer(200, _with_embeds([job], wanted, omit_idle=False)[0])


@router.put("/v1/jobs/<name>")
def update_job(name: str) -> Response[str]:
    """Replace a job's document."""
    spec = _spec(document(router.current_event, JobDocument))
    return answer(200, job_json(services().saving.update(job_id(name), spec)))


@router.delete("/v1/jobs/<name>")
def delete_job(name: str) -> Response[str]:
    """Delete a job; the answer is the job as it was."""
    stop_runs = flag(router.current_event, "stopCurrentJobRuns")
    return answer(200, job_json(services().saving.delete(job_id(name), stop_runs=stop_runs, now=datetime.now(UTC))))


@router.get("/v1/jobs/<name>/schedules")
def list_schedules(name: str) -> Response[str]:
    """The schedules of a job."""
    return answer(200, list(services().saving.find(job_id(name)).schedules.values()))


@router.post("/v1/jobs/<name>/schedules")
def create_schedule(name: str) -> Response[str]:
    """Keep one more schedule with a job."""
    schedule = document(router.current_event, ScheduleDocument).model_dump()
    return answer(201, services().saving.add_schedule(job_id(name), schedule))


def _spec(body: JobDocument) -> JobSpec:
    spec: JobSpec = body.model_dump(exclude={"schedules"}, exclude_none=True)  # type: ignore[assignment]
    return spec


def _with_embeds(jobs: list[Job], wanted: frozenset[Embed], *, omit_idle: bool) -> list[Json]:
    """The jobs' JSON with what was asked to be embedded; a list omits `activeRuns` where there are none."""
    needs_state = wanted & {Embed.ACTIVE_RUNS, Embed.HISTORY, Embed.HISTORY_SUMMARY}
    states = services().jobs.states([job.id for job in jobs]) if needs_state else {}
    return [job_json(job) | _embedded(job, states.get(job.id, JobState()), wanted, omit_idle) for job in jobs]


def _embedded(job: Job, state: JobState, wanted: frozenset[Embed], omit_idle: bool) -> Json:
    runs = services().runs
    more: Json = {}
    if Embed.ACTIVE_RUNS in wanted and (state.active or not omit_idle):
        more["activeRuns"] = [run_json(run) for run in runs.get_all((job.id, run_id) for run_id in state.active)]
    if Embed.HISTORY_SUMMARY in wanted:
        more["historySummary"] = summary_json(state)
    if Embed.HISTORY in wanted:
        more["history"] = history_json(state, runs.finished(job.id, job.created_at))
    return more
