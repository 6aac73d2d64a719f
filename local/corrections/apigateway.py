"""Who may call an HTTP API with IAM authorization.

MiniStack lets any request through that has an Authorization header, whatever is in it. AWS takes a Signature Version 4
and nothing else (API Gateway Developer Guide, "Control access to HTTP APIs with IAM authorization in API Gateway").
We ask for the form of one; neither MiniStack nor we recompute the signature.
"""

from typing import Any

from ministack.services import apigateway

ALGORITHM = "AWS4-HMAC-SHA256 "


class NotSignedError(Exception):
    """The request has no Signature Version 4."""


def install() -> None:
    """Answer 403 to a request that is not signed."""
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

    apigateway._iam_caller_identity_v2, apigateway.handle_execute = identify_signed, execute_signed
