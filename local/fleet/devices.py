"""The example devices: registered with a certificate each, an agent's configuration beside it, in one thing group."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.cloud import Aws
from local.devices import Device, register

GROUP = "fleet"
HANDLERS = Path(__file__).resolve().parents[2] / "examples" / "handlers"
AT_A_TIME = 4  # each needs a key, which takes this machine's time
# What every so many-th device does: most of them just install.
CONDUCTS = {7: "update_without_space", 11: "update_at_second_try", 17: "update_that_hangs", 19: "refuses"}
CONFIG = """\
state = "state/{device.name}"
operations = []
modules = "{modules}"

[connection]
endpoint = "{device.host}"
port = {device.port}
thing = "{device.name}"
certificate = "{device.certificate.name}"
key = "{device.key.name}"
ca = "{device.ca}"

[limits]
report_seconds = 1
"""
HANDLER = """
[handlers.update]
function = "firmware:{function}"
restart = "again"
"""


def register_all(aws: Aws, count: int, folder: Path) -> list[Path]:
    """Register the devices pump-01, pump-02 ...; the paths of their agents' configurations."""
    aws.client("iot").create_thing_group(thingGroupName=GROUP)
    names = [f"pump-{number:02d}" for number in range(1, count + 1)]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(lambda name: _register(aws, name, folder), names))


def conduct_of(name: str) -> str:
    """Return what this device does with an update."""
    number = int(name.rpartition("-")[2])
    return next((conduct for each, conduct in CONDUCTS.items() if number % each == 0), "update")


def _register(aws: Aws, name: str, folder: Path) -> Path:
    device = register(aws, name, folder)
    aws.client("iot").add_thing_to_thing_group(thingGroupName=GROUP, thingName=name)
    return configure(device, conduct_of(name), folder)


def configure(device: Device, conduct: str, folder: Path) -> Path:
    """Write a device's configuration. One that refuses has no handler for updates: it knows no such operation."""
    text = CONFIG.format(device=device, modules=HANDLERS)
    if conduct != "refuses":
        text += HANDLER.format(function=conduct)
    path = folder / f"{device.name}.toml"
    path.write_text(text, encoding="utf-8")
    return path
