"""Small task definitions and state machines on a local AWS, and waiting with a bound."""

import io
import itertools
import json
import os
import threading
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from local.cloud import Aws

GROUP = "/tests/jobs"
IMAGE = os.environ.get("SHIFTWORK_TEST_IMAGE", "public.ecr.aws/docker/library/alpine:3.22")
STATES = "arn:aws:iam::000000000000:role/states"
T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 15) -> T:
    """The first result that is true; the last one when time is up."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if found := look():
            return found
        pause.wait(0.02)
    return look()


def shell(name: str, script: str, **more: Any) -> dict[str, Any]:
    """The definition of a container that runs a shell command."""
    logs = {"awslogs-group": GROUP, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "job"}
    container = {"name": name, "image": "alpine", "entryPoint": ["/bin/sh", "-c"], "command": [script]}
    return {**container, "logConfiguration": {"logDriver": "awslogs", "options": logs}, **more}


@dataclass
class Workbench:
    """Clients of a local AWS, with a cluster, a log group and a role to work with."""

    aws: Aws
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.ecs, self.states, self.logs = (self.aws.client(name) for name in ("ecs", "stepfunctions", "logs"))
        providers = ["FARGATE", "FARGATE_SPOT"]
        created = self.ecs.create_cluster(clusterName="tests", capacityProviders=providers)
        self.cluster = created["cluster"]["clusterArn"]
        self.logs.create_log_group(logGroupName=GROUP)
        self.aws.client("iam").create_role(RoleName="states", AssumeRolePolicyDocument="{}")

    def definition(self, script: str, **container: Any) -> str:
        """A task definition of one container that runs a shell command."""
        return self.definition_of(shell("main", script, **container))

    def definition_of(self, *containers: dict[str, Any], volumes: Sequence[dict[str, Any]] = ()) -> str:
        """A task definition of these containers."""
        registered = self.ecs.register_task_definition(
            family=f"tests-{next(self.numbers)}",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=list(containers),
            volumes=list(volumes),
        )
        arn: str = registered["taskDefinition"]["taskDefinitionArn"]
        return arn

    def function(self, name: str, code: str, **settings: Any) -> str:
        """A Lambda function of one module with the function `handler`; its name."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("code/__init__.py", "")
            archive.writestr("code/main.py", code)
        self.aws.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=STATES,
            Handler="code.main.handler",
            Code={"ZipFile": packed.getvalue()},
            **settings,
        )
        return name

    def start(self, definition: str, *, given: Any = None, **state: Any) -> str:
        """Start an execution of a machine of one state, which runs a task; its ARN."""
        arguments = {
            "LaunchType": "FARGATE",
            "Cluster": self.cluster,
            "TaskDefinition": definition,
            "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}},
            "Overrides": {"ContainerOverrides": [{"Name": "main", "Environment": [{"Name": "B", "Value": "2"}]}]},
        }
        run = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "Arguments": arguments, "End": True}
        machine = {"QueryLanguage": "JSONata", "StartAt": "Run", "States": {"Run": {**run, **state}}}
        made = self.states.create_state_machine(
            name=f"tests-{next(self.numbers)}", definition=json.dumps(machine), roleArn=STATES
        )
        started = self.states.start_execution(stateMachineArn=made["stateMachineArn"], input=json.dumps(given))
        arn: str = started["executionArn"]
        return arn

    def ended(self, execution: str) -> Any:
        """The execution, once it is over."""
        return until(lambda: self._unless(execution, "RUNNING"))

    def _unless(self, execution: str, status: str) -> Any:
        described = self.states.describe_execution(executionArn=execution)
        return None if described["status"] == status else described

    def run_task(self, script: str, **container: Any) -> str:
        """Run a task without a state machine; its ARN."""
        return self.run_containers(shell("main", script, **container))

    def run_containers(self, *containers: dict[str, Any], volumes: Sequence[dict[str, Any]] = ()) -> str:
        """Run a task of several containers; its ARN."""
        definition = self.definition_of(*containers, volumes=volumes)
        arn: str = self.ecs.run_task(cluster=self.cluster, taskDefinition=definition)["tasks"][0]["taskArn"]
        return arn

    def container(self, arn: str, name: str) -> Any:
        """A container of the task, once the task has stopped."""
        return next(one for one in self.stopped(arn)["containers"] if one["name"] == name)

    def task(self, arn: str) -> Any:
        """The task now."""
        return self.ecs.describe_tasks(cluster=self.cluster, tasks=[arn])["tasks"][0]

    def stopped(self, arn: str) -> Any:
        """The task, once it has stopped."""
        return until(lambda: self._task_if(arn, "STOPPED"))

    def running(self, arn: str) -> Any:
        """The task, once it runs."""
        return until(lambda: self._task_if(arn, "RUNNING"))

    def _task_if(self, arn: str, status: str) -> Any:
        task = self.task(arn)
        return task if task["lastStatus"] == status else None

    def log(self, arn: str, container: str = "main") -> list[str]:
        """What a container of the task has written."""
        stream = f"job/{container}/{arn.rsplit('/', 1)[-1]}"
        events = self.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)["events"]
        return [event["message"] for event in events]

    def tasks_of(self, definition: str) -> list[str]:
        """The ARNs of a definition's tasks, running or not."""
        family = definition.rsplit("/", 1)[-1].partition(":")[0]
        listed = [
            self.ecs.list_tasks(cluster=self.cluster, family=family, desiredStatus=status)["taskArns"]
            for status in ("RUNNING", "STOPPED")
        ]
        return [arn for arns in listed for arn in arns]
