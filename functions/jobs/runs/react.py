"""An event that fits the pattern of a job has come: it starts one run.

That it comes again changes nothing.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.inputs.inputs import Inputs
from functions.jobs.model.errors import InvalidError, JobChangedError, JobNotFoundError, RunNotFoundError
from functions.jobs.model.event import JobEvent
from functions.jobs.model.idempotency import IdempotencyKey
from functions.jobs.model.job import EventSpec, Job
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Cause, Reason, Run, RunStatus
from functions.jobs.ports.runs import FiringStore
from functions.jobs.runs.prepare import InputPreparer
from functions.jobs.runs.trigger import RunStarter, Trigger

GONE = "The job has no such event any more."
DELETED = "Its run was deleted."
_TRIES = 3
_LONGEST_MESSAGE = 1000  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class EventReactor:
    """Starts runs for events that fit a job's pattern."""

    firings: FiringStore
    preparer: InputPreparer
    starter: RunStarter

    def react_to_event(self, event: JobEvent, now: datetime) -> Run | str:
        """The run, whether it was started now or before, or has failed already; in words why there is none.

        Raises JobChangedError, BusyError if the job changes all the time: whoever delivers the event does it again.
        """
        for _ in range(_TRIES):
            with suppress(JobChangedError):
                return self._react(event, now)
        raise JobChangedError

    def _react(self, event: JobEvent, now: datetime) -> Run | str:
        seen = self.firings.situation(event)
        if seen.run:
            return self.starter.begin_run(seen.run)
        if seen.skipped:  # its time is over
            return DELETED
        events = seen.job.spec.get("events", []) if seen.job else []
        spec = next((one for one in events if one["id"] == event.event_id), None)
        if seen.job is None or spec is None:
            return GONE
        if seen.pause:
            return f"{seen.pause} is paused."
        return self._start(seen.job, spec, event, now)

    def _start(self, job: Job, spec: EventSpec, event: JobEvent, now: datetime) -> Run | str:
        trigger = Trigger(
            job_id=job.id,
            run_id=event.run_id,
            now=now,
            # The run may be deleted before the event comes again; that there was one is remembered for longer.
            key=IdempotencyKey.of(event.run_id, f"event {event.event_id} of {job.id}", ""),
            cause=Cause.EVENT,
            cause_id=event.event_id,
        )
        inputs = Inputs(parameters=event.values(spec.get("parameters", {})))
        try:
            return self.starter.trigger_run(self.preparer.prepare_trigger(trigger, job, inputs))
        except InvalidError as wrong:
            return self._fail(event, trigger.run(job.plan), wrong)
        except JobNotFoundError:  # deleted a moment ago
            return GONE
        except RunNotFoundError:
            return DELETED

    def _fail(self, event: JobEvent, run: Run, wrong: InvalidError) -> Run:
        """Leave a run that has failed, for its owner to see: nobody waits for an answer to an event."""
        problems = " ".join(f"{problem.path}: {problem.message}" for problem in wrong.problems)
        words = f"Event {event.content['id']} starts no task. {problems}"[:_LONGEST_MESSAGE]
        outcome = Outcome(status=RunStatus.FAILED, reason=Reason.START_FAILED, message=words)
        self.firings.miss(event, run, outcome)
        return replace(run, status=outcome.status, reason=outcome.reason, message=words)
