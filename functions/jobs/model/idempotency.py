"""The caller's Idempotency-Key: for 24 hours, the same key with the same request is carried out once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.model.errors import KeyReusedError

HOURS = 24


class KeyUsedError(Exception):
    """A request with this key was carried out before; `result` names what it created."""

    def __init__(self, fingerprint: str, result: str, used_at: datetime | None = None) -> None:
        super().__init__("The key was used before.")
        self.fingerprint = fingerprint
        self.result = result
        self.used_at = used_at


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A caller's key, as hashes: `id` of the key and the path it was sent to, `fingerprint` of the request's body.

    What was done with the key before `since` was done for an earlier job with the same id, and does not count.
    """

    id: str
    fingerprint: str
    since: datetime | None = None

    @classmethod
    def of(cls, key: str, path: str, body: str) -> "IdempotencyKey":
        """Hash a key as the caller sent it: it may have any length, and a key of the table may not."""
        return cls(_hash(f"{path}\n{key}"), _hash(body))

    def result(self, used: KeyUsedError) -> str:
        """Return what the earlier request created; raises KeyReusedError if that request had another body."""
        if used.fingerprint != self.fingerprint:
            raise KeyReusedError
        return used.result


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
