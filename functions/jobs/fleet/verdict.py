"""The verdict on a fleet run. IoT completes a job whether or not its devices succeeded, so the success rule decides."""

from collections.abc import Mapping
from decimal import Decimal

from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.fleet_spec import SuccessRule
from functions.jobs.model.outcome import DEADLINE, DEVICES_FAILED, FLEET_ABORTED, NO_DEVICES, STOPPED
from functions.jobs.model.rollout import IotJob, Verdict

# Shiftwork cancels IoT jobs with this reason code. The console uses others, IoT's abort criteria use ABORT_CANCEL.
STOPPED_BY_US = "SHIFTWORK_STOPPED"
Counts = Mapping[DeviceStatus, int]
_ABORT = "ABORT_CANCEL"


def judge(job: IotJob, counts: Counts, rule: SuccessRule) -> Verdict:
    """Return the verdict on an IoT job that has ended; `counts` are its devices by status."""
    if job.status == "COMPLETED":
        return judge_counts(counts, rule, DEVICES_FAILED)
    message = f"{_summary(counts)} {_cancellation(job)}"
    return Verdict(error=STOPPED if job.reason_code == STOPPED_BY_US else FLEET_ABORTED, message=message, counts=counts)


def judge_counts(counts: Counts, rule: SuccessRule, error: str) -> Verdict:
    """Return the verdict on these devices: `error` if they break the rule.

    A device that has not succeeded by now has failed. REMOVED devices are no targets, so they do not count.
    """
    total = sum(counts.values()) - counts.get(DeviceStatus.REMOVED, 0)
    if not total:
        return Verdict(error=NO_DEVICES, message="The rollout had no device among its targets.", counts=counts)
    broken = list(_broken(counts.get(DeviceStatus.SUCCEEDED, 0), total, rule))
    return Verdict(error=error if broken else None, message=" ".join([_summary(counts), *broken]), counts=counts)


def judge_at_deadline(counts: Counts, rule: SuccessRule) -> Verdict:
    """Return the verdict at the run's time limit."""
    verdict = judge_counts(counts, rule, DEADLINE)
    return Verdict(
        error=verdict.error,
        message=f"It was ended at its time limit (timeoutSeconds). {verdict.message}",
        counts=counts,
    )


def _broken(succeeded: int, total: int, rule: SuccessRule) -> list[str]:
    """Return a sentence for each part of the rule that does not hold."""
    failed = total - succeeded
    percentage = Decimal(str(rule.get("minSucceededPercentage", 0)))  # exact: 33.3 % of 1000 is 333
    parts = {
        f"minSucceededPercentage is {percentage:g}.": succeeded * 100 >= percentage * total,
        f"minSucceeded is {rule.get('minSucceeded', 0)}.": succeeded >= rule.get("minSucceeded", 0),
        f"maxFailed is {rule.get('maxFailed', 0)}.": failed <= rule.get("maxFailed", 0 if not rule else total),
    }
    return [sentence for sentence, holds in parts.items() if not holds]


def _summary(counts: Counts) -> str:
    """Return a sentence such as "48 of 50 devices succeeded (FAILED: 1, IN_PROGRESS: 1)."."""
    succeeded, total = counts.get(DeviceStatus.SUCCEEDED, 0), sum(counts.values())
    others = [status for status in DeviceStatus if counts.get(status) and status is not DeviceStatus.SUCCEEDED]
    listed = ", ".join(f"{status}: {counts[status]}" for status in others)
    return f"{succeeded} of {total} device{'s' * (total != 1)} succeeded{f' ({listed})' * bool(listed)}."


def _cancellation(job: IotJob) -> str:
    if job.reason_code == _ABORT:
        return "IoT stopped the rollout because too many devices failed: see the job's abort criteria."
    reason = ": ".join(filter(None, (job.reason_code, job.comment)))
    what = "deleted" if job.status == "DELETION_IN_PROGRESS" else "canceled"
    return f"The IoT job was {what}{f' ({reason})' if reason else ''}."
