"""Use case: stop a run. Stopping again changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from functions.jobs.errors import JobNotFoundError, RunNotFoundError
from functions.jobs.outcome import STOPPED, Ending, outcome_of
from functions.jobs.ports import Executions, JobStore, RunStore
from functions.jobs.run import Run
from functions.jobs.running import found


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopping:
    """What stopping needs."""

    jobs: JobStore
    runs: RunStore
    executions: Executions

    def __call__(self, job_id: str, run_id: str, now: datetime, cause: str = "Stopped by a call of the API.") -> Run:
        """Stop a run; one that has ended stays as it is. Raises JobNotFoundError, RunNotFoundError."""
        run = self.runs.get(job_id, run_id)
        if run is None:
            if self.jobs.get(job_id) is None:
                raise JobNotFoundError(job_id)
            raise RunNotFoundError(job_id, run_id)
        if not run.is_active:
            return run
        self.executions.stop(run, cause)
        # The execution may have ended by itself a moment ago: then that is what happened to the run.
        ending = self.executions.ending(run)
        if ending is None or ending.status == "ABORTED":
            ending = Ending(status="ABORTED", error=STOPPED, cause=cause)
        self.runs.settle(job_id, run_id, outcome_of(ending), now)
        return found(self.runs, job_id, run_id)
