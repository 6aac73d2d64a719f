"""The settings as they were given: on a command line all is text, in cdk.json it may be more."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.setting_values import SettingsError


@dataclass(frozen=True)
class Context:
    """The settings as they were given."""

    values: Mapping[str, object]

    def text(self, key: str, default: str) -> str:
        """The value as text without blanks around it; numbers, flags and lists may come from cdk.json."""
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
        """Nothing is ignored in silence: a setting without effect is an error."""
        if given := [key for key in keys if key in self.values]:
            raise SettingsError(f"{', '.join(given)} would have no effect: {because}")
