"""A table of the configuration file. It reads keys, and collects problems instead of raising."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Table:
    """The table `name`; the empty name is the file itself. Relative paths begin at `folder`."""

    def __init__(self, values: Mapping[str, Any], name: str, folder: Path, problems: list[str]) -> None:
        self._values = values
        self._name = name
        self._folder = folder
        self._problems = problems
        self._read: set[str] = set()

    def table(self, key: str) -> "Table":
        """Return a table in this one. It is empty if the key is missing."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            self.problem(key, "the value is not a table", f"Write it as [{self._path(key)}].")
            value = {}
        return Table(value, self._path(key), self._folder, self._problems)

    def tables(self, key: str) -> dict[str, "Table"]:
        """Return all tables in the table `key` by their names."""
        outer = self.table(key)
        return {name: outer.table(name) for name in outer._values}

    def text(self, key: str, next_step: str, default: str | None = None) -> str:
        """Read a string. Without a default the key is required."""
        value = self._get(key, default)
        if value is None or value == "":
            self.problem(key, "this key is missing", next_step)
        elif not isinstance(value, str):
            self.problem(key, "the value is not a string", next_step)
        else:
            return value
        return ""

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """Read a whole number from `least` to `most`."""
        value = self._get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.problem(key, f"{value!r} is not allowed", f"Write a whole number from {least} to {most}.")
        return default

    def flag(self, key: str) -> bool:
        """Read true or false; the default is false."""
        value = self._get(key, False)
        if not isinstance(value, bool):
            self.problem(key, f"{value!r} is not allowed", "Write true or false, without quotes.")
        return value is True

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Read a list of strings."""
        value = self._get(key, list(default))
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        self.problem(key, f"{value!r} is not allowed", 'Write a list of strings, for example ["one", "two"].')
        return default

    def command(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Read a program with its arguments."""
        words = self.texts(key, default)
        if not words:
            self.problem(key, "the list is empty", f"Write the words of a command, for example {list(default)}.")
        return words

    def choice(self, key: str, default: str, choices: tuple[str, ...]) -> str:
        """Read one of a few words."""
        value = self._get(key, default)
        if value in choices:
            return str(value)
        self.problem(key, f"{value!r} is not allowed", f"Use one of {', '.join(choices)}.")
        return default

    def path(self, key: str, next_step: str, default: str | None = None) -> Path:
        """Read a path. Without a default the key is required."""
        return self._folder / self.text(key, next_step, default)

    def paths(self, key: str) -> tuple[Path, ...]:
        """Read a list of paths."""
        return tuple(self._folder / text for text in self.texts(key))

    def has(self, key: str) -> bool:
        """Return whether the key is there."""
        return key in self._values

    def problem(self, key: str, fault: str, next_step: str) -> None:
        """Add a problem with this key, and what to do about it."""
        self._problems.append(f"{self._path(key)}: {fault}. {next_step}")

    def check_unknown_keys(self) -> None:
        """Add a problem for each key that was never read. Call this when all keys are read."""
        for key in sorted(set(self._values) - self._read):
            self.problem(key, "the agent does not know this key", "Remove it, or correct its spelling.")

    def _get(self, key: str, default: Any) -> Any:
        self._read.add(key)
        return self._values.get(key, default)

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key
