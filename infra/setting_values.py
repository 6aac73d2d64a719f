"""From what a command line or cdk.json gives (text, mostly) to values that are right, or a line that says why not."""

import ipaddress
from collections.abc import Sequence
from typing import Literal, TypeVar

AuthMode = Literal["iam", "jwt", "none"]
Choice = TypeVar("Choice", bound=str)

# What CloudWatch Logs accepts (API reference of PutRetentionPolicy).
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


class SettingsError(ValueError):
    """A setting is unknown or wrong. The message is one line for the person who gave it."""


def choice(key: str, value: str, allowed: Sequence[Choice]) -> Choice:
    """The one of `allowed` that `value` names."""
    for one in allowed:
        if one == value:
            return one
    raise SettingsError(f"{key}={value!r}: one of {', '.join(allowed)}")


def retention(value: str) -> int:
    """A number of days that CloudWatch Logs accepts."""
    if value.isdecimal() and int(value) in RETENTION_DAYS:
        return int(value)
    raise SettingsError(f"retentionDays={value!r}: one of {', '.join(map(str, RETENTION_DAYS))}")


def flag(key: str, value: str) -> bool:
    """true or false."""
    return choice(key, value.lower(), ("true", "false")) == "true"


def texts(value: str) -> tuple[str, ...]:
    """A comma separated list."""
    return tuple(part for part in value.split(",") if part)


def network_range(key: str, value: str) -> str:
    """A range that a VPC may have and that two subnets fit in."""
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise SettingsError(f"{key}={value!r}: {error}") from None
    if not 16 <= network.prefixlen <= 27:  # a VPC is /16 to /28, and so is each of its two subnets
        raise SettingsError(f"{key}={value!r}: the prefix must be from /16 to /27")
    return str(network)
