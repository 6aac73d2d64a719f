"""The health of a container, as its checks go (Amazon ECS API reference, HealthCheck)."""

from local.tasks.launch import HealthCheck


class Health:
    """Of one container, that started at a moment of some clock, in seconds."""

    def __init__(self, check: HealthCheck, started: float) -> None:
        self.now = "UNKNOWN"
        self._check, self._failures, self._counts_from = check, 0, started + check.start_period

    def after(self, passed: bool, moment: float) -> str:
        """Its health after a check; a failure counts after the start period, or once a check has passed."""
        if passed:
            self.now, self._failures, self._counts_from = "HEALTHY", 0, moment
        elif moment >= self._counts_from:
            self._failures += 1
            if self._failures >= self._check.retries:
                self.now = "UNHEALTHY"
        return self.now
