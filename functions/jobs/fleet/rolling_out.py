"""Use case: a fleet run's execution has begun, and waits. Make the run's IoT job: once, however often it is called."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.fleet.concluding import Concluding
from functions.jobs.fleet.document import values_of
from functions.jobs.fleet.errors import NO_DEVICES, NOT_ROLLED_OUT
from functions.jobs.fleet.looking import Looking
from functions.jobs.fleet.ports import RefusedError
from functions.jobs.fleet.request import create_request
from functions.jobs.fleet.rollout import Rollout, Verdict
from functions.jobs.fleet.spec import FleetSpec
from functions.jobs.fleet.targeting import Targeted, Targeting
from functions.jobs.job import JobSpec, fleet_of
from functions.jobs.ports import RevisionStore, RunStore
from functions.jobs.run import Run


@dataclass(frozen=True, kw_only=True, slots=True)
class RollingOut:
    """What it needs."""

    runs: RunStore
    history: RevisionStore
    target: Targeting
    look: Looking
    conclude: Concluding

    def __call__(
        self, job_id: str, run_id: str, token: str, now: datetime, time_left: Callable[[], bool]
    ) -> Rollout | Verdict | None:
        """The rollout that has begun, or the verdict if it has ended at once; None: the run is not active any more.

        `token` is what the execution waits with: IoT's refusal is told to it. Any other error propagates, and the
        execution tries again.
        """
        run, revision = self.runs.get(job_id, run_id), None
        if run and run.is_active:
            revision = self.history.get(job_id, run.plan.revision)
        fleet = fleet_of(revision.spec) if revision else None
        if run is None or revision is None or fleet is None:
            return None
        if run.overrides.devices is not None and "maintenanceWindows" not in fleet:
            fleet = {**fleet, "targetSelection": "SNAPSHOT"}  # nobody joins them; windows are for CONTINUOUS only
        rollout = _rollout(run, fleet, token, now)
        try:
            begun = self._roll_out(run, revision.spec, fleet, rollout)
        except RefusedError as refused:
            return self._end(rollout, NOT_ROLLED_OUT, str(refused))
        return self._look(run, begun, now, time_left) if isinstance(begun, Rollout) else begun

    def _roll_out(self, run: Run, spec: JobSpec, fleet: FleetSpec, rollout: Rollout) -> Rollout | Verdict | None:
        request = create_request(fleet, values_of(spec, run.parameters), rollout.created_at)
        targets, iot = self.target(run, fleet), self.look.iot
        begun = self.look.rollouts.begin(_grouped(rollout, targets, self.target.things.group_of(run.id)))
        if begun is None:
            return None
        if self.target.are_empty(targets):
            return self._end(begun, NO_DEVICES, _nobody(run, fleet))
        iot.create(run.id, run.job_id, self.target.arns(run.id, targets), request)
        if self.look.rollouts.made(begun):
            return begun
        iot.cancel(run.id, force=False, comment="The run was stopped before it was rolled out.")
        return None

    def _look(self, run: Run, begun: Rollout, now: datetime, time_left: Callable[[], bool]) -> Rollout | Verdict:
        """Note the first devices. Called again, it may find a job that ended, and told it to the token of before."""
        job = self.look.iot.describe(run.id)
        if job is None:
            return begun
        self.look(begun, job, run.devices, now, time_left)
        return self.conclude.on(begun, job, now, time_left) or begun

    def _end(self, rollout: Rollout, error: str, words: str) -> Verdict:
        verdict = Verdict(error=error, words=words)
        self.conclude.tell(rollout, verdict)
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
    """With its temporary group, which is known before it is made: whatever fails meanwhile, it will be deleted."""
    return replace(rollout, group=name, is_dynamic=targets.query is not None) if targets.needs_group else rollout


def _nobody(run: Run, fleet: FleetSpec) -> str:
    if run.overrides.devices is not None:
        return f"No device of run {run.rerun_of} is {' or '.join(run.overrides.devices)}."
    wanted = fleet["targets"]
    groups = f"the groups {', '.join(wanted['groups'])} have no things" if wanted["groups"] else ""
    query = f"the query {wanted['query']} finds none" if "query" in wanted else ""
    return f"There is no device among its targets: {' and '.join(filter(None, (groups, query)))}."
