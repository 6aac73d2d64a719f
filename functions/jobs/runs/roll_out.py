"""Roll out a fleet run: find its targets and create its IoT job.

The state machine of fleet runs starts this, and its execution then waits with a token for the end of the rollout. A
repeated call finds the rollout and the IoT job, gives the rollout the new token, and creates nothing twice. An IoT job
has at most 100 targets, things and groups (AWS IoT API Reference, AssociateTargetsWithJob: "must not exceed 100"). For
more, a temporary group holds the things.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.fleet.document import values_of
from functions.jobs.fleet.request import create_request
from functions.jobs.model.device import DeviceReport, DeviceStatus
from functions.jobs.model.fleet_spec import FleetSpec
from functions.jobs.model.job import JobSpec, fleet_of
from functions.jobs.model.outcome import NO_DEVICES, NOT_ROLLED_OUT
from functions.jobs.model.rollout import Rollout, Verdict
from functions.jobs.model.run import Run
from functions.jobs.ports.definitions import RevisionStore
from functions.jobs.ports.fleet import DeviceStore, IotJobs, RefusedError, RolloutStore, Things
from functions.jobs.ports.runs import RunStore
from functions.jobs.runs.conclude_rollout import RolloutConcluder
from functions.jobs.runs.read_devices import DeviceReconciler

MAX_TARGETS = 100
# Things in a temporary group. AWS IoT adds them one by one, about 100 a second, and one call of a function must do it.
MAX_GATHERED = 10_000
LEFT_OUT = (
    "The thing is in 10 thing groups, as many as AWS IoT allows, and a run with more than 100 targets needs one more. "
    "Repeat the run for such devices (retry-devices, LEFT_OUT), or remove them from a group."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Targeted:
    """The targets of a rollout: names of things and groups, and the query that a dynamic group follows, if any."""

    things: tuple[str, ...]
    groups: tuple[str, ...]
    query: str | None = None

    @property
    def needs_group(self) -> bool:
        """Whether a temporary group has to hold the targets."""
        return self.query is not None or len(self.things) + len(self.groups) > MAX_TARGETS


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetFinder:
    """Finds the things and groups that are the targets of a run."""

    things: Things
    devices: DeviceStore

    def find_targets(self, run: Run, fleet: FleetSpec) -> Targeted:
        """The targets of a run; raises RefusedError if AWS IoT cannot run the query."""
        if run.overrides.devices is not None:
            return Targeted(things=tuple(self._of_repeated_run(run, run.overrides.devices)), groups=())
        named = fleet["targets"]
        groups, query = tuple(named["groups"]), named.get("query")
        if query is None:
            return Targeted(things=tuple(named["things"]), groups=groups)
        if fleet["targetSelection"] == "CONTINUOUS":
            return Targeted(things=tuple(named["things"]), groups=groups, query=query)
        found = dict.fromkeys([*named["things"], *self.things.search(query)])
        return Targeted(things=tuple(found), groups=groups)

    def are_empty(self, targets: Targeted) -> bool:
        """Whether the targets contain no thing: neither by name nor in a group or a group below it."""
        return not (targets.query or targets.things or any(map(self.things.has_things, targets.groups)))

    def arns(self, run_id: str, targets: Targeted) -> tuple[list[str], list[str]]:
        """The ARNs for CreateJob, and the things that are left out. Raises RefusedError.

        Creates the temporary group if one is needed. A thing that is in 10 groups cannot be in this one too.
        """
        if len(targets.things) > MAX_GATHERED:
            message = f"The targets are {len(targets.things)} devices, and a temporary group takes {MAX_GATHERED}"
            raise RefusedError(f"{message}. Name static or dynamic thing groups as targets instead.")
        if targets.query is not None:
            group = self.things.gather_by_query(run_id, targets.query)
            return [*self.things.arns(targets.things), *self.things.group_arns([*targets.groups, group])], []
        if targets.needs_group:
            group, left_out = self.things.gather(run_id, targets.things)
            return self.things.group_arns([*targets.groups, group]), left_out
        return [*self.things.arns(targets.things), *self.things.group_arns(targets.groups)], []

    def _of_repeated_run(self, run: Run, statuses: tuple[DeviceStatus, ...]) -> Iterator[str]:
        """The devices of the repeated run that have one of these statuses, without things that no longer exist."""
        if run.rerun_of:
            ended = list(self.devices.things(run.job_id, run.rerun_of, statuses))
            gone = set(self.things.unknown(ended, ())[0])
            yield from (thing for thing in ended if thing not in gone)


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutStarter:
    """Creates the IoT jobs of fleet runs."""

    runs: RunStore
    revisions: RevisionStore
    rollouts: RolloutStore
    devices: DeviceStore
    iot: IotJobs
    things: Things
    targets: TargetFinder
    reconciler: DeviceReconciler
    concluder: RolloutConcluder

    def roll_out(
        self, job_id: str, run_id: str, token: str, now: datetime, time_left: Callable[[], bool]
    ) -> Rollout | Verdict | None:
        """Create the run's IoT job. Returns the rollout, the verdict if it ended at once, or None if the run has ended.

        The execution waits with `token`. If AWS IoT refuses the job, the execution gets that as the verdict. Any other
        error propagates, and the execution calls again.
        """
        run, revision = self.runs.get(job_id, run_id), None
        if run and run.is_active:
            revision = self.revisions.get(job_id, run.plan.revision)
        fleet = fleet_of(revision.spec) if revision else None
        if run is None or revision is None or fleet is None:
            return None
        if run.overrides.devices is not None and "maintenanceWindows" not in fleet:
            # No device joins such a run later. Maintenance windows need CONTINUOUS.
            fleet = {**fleet, "targetSelection": "SNAPSHOT"}
        rollout = _rollout(run, fleet, token, now)
        try:
            begun = self._roll_out(run, revision.spec, fleet, rollout)
        except RefusedError as refused:
            return self._end(rollout, NOT_ROLLED_OUT, str(refused))
        return self._look(run, begun, now, time_left) if isinstance(begun, Rollout) else begun

    def _roll_out(self, run: Run, spec: JobSpec, fleet: FleetSpec, rollout: Rollout) -> Rollout | Verdict | None:
        request = create_request(fleet, values_of(spec, run.parameters), rollout.created_at)
        targets = self.targets.find_targets(run, fleet)
        begun = self.rollouts.begin(_grouped(rollout, targets, self.things.group_of(run.id)))
        if begun is None:
            return None
        if self.targets.are_empty(targets):
            return self._end(begun, NO_DEVICES, _no_device(run, fleet))
        arns, left_out = self.targets.arns(run.id, targets)
        for thing in left_out:
            self.devices.note(begun, _left_out(thing, begun.created_at))
        if len(left_out) == len(targets.things) and left_out and not targets.groups:
            return self._end(begun, NO_DEVICES, f"No device could be reached. Each of them: {LEFT_OUT}")
        self.iot.create(run.id, run.job_id, arns, request)
        if self.rollouts.made(begun):
            return begun
        self.iot.cancel(run.id, force=False, comment="The run was stopped before it was rolled out.")
        return None

    def _look(self, run: Run, begun: Rollout, now: datetime, time_left: Callable[[], bool]) -> Rollout | Verdict:
        """Keep the first devices. If a repeated call finds that the job has ended, end the run by its new token."""
        job = self.iot.describe(run.id)
        if job is None:
            return begun
        self.reconciler.reconcile(begun, job, run.devices, now, time_left)
        return self.concluder.conclude_job(begun, job, now, time_left) or begun

    def _end(self, rollout: Rollout, error: str, message: str) -> Verdict:
        verdict = Verdict(error=error, message=message)
        self.concluder.tell(rollout, verdict)
        return verdict


def _rollout(run: Run, fleet: FleetSpec, token: str, now: datetime) -> Rollout:
    return Rollout(
        run_id=run.id,
        job_id=run.job_id,
        token=token,
        selection=fleet["targetSelection"],
        success=fleet["success"],
        created_at=now,
    )


def _grouped(rollout: Rollout, targets: Targeted, name: str) -> Rollout:
    """The rollout with the name of its temporary group, if it needs one. The name is kept before the group exists."""
    return replace(rollout, group=name, is_dynamic=targets.query is not None) if targets.needs_group else rollout


def _left_out(thing: str, at: datetime) -> DeviceReport:
    """The report of a device that never gets the job. If it does after all, IoT's first report of it is newer."""
    return DeviceReport(thing=thing, number=0, status=DeviceStatus.LEFT_OUT, at=at, details={"reason": LEFT_OUT})


def _no_device(run: Run, fleet: FleetSpec) -> str:
    """The message of a run whose targets contain no device."""
    if run.overrides.devices is not None:
        return f"No device of run {run.rerun_of} is {' or '.join(run.overrides.devices)}."
    named = fleet["targets"]
    groups = f"the groups {', '.join(named['groups'])} have no things" if named["groups"] else ""
    query = f"the query {named['query']} finds none" if "query" in named else ""
    return f"The targets contain no device: {' and '.join(filter(None, (groups, query)))}."
