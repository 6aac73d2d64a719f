"""The containers of one task: in which order they start, how healthy they are, and what ends all of them.

Amazon ECS API reference, ContainerDefinition: `essential`, and of `dependsOn` that "for container shutdown it is
reversed"; HealthCheck.
"""

import threading
import time
from collections.abc import Callable, Sequence

from local.tasks.conditions import Member, Unresolvable, check_it_can_be_met, is_met, seconds_to_wait
from local.tasks.engine import Running, StartError, Workspace
from local.tasks.launch import HealthCheck, Launch

SIGTERMED = 143  # what ECS gives a container that could not be started for another one
ENDED = ("EssentialContainerExited", "Essential container in task exited")


class Health:
    """The health of one container, as its checks go. It `started` at a moment of some clock, in seconds."""

    def __init__(self, check: HealthCheck, started: float) -> None:
        self.now = "UNKNOWN"
        self._check, self._failures, self._counts_from = check, 0, started + check.start_period

    def after(self, passed: bool, moment: float) -> str:
        """Return its health after a check; a failure counts after the start period, or once a check has passed."""
        if passed:
            self.now, self._failures, self._counts_from = "HEALTHY", 0, moment
        elif moment >= self._counts_from:
            self._failures += 1
            if self._failures >= self._check.retries:
                self.now = "UNHEALTHY"
        return self.now


class Members:
    """All containers of a task. `changed` is called at each change of one, one call at a time."""

    def __init__(self, workspace: Workspace, launches: Sequence[Launch], changed: Callable[[Member], None]) -> None:
        self._workspace, self._changed = workspace, changed
        self.all = {launch.name: Member(launch) for launch in launches}
        self.ending: tuple[str, str] = ENDED
        """Stop code and reason, once the task has ended by itself."""
        self._stopping, self._news = False, threading.Condition()

    def run(self) -> None:
        """Start them all, return when all have ended."""
        *others, last = self.all.values()
        threads = [_thread(self._live, member) for member in others]
        self._live(last)
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        """End them all; return when they have ended."""
        self._begin_to_stop()
        with self._news:
            self._news.wait_for(lambda: all(member.status == "STOPPED" for member in self.all.values()))

    def _live(self, member: Member) -> None:
        """The thread of one container: its whole life."""
        try:
            if self._dependencies_met(member.launch):
                member.running = self._workspace.start(member.launch)
        except StartError as error:
            self._stopped(member, None, str(error), ("TaskFailedToStart", str(error)))
        except Unresolvable as error:
            self._stopped(member, SIGTERMED, str(error), ENDED)
        else:
            if member.running is None:  # the task ended before it was its turn
                self._stopped(member, None, None, ENDED)
                return
            self._started(member, member.running)
            self._stopped(member, member.running.wait(), None, ENDED)

    def _started(self, member: Member, running: Running) -> None:
        with self._news:
            member.status, member.started = "RUNNING", time.monotonic()
            self._tell(member)
            too_late = self._stopping
        if member.launch.health:
            _thread(self._watch, member, running, member.launch.health)
        if too_late:
            _thread(self._end, member, running)

    def _stopped(self, member: Member, code: int | None, reason: str | None, ending: tuple[str, str]) -> None:
        with self._news:
            member.status, member.exit_code, member.reason = "STOPPED", code, reason
            if member.launch.essential and not self._stopping:
                self.ending = ending
            self._tell(member)
        if member.launch.essential:
            self._begin_to_stop()

    def _tell(self, member: Member) -> None:
        self._changed(member)
        self._news.notify_all()

    def _begin_to_stop(self) -> None:
        with self._news:
            if self._stopping:
                return
            self._stopping = True
            self._news.notify_all()
            running = [(member, member.running) for member in self.all.values() if member.status == "RUNNING"]
        for member, process in running:
            assert process is not None  # noqa: S101 (it is RUNNING)
            _thread(self._end, member, process)

    def _end(self, member: Member, running: Running) -> None:
        """Stop one, when those that depend on it have stopped."""
        name = member.launch.name
        dependents = [one for one in self.all.values() if name in dict(one.launch.depends_on)]
        with self._news:
            self._news.wait_for(lambda: all(one.status == "STOPPED" for one in dependents))
        running.stop()

    def _dependencies_met(self, target: Launch) -> bool:
        """Wait for them; False if the task ends meanwhile. Raises Unresolvable."""
        needed = [(self.all[name], condition) for name, condition in target.depends_on]
        with self._news:
            while not self._stopping:
                unmet = [(member, condition) for member, condition in needed if not is_met(member, condition)]
                if not unmet:
                    return True
                for member, condition in unmet:
                    check_it_can_be_met(member, condition, target)
                self._news.wait(seconds_to_wait(member for member, _ in unmet))
        return False

    def _watch(self, member: Member, running: Running, check: HealthCheck) -> None:
        """Follow the health of a container, while it runs and is meant to."""
        health = Health(check, time.monotonic())

        def over() -> bool:
            return self._stopping or member.status != "RUNNING"

        while not over():
            passed = running.check(check.argv, check.timeout)
            with self._news:
                if over():
                    return
                if health.after(passed, time.monotonic()) != member.health:
                    member.health = health.now
                    self._tell(member)
                self._news.wait_for(over, check.interval)


def _thread(target: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread
