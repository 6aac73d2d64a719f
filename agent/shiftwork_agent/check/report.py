"""`shiftwork-agent check`: runs one step after the other, up to the first that fails."""

from collections.abc import Callable, Iterator
from contextlib import closing

from shiftwork_agent.check import files, network
from shiftwork_agent.errors import CheckFailedError
from shiftwork_agent.run import state_lock
from shiftwork_agent.settings.config import Config

Say = Callable[[str], None]


def check(config: Config, say: Say) -> bool:
    """Say the result of each step, and return whether all succeeded.

    Raises ConfigError if an agent with the same state folder is running.
    """
    with state_lock(config):
        say(f"ok    {'config':9} thing {config.connection.thing} at {config.connection.endpoint}")
        for name, step in _steps(config):
            try:
                say(f"ok    {name:9} {step()}")
            except CheckFailedError as error:
                say(f"FAIL  {name:9} {error}")
                say(f"      {'next':9} {error.next_step}")
                return False
    say("The agent can take jobs.")
    return True


def _steps(config: Config) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "files", lambda: files.check_readable(config)
    yield "key", lambda: files.check_key(config)
    yield "dates", lambda: files.check_dates(config)
    yield "dns", lambda: network.check_dns(config)
    yield "tcp", lambda: network.check_tcp(config)
    yield "tls", lambda: network.check_tls(config)
    with closing(network.Broker(config.connection)) as broker:
        yield "mqtt", broker.connect
        yield "subscribe", broker.subscribe
        yield "publish", broker.publish
