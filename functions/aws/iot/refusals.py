"""Refusals of AWS IoT: errors that a repeated call would get again, raised as RefusedError."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error
from functions.jobs.ports.fleet import RefusedError

ABSENT, INVALID, THERE = "ResourceNotFoundException", "InvalidRequestException", "ResourceAlreadyExistsException"
# The errors while there is no index, or it is not ready (AWS IoT API Reference, SearchIndex, CreateDynamicThingGroup).
_UNINDEXED = (ABSENT, INVALID, "IndexNotReadyException")
_ADVICE = "Is fleet indexing of things switched on (AWS IoT console, Settings, Fleet indexing)?"


@contextmanager
def refusal(message: str, *codes: str) -> Iterator[None]:
    """Raise errors with these codes as RefusedError: our message, then the one of AWS IoT."""
    try:
        yield
    except ClientError as error:
        if not is_error(error, *codes):
            raise
        raise RefusedError(f"{message}: {error.response['Error']['Message']}") from error


@contextmanager
def query_refusal(message: str) -> Iterator[None]:
    """Raise the errors of a query as RefusedError. If the index may be missing, the message says what to check."""
    try:
        with refusal(message, "InvalidQueryException", "LimitExceededException"):
            yield
    except ClientError as error:
        if not is_error(error, *_UNINDEXED):
            raise
        raise RefusedError(f"{message}: {error.response['Error']['Message']} {_ADVICE}") from error
