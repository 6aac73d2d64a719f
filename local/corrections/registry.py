"""The register of corrections, and the only door to MiniStack's names: `replace` and `put`.

A correction is a function with the decorator `correction`. Its docstring says what MiniStack does, and what AWS does,
by the name of the page. SHIFTWORK_WITHOUT=iot.groups,sqs.encryption leaves corrections out. The names of MiniStack that
each file replaces or reads are recorded in recorded.json: see record.py.
"""

import os
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Generic, ParamSpec

P = ParamSpec("P")
SWITCH = "SHIFTWORK_WITHOUT"
known: dict[str, "Correction[Any]"] = {}


class CorrectionError(Exception):
    """The corrections do not fit this MiniStack, or the switch names none of them. The message is one line."""


@dataclass(frozen=True)
class Correction(Generic[P]):
    """One difference between MiniStack and AWS. Calling it corrects the difference, unless it is switched off."""

    name: str
    install: Callable[P, None]

    def __call__(self, *parts: P.args, **more: P.kwargs) -> None:
        """Install it; the arguments are the parts of the local cloud that it works with."""
        if self.name not in switched_off():
            self.install(*parts, **more)


def correction(name: str) -> Callable[[Callable[P, None]], Correction[P]]:
    """Register a function as the correction of this name: the service, a dot, and a word."""

    def register(install: Callable[P, None]) -> Correction[P]:
        if name in known:
            raise CorrectionError(f"two corrections are called {name}")
        known[name] = registered = Correction(name, install)
        return registered

    return register


def switched_off() -> set[str]:
    """The corrections that SHIFTWORK_WITHOUT names; raises CorrectionError for an unknown one."""
    named = {name.strip() for name in os.environ.get(SWITCH, "").split(",")} - {""}
    if unknown := sorted(named - set(known)):
        every = ", ".join(sorted(known))
        raise CorrectionError(f"{SWITCH} names no correction: {', '.join(unknown)}. Use some of {every}")
    return named


def replace(module: ModuleType, **names: Any) -> None:
    """Put these in place of a module's names."""
    for name, value in names.items():
        if not hasattr(module, name):
            raise CorrectionError(f"{module.__name__} has no {name} to replace")
        setattr(module, name, value)


def put(table: MutableMapping[str, Any], key: str, value: Any) -> None:
    """Put a value in place of an entry of one of MiniStack's tables."""
    if key not in table:
        raise CorrectionError(f"a table of MiniStack has no entry {key} to replace")
    table[key] = value
