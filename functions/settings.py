"""The settings of a deployment, from the environment of its functions. No other module reads os.environ."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


class SettingsError(Exception):
    """A variable of the function's environment is missing or wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """The network in which tasks run. `public_ip` is ENABLED or DISABLED, as ECS takes it."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    public_ip: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleSettings:
    """The schedule group in Scheduler and the target of schedules, for functions that write schedules."""

    group: str
    role_arn: str
    dispatch_arn: str
    missed_queue_arn: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "ScheduleSettings":
        """Read the environment; raises SettingsError with the name of the missing variable."""
        with _errors_explained():
            return cls(
                group=environ["SCHEDULE_GROUP"],
                role_arn=environ["SCHEDULE_ROLE_ARN"],
                dispatch_arn=environ["DISPATCH_FUNCTION_ARN"],
                missed_queue_arn=environ["MISSED_QUEUE_ARN"],
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class BusSettings:
    """The event bus of status events, for the function that publishes them."""

    name: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "BusSettings":
        """Read the environment; raises SettingsError with the name of the missing variable."""
        with _errors_explained():
            return cls(name=environ["EVENT_BUS_NAME"])


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSettings:
    """The names and the target of event rules, for functions that write event rules.

    `status_bus` is the name of the event bus of status events.
    """

    prefix: str
    function_arn: str
    dead_letters_arn: str
    status_bus: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "RuleSettings":
        """Read the environment; raises SettingsError with the name of the missing variable."""
        with _errors_explained():
            return cls(
                prefix=environ["RULE_PREFIX"],
                function_arn=environ["REACT_FUNCTION_ARN"],
                dead_letters_arn=environ["DEAD_LETTERS_ARN"],
                status_bus=environ["EVENT_BUS_NAME"],
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class FleetSettings:
    """The state machine of fleet runs, and the function that it calls."""

    state_machine_arn: str
    roll_out_function_arn: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "FleetSettings | None":
        """Read the environment; None without fleets. Raises SettingsError with the name of the missing variable."""
        if "FLEET_STATE_MACHINE_ARN" not in environ:
            return None
        with _errors_explained():
            return cls(
                state_machine_arn=environ["FLEET_STATE_MACHINE_ARN"],
                roll_out_function_arn=environ["ROLL_OUT_FUNCTION_ARN"],
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings that all functions of a deployment get. `fleets` is None if the deployment has no fleet jobs."""

    table_name: str
    payload_bucket: str
    state_machine_arn: str
    tasks_state_machine_arn: str
    fleets: FleetSettings | None
    cluster_arn: str
    network: Network
    task_role_arn: str
    execution_role_arn: str
    log_group: str
    family_prefix: str
    default_image: str
    retention_days: int
    region: str
    stage: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the environment; raises SettingsError with the name of the missing or wrong variable."""
        with _errors_explained():
            return cls(
                table_name=environ["TABLE_NAME"],
                payload_bucket=environ["PAYLOAD_BUCKET"],
                state_machine_arn=environ["STATE_MACHINE_ARN"],
                tasks_state_machine_arn=environ["TASKS_STATE_MACHINE_ARN"],
                fleets=FleetSettings.from_env(environ),
                cluster_arn=environ["CLUSTER_ARN"],
                network=Network(
                    subnets=tuple(environ["SUBNET_IDS"].split(",")),
                    security_groups=tuple(environ["SECURITY_GROUP_IDS"].split(",")),
                    public_ip=environ["ASSIGN_PUBLIC_IP"],
                ),
                task_role_arn=environ["TASK_ROLE_ARN"],
                execution_role_arn=environ["EXECUTION_ROLE_ARN"],
                log_group=environ["JOBS_LOG_GROUP"],
                family_prefix=environ["FAMILY_PREFIX"],
                default_image=environ["DEFAULT_IMAGE"],
                retention_days=int(environ["RETENTION_DAYS"]),
                region=environ["AWS_REGION"],
                stage=environ["STAGE"],
            )


@contextmanager
def _errors_explained() -> Iterator[None]:
    """Raise errors of reading the environment as SettingsError."""
    try:
        yield
    except KeyError as missing:
        raise SettingsError(f"The environment variable {missing.args[0]} is missing.") from missing
    except ValueError as wrong:
        raise SettingsError(f"The environment variable RETENTION_DAYS must be a whole number: {wrong}") from wrong
