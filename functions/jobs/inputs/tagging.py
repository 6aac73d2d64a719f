"""Use case: a job's task definition with another tag of its image, registered once for each revision and tag."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.jobs.container.containers import image_of
from functions.jobs.container.task_definition import Deployment, task_definition
from functions.jobs.errors import InvalidError, JobChangedError, Problem
from functions.jobs.job import Job, JobSpec, container_run
from functions.jobs.ports import ImageTags, TaskDefinitions

if TYPE_CHECKING:
    from functions.jobs.container.run_spec import RunSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagging:
    """What it needs."""

    tags: ImageTags
    definitions: TaskDefinitions
    deployment: Deployment

    def __call__(self, job: Job, tag: str, now: datetime) -> str:
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
