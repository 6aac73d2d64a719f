"""The secrets of a container, looked up.

MiniStack hands out SecureString parameters as it keeps them, and ignores the version of a secret. ECS decrypts, and
takes `arn:json-key:version-stage:version-id` ("Pass Secrets Manager secrets through Amazon ECS environment variables";
"Pass Systems Manager parameters through Amazon ECS environment variables").
"""

import json
from typing import Any

from ministack.services import ecs, secretsmanager, ssm

from local.tasks.engine import StartError

# The words of "Troubleshooting Amazon ECS ResourceInitializationError errors".
FAILED = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: {}"
ARN_FIELDS = 7  # arn:aws:secretsmanager:region:account:secret:name


def environment(container: dict[str, Any]) -> dict[str, str]:
    """Variable names and values; raises StartError for what cannot be found."""
    return {secret["name"]: _value(secret["valueFrom"]) for secret in container.get("secrets") or []}


def login(container: dict[str, Any]) -> dict[str, str] | None:
    """User name and password for the container's registry, if it names them; raises StartError."""
    try:
        found: dict[str, str] | None = ecs._resolve_repository_credentials(container)
    except ecs._SecretResolutionError as error:
        raise StartError(FAILED.format(error)) from error
    return found


def _value(source: str) -> str:
    found = _secret(source) if ":secretsmanager:" in source else ssm.resolve_parameter_value(source, decrypt=True)
    if found is None:
        raise StartError(FAILED.format(f"unable to retrieve secret {source}"))
    return str(found)


def _secret(source: str) -> str | None:
    fields = source.split(":")
    key, stage, version = (*fields[ARN_FIELDS:], "", "", "")[:3]
    arn = ":".join(fields[:ARN_FIELDS])
    text: str | None = secretsmanager.resolve_secret_string(arn, stage or "AWSCURRENT", version or None)
    if text is None or not key:
        return text
    try:
        value = json.loads(text)[key]
    except (ValueError, KeyError, TypeError):
        raise StartError(
            FAILED.format(f"retrieved secret from Secrets Manager did not contain json key {key}")
        ) from None
    return value if isinstance(value, str) else json.dumps(value)
