"""A hook: a URL with a secret. Callers who have both may start runs of one job, and nothing else."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.model.job import MAX_ID
from functions.jobs.model.rate import DEFAULT_RATE

_MARK = "swh_"  # lets scanners of source code recognize a leaked secret


def new_secret() -> str:
    """Return a new secret of 256 random bits."""
    return _MARK + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return the hash that the table keeps. It may be a fast one: nobody can try out 256 random bits."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


_ID_DIGITS = 16  # hexadecimal: nobody finds a hook by trying ids, although ids are no secrets


@dataclass(frozen=True, kw_only=True, slots=True)
class HookSpec:
    """The settings of a hook: which parameters a call may set, and whether it may choose the image tag."""

    description: str | None = None
    parameters: tuple[str, ...] = ()
    image_tag: bool = False
    rate_per_minute: int = DEFAULT_RATE


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """A saved hook.

    `since` is when its job was created: a later job with the same id does not get the hook. `calls` counts the calls
    with the right secret in `minute`, the latest minute with a call, counted from 1970 on.
    """

    id: str
    since: datetime
    spec: HookSpec
    secret_hash: str
    created_at: datetime
    rotated_at: datetime | None = None
    last_used_at: datetime | None = None
    minute: int = 0
    calls: int = 0

    @property
    def job_id(self) -> str:
        """The id of the job whose runs the hook starts."""
        return job_of_hook(self.id)


def new_hook_id(job_id: str) -> str:
    """Return an id for a new hook: the job's id, which has no underscore, an underscore, and random digits."""
    return f"{job_id}_{secrets.token_hex(_ID_DIGITS // 2)}"


def job_of_hook(hook_id: str) -> str:
    """Return the id of the hook's job."""
    return hook_id.partition("_")[0]


def is_hook_id(text: str) -> bool:
    """Return whether `text` has the form of a hook's id."""
    return re.fullmatch(rf"[a-z0-9.-]{{1,{MAX_ID}}}_[0-9a-f]{{{_ID_DIGITS}}}", text) is not None
