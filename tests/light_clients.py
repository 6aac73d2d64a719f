"""What botocore works out for each client anew, and what is the same for all of a service's: worked out once.

A test makes eight clients or so. They stay its own, with the events that it registers; what they share does not change.
"""

from functools import lru_cache
from typing import Any, cast

import botocore.hooks
import botocore.regions
from botocore.client import ClientCreator
from botocore.endpoint_provider import EndpointProvider

_providers: dict[int, tuple[Any, EndpointProvider]] = {}
_classes: dict[str, type] = {}


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
