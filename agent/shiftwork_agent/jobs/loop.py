"""The agent's loop: takes one job at a time, has it run, and reports, whatever gets lost in between."""

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shiftwork_agent.errors import GoneError, JobError, LaterError, RejectedError
from shiftwork_agent.jobs.current import Current, Note, NoteFile
from shiftwork_agent.jobs.details import clean
from shiftwork_agent.jobs.events import Connected, Disconnected, Ended, Event, NextChanged, Progressed, Stopped
from shiftwork_agent.jobs.execution import FAILED, IN_PROGRESS, Execution, Outcome, failure
from shiftwork_agent.jobs.pace import Backoff, Pace
from shiftwork_agent.jobs.ports import Begin, JobsService, Machine, Resumption
from shiftwork_agent.jobs.updates import Updates
from shiftwork_agent.log import Log

_LONGEST_WAIT = 60.0


@dataclass(kw_only=True)
class Loop:
    """One thread: events come in by `inbox`, calls go out to `service`. A job that was reported never runs twice."""

    service: JobsService
    begin: Begin
    notes: NoteFile
    machine: Machine
    inbox: "queue.SimpleQueue[Event]"
    log: Log
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], float] = time.monotonic
    _connected: bool = field(default=False, init=False)
    _asking: bool = field(default=False, init=False)
    _not_before: float = field(default=0, init=False)
    _down_by: float | None = field(default=None, init=False)
    _backoff: Backoff = field(default_factory=Backoff, init=False)
    _updates: Updates = field(init=False)
    _job: Current | None = field(init=False)

    def __post_init__(self) -> None:
        self._updates = Updates(self.service, self.log)
        self._job = self._left_over()

    def run(self) -> str | None:
        """Handle events until Stopped, and return its reason."""
        while True:
            try:
                event = self.inbox.get(timeout=self._wait())
            except queue.Empty:
                event = None
            if isinstance(event, Stopped):
                self._end()
                return event.reason
            self.handle(event)

    def handle(self, event: Event | None = None) -> None:
        """Handle one event, if there is one, and do all that is due."""
        match event:
            case Connected():
                self._connected = self._asking = True
                self._not_before = self.clock()
            case Disconnected():
                self._connected = False
            case NextChanged(key):
                self._next_changed(key)
            case Progressed(key, details) if self._job and self._job.execution.key == key:
                self._job.details = clean({**self._job.details, **details})
                self._job.changed = True
            case Ended(key, outcome) if self._job and self._job.execution.key == key:
                self._ended(self._job, outcome)
        while self._connected and self.clock() >= self._not_before and self._do_next():
            pass

    def _do_next(self) -> bool:
        """Make the one call that is due, and return whether there was one."""
        job, now = self._job, self.clock()
        try:
            if self._down_by is not None:
                return self._check_power(job, now)
            if job and job.final:
                self._finish(job, job.final)
            elif self._asking and not (job and job.dropped):
                self._ask()
            elif job and job.running and now >= job.report_at(self.pace):
                self._report(job)
            else:
                return False
            self._backoff.reset()
        except (LaterError, RejectedError) as error:
            self._pause(str(error))
        except GoneError as error:
            self._drop(str(error))
            self._pause(None)
        return True

    def _ask(self) -> None:
        execution = self.service.start_next()
        self._asking = False
        if self._job is None:
            if execution:
                self._begin(execution)
            else:
                self.notes.clear()  # its job ended elsewhere while the agent was off
        elif execution is None or execution.key != self._job.execution.key:
            self._drop("the jobs service no longer hands it over")
        else:
            self._job.execution.version = execution.version

    def _begin(self, execution: Execution) -> None:
        """Begin the work, or resume it. The note is written first, so that a restart knows what was begun."""
        job = self._job = Current(execution, reported_at=self.clock() - self.pace.report)
        note = self.notes.read()
        known = note if note and note.execution.key == execution.key else None
        boot_id = known.boot_id if known else execution.details.get("bootId")
        continued = known is not None and not known.waits
        resumption = self._resumption(boot_id, continued=continued) if known or boot_id else None
        self.log("job received", job=execution.job_id, execution=execution.number, resumed=resumption is not None)
        try:
            if not self._keep(job.note(boot_id)):
                raise JobError("ERR_SYSTEM_CALL_FAILED", "The agent cannot write to its state folder")
            job.work = self.begin(execution, resumption)
        except JobError as error:
            self._ended(job, failure(error))

    def _resumption(self, boot_id: str | None, *, continued: bool) -> Resumption:
        wanted = boot_id is not None
        return Resumption(wanted, wanted and boot_id != self.machine.boot_id(), wanted and continued)

    def _next_changed(self, key: tuple[str, int] | None) -> None:
        """Ask for the next job, or make the job at hand report at once. News may be old: only an answer ends a job."""
        if self._job is None:
            self._asking = self._asking or key is not None
        elif self._job.running and key != self._job.execution.key:
            self._job.reported_at = self.clock() - self.pace.heartbeat

    def _report(self, job: Current) -> None:
        job.reported_at = self.clock()
        self._updates.send(job.execution, IN_PROGRESS, clean(job.report()))
        job.changed = False

    def _ended(self, job: Current, outcome: Outcome) -> None:
        """Keep the outcome of the work until the jobs service has accepted it."""
        job.work = None
        if job.dropped:
            self._forget()
            return
        details = {**job.details, **outcome.details}
        if outcome.then == "reboot":
            details["bootId"] = self.machine.boot_id()
        job.final = Outcome(outcome.status, clean(details), outcome.then)
        self.log("job ended", job=job.execution.job_id, status=outcome.status, details=job.final.details)
        self._keep(job.note())

    def _finish(self, job: Current, final: Outcome) -> None:
        """Send the last report. Then restart or shut down the machine, if the job asks for it."""
        self._updates.send(job.execution, final.status, final.details)
        self.log("job reported", job=job.execution.job_id, status=final.status)
        if final.then != "reboot":
            self._forget()
        else:
            job.final = None
            if not self._keep(job.note(final.details["bootId"], waits=True)):  # else it would restart again and again
                self._still_up(job, "The agent cannot write to its state folder")
                return
        if final.then:
            self._change_power(job, final)

    def _change_power(self, job: Current, final: Outcome) -> None:
        self._down_by = self.clock() + self.pace.power
        try:
            self.machine.change_power(final.then or "reboot")
        except JobError as error:
            self.log("machine stays up", error=str(error))
            self._still_up(job, str(error))

    def _check_power(self, job: Current | None, now: float) -> bool:
        """Begin nothing while the machine goes down. If it does not go down in time, its job has failed."""
        if self._down_by is None or now < self._down_by:
            return False
        self._still_up(job, "The machine did not go down")
        return True

    def _still_up(self, job: Current | None, reason: str) -> None:
        self._down_by = None
        if job and job is self._job:
            self._ended(job, Outcome(FAILED, {"errorCode": "ERR_SYSTEM_CALL_FAILED", "reason": reason}))

    def _drop(self, reason: str) -> None:
        """End the work on a job that the jobs service no longer wants. The agent asks for the next one afterwards."""
        job = self._job
        if job is None or job.dropped:
            return
        self.log("job dropped", job=job.execution.job_id, reason=reason)
        job.dropped, job.final = True, None
        if job.work:
            job.work.end()
        else:
            self._forget()

    def _keep(self, note: Note) -> bool:
        """Write the note, and return whether that succeeded. A full disk must not stop a report."""
        try:
            self.notes.write(note)
        except OSError as error:
            self.log("note not written", error=str(error))
            return False
        return True

    def _forget(self) -> None:
        self.notes.clear()
        self._job = None
        self._asking = True

    def _left_over(self) -> Current | None:
        """Return the job whose last report was not accepted before the agent ended."""
        note: Note | None = self.notes.read()
        if note is None or note.final is None:
            return None
        return Current(note.execution, reported_at=self.clock(), final=note.final)

    def _pause(self, reason: str | None) -> None:
        seconds = self._backoff.next()
        self._not_before = self.clock() + seconds
        if reason:
            self.log("call failed", reason=reason, retry_seconds=round(seconds, 1))

    def _wait(self) -> float:
        """Return the seconds until something is due."""
        now = self.clock()
        due = [now + _LONGEST_WAIT]
        if self._not_before > now:
            due.append(self._not_before)
        elif self._connected and self._job and self._job.running:
            due.append(self._job.report_at(self.pace))
        return max(min(due) - now, 0.01)

    def _end(self) -> None:
        """End the work because the agent ends. Its note stays and says after a restart that it was interrupted."""
        while not self.inbox.empty():
            event = self.inbox.get_nowait()
            if isinstance(event, Ended) and self._job and self._job.execution.key == event.key:
                self._ended(self._job, event.outcome)
        if self._job and self._job.work:
            self._job.work.end()
