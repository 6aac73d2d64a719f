"""What the deployment tells its functions: the only reader of os.environ."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


class SettingsError(Exception):
    """A variable of the function's environment is missing or wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """Where tasks run. `public_ip` is ECS's own word: ENABLED or DISABLED."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    public_ip: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleSettings:
    """Where schedules stand in Scheduler, and what they fire: for the functions that write them."""

    group: str
    role_arn: str
    dispatch_arn: str
    missed_queue_arn: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "ScheduleSettings":
        """Read the environment; raises SettingsError naming the variable that is missing."""
        with _explained():
            return cls(
                group=environ["SCHEDULE_GROUP"],
                role_arn=environ["SCHEDULE_ROLE_ARN"],
                dispatch_arn=environ["DISPATCH_FUNCTION_ARN"],
                missed_queue_arn=environ["MISSED_QUEUE_ARN"],
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class BusSettings:
    """Where status events go: for the function that publishes them."""

    name: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "BusSettings":
        """Read the environment; raises SettingsError naming the variable that is missing."""
        with _explained():
            return cls(name=environ["EVENT_BUS_NAME"])


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSettings:
    """How the rules of jobs' events are called, and what they hand events to: for the functions that write them."""

    prefix: str
    function_arn: str
    dead_letters_arn: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "RuleSettings":
        """Read the environment; raises SettingsError naming the variable that is missing."""
        with _explained():
            return cls(
                prefix=environ["RULE_PREFIX"],
                function_arn=environ["REACT_FUNCTION_ARN"],
                dead_letters_arn=environ["DEAD_LETTERS_ARN"],
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """One deployment of Shiftwork, as its functions see it."""

    table_name: str
    payload_bucket: str
    state_machine_arn: str
    tasks_state_machine_arn: str
    fleet_state_machine_arn: str
    roll_out_function_arn: str
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
        """Read the environment; raises SettingsError naming the variable that is missing or wrong."""
        with _explained():
            return cls(
                table_name=environ["TABLE_NAME"],
                payload_bucket=environ["PAYLOAD_BUCKET"],
                state_machine_arn=environ["STATE_MACHINE_ARN"],
                tasks_state_machine_arn=environ["TASKS_STATE_MACHINE_ARN"],
                fleet_state_machine_arn=environ["FLEET_STATE_MACHINE_ARN"],
                roll_out_function_arn=environ["ROLL_OUT_FUNCTION_ARN"],
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
def _explained() -> Iterator[None]:
    try:
        yield
    except KeyError as missing:
        raise SettingsError(f"The environment variable {missing.args[0]} is missing.") from missing
    except ValueError as wrong:
        raise SettingsError(f"RETENTION_DAYS must be a whole number: {wrong}") from wrong
