"""The caller's Idempotency-Key: the same key with the same request is the same wish, for 24 hours."""

import hashlib
from dataclasses import dataclass

from functions.jobs.model.errors import KeyReusedError

HOURS = 24


class KeyUsedError(Exception):
    """A request with this key was carried out before; `result` names what came of it."""

    def __init__(self, fingerprint: str, result: str) -> None:
        super().__init__("The key was used before.")
        self.fingerprint = fingerprint
        self.result = result


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """`id` is a hash of the key and of the path it was sent to, `fingerprint` one of the body that came with it."""

    id: str
    fingerprint: str

    @classmethod
    def of(cls, key: str, path: str, body: str) -> "IdempotencyKey":
        """The key as the caller sent it. Texts of any length become hashes: they end in a table's key."""
        return cls(_hash(f"{path}\n{key}"), _hash(body))

    def result(self, used: KeyUsedError) -> str:
        """What came of the earlier request; raises KeyReusedError if that was another one."""
        if used.fingerprint != self.fingerprint:
            raise KeyReusedError
        return used.result


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
