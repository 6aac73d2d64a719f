"""Random stories: anything may happen to the engine in any order, and anything may fail meanwhile."""

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.engine.interruptions import Fault, Kind
from tests.engine.sequel import hear_of_all_ends, live_on, sweep
from tests.engine.story import Moment
from tests.engine.tally import Tally
from tests.engine.world import World

JOBS = ["team.a", "team.b", "c", "fleet"]
JOB = st.sampled_from(JOBS)
SEVERAL: dict[str, Any] = {"run": {"taskCount": 2}}
AGAIN = [{"failureType": "FAILED", "numberOfRetries": 1}]
NUMBERS = st.integers(0, 7)
POLICIES = st.sampled_from(["ALLOW", "FORBID", "REPLACE", "QUEUE"])
RIVALS = st.tuples(st.sampled_from(["fire", "trigger", "end", "stop", "delete", "pause"]), JOB, NUMBERS)
FAULT = st.builds(Fault, st.sampled_from(list(Kind)), st.sampled_from([1, 2, 2, 3, 3, 4, 5, 6, 8, 11]))
FAULTS = st.none() | st.tuples(FAULT, RIVALS)
Trouble = tuple[Fault, tuple[str, str, int]] | None
DEVICE_ENDS = ["IN_PROGRESS", "SUCCEEDED", "FAILED", "REJECTED"]
RULES = st.sampled_from(["SUCCESS", "FAILURE", "ANY"])
KEPT = st.sampled_from([{}, {}, {"retention": {"successes": 1}}, {"retention": {"failures": 0}}])


class EngineMachine(RuleBasedStateMachine):
    """Each rule is one call of a function, or something that happens in AWS."""

    def __init__(self, world: World, begin: Moment, tally: Tally) -> None:
        super().__init__()
        self.world, self.tally = world, tally
        world.back(begin)
        self.firings: list[tuple[int, str]] = []

    def do(self, fault: Trouble, what: Callable[..., object], *args: Any, **more: Any) -> None:
        """Do something, perhaps with a fault."""
        self.tally.step()
        act = partial(what, *args, **more)
        if fault is None:
            act()
        elif self.world.suffer(fault[0], act, partial(self._rival, *fault[1])):
            self.tally.fault(what.__name__, fault[0].kind.value)

    def _rival(self, what: str, job: str, number: int) -> None:
        match what:
            case "fire":
                self.firings.append((number, job))
                self.world.fire(number, job)
            case "trigger":
                self.world.trigger(job)
            case "end":
                self.world.all_end()
            case "stop":
                self.world.stop_job(job)
            case "delete":
                self.world.delete_job(job, stop_runs=True)
            case "pause":
                self.world.pause(job, paused=True)

    @initialize(policy=POLICIES, other=st.none() | POLICIES, on=RULES, kept=KEPT)
    def begin_with_a_family(self, policy: str, other: str | None, on: str, kept: dict[str, Any]) -> None:
        self.do(None, self.world.save, "team.a", policy, **kept)
        self.do(None, self.world.save, "team.b", other, **kept)
        parents = [{"id": "team.a", "on": on}, *([] if other else [{"id": "team.b"}])]
        self.do(None, self.world.save, "c", dependencies=parents, **SEVERAL)
        self.do(None, self.world.save, "fleet", run=self.world.fleet(retry=AGAIN))

    @precondition(lambda self: self.world.missing(JOBS))
    @rule(policy=POLICIES, fault=FAULTS)
    def save(self, policy: str, fault: Trouble) -> None:
        missing = self.world.missing(JOBS)[0]
        more = {"dependencies": [{"id": "team.a", "on": "ANY"}], **SEVERAL} if missing == "c" else {}
        if missing == "fleet":
            more = {"run": self.world.fleet(retry=AGAIN)}
        self.do(fault, self.world.save, missing, None if more else policy, **more)

    @rule(job=JOB, fault=FAULTS)
    def update(self, job: str, fault: Trouble) -> None:
        self.do(fault, self.world.update, job, description="again")

    @rule(job=JOB, key=st.sampled_from([None, None, "mine", "yours"]), fault=FAULTS)
    def trigger(self, job: str, key: str | None, fault: Trouble) -> None:
        self.do(fault, self.world.trigger, job, key and f"{job} {key}")

    @rule(job=JOB, minute=NUMBERS, fault=FAULTS)
    def fire(self, job: str, minute: int, fault: Trouble) -> None:
        self.firings.append((minute, job))
        self.do(fault, self.world.fire, minute, job)

    @precondition(lambda self: self.world.executions(ended=False))
    @rule(number=NUMBERS, status=st.sampled_from(["SUCCEEDED", "FAILED"]))
    def end(self, number: int, status: str) -> None:
        runs = self.world.executions(ended=False)
        self.world.end(runs[number % len(runs)], status)

    @precondition(lambda self: self.world.executions(ended=True))
    @rule(number=NUMBERS, fault=FAULTS)
    def hear_of_an_end(self, number: int, fault: Trouble) -> None:
        runs = self.world.executions(ended=True)
        self.do(fault, self.world.settle, runs[-1 - number % len(runs)])

    @precondition(lambda self: self.world.executions(ended=False))
    @rule(number=NUMBERS, status=st.sampled_from(["PENDING", "RUNNING", "STOPPED"]), fault=FAULTS)
    def hear_of_a_task(self, number: int, status: str, fault: Trouble) -> None:
        runs = self.world.executions(ended=False) + self.world.executions(ended=True)
        self.do(fault, self.world.track, runs[number % len(runs)], status, number)

    @precondition(lambda self: self.world.callable())
    @rule(number=NUMBERS, fault=FAULTS)
    def call_to_roll_out(self, number: int, fault: Trouble) -> None:
        runs = self.world.callable()
        self.do(fault, self.world.roll_out, runs[number % len(runs)])

    @precondition(lambda self: self.world.rolled_out())
    @rule(number=NUMBERS, thing=st.sampled_from(["lamp-1", "lamp-2"]), status=st.sampled_from(DEVICE_ENDS))
    def a_device_reports(self, number: int, thing: str, status: str) -> None:
        runs = self.world.rolled_out()
        self.world.device(runs[number % len(runs)], thing, status)

    @precondition(lambda self: self.world.iot.events)
    @rule(number=NUMBERS, lost=st.booleans(), fault=FAULTS)
    def hear_of_devices(self, number: int, lost: bool, fault: Trouble) -> None:
        event = self.world.iot.events.pop(number % len(self.world.iot.events))
        if not lost:
            self.do(fault, self.world.hear_of, event)

    @precondition(lambda self: self.world.rolled_out())
    @rule(number=NUMBERS, what=st.sampled_from(["close", "read", "retry", "cancel"]), fault=FAULTS)
    def something_happens_to_a_rollout(self, number: int, what: str, fault: Trouble) -> None:
        runs = self.world.rolled_out()
        acts = {"close": self.world.close, "read": self.world.read, "retry": self.world.retry}
        run = runs[number % len(runs)]
        self.do(fault, acts.get(what, self.world.cancel_by_hand), run)

    @precondition(lambda self: self.world.of_several_tasks())
    @rule(number=NUMBERS, index=st.integers(0, 1), status=st.sampled_from(["SUCCEEDED", "FAILED"]), fault=FAULTS)
    def hear_of_the_end_of_a_task(self, number: int, index: int, status: str, fault: Trouble) -> None:
        runs = self.world.of_several_tasks()
        self.do(fault, self.world.settle_task, runs[number % len(runs)], index, status)

    @precondition(lambda self: self.world.stoppable())
    @rule(number=NUMBERS, force=st.booleans(), fault=FAULTS)
    def stop(self, number: int, force: bool, fault: Trouble) -> None:
        runs = self.world.stoppable()
        self.do(fault, self.world.stop, *runs[number % len(runs)], force=force)

    @rule(job=JOB, fault=FAULTS)
    def stop_job(self, job: str, fault: Trouble) -> None:
        self.do(fault, self.world.stop_job, job)

    @rule(fault=FAULTS)
    def stop_group(self, fault: Trouble) -> None:
        self.do(fault, self.world.stop_group)

    @precondition(lambda self: self.world.runs())
    @rule(number=NUMBERS, fault=FAULTS)
    def delete(self, number: int, fault: Trouble) -> None:
        runs = self.world.runs()
        self.do(fault, self.world.delete, *runs[number % len(runs)])

    @rule(job=JOB, stop=st.booleans(), fault=FAULTS)
    def delete_job(self, job: str, stop: bool, fault: Trouble) -> None:
        self.do(fault, self.world.delete_job, job, stop_runs=stop)

    @rule(job=JOB, paused=st.booleans(), fault=FAULTS)
    def pause(self, job: str, paused: bool, fault: Trouble) -> None:
        self.do(fault, self.world.pause, job, paused=paused)

    @rule(minutes=st.sampled_from([0.1, 2.5, 10]), fault=FAULTS)
    def sweep(self, minutes: float, fault: Trouble) -> None:
        self.world.clock.wait(minutes)
        self.do(fault, self.world.sweep)

    @invariant()
    def nothing_was_wrong(self) -> None:
        assert self.world.wrong() == []

    def teardown(self) -> None:
        """Deliver all firings and ends again and sweep; then all runs end."""
        self.world.machines_go_on()
        for minute, job in self.firings:
            self.world.fire(minute, job)
        hear_of_all_ends(self.world)
        sweep(self.world)
        live_on(self.world, heard=True)
        self.world.let_go(heard=True)
        assert self.world.undone() == []
        assert self.world.wrong() == []
