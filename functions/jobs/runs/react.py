"""React to an event that fits an event trigger of a job: start a run.

An event rule starts this, through the function `react`. If the inputs are invalid, it leaves a failed run with the
reason. If events have started too many runs of the job in the same minute, it leaves a skip. A repeated event changes
nothing: its run or its skip is in the table already.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.inputs.inputs import Inputs
from functions.jobs.model.errors import InvalidError, JobChangedError, JobNotFoundError, RunNotFoundError
from functions.jobs.model.event import JobEvent
from functions.jobs.model.firing import Skip, SkipReason
from functions.jobs.model.idempotency import IdempotencyKey
from functions.jobs.model.job import EventSpec, Job
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.rate import DEFAULT_RATE
from functions.jobs.model.run import Cause, Reason, Run, RunStatus
from functions.jobs.ports.runs import EventStarts, FiringStore
from functions.jobs.runs.prepare import InputPreparer
from functions.jobs.runs.trigger import RunStarter, Trigger

GONE = "The job no longer has this event trigger."
DELETED = "The run of this event was deleted."
DECIDED = "The event was skipped before, or its run has expired."
_TRIES = 3
_LONGEST_MESSAGE = 1000  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class EventReactor:
    """Starts runs for events that fit an event trigger of a job."""

    firings: FiringStore
    starts: EventStarts
    preparer: InputPreparer
    starter: RunStarter

    def react_to_event(self, event: JobEvent, now: datetime) -> Run | Skip | str:
        """Start the run of an event; returns the run, the skip, or a message that says why there is neither.

        The run may have been started before, or have failed. Raises JobChangedError and BusyError if the job keeps
        changing: the event is delivered again.
        """
        for _ in range(_TRIES):
            with suppress(JobChangedError):
                return self._react(event, now)
        raise JobChangedError

    def _react(self, event: JobEvent, now: datetime) -> Run | Skip | str:
        seen = self.firings.situation(event)
        if seen.run:
            return self.starter.begin_run(seen.run)
        if seen.skipped:
            return DECIDED
        events = seen.job.spec.get("events", []) if seen.job else []
        spec = next((one for one in events if one["id"] == event.event_id), None)
        if seen.job is None or spec is None:
            return GONE
        if seen.pause:
            return f"{seen.pause} is paused."
        rate = seen.job.spec.get("eventRatePerMinute", DEFAULT_RATE)
        if not self.starts.count(event.job_id, rate, now):
            return self._skip(event, rate, now)
        return self._start(seen.job, spec, event, now)

    def _skip(self, event: JobEvent, rate: int, now: datetime) -> Skip:
        message = f"Events had started {rate} runs of the job in this minute, as many as its eventRatePerMinute allows."
        skip = Skip(occasion=event.arrival, skipped_at=now, reason=SkipReason.RATE, message=message)
        self.firings.skip(skip, waiting=False)
        return skip

    def _start(self, job: Job, spec: EventSpec, event: JobEvent, now: datetime) -> Run | str:
        trigger = Trigger(
            job_id=job.id,
            run_id=event.run_id,
            now=now,
            # The run may be deleted before the event comes again. The key is kept for longer.
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
        """Put a failed run that shows the problems to the job's owner: nobody waits for an answer to an event."""
        problems = " ".join(f"{problem.path}: {problem.message}" for problem in wrong.problems)
        message = f"Event {event.content['id']} started no task. {problems}"[:_LONGEST_MESSAGE]
        outcome = Outcome(status=RunStatus.FAILED, reason=Reason.START_FAILED, message=message)
        self.firings.miss(event, run, outcome)
        return replace(run, status=outcome.status, reason=outcome.reason, message=message)
