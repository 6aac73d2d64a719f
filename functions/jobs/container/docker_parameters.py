"""The docker parameters of a job: the member of the ECS container definition that each sets, and their rules.

Source: ECS API Reference, ContainerDefinition, LinuxParameters, KernelCapabilities, SystemControl, which name docker's
option for each member; ECS Developer Guide, "Task definition differences for Fargate".
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from functions.jobs.model.container_spec import RunSpec
from functions.jobs.model.errors import Problem

Members = dict[str, Any]

MIN_STOP_SECONDS, MAX_STOP_SECONDS = 2, 120  # for Fargate (ContainerDefinition, stopTimeout)
_CAPABILITIES = re.compile(
    "ALL|AUDIT_CONTROL|AUDIT_WRITE|BLOCK_SUSPEND|CHOWN|DAC_OVERRIDE|DAC_READ_SEARCH|FOWNER|FSETID|IPC_LOCK|IPC_OWNER|"
    "KILL|LEASE|LINUX_IMMUTABLE|MAC_ADMIN|MAC_OVERRIDE|MKNOD|NET_ADMIN|NET_BIND_SERVICE|NET_BROADCAST|NET_RAW|SETFCAP|"
    "SETGID|SETPCAP|SETUID|SYSLOG|SYS_ADMIN|SYS_BOOT|SYS_CHROOT|SYS_MODULE|SYS_NICE|SYS_PACCT|SYS_PTRACE|SYS_RAWIO|"
    "SYS_RESOURCE|SYS_TIME|SYS_TTY_CONFIG|WAKE_ALARM"
)
_IPC_SYSCTLS = frozenset(["msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced"])
# Options without a counterpart on Fargate -> what to do instead.
INSTEAD = {
    "cpus": "use run.cpus",
    "cpu-shares": "use run.cpus",
    "memory": "use run.mem",
    "volume": "use run.volumes",
    "mount": "use run.volumes",
    "tmpfs": "write to /tmp, which is on the task's own disk (run.disk)",
    "shm-size": "Fargate sets the size of shared memory, so write large data to /tmp",
    "env-file": "use run.env",
    "restart": "use run.restart",
    "platform": "use run.architecture",
    "network": "use run.placement.subnets and securityGroups",
    "publish": "every port of a task is open to its security groups",
    "expose": "every port of a task is open to its security groups",
    "pull": "Fargate pulls the image at each start",
    "log-driver": "Shiftwork keeps the logs in CloudWatch",
    "log-opt": "use run.log",
    "privileged": "Fargate has no privileged containers",
    "device": "Fargate has no devices",
    "gpus": "Fargate has no GPUs",
    "hostname": "a task's host name is its address",
    "dns": "a task uses the VPC's name servers",
    "add-host": "keep the name in a private hosted zone of the VPC",
    "health-cmd": "only run.sidecars have health checks",
}


def _pair(value: str, *, of: str) -> tuple[str, str]:
    name, equals, rest = value.partition("=")
    if not name or not equals:
        raise ValueError(f"must be {of}.")
    return name, rest


def _label(value: str) -> Members:
    name, text = _pair(value, of="name=value")
    return {"dockerLabels": {name: text}}


def _env(value: str) -> Members:
    name, text = _pair(value, of="NAME=value: a task cannot take over a variable from its caller")
    return {"environment": [{"name": name, "value": text}]}


def _ulimit(value: str) -> Members:
    found = re.fullmatch(r"nofile=([0-9]{1,9})(?::([0-9]{1,9}))?", value)
    if not found:
        raise ValueError("must be nofile=SOFT:HARD: Fargate allows only the number of open files to be set.")
    soft, hard = int(found[1]), int(found[2] or found[1])
    if soft > hard:
        raise ValueError("must have a soft limit that is not above the hard limit.")
    return {"ulimits": [{"name": "nofile", "softLimit": soft, "hardLimit": hard}]}


def _sysctl(value: str) -> Members:
    name, text = _pair(value, of="name=value")
    if not (name.startswith(("net.", "fs.mqueue.")) or name.removeprefix("kernel.") in _IPC_SYSCTLS):
        raise ValueError("must be one of net.*, fs.mqueue.* or the kernel's IPC settings: the others are the host's.")
    return {"systemControls": [{"namespace": name, "value": text}]}


def _capability(value: str) -> str:
    name = value.upper().removeprefix("CAP_")
    if not _CAPABILITIES.fullmatch(name):
        raise ValueError("is not a capability that ECS knows. Use one of docker's names, such as NET_RAW.")
    return name


def _cap_drop(value: str) -> Members:
    return {"linuxParameters": {"capabilities": {"drop": [_capability(value)]}}}


def _cap_add(value: str) -> Members:
    if _capability(value) != "SYS_PTRACE":
        raise ValueError("must be SYS_PTRACE: Fargate can add no other capability.")
    return {"linuxParameters": {"capabilities": {"add": ["SYS_PTRACE"]}}}


def _stop_timeout(value: str) -> Members:
    if not re.fullmatch("[0-9]{1,3}", value) or not MIN_STOP_SECONDS <= int(value) <= MAX_STOP_SECONDS:
        raise ValueError(f"must be {MIN_STOP_SECONDS} to {MAX_STOP_SECONDS} seconds.")
    return {"stopTimeout": int(value)}


def _workdir(value: str) -> Members:
    if not value.startswith("/"):
        raise ValueError("must be an absolute path.")
    return {"workingDirectory": value}


def _user(value: str) -> Members:
    if not value:
        raise ValueError("must not be empty. Give a user.")
    return {"user": value}


def _entrypoint(value: str) -> Members:
    if not value:
        raise ValueError("must be a program. Put its arguments into run.args.")
    return {"entryPoint": [value]}


def _flag(value: str) -> bool:
    if value not in ("", "true", "false"):
        raise ValueError("must be true or false.")
    return value != "false"


# Each function reads an option's value. It raises ValueError with a message that continues "'<value>' ...".
OPTIONS: dict[str, Callable[[str], Members]] = {
    "label": _label,
    "ulimit": _ulimit,
    "init": lambda value: {"linuxParameters": {"initProcessEnabled": _flag(value)}},
    "workdir": _workdir,
    "entrypoint": _entrypoint,
    "read-only": lambda value: {"readonlyRootFilesystem": _flag(value)},
    "stop-timeout": _stop_timeout,
    "env": _env,
    "user": _user,
    "cap-drop": _cap_drop,
    "cap-add": _cap_add,
    "sysctl": _sysctl,
    "tty": lambda value: {"pseudoTerminal": _flag(value)},
    "interactive": lambda value: {"interactive": _flag(value)},
}


# The fields of `run` that set the same member.
_FIELDS = {
    "workdir": ("workingDirectory",),
    "entrypoint": ("entrypoint", "cmd"),
    "read-only": ("readonlyRootFilesystem",),
    "stop-timeout": ("taskKillGracePeriodSeconds",),
    "user": ("user",),
}


def container_members(run: RunSpec) -> Members:
    """Return the members that the docker parameters of a run set, without those that break a rule."""
    return _read(run)[0]


def docker_parameter_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield what is wrong with the docker parameters of a run."""
    yield from _read(run)[1]


def _read(run: RunSpec) -> tuple[Members, list[Problem]]:
    members: Members = {}
    problems = []
    for place, parameter in enumerate(run["docker"]["parameters"] if "docker" in run else []):
        path, key = f"/run/docker/parameters({place})", parameter["key"]
        if key not in OPTIONS:
            instead = INSTEAD.get(key, "remove it; docs/jobs.md lists the parameters that have one")
            problems.append(Problem(f"{path}/key", f"'{key}' has no counterpart on Fargate: {instead}."))
            continue
        if again := [field for field in _FIELDS.get(key, ()) if field in run]:
            problems.append(Problem(f"{path}/key", f"'{key}' sets the same as run.{again[0]}. Remove one of the two."))
            continue
        try:
            _merge(members, OPTIONS[key](parameter["value"]))
        except ValueError as wrong:
            problems.append(Problem(f"{path}/value", f"'{parameter['value']}' {wrong}"))
    return members, problems


def _merge(into: Members, more: Members) -> None:
    for name, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(name, {}), value)
        elif isinstance(value, list) and name != "entryPoint":
            into[name] = [*into.get(name, []), *value]
        elif name in into:
            raise ValueError("sets again what an earlier parameter sets. Remove one of the two.")
        else:
            into[name] = value
