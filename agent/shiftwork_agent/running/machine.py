"""The machine: its boot id, and the commands that restart it and shut it down."""

import subprocess
from dataclasses import dataclass

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.details import tail
from shiftwork_agent.jobs.execution import Power
from shiftwork_agent.settings.config import Power as PowerConfig

_SECONDS = 60


@dataclass(frozen=True)
class Machine:
    """The loop's Machine, with the commands of the configuration."""

    config: PowerConfig

    def boot_id(self) -> str:
        """Return Linux's boot id, which is new at each start (man 4 random), or "unknown"."""
        try:
            return self.config.boot_id.read_text().strip() or "unknown"
        except OSError:
            return "unknown"

    def change_power(self, power: Power) -> None:
        """Run the command. It returns before the machine is down. Raises JobError if the command fails."""
        command = self.config.reboot if power == "reboot" else self.config.shutdown
        try:
            ended = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise JobError("ERR_SYSTEM_CALL_FAILED", str(error)) from error
        if ended.returncode:
            output = tail(ended.stderr or ended.stdout, 200)
            reason = f"{' '.join(command)} ended with exit code {ended.returncode}: {output}"
            raise JobError("ERR_SYSTEM_CALL_FAILED", reason)
