"""Answers: the JSON of jobs and runs, in Metronome's shapes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.jobs.errors import Problem
from functions.jobs.job import Job, JobState
from functions.jobs.run import Attempt, Run, RunStatus, TaskStatus

Json = dict[str, Any]


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response[str]:
    """A JSON answer."""
    return Response(status, "application/json", json.dumps(body), dict(headers or {}))


def time_json(moment: datetime | None) -> str | None:
    """2026-01-02T00:00:00.000+0000: the one form that all clients of Metronome read."""
    if moment is None:
        return None
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def problems_json(problems: Iterable[Problem]) -> list[Json]:
    """What is wrong with a document, path by path."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.path, []).append(problem.message)
    return [{"path": path, "errors": errors} for path, errors in found.items()]


def job_json(job: Job) -> Json:
    """A job."""
    return {**job.spec, "schedules": list(job.schedules.values())}


def run_json(run: Run) -> Json:
    """A run; beyond Metronome's fields it says why it failed, what it ran and what was allocated for it."""
    return {
        "id": run.id,
        "jobId": run.job_id,
        "status": run.status,
        "createdAt": time_json(run.created_at),
        "completedAt": time_json(run.completed_at),
        "tasks": [_task_json(attempt) for _, attempt in sorted(run.attempts.items())],
        "reason": run.reason,
        "message": run.message,
        "exitCode": run.exit_code,
        "scheduledAt": time_json(run.scheduled_at),
        "revision": run.revision,
        "taskDefinition": run.task_definition,
        "allocated": {"cpus": run.cpu / 1024 if run.cpu % 1024 else run.cpu // 1024, "mem": run.memory},
    }


def _task_json(attempt: Attempt) -> Json:
    finished = attempt.status is TaskStatus.FINISHED
    return {
        "id": attempt.task_id,
        "startedAt": time_json(attempt.started_at),
        **({"completedAt": time_json(attempt.stopped_at)} if finished else {}),
        "status": attempt.status,
        "attempt": attempt.number,
        "taskArn": attempt.task_arn,
        "exitCode": attempt.exit_code,
        "message": attempt.message,
    }


def summary_json(state: JobState) -> Json:
    """What has become of a job's runs, in numbers."""
    return {
        "successCount": state.successes,
        "failureCount": state.failures,
        "lastSuccessAt": time_json(state.last_success_at),
        "lastFailureAt": time_json(state.last_failure_at),
    }


def history_json(state: JobState, finished: Sequence[Run]) -> Json:
    """The summary, and the finished runs, newest first."""
    return summary_json(state) | {
        "successfulFinishedRuns": _finished_json(run for run in finished if run.status is RunStatus.SUCCESS),
        "failedFinishedRuns": _finished_json(run for run in finished if run.status is RunStatus.FAILED),
    }


def _finished_json(runs: Iterable[Run]) -> list[Json]:
    return [
        {
            "id": run.id,
            "createdAt": time_json(run.created_at),
            "finishedAt": time_json(run.completed_at),
            "tasks": [attempt.task_id for _, attempt in sorted(run.attempts.items())],
            **({"reason": run.reason} if run.reason else {}),
        }
        for run in runs
    ]
