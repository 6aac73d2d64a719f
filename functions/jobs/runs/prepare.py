"""Prepare the inputs of a run: check parameters, overrides, payload and image tag, and put them into its trigger.

A run with inputs starts this, by a call, a hook or an event. A run with an image tag needs a task definition of its
own, which is registered once for each revision and tag. A repeated call finds that task definition and the payload,
and changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.jobs.container.containers import image_of
from functions.jobs.container.fargate import smallest_size
from functions.jobs.container.task_definition import Deployment, task_definition
from functions.jobs.container.task_override import MAX_CHARACTERS, override_length
from functions.jobs.inputs.inputs import Inputs, input_problems
from functions.jobs.model.errors import InvalidError, JobChangedError, Problem
from functions.jobs.model.job import Job, JobSpec, container_run
from functions.jobs.model.run import Overrides
from functions.jobs.ports.definitions import ImageTags, TaskDefinitions
from functions.jobs.ports.runs import Payloads
from functions.jobs.runs.trigger import Trigger

if TYPE_CHECKING:
    from functions.jobs.model.container_spec import RunSpec

_INLINE = 2000  # characters of a payload that is sent with the task; a signed URL is about as long


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageTagger:
    """Finds or registers the task definition of a job with another image tag."""

    tags: ImageTags
    task_definitions: TaskDefinitions
    deployment: Deployment

    def task_definition_for(self, job: Job, tag: str, now: datetime) -> str:
        """The ARN of the task definition. Raises InvalidError, and JobChangedError if the job has changed."""
        known = self.tags.get(job, tag)
        if known is not None:
            return known
        arn = self.task_definitions.register(self._definition(job.spec, tag))
        # If this fails, the ARN may be kept all the same, so it is not deregistered: ECS could not start it then.
        kept = self.tags.put(job, tag, arn, now)
        if kept != arn:  # another call was faster, or the job has changed
            self.task_definitions.deregister(arn)
        if kept is None:
            raise JobChangedError
        return kept

    def _definition(self, spec: JobSpec, tag: str) -> dict[str, Any]:
        try:
            return task_definition(tagged(spec, tag), self.deployment)
        except InvalidError as wrong:
            raise InvalidError([Problem("/imageTag", problem.message) for problem in wrong.problems]) from wrong


def tagged(spec: JobSpec, tag: str) -> JobSpec:
    """The job's spec with another tag of its image."""
    run: RunSpec = {**container_run(spec)}
    image = with_tag(image_of(run) or "", tag)
    if "docker" in run:
        run["docker"] = {**run["docker"], "image": image}
    else:
        run["ucr"] = {**run["ucr"], "image": {**run["ucr"]["image"], "id": image}}
    return {**spec, "run": run}


def with_tag(image: str, tag: str) -> str:
    """Replace the tag of an image: `registry:5000/team/app:1` with the tag 2 becomes `registry:5000/team/app:2`."""
    path, slash, name = image.partition("@")[0].rpartition("/")
    return f"{path}{slash}{name.partition(':')[0]}:{tag}"


@dataclass(frozen=True, kw_only=True, slots=True)
class InputPreparer:
    """Checks the inputs of a run against its job and puts them into the trigger."""

    payloads: Payloads
    tagger: ImageTagger

    def prepare_trigger(self, trigger: Trigger, job: Job, inputs: Inputs) -> Trigger:
        """The trigger with these inputs. Raises InvalidError, and JobChangedError if the job changed meanwhile.

        A payload that is too long to be sent with the task is put into S3, from where the task fetches it. The URL is
        signed once and kept with the run, so that its execution can be started again with the same input.
        """
        problems = list(input_problems(job.spec, inputs))
        if problems:
            raise InvalidError(problems)
        prepared = self._prepare(trigger, job, inputs)
        if inputs.image_tag is not None:
            definition = self.tagger.task_definition_for(job, inputs.image_tag, trigger.now)
            prepared = replace(prepared, overrides=replace(prepared.overrides, task_definition=definition))
        if inputs.payload is not None and prepared.overrides.payload_url:
            self.payloads.put(job.id, trigger.run_id, inputs.payload)
        return prepared

    def _prepare(self, trigger: Trigger, job: Job, inputs: Inputs) -> Trigger:
        """The trigger with these inputs, without writing anything; raises InvalidError if they are too long for ECS.

        A fleet run sends no overrides to ECS. The length of its document was checked before.
        """
        overrides = _overrides(job.spec, inputs)
        prepared = replace(
            trigger,
            plan=job.plan,
            parameters=inputs.parameters,
            overrides=replace(overrides, payload=inputs.payload),
            inputs=inputs.document,
            labels=inputs.labels,
        )
        if job.plan.fleet:
            return prepared
        too_long = len(inputs.payload or "") > _INLINE or override_length(prepared.run(job.plan)) > MAX_CHARACTERS
        if inputs.payload is not None and too_long:
            url = self.payloads.url(job.id, trigger.run_id)
            prepared = replace(prepared, overrides=replace(overrides, payload_url=url))
        length = override_length(prepared.run(job.plan))
        if length > MAX_CHARACTERS:
            raise InvalidError([_too_long(inputs, length)])
        return prepared


def _overrides(spec: JobSpec, inputs: Inputs) -> Overrides:
    size = None
    if inputs.cpus is not None or inputs.mem is not None:
        run = container_run(spec)
        cpus, mem = inputs.cpus or run["cpus"], inputs.mem or run["mem"]
        size = smallest_size(cpus, mem)
    return Overrides(
        env=inputs.env,
        command=(inputs.cmd,) if inputs.cmd is not None else inputs.args,
        cpu=size.cpu if size else None,
        memory=size.memory if size else None,
        attempt_timeout=inputs.attempt_timeout,
        timeout=inputs.timeout,
        image_tag=inputs.image_tag,
        devices=inputs.devices,
    )


def _too_long(inputs: Inputs, length: int) -> Problem:
    fields = inputs.document | {"parameters": dict(inputs.parameters)}
    largest = max(fields, key=lambda name: len(str(fields[name])))
    message = f"is the largest part of the {length} characters that each task gets, and ECS takes {MAX_CHARACTERS}"
    return Problem(f"/{largest}", f"{message}. Put long values into the payload, or let the job fetch them.")
