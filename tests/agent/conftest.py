"""A device for each test, in memory or as a folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shiftwork_agent.jobs.ports import Resumption
from tests.agent.configs import config
from tests.agent.device import Device
from tests.agent.place import Place
from tests.agent.processes import MODULE, Begin, Begun
from tests.agent.site import Site, serving


@pytest.fixture
def device(tmp_path: Path) -> Device:
    """A device that is connected and has no job."""
    device = Device(tmp_path)
    device.connect()
    return device


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A device's folder in which documents run."""
    return Place(tmp_path)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A web server on loopback, with a folder of files."""
    with serving(tmp_path / "site") as site:
        yield site


@pytest.fixture
def installer(place: Place) -> Place:
    """A device that may install from plain http, and check an install with a shell."""
    place.tables["downloads"] = {"http": True}
    place.tables["commands"] = {"allow": ["/bin/sh"]}
    return place


@pytest.fixture
def begin(tmp_path: Path) -> Begin:
    """Return a function that begins a job with a handler of MODULE."""
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "things.py").write_text(MODULE)
    names = ("talk", "hang", "clean_up", "stubborn", "die", "quit", "leave", "flood")

    def begin(name: str, resumption: Resumption | None = None, end_seconds: int = 10, **more: Any) -> Begun:
        handlers = {name: {"function": f"things:{name}"} for name in names}
        found = config(tmp_path, handlers=handlers, limits={"end_seconds": end_seconds})
        return Begun(found, {"operation": name, **more}, resumption)

    return begin
