"""Task definitions with another image tag: one item for each revision and tag, deleted with the job."""

from datetime import datetime

from functions.aws.table.table import CancelledError, Table, job_key, pack
from functions.jobs.model.job import Job


class ImageTagTable:
    """Implements functions.jobs.ports.definitions.ImageTags."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, job: Job, tag: str) -> str | None:
        """The ARN of the job's task definition with this tag, or None."""
        item = self._table.get(_key(job, tag))
        return item["taskDefinition"] if item and item["of"] == job.plan.task_definition else None

    def put(self, job: Job, tag: str, arn: str, now: datetime) -> str | None:
        """Keep an ARN, and return the one that the table has: another call may have been faster.

        None if the job has changed since it was read. An item of a deleted job that had the same id is replaced.
        """
        base = job.plan.task_definition
        item = _key(job, tag) | {"taskDefinition": arn, "of": base, "createdAt": now.isoformat()}
        same = {"ExpressionAttributeNames": {"#plan": "plan"}, "ExpressionAttributeValues": pack({":base": base})}
        new = {"ExpressionAttributeNames": {"#of": "of"}, "ExpressionAttributeValues": pack({":base": base})}
        try:
            self._table.transact(
                {
                    "job": (
                        "ConditionCheck",
                        {
                            "Key": pack(job_key(job.id)),
                            "ConditionExpression": "#plan.task_definition = :base",
                            **same,
                        },
                    ),
                    "tag": (
                        "Put",
                        {
                            "Item": pack(item),
                            "ConditionExpression": "attribute_not_exists(PK) OR #of <> :base",
                            **new,
                        },
                    ),
                }
            )
        except CancelledError as cancelled:
            return None if "job" in cancelled.failed else str(cancelled.failed["tag"]["taskDefinition"])
        return arn


def _key(job: Job, tag: str) -> dict[str, str]:
    return {"PK": f"JOB#{job.id}", "SK": f"IMAGE#{job.plan.revision:08d}#{tag}"}
