"""Whom a rollout goes to, as CreateJob takes it: at most 100 things and groups.

Source: AWS IoT API Reference, AssociateTargetsWithJob: "must not exceed 100".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from functions.jobs.fleet.device import DeviceStatus
from functions.jobs.fleet.ports import DeviceStore, RefusedError, Things
from functions.jobs.fleet.spec import FleetSpec
from functions.jobs.run import Run

MAX_TARGETS = 100
# IoT takes them into a group one by one, about 100 a second: so many, while one call of a function lasts.
MAX_GATHERED = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Targeted:
    """The targets: names of things and groups; `query`: a dynamic group is to follow what it finds."""

    things: tuple[str, ...]
    groups: tuple[str, ...]
    query: str | None = None

    @property
    def needs_group(self) -> bool:
        """Whether a temporary group has to hold them."""
        return self.query is not None or len(self.things) + len(self.groups) > MAX_TARGETS


@dataclass(frozen=True, kw_only=True, slots=True)
class Targeting:
    """What it needs."""

    things: Things
    devices: DeviceStore

    def __call__(self, run: Run, fleet: FleetSpec) -> Targeted:
        """The targets of a run; raises RefusedError if a query cannot be carried out."""
        if run.overrides.devices is not None:
            return Targeted(things=tuple(self._of_earlier(run, run.overrides.devices)), groups=())
        wanted = fleet["targets"]
        groups, query = tuple(wanted["groups"]), wanted.get("query")
        if query is None:
            return Targeted(things=tuple(wanted["things"]), groups=groups)
        if fleet["targetSelection"] == "CONTINUOUS":
            return Targeted(things=tuple(wanted["things"]), groups=groups, query=query)
        found = dict.fromkeys([*wanted["things"], *self.things.search(query)])
        return Targeted(things=tuple(found), groups=groups)

    def are_empty(self, targets: Targeted) -> bool:
        """Whether there is nobody to go to: a group counts if it, or one below it, has anything."""
        return not (targets.query or targets.things or any(map(self.things.has_things, targets.groups)))

    def arns(self, run_id: str, targets: Targeted) -> list[str]:
        """The ARNs for CreateJob, with the temporary group made if one is needed; raises RefusedError."""
        if len(targets.things) > MAX_GATHERED:
            words = f"There are {len(targets.things)} devices, and a temporary group takes {MAX_GATHERED}"
            raise RefusedError(f"{words}: name thing groups instead, static or dynamic ones.")
        if targets.query is not None:
            made = [self.things.gather_by_query(run_id, targets.query)]
            return [*self.things.arns(targets.things), *self.things.group_arns([*targets.groups, *made])]
        if targets.needs_group:
            return self.things.group_arns([*targets.groups, self.things.gather(run_id, targets.things)])
        return [*self.things.arns(targets.things), *self.things.group_arns(targets.groups)]

    def _of_earlier(self, run: Run, statuses: tuple[DeviceStatus, ...]) -> Iterator[str]:
        """The devices of the run that this one repeats that ended so, without those that were deleted since."""
        if run.rerun_of:
            ended = list(self.devices.things(run.job_id, run.rerun_of, statuses))
            gone = set(self.things.unknown(ended, ())[0])
            yield from (thing for thing in ended if thing not in gone)
