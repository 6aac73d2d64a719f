"""What botocore works out for each client anew, and what is the same for all of a service's: worked out once.

A test makes eight clients or so. They are its own while it runs: a client goes from one test to the next only if
nobody has registered an event handler with it.
"""

from functools import lru_cache
from typing import Any, cast

import botocore.hooks
import botocore.regions
import pytest
from botocore.client import ClientCreator
from botocore.endpoint_provider import EndpointProvider

_providers: dict[int, tuple[Any, EndpointProvider]] = {}
_classes: dict[str, type] = {}
_idle: dict[tuple[Any, ...], list[Any]] = {}


def install() -> None:
    """For as long as this process runs."""
    hooks, regions, creators = (cast("Any", one) for one in (botocore.hooks, botocore.regions, ClientCreator))
    takes_keywords = lru_cache(maxsize=10_000)(hooks.accepts_kwargs)
    create_class = creators._create_client_class

    def provider(ruleset_data: Any, **more: Any) -> EndpointProvider:
        """Keyed by the rules' identity: the loader of models keeps them."""
        if id(ruleset_data) not in _providers:
            _providers[id(ruleset_data)] = (ruleset_data, EndpointProvider(ruleset_data, **more))
        return _providers[id(ruleset_data)][1]

    def client_class(creator: Any, service_name: str, service_model: Any) -> type:
        if service_name not in _classes:
            _classes[service_name] = create_class(creator, service_name, service_model)
        return _classes[service_name]

    hooks.accepts_kwargs = lambda handler: takes_keywords(getattr(handler, "__func__", handler))
    regions.EndpointProvider = provider
    creators._create_client_class = client_class


def reuse(patch: pytest.MonkeyPatch) -> list[tuple[tuple[Any, ...], Any, Any]]:
    """Until the test ends, make clients of those that earlier tests no longer use. Pass the result to `give_back`."""
    create = ClientCreator.create_client
    used = []

    def reused(creator: Any, service_name: str, region_name: str, **more: Any) -> Any:
        config = more.get("client_config")
        options = repr(sorted(config._user_provided_options.items())) if config else ""
        key = (service_name, region_name, more.get("endpoint_url"), more.get("credentials"), options)
        idle = _idle.setdefault(key, [])
        client = idle.pop() if idle else create(creator, service_name, region_name, **more)
        used.append((key, client, _handlers(client)))
        return client

    patch.setattr(ClientCreator, "create_client", reused)
    return used


def give_back(used: list[tuple[tuple[Any, ...], Any, Any]]) -> None:
    """Keep the clients whose event handlers are those that they were made with."""
    for key, client, handlers in used:
        if _handlers(client) is handlers:
            _idle[key].append(client)


def _handlers(client: Any) -> Any:
    """Tell one state of a client's event handlers from the next: botocore drops this cache when they change."""
    return client.meta.events._emitter._lookup_cache
