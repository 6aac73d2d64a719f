"""The inputs of a run: the parameters, overrides, payload and labels that come with a trigger, and their rules.

Every door (call, hook, event) makes an `Inputs` of what it was sent. `RunLauncher` checks it against what the job
declares and allows, and starts the run. Problems have the paths of the API's body: /parameters/NAME, /cmd, /payload.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from functions.jobs.container.folders import sandbox
from functions.jobs.container.rules import is_reserved, nul_problems, size_problems
from functions.jobs.fleet.document import document_problems
from functions.jobs.inputs.parameters import value_problems
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.errors import InvalidError, Problem
from functions.jobs.model.job import JobSpec, container_run, fleet_of
from functions.jobs.model.run import Run

if TYPE_CHECKING:
    from functions.jobs.model.container_spec import RunSpec

MAX_PAYLOAD = 256 * 1024  # bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """The inputs of one run, in the units of the job document.

    `payload` is a JSON text, as `payload_text` makes it. `devices` limits the repetition of a fleet run to the devices
    that had one of these statuses in it.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    cmd: str | None = None
    args: tuple[str, ...] | None = None
    cpus: float | None = None
    mem: float | None = None
    timeout: int | None = None
    attempt_timeout: int | None = None
    image_tag: str | None = None
    payload: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    devices: tuple[DeviceStatus, ...] | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The overrides as a caller gives them: all inputs except parameters, labels and payload."""
        given = {
            "env": dict(self.env) or None,
            "cmd": self.cmd,
            "args": None if self.args is None else list(self.args),
            "cpus": self.cpus,
            "mem": self.mem,
            "timeoutSeconds": self.timeout,
            "attemptTimeoutSeconds": self.attempt_timeout,
            "imageTag": self.image_tag,
            "devices": None if self.devices is None else list(self.devices),
        }
        return {name: value for name, value in given.items() if value is not None}

    @classmethod
    def of_run(cls, run: Run, payload: str | None) -> "Inputs":
        """Return the inputs that a run was started with."""
        given = run.inputs
        return cls(
            parameters=run.parameters,
            env=given.get("env", {}),
            cmd=given.get("cmd"),
            args=tuple(given["args"]) if "args" in given else None,
            cpus=given.get("cpus"),
            mem=given.get("mem"),
            timeout=given.get("timeoutSeconds"),
            attempt_timeout=given.get("attemptTimeoutSeconds"),
            image_tag=given.get("imageTag"),
            payload=payload,
            labels=run.labels,
            devices=tuple(map(DeviceStatus, given["devices"])) if "devices" in given else None,
        )


def payload_text(value: Any) -> str:
    """Return a payload as JSON without blanks. Raises InvalidError if it is too large or has no JSON form."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError) as wrong:  # 1e999 is read as infinity
        message = "has a number that is too large, or is nested too deeply. Send such content as a text."
        raise InvalidError([Problem("/payload", message)]) from wrong
    size = len(text.encode())
    if size > MAX_PAYLOAD:
        message = f"has {size} bytes, and at most {MAX_PAYLOAD} are allowed. Store it elsewhere and send its address."
        raise InvalidError([Problem("/payload", message)])
    return text


MAX_LABELS = 4096  # characters, because the index of all runs has the labels too
# A field of the call -> its name in the job's `overrides`.
_OVERRIDES = {"timeoutSeconds": "timeout", "attemptTimeoutSeconds": "timeout"}
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")  # OCI Distribution Specification, "Pulling manifests"


def input_problems(spec: JobSpec, inputs: Inputs) -> Iterator[Problem]:
    """Yield everything wrong with the inputs of a run of this job, except their length.

    Whether a job can have an override at all is checked when the job is saved (functions/jobs/inputs/parameters.py).
    """
    yield from value_problems(spec, inputs.parameters, "This run")
    if inputs.devices is not None and fleet_of(spec) is None:
        yield Problem("/devices", "cannot be used, because the job is no longer a fleet job. Start a run without it.")
    for name in inputs.document.keys() - {"devices"}:
        if (override := _OVERRIDES.get(name, name)) not in spec.get("overrides", []):
            yield Problem(f"/{name}", f"is not allowed by the job. Add {override} to the job's overrides.")
    yield from nul_problems(inputs.document | {"parameters": dict(inputs.parameters)}, "")
    if fleet := fleet_of(spec):
        yield from document_problems(spec, fleet, inputs.parameters, "/parameters")
        if inputs.attempt_timeout is not None:
            message = "cannot be used with a fleet job, which has inProgressTimeoutInMinutes. Use timeoutSeconds."
            yield Problem("/attemptTimeoutSeconds", message)
    else:
        yield from _env_problems(spec, inputs)
        yield from _size_problems(spec, inputs)
    if inputs.image_tag is not None and not _TAG.fullmatch(inputs.image_tag):
        message = "is not a tag. Use 1 to 128 letters, digits, '_', '.' and '-', and do not begin with '.' or '-'."
        yield Problem("/imageTag", message)
    yield from label_problems(inputs.labels)
    if inputs.payload is not None and "payload" not in spec:
        yield Problem("/payload", "is not allowed by the job. Set the job's payload to OPTIONAL or REQUIRED.")
    if inputs.payload is None and spec.get("payload") == "REQUIRED":
        yield Problem("/payload", "is required: give the run a payload.")


def label_problems(labels: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem if the labels of the run are too long."""
    if (size := len(json.dumps(dict(labels), ensure_ascii=False))) > MAX_LABELS:
        message = (
            f"have {size} characters; at most {MAX_LABELS} characters are allowed. Put long texts into parameters."
        )
        yield Problem("/labels", message)


def _env_problems(spec: JobSpec, inputs: Inputs) -> Iterator[Problem]:
    run = container_run(spec)
    has_sandbox = sandbox(run) is not None or "payload" in spec
    for name in inputs.env:
        if is_reserved(name, has_sandbox=has_sandbox):
            yield Problem(f"/env/{name}", f"{name} is set by Shiftwork. Use another name.")
        if name in spec.get("parameters", {}) or name in inputs.parameters:
            yield Problem(f"/env/{name}", f"{name} is a parameter. Give it in parameters, and only there.")
        if not isinstance(run["env"].get(name, ""), str):
            # ECS refuses a task in which one name is both a variable's and a secret's.
            yield Problem(f"/env/{name}", f"{name} is a secret of the job. Use another name.")


def _size_problems(spec: JobSpec, inputs: Inputs) -> Iterator[Problem]:
    given = {name: value for name, value in (("cpus", inputs.cpus), ("mem", inputs.mem)) if value is not None}
    if given:
        for problem in size_problems(cast("RunSpec", {**spec["run"], **given, "disk": 0})):
            path = problem.path.removeprefix("/run")
            yield Problem(path if path[1:] in given else f"/{next(iter(given))}", problem.message)
