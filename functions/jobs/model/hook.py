"""A hook: an address with a secret. Who has both may start runs of one job, and nothing else."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.model.job import MAX_ID

_MARK = "swh_"  # by which scanners of source code can know a secret that leaked


def new_secret() -> str:
    """256 random bits."""
    return _MARK + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a secret. A slow hash is for what people think up: 256 random bits cannot be tried out."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


_ID_DIGITS = 16  # hexadecimal digits: nobody finds a hook by trying, although its id is no secret


@dataclass(frozen=True, kw_only=True, slots=True)
class HookSpec:
    """A hook as its owner wants it: which parameters a call may set, whether it may choose the image's tag."""

    description: str | None = None
    parameters: tuple[str, ...] = ()
    image_tag: bool = False
    rate_per_minute: int = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """A hook. `since` is when its job was created: another job with the same id is not the hook's.

    There were `calls` with the right secret in `minute`, counted from 1970 on; no minute before that counts any more.
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
        """The job whose runs it starts."""
        return job_of_hook(self.id)


def new_hook_id(job_id: str) -> str:
    """An id for a new hook. It begins with the job's id, in which no underscore is: so it says where the hook is."""
    return f"{job_id}_{secrets.token_hex(_ID_DIGITS // 2)}"


def job_of_hook(hook_id: str) -> str:
    """The id of the hook's job."""
    return hook_id.partition("_")[0]


def is_hook_id(text: str) -> bool:
    """Whether `text` can be a hook's id."""
    return re.fullmatch(rf"[a-z0-9.-]{{1,{MAX_ID}}}_[0-9a-f]{{{_ID_DIGITS}}}", text) is not None
