"""The device agent as a process, with the handlers of the examples."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.devices import Device
from local.fleet import agents
from local.fleet.devices import configure


@contextmanager
def agent(device: Device, folder: Path, conduct: str = "update") -> Iterator[Path]:
    """Started for a device; its log. Ended on exit."""
    config = configure(device, conduct, folder)
    with agents.running([config]):
        yield config.with_suffix(".log")
