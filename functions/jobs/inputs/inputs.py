"""What may come with the wish for a run. Every door (call, hook, event) makes an `Inputs` of what it was sent.

Then the use case `ordering(trigger, inputs)` of ordering.py starts the run. It reads the job, checks the inputs against
what the job declares and allows (InvalidError, with the paths of the API's body: /parameters/NAME, /cmd, /payload), and
starts what `trigger` asks for with them. Nothing given: it is just the trigger.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.jobs.errors import InvalidError, Problem
from functions.jobs.fleet.device import DeviceStatus
from functions.jobs.run import Run

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
