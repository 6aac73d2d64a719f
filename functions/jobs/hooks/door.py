"""Who may call a hook, and how often: those who have its secret, so many times in each minute."""

import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.errors import HookNotFoundError, TooManyCallsError
from functions.jobs.hooks.hook import Hook, is_hook_id
from functions.jobs.hooks.secret import hash_of
from functions.jobs.ports import HookStore

_NOBODYS = hash_of(secrets.token_hex())  # what a call is held against where there is no hook: no secret has this hash
_TRIES = 5
_MINUTE = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class HookDoor:
    """What it needs."""

    hooks: HookStore

    def admit(self, hook_id: str, secret: str, now: datetime) -> Hook:
        """The hook, with this call counted in its minute; who has not the secret uses nothing up.

        Raises HookNotFoundError (for a wrong secret too), TooManyCallsError.
        """
        for _ in range(_TRIES):
            hook = self._known(hook_id, secret)
            minute = max(hook.minute, int(now.timestamp()) // _MINUTE)  # of two clocks the one ahead counts
            if minute == hook.minute and hook.calls >= hook.spec.rate_per_minute:
                break
            if self.hooks.count(hook, minute, now):
                return hook
            # Another call came between, or another secret did: look again.
        left = (minute + 1) * _MINUTE - now.timestamp()
        raise TooManyCallsError(hook.spec.rate_per_minute, math.ceil(left))

    def _known(self, hook_id: str, secret: str) -> Hook:
        """The hook whose secret this is.

        That there is no such hook and that the secret is wrong take the same steps: one read of one item, one hash,
        and one comparison that does not end at the first difference (with a hash of nobody's if there is no hook).
        """
        if not is_hook_id(hook_id):  # what ids look like is no secret
            raise HookNotFoundError(hook_id)
        hook = self.hooks.get(hook_id)
        right = hmac.compare_digest(hash_of(secret), hook.secret_hash if hook else _NOBODYS)
        if hook is None or not right:
            raise HookNotFoundError(hook_id)
        return hook
