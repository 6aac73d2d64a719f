"""Work out what a run is started with: parameters, overrides, payload and image tag, checked and put into a trigger.

For an image tag of its own a run needs a task definition of its own: registered once for each revision and tag.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageTagger:
    """Finds or registers the task definition of a job with another image tag."""

    tags: ImageTags
    definitions: TaskDefinitions
    deployment: Deployment

    def task_definition_for(self, job: Job, tag: str, now: datetime) -> str:
        """The ARN of the task definition; raises InvalidError, and JobChangedError if the job is not as it was read."""
        known = self.tags.get(job, tag)
        if known is not None:
            return known
        arn = self.definitions.register(self._definition(job.spec, tag))
        # Should this fail, it may be kept all the same, and ECS starts nothing that was deregistered: so it stays.
        kept = self.tags.put(job, tag, arn, now)
        if kept != arn:  # another call was faster, or the job is another one by now
            self.definitions.deregister(arn)
        if kept is None:
            raise JobChangedError
        return kept

    def _definition(self, spec: JobSpec, tag: str) -> dict[str, Any]:
        try:
            return task_definition(tagged(spec, tag), self.deployment)
        except InvalidError as wrong:
            raise InvalidError([Problem("/imageTag", problem.message) for problem in wrong.problems]) from wrong


def tagged(spec: JobSpec, tag: str) -> JobSpec:
    """The job with another tag of its image."""
    run: RunSpec = {**container_run(spec)}
    image = with_tag(image_of(run) or "", tag)
    if "docker" in run:
        run["docker"] = {**run["docker"], "image": image}
    else:
        run["ucr"] = {**run["ucr"], "image": {**run["ucr"]["image"], "id": image}}
    return {**spec, "run": run}


def with_tag(image: str, tag: str) -> str:
    """An image's name with this tag: `registry:5000/team/app:1` with 2 is `registry:5000/team/app:2`."""
    path, slash, name = image.partition("@")[0].rpartition("/")
    return f"{path}{slash}{name.partition(':')[0]}:{tag}"


_INLINE = 2000  # characters of a payload that may go with the task; a signed URL is about as long


@dataclass(frozen=True, kw_only=True, slots=True)
class InputPreparer:
    """Checks the inputs of a run and works out what it is started with."""

    payloads: Payloads
    tagger: ImageTagger

    def prepare_trigger(self, trigger: Trigger, job: Job, inputs: Inputs) -> Trigger:
        """The trigger of a run of this job with these inputs. Raises InvalidError, and JobChangedError if it changed.

        A payload that is not sent with the task is put where the task fetches it. The URL is signed once and then kept
        with the run: its execution must be started again with the same input.
        """
        problems = list(input_problems(job.spec, inputs))
        if problems:
            raise InvalidError(problems)
        ready = self._ready(trigger, job, inputs)
        if inputs.image_tag is not None:
            definition = self.tagger.task_definition_for(job, inputs.image_tag, trigger.now)
            ready = replace(ready, overrides=replace(ready.overrides, task_definition=definition))
        if inputs.payload is not None and ready.overrides.payload_url:
            self.payloads.put(job.id, trigger.run_id, inputs.payload)
        return ready

    def _ready(self, trigger: Trigger, job: Job, inputs: Inputs) -> Trigger:
        """The same without what is yet to be written; raises InvalidError if it is too long for ECS.

        A fleet has no overrides of ECS: what its parameters make of the document was checked before.
        """
        given = _overrides(job.spec, inputs)
        ready = replace(
            trigger,
            plan=job.plan,
            parameters=inputs.parameters,
            overrides=replace(given, payload=inputs.payload),
            inputs=inputs.document,
            labels=inputs.labels,
        )
        if job.plan.fleet:
            return ready
        too_long = len(inputs.payload or "") > _INLINE or override_length(ready.run(job.plan)) > MAX_CHARACTERS
        if inputs.payload is not None and too_long:
            url = self.payloads.url(job.id, trigger.run_id)
            ready = replace(ready, overrides=replace(given, payload_url=url))
        length = override_length(ready.run(job.plan))
        if length > MAX_CHARACTERS:
            raise InvalidError([_too_long(inputs, length)])
        return ready


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
    given = inputs.document | {"parameters": dict(inputs.parameters)}
    largest = max(given, key=lambda name: len(str(given[name])))
    words = f"makes most of {length} characters that are sent with each task, and ECS takes {MAX_CHARACTERS}"
    return Problem(f"/{largest}", f"{words}: put long values into the payload, or where the job fetches them.")
