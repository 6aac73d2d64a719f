"""Payloads of runs in S3. A task fetches its payload from there if it does not fit into the task's overrides."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# How long a URL is valid. A URL that is signed with temporary credentials expires with them (S3 User Guide, "Download
# and upload objects with presigned URLs"), and those of a role last 12 hours at most (IAM User Guide, "Request
# temporary security credentials"). Attempts that begin later than that fail, and their init container says why.
_SECONDS = 12 * 60 * 60


class S3Payloads:
    """Implements functions.jobs.ports.runs.Payloads. The bucket deletes payloads at the end of the retention."""

    def __init__(self, client: Callable[[], "S3Client"], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def url(self, job_id: str, run_id: str) -> str:
        """A URL that lets its holder read the payload, even if the payload is put later. It needs no request to AWS."""
        place = {"Bucket": self._bucket, "Key": _key(job_id, run_id)}
        return self._client().generate_presigned_url("get_object", Params=place, ExpiresIn=_SECONDS)

    def put(self, job_id: str, run_id: str, text: str) -> None:
        """Put the payload of a run. A repeated call changes nothing: the first payload stays.

        Source: S3 User Guide, "Add preconditions to S3 operations".
        """
        try:
            self._client().put_object(
                Bucket=self._bucket,
                Key=_key(job_id, run_id),
                Body=text.encode(),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if not is_error(error, "PreconditionFailed"):
                raise

    def get(self, job_id: str, run_id: str) -> str | None:
        """The payload of a run; None if it is no longer kept."""
        try:
            answer = self._client().get_object(Bucket=self._bucket, Key=_key(job_id, run_id))
        except ClientError as error:
            if not is_error(error, "NoSuchKey"):
                raise
            return None
        return answer["Body"].read().decode()


def _key(job_id: str, run_id: str) -> str:
    return f"payloads/{job_id}/{run_id}.json"
