"""What is handed to AWS of a job when it is saved or run: its task definition, or what IoT is asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from functions.jobs.container.task_definition import Deployment, task_definition
from functions.jobs.errors import InvalidError
from functions.jobs.fleet.document import values_of
from functions.jobs.fleet.ports import Things
from functions.jobs.fleet.request import create_request
from functions.jobs.fleet.rules import fleet_problems
from functions.jobs.fleet.target_rules import unknown_problems
from functions.jobs.job import JobSpec, fleet_of, fleet_run


def definition_of(spec: JobSpec, deployment: Deployment, now: datetime) -> Mapping[str, Any]:
    """The RegisterTaskDefinition request of a job, or of a fleet job the CreateJob request.

    In the latter, parameters without a default are not filled in. Raises InvalidError naming each field that AWS would
    refuse.
    """
    run = fleet_run(spec)
    if run is None:
        return task_definition(spec, deployment)
    if problems := list(fleet_problems(spec, run, deployment)):
        raise InvalidError(problems)
    return create_request(run["fleet"], values_of(spec, {}), now)


def check_devices(spec: JobSpec, things: Things) -> None:
    """That whom a fleet job names exists; raises InvalidError."""
    fleet = fleet_of(spec)
    if fleet and (problems := list(unknown_problems(fleet, things))):
        raise InvalidError(problems)


def new_fleet_definition() -> str:
    """What a revision of a fleet job has in the place of a task definition: no other revision has the same."""
    return f"fleet/{uuid4().hex}"
