"""What may come with the wish for a run. Every door (call, hook, event) makes an `Inputs` of what it was sent.

Then the use case `ordering(trigger, inputs)` of ordering.py starts the run. It reads the job, checks the inputs against
what the job declares and allows (InvalidError, with the paths of the API's body: /parameters/NAME, /cmd, /payload), and
starts what `trigger` asks for with them. Nothing given: it is just the trigger.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.jobs.container.folders import sandbox
from functions.jobs.container.rules import nul_problems, size_problems
from functions.jobs.fleet.document import document_problems
from functions.jobs.inputs.parameters import value_problems
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.errors import InvalidError, Problem
from functions.jobs.model.job import JobSpec, container_run, fleet_of
from functions.jobs.model.run import Run

MAX_PAYLOAD = 256 * 1024  # bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """What one run is to have otherwise than its job, in the units of the job's document.

    `payload` is a JSON text, as `payload_text` makes it. `labels` name the run. `devices`: only those devices of the
    run that it repeats which stand so.
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
        """The overrides as a caller gives them: what a run's parameters, labels and payload do not say already."""
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
        """What a run was started with."""
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
    """A payload as it is kept and handed over: JSON without blanks. Raises InvalidError."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError) as wrong:  # 1e999 is read as infinity
        words = "holds a number that is too large, or is nested too deep: put such things into a text."
        raise InvalidError([Problem("/payload", words)]) from wrong
    size = len(text.encode())
    if size > MAX_PAYLOAD:
        words = f"takes {size} bytes of at most {MAX_PAYLOAD}: put it where the job can fetch it, and give its address."
        raise InvalidError([Problem("/payload", words)])
    return text


MAX_LABELS = 4096  # characters: the index of all runs has them too
# The field of the call -> what the job's `overrides` call it.
_OVERRIDES = {"timeoutSeconds": "timeout", "attemptTimeoutSeconds": "timeout"}
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")  # OCI Distribution Specification, "Pulling manifests"


def input_problems(spec: JobSpec, inputs: Inputs) -> Iterator[Problem]:
    """Everything wrong with what a run of this job is to be given, but for its length.

    That the job can have such overrides at all is checked when it is saved (functions/jobs/inputs/parameters.py).
    """
    yield from value_problems(spec, inputs.parameters, "This run")
    if inputs.devices is not None and fleet_of(spec) is None:
        yield Problem("/devices", "may not be given: the job goes to no fleet any more.")
    for name in inputs.document.keys() - {"devices"}:
        if (override := _OVERRIDES.get(name, name)) not in spec.get("overrides", []):
            yield Problem(f"/{name}", f"may not be given: add {override} to the job's overrides.")
    yield from nul_problems(inputs.document | {"parameters": dict(inputs.parameters)}, "")
    if fleet := fleet_of(spec):
        yield from document_problems(spec, fleet, inputs.parameters, "/parameters")
        if inputs.attempt_timeout is not None:
            words = "may not be given: devices have the job's inProgressTimeoutInMinutes. Say timeoutSeconds."
            yield Problem("/attemptTimeoutSeconds", words)
    else:
        yield from _env_problems(spec, inputs)
        yield from _size_problems(spec, inputs)
    if inputs.image_tag is not None and not _TAG.fullmatch(inputs.image_tag):
        yield Problem("/imageTag", "is not a tag: 1 to 128 letters, digits, '_', '.' and '-', not these two first.")
    yield from label_problems(inputs)
    if inputs.payload is not None and "payload" not in spec:
        yield Problem("/payload", "may not be given: set the job's payload to OPTIONAL or REQUIRED.")
    if inputs.payload is None and spec.get("payload") == "REQUIRED":
        yield Problem("/payload", "is required: give the run a payload.")


def label_problems(inputs: Inputs) -> Iterator[Problem]:
    """The labels' length."""
    if (size := len(json.dumps(dict(inputs.labels), ensure_ascii=False))) > MAX_LABELS:
        yield Problem("/labels", f"take {size} of at most {MAX_LABELS} characters: put long texts into parameters.")


def _env_problems(spec: JobSpec, inputs: Inputs) -> Iterator[Problem]:
    run = container_run(spec)
    ours = sandbox(run) is not None or "payload" in spec
    for name in inputs.env:
        if name.startswith("SHIFTWORK_") or (ours and name == "MESOS_SANDBOX"):
            yield Problem(f"/env/{name}", f"{name} is set by Shiftwork: use another name.")
        if name in spec.get("parameters", {}) or name in inputs.parameters:
            yield Problem(f"/env/{name}", f"{name} is a parameter: give it in parameters, and only there.")
        if not isinstance(run["env"].get(name, ""), str):
            # ECS refuses a task in which a name is both a variable's and a secret's.
            yield Problem(f"/env/{name}", f"{name} is a secret of the job: use another name.")


def _size_problems(spec: JobSpec, inputs: Inputs) -> Iterator[Problem]:
    given = {name: value for name, value in (("cpus", inputs.cpus), ("mem", inputs.mem)) if value is not None}
    if given:
        run = {**spec["run"], **given, "disk": 0}
        for problem in size_problems(run):  # type: ignore[arg-type]
            path = problem.path.removeprefix("/run")
            yield Problem(path if path[1:] in given else f"/{next(iter(given))}", problem.message)
