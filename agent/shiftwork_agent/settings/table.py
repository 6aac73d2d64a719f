"""A table of the configuration file: reads keys, and collects what is wrong with them instead of raising."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Table:
    """The table named `name`. What was never read is unknown: `unknown()` tells, at the end."""

    def __init__(self, values: Mapping[str, Any], name: str, folder: Path, problems: list[str]) -> None:
        self._values = values
        self.name = name
        self._folder = folder
        self.problems = problems
        self._read: set[str] = set()

    def table(self, key: str) -> "Table":
        """A table in this one, empty if it is not there."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            self._problem(key, "is not a table", f"write it as [{self._path(key)}]")
            value = {}
        return Table(value, self._path(key), self._folder, self.problems)

    def tables(self, key: str) -> dict[str, "Table"]:
        """All tables in the table `key`, by their names."""
        outer = self.table(key)
        return {name: outer.table(name) for name in outer._values}

    def text(self, key: str, way_out: str, default: str | None = None) -> str:
        """Words; without a default they must be there."""
        value = self._get(key, default)
        if value is None or value == "":
            self._problem(key, "is missing", way_out)
        elif not isinstance(value, str):
            self._problem(key, "is not a text", way_out)
        else:
            return value
        return ""

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within limits."""
        value = self._get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self._problem(key, f"is {value!r}", f"write a whole number from {least} to {most}")
        return default

    def flag(self, key: str) -> bool:
        """True or false; false if it is not there."""
        value = self._get(key, False)
        if not isinstance(value, bool):
            self._problem(key, f"is {value!r}", "write true or false, without quotes")
        return value is True

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of words."""
        value = self._get(key, list(default))
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        self._problem(key, f"is {value!r}", 'write a list of texts, as ["one", "two"]')
        return default

    def command(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A program with its arguments."""
        words = self.texts(key, default)
        if not words:
            self._problem(key, "is empty", f"write the words of a command, as {list(default)}")
        return words

    def choice(self, key: str, default: str, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self._get(key, default)
        if value in choices:
            return str(value)
        self._problem(key, f"is {value!r}", f"write one of {', '.join(choices)}")
        return default

    def path(self, key: str, way_out: str, default: str | None = None) -> Path:
        """A path; a relative one begins at the configuration file's folder."""
        return self._folder / self.text(key, way_out, default)

    def paths(self, key: str) -> tuple[Path, ...]:
        """A list of paths."""
        return tuple(self._folder / text for text in self.texts(key))

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def unknown(self) -> None:
        """To be called when all keys were read."""
        for key in sorted(set(self._values) - self._read):
            self._problem(key, "is not a key that the agent knows", "remove it, or correct its spelling")

    def _get(self, key: str, default: Any) -> Any:
        self._read.add(key)
        return self._values.get(key, default)

    def _path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _problem(self, key: str, what: str, way_out: str) -> None:
        self.problems.append(f"{self._path(key)} {what}: {way_out}")
