"""Names of rules and schedules, made of our ids and cut to the length that EventBridge allows."""

import hashlib

# EventBridge API Reference, PutRule; Scheduler API Reference, CreateSchedule (Name)
_LONGEST = 64
_HASH = 12


def bounded(name: str) -> str:
    """Return the name, or if it is too long, its beginning and a hash that keeps it unique.

    A shortened name always has the greatest length, and a name that long is always shortened. So it cannot be equal to
    a name that was not shortened.
    """
    if len(name) < _LONGEST:
        return name
    return f"{name[: _LONGEST - _HASH - 1]}_{hashlib.sha256(name.encode()).hexdigest()[:_HASH]}"
