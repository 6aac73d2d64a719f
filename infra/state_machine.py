"""One state machine, with its role and its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.conventions import Allow, accept, as_written, log_group, role
from infra.definitions import PARTITION
from infra.run_permissions import log_and_trace
from infra.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The parts of a state machine: `label` ends the name of its log, `name` is a fixed name, if it needs one."""

    label: str
    definition: str
    allowed: Sequence[Allow]
    name: str | None = None


def state_machine(scope: Construct, construct_id: str, *, made_of: Machine, settings: Settings) -> sfn.StateMachine:
    """Create a state machine with a log and a role of its own. Its states may do what is allowed, and no more."""
    trust = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
    own_role = role(
        scope, f"{construct_id}Role", service="states", allowed=[*made_of.allowed, *log_and_trace()], trust=trust
    )
    # Step Functions, "Using CloudWatch Logs": a log group of this name takes no room in the resource policy,
    # whose size is limited for the whole account.
    vended = f"/aws/vendedlogs/states/{settings.stack_name}-{made_of.label}"
    destination = log_group(scope, f"{construct_id}Log", days=settings.retention_days, name=vended)
    machine = sfn.StateMachine(
        scope,
        construct_id,
        state_machine_name=made_of.name,
        # As a string, the definition can be read in the template and in `cdk diff`.
        definition_body=sfn.DefinitionBody.from_string(made_of.definition),
        definition_substitutions={PARTITION: cdk.Aws.PARTITION},
        state_machine_type=sfn.StateMachineType.STANDARD,
        role=as_written(own_role),
        # Without data: a run's environment may hold secrets.
        logs=sfn.LogOptions(destination=destination, level=sfn.LogLevel.ERROR, include_execution_data=False),
        tracing_enabled=True,
    )
    # Step Functions, "Transforming data with JSONata": TimeoutSeconds and MaxConcurrency may be expressions; cfn-lint
    # takes numbers only. tests/infra/test_definitions.py holds all else against its rule.
    cast("sfn.CfnStateMachine", machine.node.default_child).add_metadata(
        "cfn-lint", {"config": {"ignore_checks": ["E3601"]}}
    )
    accept(machine, "SF1", "Step Functions itself keeps every event of an execution for 90 days: errors suffice here.")
    return machine
