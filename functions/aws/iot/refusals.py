"""IoT's refusals: errors that would come again, as the error that fleet runs know."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error
from functions.jobs.ports.fleet import RefusedError

ABSENT, INVALID, THERE = "ResourceNotFoundException", "InvalidRequestException", "ResourceAlreadyExistsException"
# AWS IoT API Reference, SearchIndex and CreateDynamicThingGroup: what comes without an index, or too early.
_UNINDEXED = (ABSENT, INVALID, "IndexNotReadyException")
_WAY_OUT = "Is fleet indexing of things switched on (AWS IoT console, Settings, Fleet indexing)?"


@contextmanager
def refusal(words: str, *codes: str) -> Iterator[None]:
    """Raises RefusedError, with IoT's words after ours, for errors with these codes."""
    try:
        yield
    except ClientError as error:
        if not is_error(error, *codes):
            raise
        raise RefusedError(f"{words}: {error.response['Error']['Message']}") from error


@contextmanager
def query_refusal(words: str) -> Iterator[None]:
    """The same where a query cannot be carried out, with the way out."""
    try:
        with refusal(words, "InvalidQueryException", "LimitExceededException"):
            yield
    except ClientError as error:
        if not is_error(error, *_UNINDEXED):
            raise
        raise RefusedError(f"{words}: {error.response['Error']['Message']} {_WAY_OUT}") from error
