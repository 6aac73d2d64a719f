"""Names in EventBridge and its Scheduler: made of ours, and no longer than they may be."""

import hashlib

# EventBridge API Reference, PutRule; Scheduler API Reference, CreateSchedule (Name)
_LONGEST = 64
_HASH = 12


def bounded(name: str) -> str:
    """The name itself; of one that is too long the beginning, and a hash that keeps it unique.

    Only what was cut has all the characters there may be: so no name that was not can be the same.
    """
    if len(name) < _LONGEST:
        return name
    return f"{name[: _LONGEST - _HASH - 1]}_{hashlib.sha256(name.encode()).hexdigest()[:_HASH]}"
