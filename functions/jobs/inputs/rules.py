"""What a run may be given: what its job declares and allows, and all that its job requires."""

import json
import re
from collections.abc import Iterator

from functions.jobs.container.env_rules import nul_problems
from functions.jobs.container.fargate_rules import size_problems
from functions.jobs.container.folders import sandbox
from functions.jobs.errors import Problem
from functions.jobs.fleet.value_rules import document_problems
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.inputs.parameters import value_problems
from functions.jobs.job import JobSpec, container_run, fleet_of

MAX_LABELS = 4096  # characters: the index of all runs has them too
# The field of the call -> what the job's `overrides` call it.
_OVERRIDES = {"timeoutSeconds": "timeout", "attemptTimeoutSeconds": "timeout"}
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")  # OCI Distribution Specification, "Pulling manifests"


def input_problems(spec: JobSpec, inputs: Inputs) -> Iterator[Problem]:
    """Everything wrong with what a run of this job is to be given, but for its length.

    That the job can have such overrides at all is checked when it is saved (functions/jobs/inputs/override_rules.py).
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
