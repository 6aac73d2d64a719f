"""Tests of the API and of the event functions once more, on the harsher AWS: what they say holds there too."""

from types import ModuleType

import pytest

from tests.api import test_run_lists, test_stops

pytestmark = pytest.mark.usefixtures("harsh")
AGAIN = (test_run_lists, test_stops)


def again(module: ModuleType) -> dict[str, object]:
    """The tests of a module, named after it, and its fixtures."""
    here = {name: one for name, one in vars(module).items() if type(one).__name__ == "FixtureFunctionDefinition"}
    tests = {name: one for name, one in vars(module).items() if name.startswith("test_")}
    return here | {f"{name}__{module.__name__.rpartition('.')[2]}": one for name, one in tests.items()}


for module in AGAIN:
    globals().update(again(module))
