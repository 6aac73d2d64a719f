"""The adapters of a deployment, made from its settings."""

from functions.aws import clients
from functions.aws.executions import StateMachine
from functions.aws.job_table import JobTable
from functions.aws.run_table import RunTable
from functions.aws.table import Table
from functions.settings import Settings


def job_table(settings: Settings) -> JobTable:
    """Where jobs are kept."""
    return JobTable(Table(clients.dynamodb(), settings.table_name))


def run_table(settings: Settings) -> RunTable:
    """Where runs are kept."""
    return RunTable(Table(clients.dynamodb(), settings.table_name), settings.retention_days)


def state_machine(settings: Settings) -> StateMachine:
    """What carries runs."""
    return StateMachine(clients.stepfunctions(), settings.state_machine_arn, settings.cluster_arn, settings.network)
