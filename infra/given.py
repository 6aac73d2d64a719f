"""The settings as a person wrote them: text on a command line, maybe numbers, flags or lists in cdk.json."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Choice = TypeVar("Choice", bound=str)


class SettingsError(ValueError):
    """A setting is unknown or wrong. The message is one line for the person who set it."""


@dataclass(frozen=True)
class Given:
    """The settings that are given, by name."""

    values: Mapping[str, object]

    def text(self, key: str, default: str) -> str:
        """Return the value as text without surrounding blanks. A list becomes comma separated text."""
        value = self.values.get(key, default)
        if isinstance(value, list):
            return ",".join(map(str, value))
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, str | int) or (text := str(value).strip()) == "":
            if key in self.values:
                raise SettingsError(f"{key}={value!r}: give a value, or leave it out")
            return default
        if any(map(str.isspace, text)):
            raise SettingsError(f"{key}={text!r}: no blanks inside, please")
        return text

    def refuse(self, *keys: str, because: str) -> None:
        """Raise SettingsError for a setting that would have no effect: no setting is ignored silently."""
        if given := [key for key in keys if key in self.values]:
            raise SettingsError(f"{', '.join(given)} would have no effect: {because}")


def choice(key: str, value: str, allowed: Sequence[Choice]) -> Choice:
    """Return the member of `allowed` that equals `value`."""
    for one in allowed:
        if one == value:
            return one
    raise SettingsError(f"{key}={value!r}: one of {', '.join(allowed)}")


def flag(key: str, value: str) -> bool:
    """Read `true` or `false`."""
    return choice(key, value.lower(), ("true", "false")) == "true"


def texts(value: str) -> tuple[str, ...]:
    """Split a comma separated list."""
    return tuple(part for part in value.split(",") if part)
