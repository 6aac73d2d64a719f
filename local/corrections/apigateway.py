"""Corrections of API Gateway: who may call an HTTP API, and what it answers when its function fails."""

import json
from typing import Any

from ministack.services import apigateway, lambda_svc

from local.corrections.registry import correction, replace

ALGORITHM = "AWS4-HMAC-SHA256 "


class NotSignedError(Exception):
    """The request has no Signature Version 4."""


@correction("apigateway.signatures")
def signatures() -> None:
    """Answer 403 to a request that is not signed.

    MiniStack lets any request through that has an Authorization header, whatever is in it. AWS takes a Signature
    Version 4 and nothing else (API Gateway Developer Guide, "Control access to HTTP APIs with IAM authorization in API
    Gateway"). This asks for the form of one; neither MiniStack nor this recomputes the signature.
    """
    identify, execute = apigateway._iam_caller_identity_v2, apigateway.handle_execute

    def identify_signed(headers: dict[str, str], query: dict[str, Any]) -> Any:
        if not headers.get("authorization", "").startswith(ALGORITHM):
            raise NotSignedError
        return identify(headers, query)

    async def execute_signed(*args: Any, **kwargs: Any) -> Any:
        try:
            return await execute(*args, **kwargs)
        except NotSignedError:
            return apigateway._jwt_forbidden()

    replace(apigateway, _iam_caller_identity_v2=identify_signed, handle_execute=execute_signed)


INTERNAL = {
    "statusCode": 500,
    "headers": {"Content-Type": "application/json"},
    "body": json.dumps({"message": "Internal Server Error"}),
}


@correction("apigateway.errors")
def errors() -> None:
    """Answer 500 when the function fails; the error is in the function's log.

    MiniStack answers 502 with the function's error, as for a REST API. AWS answers 500 and keeps the error to itself
    (API Gateway Developer Guide, "Troubleshooting issues with HTTP API Lambda integrations").
    """
    answer = lambda_svc.lambda_execute_result_to_api_proxy_response

    def to_proxy_response(result: dict[str, Any]) -> Any:
        return (INTERNAL, None) if result.get("error") and not result.get("throttle") else answer(result)

    replace(lambda_svc, lambda_execute_result_to_api_proxy_response=to_proxy_response)
