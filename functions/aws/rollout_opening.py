"""The beginning of a rollout, the first one or another one."""

from functions.aws.rollout_items import moment_text, open_values, rollout_key
from functions.aws.table import Operation, pack
from functions.jobs.model.rollout import Rollout

_NEW = {"token", "calledAt", "GSI1PK", "GSI1SK"}

_LATEST = "(attribute_not_exists(calledAt) OR calledAt <= :calledAt)"


def opening(rollout: Rollout) -> Operation:
    """Put it, or open the one that is there and give it the token: all else stays as it is.

    A call that was given up may go on for a while: then a later one has a token that is worth more.
    """
    values = open_values(rollout) | {"calledAt": moment_text(rollout.created_at)}
    sets = [f"#{name} = " + (f":{name}" if name in _NEW else f"if_not_exists(#{name}, :{name})") for name in values]
    return "Update", {
        "Key": pack(rollout_key(rollout.run_id)),
        "UpdateExpression": f"SET {', '.join(sets)} REMOVE expiresAt",
        "ConditionExpression": f"attribute_not_exists(PK) OR (jobId = :jobId AND {_LATEST})",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": pack({f":{name}": value for name, value in values.items()}),
    }
