"""What runs in a container, and after what, as members of an ECS container definition.

Source: ECS API Reference, ContainerDefinition, ContainerDependency, HealthCheck.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from functions.jobs.container.spec import Dependency, HealthCheck, Process, SecretSpec
from functions.jobs.container.start_order import INIT
from functions.jobs.container.written_files import SANDBOX


def process_members(process: Process, secrets: Mapping[str, SecretSpec], *, in_sandbox: bool) -> dict[str, Any]:
    """What runs, as whom, where and with which variables."""
    same = ("user", "workingDirectory", "readonlyRootFilesystem")
    return {
        **_command(process),
        **{name: process[name] for name in same if name in process},  # type: ignore[literal-required]
        "environment": [
            {"name": name, "value": value} for name, value in sorted(process["env"].items()) if isinstance(value, str)
        ]
        + ([{"name": "MESOS_SANDBOX", "value": SANDBOX}] if in_sandbox else []),
        "secrets": [
            {"name": name, "valueFrom": secrets[value["secret"]]["source"]}
            for name, value in sorted(process["env"].items())
            if not isinstance(value, str)
        ],
    }


def _command(process: Process) -> dict[str, Any]:
    if "cmd" in process:
        # As Metronome does it: a shell runs the command, whatever entry point the image has.
        return {"entryPoint": ["/bin/sh", "-c"], "command": [process["cmd"]]}
    return {
        **({"entryPoint": process["entrypoint"]} if "entrypoint" in process else {}),
        **({"command": process["args"]} if process.get("args") else {}),
    }


def depends_on(dependencies: Sequence[Dependency], *, after_init: bool) -> list[dict[str, str]]:
    """What the container waits for: the init container first, if there is one."""
    init = [{"containerName": INIT, "condition": "SUCCESS"}] if after_init else []
    return init + [{"containerName": one["container"], "condition": one["condition"]} for one in dependencies]


def health_check(check: HealthCheck) -> dict[str, Any]:
    """A health check, by the container's shell."""
    return {
        "command": ["CMD-SHELL", check["cmd"]],
        "interval": check["intervalSeconds"],
        "timeout": check["timeoutSeconds"],
        "retries": check["retries"],
        **({"startPeriod": check["startPeriodSeconds"]} if "startPeriodSeconds" in check else {}),
    }
