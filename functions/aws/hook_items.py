"""Hooks as items of the table, and back."""

from datetime import datetime
from typing import Any

from functions.aws.job_items import moment_of
from functions.aws.table import Item
from functions.jobs.model.hook import Hook, HookSpec, job_of_hook


def hook_key(hook_id: str) -> dict[str, str]:
    """The key of a hook."""
    return {"PK": f"JOB#{job_of_hook(hook_id)}", "SK": f"HOOK#{hook_id.partition('_')[2]}"}


def hook_item(hook: Hook) -> dict[str, Any]:
    """A hook as an item."""
    return hook_key(hook.id) | {
        "since": hook.since.isoformat(),
        "createdAt": hook.created_at.isoformat(),
        "secretHash": hook.secret_hash,
        "description": hook.spec.description,
        "parameters": list(hook.spec.parameters),
        "imageTag": hook.spec.image_tag,
        "ratePerMinute": hook.spec.rate_per_minute,
        "rotatedAt": text_of(hook.rotated_at),
        "lastUsedAt": text_of(hook.last_used_at),
        "minute": hook.minute,
        "calls": hook.calls,
    }


def hook_of(item: Item) -> Hook:
    """The hook in an item."""
    return Hook(
        id=f"{item['PK'].removeprefix('JOB#')}_{item['SK'].removeprefix('HOOK#')}",
        since=datetime.fromisoformat(item["since"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        secret_hash=item["secretHash"],
        spec=HookSpec(
            description=item.get("description"),
            parameters=tuple(item["parameters"]),
            image_tag=item["imageTag"],
            rate_per_minute=item["ratePerMinute"],
        ),
        rotated_at=moment_of(item, "rotatedAt"),
        last_used_at=moment_of(item, "lastUsedAt"),
        minute=item["minute"],
        calls=item["calls"],
    )


def text_of(moment: datetime | None) -> str | None:
    """A time that may be absent, as an attribute."""
    return moment.isoformat() if moment else None
