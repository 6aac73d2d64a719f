"""AWS's own job templates.

MiniStack has none. AWS: IoT API Reference, ListManagedJobTemplates, DescribeManagedJobTemplate. Here they are those of
local/iot/templates.py.
"""

from typing import Any

from ministack.core.responses import error_response_json, get_region, json_response
from ministack.services import iot

from local.corrections.iot.managed_templates import COMMON, MANAGED, VERSION, Template, named

Answer = tuple[int, dict[str, str], bytes]
PATH = "/managed-job-templates"


def install() -> None:
    """List them."""
    serve = iot._route_request

    async def route_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        if method == "GET" and path.startswith(PATH):
            return _list(query) if path == PATH else _describe(path.removeprefix(f"{PATH}/"))
        served: Answer = await serve(method, path, headers, body, query)
        return served

    iot._route_request = route_request


def _list(query: dict[str, Any]) -> Answer:
    asked = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
    wanted = asked.get("templateName")
    found = [_summary(template) for template in MANAGED if wanted in (None, template.name)]
    page, token, error = iot._jobs_page(found, asked, "managedjobtemplates")
    answer: Answer = error or json_response({"managedJobTemplates": page, **({"nextToken": token} if token else {})})
    return answer


def _describe(name: str) -> Answer:
    template = named(name)
    if template is None:
        missing: Answer = error_response_json("ResourceNotFoundException", f"There is no managed template {name}.", 404)
        return missing
    needed = [_parameter(key, words, optional=False) for key, words in template.needed.items()]
    common = [_parameter(key, words, optional=True) for key, words in COMMON.items()]
    described = {**_summary(template), "documentParameters": [*needed, *common], "document": template.document}
    answer: Answer = json_response(described)
    return answer


def _summary(template: Template) -> dict[str, Any]:
    names = {"templateArn": template.arn(get_region()), "templateName": template.name, "templateVersion": VERSION}
    return {**names, "description": template.description, "environments": ["LINUX"]}


def _parameter(key: str, description: str, *, optional: bool) -> dict[str, Any]:
    return {"key": key, "description": description, "optional": optional}
