"""Correction of what IoT Jobs refuse."""

import re
import unicodedata
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import iot

from local.corrections.registry import correction, replace

Answer = tuple[int, dict[str, str], bytes]
MOST_TARGETS, MOST_RETRIES = 100, 10
MOST_DETAILS, LONGEST_DETAIL = 10, 1024
KEY = re.compile(r"[a-zA-Z0-9:_-]{1,128}")


@correction("iot.requests")
def refusals() -> None:
    """Refuse what exceeds AWS's limits, and complete a snapshot without devices.

    MiniStack takes any number of targets and any rollout rate, leaves a snapshot job of an empty group in progress for
    ever, and takes status details of any size. AWS (IoT API Reference, CreateJob; General Reference, "AWS IoT Device
    Management endpoints and quotas"; IoT Jobs Data API Reference, UpdateJobExecution): at most 100 targets, 1000
    notifications a minute and ten retries; ten status details, with keys of [a-zA-Z0-9:_-] and values of at most 1024
    characters, none of them a control character. Its pages do not say what becomes of a snapshot without devices: here
    it is completed at once, as all of its executions are over.
    """
    check = iot._jobs_status_details_error
    replace(
        iot,
        _create_job=_checking(iot._create_job),
        _jobs_status_details_error=lambda details: check(details) or _details_error(details or {}),
    )


def _checking(create: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    async def create_job(job_id: str, asked: dict[str, Any]) -> Answer:
        if error := _error(job_id, asked):
            return error
        answer = await create(job_id, asked)
        if answer[0] == 200:
            iot._jobs_maybe_complete(job_id)
        return answer

    return create_job


def _error(job_id: str, asked: dict[str, Any]) -> Answer | None:
    if violations := iot._job_update_violations(job_id, asked):
        refused: Answer = iot._job_validation_error(violations)
        return refused
    if len(asked.get("targets") or []) > MOST_TARGETS:
        return _refused(f"A job can have at most {MOST_TARGETS} targets.", "LimitExceededException", 410)
    retries = (asked.get("jobExecutionsRetryConfig") or {}).get("criteriaList") or []
    if len(retries) > 1 and any(one.get("failureType") == "ALL" for one in retries):
        return _refused("A retryCriteria with failure type ALL must be used by itself.")
    if sum(one.get("numberOfRetries") or 0 for one in retries) > MOST_RETRIES:
        return _refused(f"The retries of a job can be at most {MOST_RETRIES} together.")
    return None


def _details_error(details: dict[str, str]) -> Answer | None:
    if len(details) > MOST_DETAILS:
        return _refused(f"statusDetails can have at most {MOST_DETAILS} entries")
    for key, text in details.items():
        if not KEY.fullmatch(key):
            return _refused("a key of statusDetails must be at most 128 of [a-zA-Z0-9:_-]")
        if len(text) > LONGEST_DETAIL or any(unicodedata.category(one).startswith("C") for one in text):
            return _refused(
                f"statusDetails[{key}] must be at most {LONGEST_DETAIL} characters, none a control character"
            )
    return None


def _refused(message: str, code: str = "InvalidRequestException", status: int = 400) -> Answer:
    refused: Answer = error_response_json(code, message, status)
    return refused
