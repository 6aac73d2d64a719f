"""Choices for what happens next: what there is in the world."""

from tests.conftest import FLEET_STATE_MACHINE, TASKS_STATE_MACHINE
from tests.engine import picture

JOB = "team.job"


class Sights:
    """Reads moto itself, without calls of AWS."""

    def of_several_tasks(self) -> list[str]:
        """The ids of the runs with several tasks."""
        return [one.name for one in picture.executions() if one.state_machine_arn == TASKS_STATE_MACHINE]

    def of_fleets(self) -> list[str]:
        """The ids of fleet runs."""
        return [one.name for one in picture.executions() if one.state_machine_arn == FLEET_STATE_MACHINE]

    def scheduled(self) -> bool:
        """Whether the job has a schedule."""
        return bool(picture.take().jobs[JOB].policies)

    def missing(self, job_ids: list[str]) -> list[str]:
        """Those of these jobs that do not exist."""
        return [job_id for job_id in job_ids if job_id not in picture.take().jobs]

    def runs(self) -> list[tuple[str, str]]:
        """All runs, each with its job."""
        return [(run_id, job_id) for job_id, job in picture.take().jobs.items() for run_id in sorted(job.runs)]

    def stoppable(self) -> list[tuple[str, str]]:
        """The active runs and the waiting firings, each with its job."""
        jobs = picture.take().jobs.items()
        return [(run, job_id) for job_id, job in jobs for run in sorted({*job.active, *filter(None, [job.waiting])})]

    def executions(self, *, ended: bool) -> list[str]:
        """The names of the executions that have ended, or are open, in the order of their start."""
        return [one.name for one in picture.executions() if picture.ended(one) is ended]

    def run_id(self, job_id: str = JOB) -> str:
        """The id of the one active run of a job."""
        (run_id,) = picture.take().jobs[job_id].active
        return run_id
