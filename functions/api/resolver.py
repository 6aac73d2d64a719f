"""Powertools' resolver as this API wants it: its own reading of requests, and an OpenAPI document that is exact."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.models import (
    APIKey,
    APIKeyIn,
    HTTPBearer,
    OpenAPI,
    Operation,
    Parameter,
    Server,
)

from functions.api.openapi import JSON, VERSION
from functions.api.reading import RequestReader

# The browser itself refuses whatever the page would load from elsewhere (W3C, Content Security Policy Level 3).
_CSP = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Which of them holds is the deployment's setting; the local cloud asks for neither.
_SECURITY: dict[str, Any] = {
    "iam": APIKey(
        name="Authorization",
        in_=APIKeyIn.header,  # type: ignore[call-arg]  # the model takes it by name too: "in" is a word of Python's
        description="AWS Signature Version 4, service execute-api (auth=iam).",
    ),
    "jwt": HTTPBearer(description="A token of the deployment's issuer (auth=jwt).", bearerFormat="JWT"),
    "hook": APIKey(
        name="X-Shiftwork-Hook-Token",
        in_=APIKeyIn.header,  # type: ignore[call-arg]
        description="A hook's secret, whatever auth is; X-Deploy-Hook-Token is read as well.",
    ),
    "hookBearer": HTTPBearer(description="A hook's secret."),
}
_NOT_OURS = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


class Resolver(APIGatewayHttpResolver):
    """Serves the OpenAPI document at /openapi.json, and at /docs a page that loads nothing from elsewhere."""

    def __init__(self) -> None:
        super().__init__(enable_validation=True)
        self._request_validation_middleware = RequestReader()  # type: ignore[no-untyped-call]
        self.configure_openapi(
            title="Shiftwork",
            version=VERSION,
            description="Jobs, their schedules and their runs. A superset of the API of DC/OS Metronome.",
            servers=[Server(url="/")],
            security_schemes=_SECURITY,
            security=[{"iam": []}, {"jwt": []}, {}],
        )
        self.get("/openapi.json", include_in_schema=False, compress=True)(self._serve_document)
        self.enable_swagger(path="/docs", compress=True, middlewares=[_on_its_own])

    def get_openapi_schema(self, **settings: Any) -> OpenAPI:
        """The document without what the library adds for APIs that leave errors to it."""
        document = super().get_openapi_schema(**settings)
        for path in (document.paths or {}).values():
            for operation in filter(None, (path.get, path.put, path.post, path.delete)):
                _tidy(operation)
        if document.components and document.components.schemas:
            for name in _NOT_OURS:
                document.components.schemas.pop(name, None)
        return document

    def document(self) -> str:
        """The document as text, the same each time: what /openapi.json serves and docs/openapi.json keeps."""
        return json.dumps(json.loads(self.get_openapi_json_schema()), indent=2, sort_keys=True) + "\n"

    def _serve_document(self) -> Response[str]:
        return Response(200, JSON, self.document())


def _on_its_own(app: Resolver, next_middleware: Any) -> Response[Any]:
    page: Response[Any] = next_middleware(app)
    page.headers["Content-Security-Policy"] = _CSP
    return page


def _tidy(operation: Operation) -> None:
    """An absent parameter is left out, never null; an operation has just the errors that it names."""
    for parameter in operation.parameters or []:
        schema: Any = parameter.schema_ if isinstance(parameter, Parameter) else None
        if isinstance(parameter, Parameter) and schema.anyOf:
            [value] = [one for one in schema.anyOf if one.type != "null"]
            described = schema.model_dump(exclude_none=True, include={"title", "description", "default", "examples"})
            parameter.schema_ = value.model_copy(update=described)
    if operation.responses:
        operation.responses = {
            status: response
            for status, response in operation.responses.items()
            if "HTTPValidation" not in str(response)
        }
