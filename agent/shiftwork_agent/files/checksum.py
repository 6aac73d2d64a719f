"""Checksums of files, as job documents give them."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields

_ALGORITHMS = ("sha224", "sha256", "sha384", "sha512")  # md5 and sha1 can be forged


@dataclass(frozen=True, slots=True)
class Checksum:
    """A digest in hexadecimal digits."""

    algorithm: str
    value: str

    def check(self, path: Path) -> None:
        """Raises JobError if the file has another one."""
        with path.open("rb") as file:
            found = hashlib.file_digest(file, self.algorithm).hexdigest()
        if not hmac.compare_digest(found, self.value):
            reason = f"The {self.algorithm} of {path.name} is {found}, the document says {self.value}"
            raise JobError("ERR_CHECKSUM_FAILED", reason)


def read(document: Mapping[str, Any]) -> Checksum | None:
    """`{"checksum": {"hashAlgorithm": "SHA256", "inline": {"value": "..."}}}`, as AWS's JavaScript SDK has it."""
    given = fields.table(document, "checksum")
    if not given:
        return None
    algorithm = fields.text(given, "hashAlgorithm").lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        reason = f"hashAlgorithm is {algorithm!r}: give one of {', '.join(_ALGORITHMS)}"
        raise RefusedError("ERR_UNSUPPORTED_CHECKSUM_ALGORITHM", reason)
    value = fields.text(fields.table(given, "inline"), "value").lower()
    if len(value) != hashlib.new(algorithm).digest_size * 2 or not set(value) <= set("0123456789abcdef"):
        raise RefusedError(fields.INVALID, f"checksum.inline.value is not a {algorithm} in hexadecimal digits")
    return Checksum(algorithm, value)
