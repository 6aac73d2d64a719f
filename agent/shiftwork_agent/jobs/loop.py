"""The agent's loop: takes one job at a time, has it run, and reports, whatever gets lost in between."""

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shiftwork_agent.errors import GoneError, JobError, LaterError, RejectedError
from shiftwork_agent.jobs.current import Current, Note, NoteFile
from shiftwork_agent.jobs.details import clean
from shiftwork_agent.jobs.events import Connected, Disconnected, Ended, NextChanged, Notice, Stopped, Told
from shiftwork_agent.jobs.execution import IN_PROGRESS, Execution, Outcome, failure
from shiftwork_agent.jobs.pace import Backoff, Pace
from shiftwork_agent.jobs.ports import Again, Begin, JobsService, Machine
from shiftwork_agent.jobs.updates import Updates
from shiftwork_agent.log import Log

_LONGEST_WAIT = 60.0


@dataclass(kw_only=True)
class Loop:
    """One thread: notices come in by `inbox`, calls go out to `service`. Nothing is done twice that was reported."""

    service: JobsService
    begin: Begin
    notes: NoteFile
    machine: Machine
    inbox: "queue.SimpleQueue[Notice]"
    log: Log
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], float] = time.monotonic
    _connected: bool = field(default=False, init=False)
    _asking: bool = field(default=False, init=False)
    _not_before: float = field(default=0, init=False)
    _resting_until: float | None = field(default=None, init=False)
    _backoff: Backoff = field(default_factory=Backoff, init=False)
    _updates: Updates = field(init=False)
    _job: Current | None = field(init=False)

    def __post_init__(self) -> None:
        self._updates = Updates(self.service, self.log)
        self._job = self._left_over()

    def run(self) -> str | None:
        """Take notices until one says to stop; answers its reason."""
        while True:
            try:
                notice = self.inbox.get(timeout=self._wait())
            except queue.Empty:
                notice = None
            if isinstance(notice, Stopped):
                self._end()
                return notice.reason
            self.turn(notice)

    def turn(self, notice: Notice | None = None) -> None:
        """Take one notice, if there is one, and do all that is due."""
        match notice:
            case Connected():
                self._connected = self._asking = True
                self._not_before = self.clock()
            case Disconnected():
                self._connected = False
            case NextChanged(key):
                self._next_changed(key)
            case Told(key, details) if self._job and self._job.execution.key == key:
                self._job.details = clean({**self._job.details, **details})
                self._job.news = True
            case Ended(key, outcome) if self._job and self._job.execution.key == key:
                self._ended(self._job, outcome)
        while self._connected and self.clock() >= self._not_before and self._do_next():
            pass

    def _do_next(self) -> bool:
        """Make the one call that is due; whether there was one."""
        job, now = self._job, self.clock()
        try:
            if self._resting_until is not None:
                return self._rest(job, now)
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
                self.notes.clear()  # of a job that ended elsewhere while the agent was off
        elif execution is None or execution.key != self._job.execution.key:
            self._drop("the jobs service no longer hands it over")
        else:
            self._job.execution.version = execution.version

    def _begin(self, execution: Execution) -> None:
        """Begin the work, or go on with it; the note is there first, so that nothing is begun twice unawares."""
        job = self._job = Current(execution, told_at=self.clock() - self.pace.report)
        note = self.notes.read()
        known = note if note and note.execution.key == execution.key else None
        boot_id = known.boot_id if known else execution.details.get("bootId")
        again = self._again(boot_id, begun=known is not None and not known.waits) if known or boot_id else None
        self.log("job handed over", job=execution.job_id, execution=execution.number, again=again is not None)
        try:
            if not self._keep(job.note(boot_id)):
                raise JobError("ERR_SYSTEM_CALL_FAILED", "The agent cannot write to its state folder")
            job.work = self.begin(execution, again)
        except JobError as error:
            self._ended(job, failure(error))

    def _again(self, boot_id: str | None, *, begun: bool) -> Again:
        wanted = boot_id is not None
        return Again(wanted, wanted and boot_id != self.machine.boot_id(), wanted and begun)

    def _next_changed(self, key: tuple[str, int] | None) -> None:
        """News may be old by the time they are read: a job at hand is ended by the answer to a report only."""
        if self._job is None:
            self._asking = self._asking or key is not None
        elif self._job.running and key != self._job.execution.key:
            self._job.told_at = self.clock() - self.pace.heartbeat

    def _report(self, job: Current) -> None:
        job.told_at = self.clock()
        self._updates.send(job.execution, IN_PROGRESS, clean(job.report()))
        job.news = False

    def _ended(self, job: Current, outcome: Outcome) -> None:
        """The work is over: keep its outcome until it has arrived."""
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
        """Send the last report; then restart or shut down the machine, if that is what the job is for."""
        self._updates.send(job.execution, final.status, final.details)
        self.log("job reported", job=job.execution.job_id, status=final.status)
        if final.then != "reboot":
            self._forget()
        else:
            job.final = None
            if not self._keep(job.note(final.details["bootId"], waits=True)):  # it would restart for ever
                self._still_up(job, "The agent cannot write to its state folder")
                return
        if final.then:
            self._turn(job, final)

    def _turn(self, job: Current, final: Outcome) -> None:
        self._resting_until = self.clock() + self.pace.power
        try:
            self.machine.turn(final.then or "reboot")
        except JobError as error:
            self.log("machine stays up", error=str(error))
            self._still_up(job, str(error))

    def _rest(self, job: Current | None, now: float) -> bool:
        """Nothing is begun on a machine that is going down; if it does not, its job has failed."""
        if self._resting_until is None or now < self._resting_until:
            return False
        self._still_up(job, "The machine did not go down")
        return True

    def _still_up(self, job: Current | None, reason: str) -> None:
        self._resting_until = None
        if job and job is self._job:
            self._ended(job, Outcome("FAILED", {"errorCode": "ERR_SYSTEM_CALL_FAILED", "reason": reason}))

    def _drop(self, reason: str) -> None:
        """The service wants nothing more of the job: end its work, and then ask for the next."""
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
        """A full disk stops no report; whether the note was written."""
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
        """A job whose last report was not sent before the agent ended."""
        note: Note | None = self.notes.read()
        if note is None or note.final is None:
            return None
        return Current(note.execution, told_at=self.clock(), final=note.final)

    def _pause(self, reason: str | None) -> None:
        seconds = self._backoff.next()
        self._not_before = self.clock() + seconds
        if reason:
            self.log("later", reason=reason, seconds=round(seconds, 1))

    def _wait(self) -> float:
        """Seconds until something is due."""
        now = self.clock()
        due = [now + _LONGEST_WAIT]
        if self._not_before > now:
            due.append(self._not_before)
        elif self._connected and self._job and self._job.running:
            due.append(self._job.report_at(self.pace))
        return max(min(due) - now, 0.01)

    def _end(self) -> None:
        """The agent ends: so does the work. Its note stays, and says after a restart that it was interrupted."""
        while not self.inbox.empty():
            notice = self.inbox.get_nowait()
            if isinstance(notice, Ended) and self._job and self._job.execution.key == notice.key:
                self._ended(self._job, notice.outcome)
        if self._job and self._job.work:
            self._job.work.end()
