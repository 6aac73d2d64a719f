"""`shiftwork-agent check`: one step after the other, up to the first that fails."""

from collections.abc import Callable, Iterator
from contextlib import closing

from shiftwork_agent.check import files, network
from shiftwork_agent.check.network import Broker
from shiftwork_agent.errors import CheckFailedError
from shiftwork_agent.run import alone
from shiftwork_agent.settings.config import Config

Say = Callable[[str], None]


def check(config: Config, say: Say) -> bool:
    """Say how each step goes; whether all went well. An agent with the same state folder must not be running."""
    with alone(config):
        say(f"ok    config  thing {config.connection.thing} at {config.connection.endpoint}")
        for name, step in _steps(config):
            try:
                say(f"ok    {name:7} {step()}")
            except CheckFailedError as error:
                say(f"FAIL  {name:7} {error}")
                say(f"      next    {error.next_step}")
                return False
    say("The agent can take jobs.")
    return True


def _steps(config: Config) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "files", lambda: files.readable(config)
    yield "key", lambda: files.key_fits(config)
    yield "dates", lambda: files.dates(config)
    yield "dns", lambda: network.dns(config)
    yield "tcp", lambda: network.tcp(config)
    yield "tls", lambda: network.tls(config)
    with closing(Broker(config.connection)) as broker:
        yield "mqtt", broker.connect
        yield "hear", broker.hear
        yield "speak", broker.speak
