"""The beginning of a rollout, the first one or another one."""

from functions.aws.rollout_items import open_values, rollout_key
from functions.aws.table import Operation, pack
from functions.jobs.fleet.rollout import Rollout

_NEW = {"token", "GSI1PK", "GSI1SK"}


def opening(rollout: Rollout) -> Operation:
    """Put it, or open the one that is there and give it the token: all else stays as it is."""
    values = open_values(rollout)
    sets = [f"#{name} = " + (f":{name}" if name in _NEW else f"if_not_exists(#{name}, :{name})") for name in values]
    return "Update", {
        "Key": pack(rollout_key(rollout.run_id)),
        "UpdateExpression": f"SET {', '.join(sets)} REMOVE expiresAt",
        "ConditionExpression": "attribute_not_exists(PK) OR jobId = :jobId",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": pack({f":{name}": value for name, value in values.items()}),
    }
