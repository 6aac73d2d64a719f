"""Powertools' resolver with this API's reading of requests and an exact OpenAPI document."""

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

from functions.api.http import RequestReader
from functions.api.openapi import JSON, VERSION

# The browser itself refuses to load anything from elsewhere (W3C, Content Security Policy Level 3).
_CSP = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The deployment's setting `auth` chooses between iam and jwt; the local cloud requires neither.
_SECURITY: dict[str, Any] = {
    "iam": APIKey(
        name="Authorization",
        in_=APIKeyIn.header,  # type: ignore[call-arg]  # the model also takes this name: `in` is a keyword
        description="AWS Signature Version 4 for the service execute-api, if the deployment has auth=iam.",
    ),
    "jwt": HTTPBearer(description="A token of the deployment's issuer, if it has auth=jwt.", bearerFormat="JWT"),
    "hook": APIKey(
        name="X-Shiftwork-Hook-Token",
        in_=APIKeyIn.header,  # type: ignore[call-arg]
        description="A hook's secret, whatever the deployment's auth. X-Deploy-Hook-Token works too.",
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
        self.enable_swagger(path="/docs", compress=True, middlewares=[_with_csp])

    def get_openapi_schema(self, **settings: Any) -> OpenAPI:
        """Return the document without the errors that Powertools adds and this API never sends."""
        document = super().get_openapi_schema(**settings)
        for path in (document.paths or {}).values():
            for operation in filter(None, (path.get, path.put, path.post, path.delete)):
                _tidy(operation)
        if document.components and document.components.schemas:
            for name in _NOT_OURS:
                document.components.schemas.pop(name, None)
        return document

    def document(self) -> str:
        """Return the document as text, the same at each call: /openapi.json serves it, docs/openapi.json is a copy."""
        return json.dumps(json.loads(self.get_openapi_json_schema()), indent=2, sort_keys=True) + "\n"

    def _serve_document(self) -> Response[str]:
        return Response(200, JSON, self.document())


def _with_csp(app: Resolver, next_middleware: Any) -> Response[Any]:
    """Add the header with which the browser loads nothing from elsewhere."""
    page: Response[Any] = next_middleware(app)
    page.headers["Content-Security-Policy"] = _CSP
    return page


def _tidy(operation: Operation) -> None:
    """Make an operation exact: an absent parameter is left out, never null, and only errors that it names remain."""
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
