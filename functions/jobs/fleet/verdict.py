"""How a fleet run ends. IoT calls a job completed however its devices fared: the job's own rule decides."""

from collections.abc import Mapping
from decimal import Decimal

from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.fleet_spec import SuccessRule
from functions.jobs.model.outcome import DEADLINE, DEVICES_FAILED, NO_DEVICES, STOPPED
from functions.jobs.model.outcome import FLEET_ABORTED as ABORTED
from functions.jobs.model.rollout import IotJob, Verdict

# The reason codes with which we cancel IoT jobs: a person in the console uses others, IoT's own criteria ABORT_CANCEL.
STOPPED_BY_US = "SHIFTWORK_STOPPED"
Counts = Mapping[DeviceStatus, int]
_ABORT = "ABORT_CANCEL"


def judge(job: IotJob, counts: Counts, rule: SuccessRule) -> Verdict:
    """The verdict on a job that has ended, with its devices so."""
    if job.status == "COMPLETED":
        return judge_counts(counts, rule, DEVICES_FAILED)
    words = f"{_told(counts)} {_cancellation(job)}"
    return Verdict(error=STOPPED if job.reason_code == STOPPED_BY_US else ABORTED, words=words, counts=counts)


def judge_counts(counts: Counts, rule: SuccessRule, error: str) -> Verdict:
    """The verdict on devices that stand so: a device that has not succeeded by now has failed; `error` if too many.

    One that was removed from the targets is no part of the rollout.
    """
    total = sum(counts.values()) - counts.get(DeviceStatus.REMOVED, 0)
    if not total:
        return Verdict(error=NO_DEVICES, words="No device was among its targets.", counts=counts)
    broken = list(_broken(counts.get(DeviceStatus.SUCCEEDED, 0), total, rule))
    return Verdict(error=error if broken else None, words=" ".join([_told(counts), *broken]), counts=counts)


def judge_at_deadline(counts: Counts, rule: SuccessRule) -> Verdict:
    """The verdict at the run's time limit."""
    verdict = judge_counts(counts, rule, DEADLINE)
    return Verdict(
        error=verdict.error, words=f"It was ended at its time limit (timeoutSeconds). {verdict.words}", counts=counts
    )


def _broken(succeeded: int, total: int, rule: SuccessRule) -> list[str]:
    """What the rule wants and is not so."""
    failed = total - succeeded
    percentage = Decimal(str(rule.get("minSucceededPercentage", 0)))  # 33.3 % of 1000 are 333, and not a bit more
    wanted = {
        f"minSucceededPercentage is {percentage:g}.": succeeded * 100 >= percentage * total,
        f"minSucceeded is {rule.get('minSucceeded', 0)}.": succeeded >= rule.get("minSucceeded", 0),
        f"maxFailed is {rule.get('maxFailed', 0)}.": failed <= rule.get("maxFailed", 0 if not rule else total),
    }
    return [words for words, holds in wanted.items() if not holds]


def _told(counts: Counts) -> str:
    """Such as "48 of 50 devices succeeded (FAILED: 1, IN_PROGRESS: 1)."."""
    succeeded, total = counts.get(DeviceStatus.SUCCEEDED, 0), sum(counts.values())
    others = [status for status in DeviceStatus if counts.get(status) and status is not DeviceStatus.SUCCEEDED]
    listed = ", ".join(f"{status}: {counts[status]}" for status in others)
    return f"{succeeded} of {total} device{'s' * (total != 1)} succeeded{f' ({listed})' * bool(listed)}."


def _cancellation(job: IotJob) -> str:
    if job.reason_code == _ABORT:
        return "So many failed that IoT stopped the rollout: see the job's abort criteria."
    told = ": ".join(filter(None, (job.reason_code, job.comment)))
    what = "deleted" if job.status == "DELETION_IN_PROGRESS" else "canceled"
    return f"The IoT job was {what}{f' ({told})' if told else ''}."
