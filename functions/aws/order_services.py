"""The use case that starts runs with inputs, for all doors."""

from functions.aws import adapters, clients
from functions.aws.ecs import EcsTaskDefinitions
from functions.aws.payloads import S3Payloads
from functions.aws.table.image_tags import ImageTagTable
from functions.aws.table.jobs import JobTable
from functions.jobs.container.task_definition import Deployment
from functions.jobs.runs.launch import Ordering
from functions.jobs.runs.prepare import Preparing, Tagging
from functions.jobs.runs.trigger import Triggering
from functions.settings import Settings


def ordering(settings: Settings, trigger: Triggering) -> Ordering:
    """What starts runs with inputs of their own."""
    table, payloads = adapters.table(settings), S3Payloads(clients.s3, settings.payload_bucket)
    tag = Tagging(
        tags=ImageTagTable(table),
        definitions=EcsTaskDefinitions(clients.ecs),
        deployment=deployment(settings),
    )
    return Ordering(
        jobs=JobTable(table), trigger=trigger, prepare=Preparing(payloads=payloads, tag=tag), payloads=payloads
    )


def deployment(settings: Settings) -> Deployment:
    """What all task definitions have in common."""
    return Deployment(
        family_prefix=settings.family_prefix,
        default_image=settings.default_image,
        task_role_arn=settings.task_role_arn,
        execution_role_arn=settings.execution_role_arn,
        log_group=settings.log_group,
        region=settings.region,
        role_path=f"/shiftwork/{settings.stage}/",
    )
