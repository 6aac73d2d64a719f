"""The adapters that more than one function has, made from a deployment's settings."""

from functions.aws import clients
from functions.aws.stepfunctions import StateMachine
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table
from functions.aws.table.tasks import TaskTable
from functions.settings import Settings


def table(settings: Settings) -> Table:
    """The one table."""
    return Table(clients.dynamodb(), settings.table_name)


def run_table(settings: Settings) -> RunTable:
    """Where runs are kept."""
    return RunTable(table(settings), settings.retention_days)


def task_table(settings: Settings) -> TaskTable:
    """Where the tasks of runs that have several are kept."""
    return TaskTable(table(settings), settings.retention_days)


def state_machine(settings: Settings) -> StateMachine:
    """What carries runs."""
    return StateMachine(clients.stepfunctions(), settings)
