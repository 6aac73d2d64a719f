"""The use cases of fleet runs, for the functions that have them."""

from functions.aws import adapters, clients
from functions.aws.iot.jobs import IotCoreJobs
from functions.aws.iot.things import IotThings
from functions.aws.stepfunctions import TaskTokens
from functions.aws.table.devices import DeviceTable
from functions.aws.table.jobs import RevisionTable
from functions.aws.table.rollouts import RolloutTable
from functions.jobs.runs.conclude_rollout import Concluding
from functions.jobs.runs.end_rollout import Closing, Tending
from functions.jobs.runs.follow_devices import Following
from functions.jobs.runs.read_devices import Looking
from functions.jobs.runs.roll_out import RollingOut, Targeting
from functions.settings import Settings


def devices(settings: Settings) -> DeviceTable:
    """Where the devices of fleet runs are kept."""
    return DeviceTable(adapters.table(settings), settings.retention_days)


def looking(settings: Settings) -> Looking:
    """What reads IoT's own lists."""
    return Looking(
        rollouts=RolloutTable(adapters.table(settings), settings.retention_days),
        devices=devices(settings),
        iot=IotCoreJobs(clients.iot, _prefix(settings)),
    )


def rolling_out(settings: Settings) -> RollingOut:
    """What begins a rollout."""
    look = looking(settings)
    return RollingOut(
        runs=adapters.run_table(settings),
        history=RevisionTable(adapters.table(settings)),
        target=Targeting(things=things(settings), devices=look.devices),
        look=look,
        conclude=_concluding(look, settings),
    )


def following(settings: Settings) -> Following:
    """What hears of devices."""
    look = looking(settings)
    return Following(rollouts=look.rollouts, devices=look.devices, conclude=_concluding(look, settings))


def closing(settings: Settings) -> Closing:
    """What ends a rollout."""
    look = looking(settings)
    runs = adapters.run_table(settings)
    return Closing(runs=runs, look=look, conclude=_concluding(look, settings), things=things(settings))


def tending(settings: Settings) -> Tending:
    """What is done for rollouts every few minutes."""
    return Tending(close=closing(settings))


def things(settings: Settings) -> IotThings:
    """The registry of devices."""
    return IotThings(clients.iot, _prefix(settings), settings.fleet_state_machine_arn)


def _concluding(look: Looking, settings: Settings) -> Concluding:
    return Concluding(runs=adapters.run_table(settings), look=look, waiting=TaskTokens(clients.stepfunctions))


def _prefix(settings: Settings) -> str:
    """What the names of IoT jobs and temporary groups begin with."""
    return f"{settings.family_prefix}-"
