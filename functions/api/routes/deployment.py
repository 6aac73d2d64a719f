"""The deployment itself: /ping, /info, /leader, /v1/metrics, /v1/queue."""

from datetime import UTC, datetime
from functools import partial
from itertools import groupby

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.shared.version import VERSION as LIBRARY

from functions.api.answers.deployment import (
    CounterAnswer,
    DeploymentAnswer,
    GaugeAnswer,
    HealthAnswer,
    InfoAnswer,
    LeaderAnswer,
    MetricsAnswer,
    QueueAnswer,
    QueuedRunAnswer,
)
from functions.api.http import answer
from functions.api.openapi import VERSION, operation
from functions.jobs.model.job import DEPLOYMENT
from functions.jobs.model.run import RunStatus
from functions.jobs.runs.end_rollout import EventsOffError
from functions.settings import Settings
from functions.wiring import platform

describe = partial(operation, "deployment")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get("/ping", **describe("ping", "Check that the API answers", {200: str}))
def ping() -> Response[str]:
    """Answer `pong`."""
    return Response(200, "text/plain", "pong")


@router.get("/info", **describe("getInfo", "Read versions and settings", {200: InfoAnswer}))
def get_info() -> Response[str]:
    """Return the versions of the software and the deployment's settings."""
    return answer(200, InfoAnswer(version=VERSION, libVersion=LIBRARY, config=_config(platform().settings)))


@router.get("/leader", **describe("getLeader", "Read the API's host", {200: LeaderAnswer}))
def get_leader() -> Response[str]:
    """Return the host and port of the request, for clients of Metronome: the API is always the leader."""
    headers = router.current_event.headers
    host, _, port = headers.get("host", router.current_event["requestContext"]["domainName"]).partition(":")
    return answer(200, LeaderAnswer(leader=f"{host}:{port or headers.get('x-forwarded-port', '443')}"))


@router.get("/v1/deployment", **describe("getDeployment", "Read the deployment", {200: DeploymentAnswer}))
def get_deployment() -> Response[str]:
    """Return the deployment's stage and, if it is paused, since when."""
    return answer(200, DeploymentAnswer.of(platform().settings.stage, platform().groups.get(DEPLOYMENT)))


@router.post(
    "/v1/deployment/actions/pause", **describe("pauseDeployment", "Pause the deployment", {200: DeploymentAnswer})
)
def pause_deployment() -> Response[str]:
    """Pause the schedules and event triggers of all jobs. Active runs continue, and calls still start runs."""
    platform().groups.pause(DEPLOYMENT, datetime.now(UTC))
    return get_deployment()


@router.post(
    "/v1/deployment/actions/resume", **describe("resumeDeployment", "Resume the deployment", {200: DeploymentAnswer})
)
def resume_deployment() -> Response[str]:
    """Resume from the next firings on. Jobs and groups that were paused themselves stay paused."""
    platform().groups.pause(DEPLOYMENT, None)
    return get_deployment()


@router.get("/v1/health", **describe("getHealth", "Check the deployment's health", {200: HealthAnswer}))
def get_health() -> Response[str]:
    """Check the account's settings that the deployment relies on and that somebody may have changed.

    A deployment without fleets relies on none, so it has no checks.
    """
    if platform().settings.fleets is None:
        return answer(200, HealthAnswer(healthy=True, checks=[]))
    are_on = platform().iot_jobs.events_are_on()
    return answer(200, HealthAnswer.of(None if are_on else str(EventsOffError())))


@router.get("/v1/queue", **describe("getQueue", "List the runs that wait for a task", {200: list[QueueAnswer]}))
def get_queue() -> Response[str]:
    """Return the runs whose task has not started yet, by job."""
    waiting = [run for run in platform().runs.active(None) if run.status is RunStatus.INITIAL]
    by_job = groupby(sorted(waiting, key=lambda run: run.job_id), key=lambda run: run.job_id)
    queue = [QueueAnswer(jobId=job, runs=[QueuedRunAnswer(runId=run.id) for run in runs]) for job, runs in by_job]
    return answer(200, queue)


@router.get("/v1/metrics", **describe("getMetrics", "Read metrics", {200: MetricsAnswer}))
def get_metrics() -> Response[str]:
    """Return the numbers of active runs from the table and the counts of the last 24 hours from CloudWatch."""
    active = [run.status for run in platform().runs.active(None)]
    gauges = {"runs.active": len(active), "runs.queued": active.count(RunStatus.INITIAL)}
    counters = platform().metrics.of_runs(datetime.now(UTC))
    metrics = MetricsAnswer(
        version="4.0.0",
        gauges={name: GaugeAnswer(value=value) for name, value in gauges.items()},
        counters={f"runs.{name}": CounterAnswer(count=count) for name, count in counters.items()},
        histograms={},
        meters={},
        timers={},
    )
    return answer(200, metrics)


def _config(settings: Settings) -> dict[str, str]:
    """Return the settings that callers may see."""
    return {
        "stage": settings.stage,
        "region": settings.region,
        "retention_days": str(settings.retention_days),
        "default_image": settings.default_image,
        "fleets": "true" if settings.fleets else "false",
    }
