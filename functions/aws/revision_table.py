"""The revisions of jobs in the table: written with the job, never changed."""

from functions.aws.job_items import revision_key, revision_of
from functions.aws.pages import key_of, page
from functions.aws.table import Table, pack
from functions.jobs.model.job import Revision
from functions.jobs.model.page import Page, PageWish


class RevisionTable:
    """Implements functions.jobs.ports.definitions.RevisionStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, job_id: str, number: int) -> Revision | None:
        """The revision, or None."""
        item = self._table.get(revision_key(job_id, number))
        return revision_of(item) if item else None

    def page(self, job_id: str, wish: PageWish) -> Page[Revision]:
        """The revisions of a job, newest first."""
        return page(
            self._table,
            wish,
            revision_of,
            key_of("PK", "SK"),
            KeyConditionExpression="PK = :job AND begins_with(SK, :revision)",
            ExpressionAttributeValues=pack({":job": f"JOB#{job_id}", ":revision": "REV#"}),
            ScanIndexForward=False,
        )
