"""Pulling an image that is not there."""

import contextlib
from typing import Any

from docker.errors import ImageNotFound
from docker.utils import parse_repository_tag

from local.tasks.container_running import Lost
from local.tasks.engine import StartError
from local.tasks.launch import Launch


def pull(client: Any, launch: Launch) -> None:
    """Raises StartError."""
    with contextlib.suppress(ImageNotFound):
        client.images.get(launch.image)
        return
    repository, tag = parse_repository_tag(launch.image)
    login = dict(launch.settings.login) if launch.settings.login else None
    try:
        # The SDK's own pull of this level says "not found" instead of the reason.
        told = list(client.api.pull(repository, tag or "latest", stream=True, decode=True, auth_config=login))
    except Lost as error:
        raise StartError(f"CannotPullContainerError: {error}") from error
    if reasons := [event["error"] for event in told if "error" in event]:
        raise StartError(f"CannotPullContainerError: {reasons[-1]}")
