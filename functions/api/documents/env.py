"""What a document says of environment variables and secrets."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from functions.api.documents.fields import OpenDocument, SecretSource, Shape, Text


class SecretRef(OpenDocument):
    """An environment variable whose value is a secret of the job."""

    secret: Text = Field(description="A name of `secrets`.", examples=["db-password"])


class Secret(OpenDocument):
    """Where a secret of the job is kept."""

    source: SecretSource = Field(
        description="An SSM parameter's name or ARN, or a Secrets Manager secret's ARN, which may end in "
        "`:json-key:version-stage:version-id`.",
        examples=["/shiftwork/dev/db-password"],
    )


def _env_kind(value: Any) -> str | None:
    if isinstance(value, str):
        return "text"
    return "SecretRef" if isinstance(value, dict | SecretRef) else None


EnvName = Annotated[Text, Shape(r"[^=\u0000]+", "is not a variable's name: it may hold neither '=' nor NUL.")]
EnvValue = Annotated[
    Annotated[str, Tag("text")] | Annotated[SecretRef, Tag("SecretRef")],
    Discriminator(
        _env_kind, custom_error_type="env_value", custom_error_message="must be a string, or an object with a secret"
    ),
]
Env = Annotated[
    dict[EnvName, EnvValue],
    Field(
        description="Environment variables: name to text, or to `{secret: name}`.",
        examples=[{"LEVEL": "info", "PASSWORD": {"secret": "db-password"}}],
        json_schema_extra={"additionalProperties": False},
    ),
]
