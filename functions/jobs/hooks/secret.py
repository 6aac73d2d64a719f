"""The secret of a hook."""

import hashlib
import secrets

_PREFIX = "swh_"  # by which scanners of source code can know a secret that leaked


def new_secret() -> str:
    """256 random bits."""
    return _PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a secret. A slow hash is for what people think up: 256 random bits cannot be tried out."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
