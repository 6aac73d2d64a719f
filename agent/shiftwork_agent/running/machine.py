"""The machine: its boot id, and the commands that restart it and shut it down."""

import subprocess
from dataclasses import dataclass

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.details import tail
from shiftwork_agent.jobs.execution import Power as Turn
from shiftwork_agent.settings.config import Power

_SECONDS = 60


@dataclass(frozen=True)
class Machine:
    """This machine, by the commands of the configuration."""

    power: Power

    def boot_id(self) -> str:
        """Linux makes another one at each start (man 4 random)."""
        try:
            return self.power.boot_id.read_text().strip() or "unknown"
        except OSError:
            return "unknown"

    def turn(self, power: Turn) -> None:
        """Run the command; it returns before the machine is down."""
        command = self.power.reboot if power == "reboot" else self.power.shutdown
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise JobError("ERR_SYSTEM_CALL_FAILED", str(error)) from error
        if done.returncode:
            told = tail(done.stderr or done.stdout, 200)
            raise JobError("ERR_SYSTEM_CALL_FAILED", f"{' '.join(command)} ended with {done.returncode}: {told}")
