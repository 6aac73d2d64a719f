"""What IoT does not take for a rollout's rate, its abort criteria and its retries.

Source: AWS IoT API Reference, CreateJob and its types; AWS IoT Developer Guide, "How job configurations work".
"""

from collections.abc import Iterator

from functions.jobs.errors import Problem
from functions.jobs.fleet.request import MAX_PER_MINUTE
from functions.jobs.fleet.spec import FleetSpec

MAX_RETRIES = 10  # of a device, for all failure types together


def pace_problems(fleet: FleetSpec) -> Iterator[Problem]:
    """What contradicts itself."""
    yield from _rate_problems(fleet)
    yield from _double_problems([one["failureType"] for one in fleet.get("abort", [])], "/run/fleet/abort")
    yield from _double_problems([one["failureType"] for one in fleet.get("retry", [])], "/run/fleet/retry")
    yield from _retry_problems(fleet)


def _rate_problems(fleet: FleetSpec) -> Iterator[Problem]:
    rollout, path = fleet.get("rollout", {}), "/run/fleet/rollout/exponentialRate"
    if "exponentialRate" not in rollout:
        return
    rate, most = rollout["exponentialRate"], rollout.get("maximumPerMinute", MAX_PER_MINUTE)
    if rate["baseRatePerMinute"] > most:
        yield Problem(f"{path}/baseRatePerMinute", f"must not be more than maximumPerMinute, which is {most}.")
    if len(rate["rateIncreaseCriteria"]) != 1:
        words = "must have exactly one of numberOfNotifiedThings and numberOfSucceededThings."
        yield Problem(f"{path}/rateIncreaseCriteria", words)


def _double_problems(kinds: list[str], path: str) -> Iterator[Problem]:
    if len(set(kinds)) < len(kinds):
        yield Problem(path, "has a failureType twice: IoT takes each once.")


def _retry_problems(fleet: FleetSpec) -> Iterator[Problem]:
    retry, path = fleet.get("retry", []), "/run/fleet/retry"
    kinds = {one["failureType"] for one in retry}
    if "ALL" in kinds and len(retry) > 1:
        yield Problem(path, "has ALL beside others: it stands for FAILED and TIMED_OUT, so it stands alone.")
    if (total := sum(one["numberOfRetries"] for one in retry)) > MAX_RETRIES:
        yield Problem(path, f"IoT tries {MAX_RETRIES} times again at most, for all failures together; got {total}.")
    # A template may have a time limit of its own.
    if "TIMED_OUT" in kinds and "inProgressTimeoutInMinutes" not in fleet and "jobTemplateArn" not in fleet:
        words = "retries what has TIMED_OUT, and nothing does: say inProgressTimeoutInMinutes, after how long."
        yield Problem(path, words)
