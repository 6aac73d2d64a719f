"""A device for each test, in memory or as a folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shiftwork_agent.jobs.ports import Again
from tests.agent.configs import config
from tests.agent.device import Device
from tests.agent.orders import Place
from tests.agent.processes import MODULE, Begin, Begun
from tests.agent.site import Site, serving
from tests.agent.valves import VALVES


@pytest.fixture
def device(tmp_path: Path) -> Device:
    """A device that hears the jobs service and has nothing to do."""
    device = Device(tmp_path)
    device.connect()
    return device


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A device's folder, to run documents in."""
    return Place(tmp_path)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A web server on loopback, with a folder of files."""
    with serving(tmp_path / "site") as site:
        yield site


@pytest.fixture
def installer(place: Place) -> Place:
    """A device that may install from plain http, and try out with a shell."""
    place.tables["downloads"] = {"http": True}
    place.tables["commands"] = {"allow": ["/bin/sh"]}
    return place


@pytest.fixture
def stepper(place: Place) -> Place:
    """Its handler `note.sh` writes down its arguments; `fail.sh` fails and `complain.sh` writes to standard error."""
    folder = place.folder / "steps"
    folder.mkdir(mode=0o700)
    journal = place.folder / "journal"
    scripts = {"note.sh": f'echo "$@" >> {journal}', "fail.sh": "exit 4", "complain.sh": "echo a >&2; echo b >&2"}
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o700)
    place.tables["steps"] = {"handlers": "steps"}
    place.tables["commands"] = {"allow": ["touch"]}
    return place


@pytest.fixture
def begin(tmp_path: Path) -> Begin:
    """Begins a job whose operation is a function of MODULE."""
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "things.py").write_text(MODULE)
    names = ("talk", "hang", "clean_up", "stubborn", "die", "quit", "leave", "flood")

    def begin(name: str, again: Again | None = None, end_seconds: int = 10, **more: Any) -> Begun:
        handlers = {name: {"function": f"things:{name}"} for name in names}
        found = config(tmp_path, handlers=handlers, limits={"end_seconds": end_seconds})
        return Begun(found, {"operation": name, **more}, again)

    return begin


@pytest.fixture
def valves(place: Place) -> Place:
    """A device with handlers of its owner."""
    (place.folder / "handlers").mkdir()
    (place.folder / "handlers" / "valves_of_tests.py").write_text(VALVES)
    names = ("custom_job", "firmware", "nothing", "wrong", "broken", "refuses", "fails", "missing")
    place.tables["handlers"] = {name: {"function": f"valves_of_tests:{name}"} for name in names}
    place.tables["handlers"]["elsewhere"] = {"function": "no_such_module:f"}
    return place
