"""Corrections of job templates: AWS's own, and jobs of them.

MiniStack has no such templates. AWS has some for everybody (IoT Developer Guide, "Use AWS managed templates"). Their
documents have the form that AWS's device client reads.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import error_response_json, get_region, json_response
from ministack.services import iot

from local.corrections.registry import correction, replace

Answer = tuple[int, dict[str, str], bytes]
PATH = "/managed-job-templates"
ARN = re.compile(r"arn:aws[a-z-]*:iot:[a-z0-9-]*::jobtemplate/(?P<name>[^:]+):(?P<version>[\d.]+)")
VERSION = "1.0"
COMMON = {"runAsUser": "The user that the handler runs as.", "pathToHandler": "The folder of the handler."}


@dataclass(frozen=True)
class Template:
    """A template of AWS. `needed` has the required parameters by name, with what each means."""

    name: str
    description: str
    handler: str
    needed: dict[str, str]

    def arn(self, region: str) -> str:
        """Return the ARN, which has no account."""
        return f"arn:aws:iot:{region}::jobtemplate/{self.name}:{VERSION}"

    @property
    def document(self) -> str:
        """Return the document, with `${aws:iot:parameter:NAME}` where a parameter goes."""
        inputs: dict[str, Any] = {"handler": self.handler}
        if self.needed:
            inputs["args"] = [_place(name) for name in self.needed]
        inputs["path"] = _place("pathToHandler")
        action = {"name": self.name.removeprefix("AWS-"), "type": "runHandler", "input": inputs}
        return json.dumps({"version": "1.0", "steps": [{"action": {**action, "runAsUser": _place("runAsUser")}}]})

    def problem(self, given: dict[str, str]) -> str | None:
        """Return what is wrong with parameters; None if nothing."""
        missing, unknown = set(self.needed) - set(given), set(given) - set(self.needed) - set(COMMON)
        if missing:
            return f"The parameters {', '.join(sorted(missing))} of {self.name} are missing."
        return f"{self.name} has no parameters {', '.join(sorted(unknown))}." if unknown else None

    def filled(self, given: dict[str, str]) -> str:
        """Return the document with these parameters; a missing one becomes empty, on which AWS's pages are silent."""
        text = self.document
        for name in (*self.needed, *COMMON):
            text = text.replace(_place(name), json.dumps(given.get(name, ""))[1:-1])
        return text


def _place(name: str) -> str:
    return f"${{aws:iot:parameter:{name}}}"


def _template(name: str, does: str, handler: str, **needed: str) -> Template:
    return Template(f"AWS-{name}", f"A managed template of AWS, to {does}.", f"{handler}.sh", needed)


PACKAGES, SERVICES = "Names of packages, with spaces between them.", "Names of services, with spaces between them."
FILE = {"downloadUrl": "Where the file comes from.", "filePath": "Where the file goes to."}
MANAGED = (
    _template("Download-File", "download a file", "download-file", **FILE),
    _template("Install-Application", "install applications", "install-packages", packages=PACKAGES),
    _template("Reboot", "reboot a device", "reboot"),
    _template("Remove-Application", "remove applications", "remove-packages", packages=PACKAGES),
    _template("Restart-Application", "restart services", "restart-services", services=SERVICES),
    _template("Start-Application", "start services", "start-services", services=SERVICES),
    _template("Stop-Application", "stop services", "stop-services", services=SERVICES),
)


def named(name: str) -> Template | None:
    """The template of this name."""
    return next((template for template in MANAGED if template.name == name), None)


@correction("iot.templates")
def managed_templates() -> None:
    """List AWS's own templates.

    MiniStack has none. AWS: IoT API Reference, ListManagedJobTemplates, DescribeManagedJobTemplate.
    """
    serve = iot._route_request

    async def route_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        if method == "GET" and path.startswith(PATH):
            return _list(query) if path == PATH else _describe(path.removeprefix(f"{PATH}/"))
        served: Answer = await serve(method, path, headers, body, query)
        return served

    replace(iot, _route_request=route_request)


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


@correction("iot.template_jobs")
def jobs_of_templates() -> None:
    """Make jobs of AWS's own templates.

    MiniStack knows none. AWS (IoT API Reference, CreateJob): a job made of one takes its document, with
    `documentParameters` in it, which are for nothing else.
    """
    fill, create = iot._job_payload_from_template, iot._create_job

    def payload_from_template(asked: dict[str, Any]) -> tuple[Any, Any]:
        managed = ARN.fullmatch(asked["jobTemplateArn"])
        filled: tuple[Any, Any] = _fill(asked, managed["name"], managed["version"]) if managed else fill(asked)
        return filled

    async def create_job(job_id: str, asked: dict[str, Any]) -> Answer:
        if asked.get("documentParameters") and not ARN.fullmatch(asked.get("jobTemplateArn") or ""):
            return _refused("documentParameters are for jobs of AWS managed templates only.")
        created: Answer = await create(job_id, asked)
        return created

    replace(iot, _job_payload_from_template=payload_from_template, _create_job=create_job)


def _fill(asked: dict[str, Any], name: str, version: str) -> tuple[Any, Answer | None]:
    template, given = named(name), asked.get("documentParameters") or {}
    if template is None or version != VERSION:
        return None, _refused(f"There is no managed template {name}:{version}.", "ResourceNotFoundException", 404)
    if problem := template.problem(given):
        return None, _refused(problem)
    return {**asked, "document": template.filled(given)}, None


def _refused(message: str, code: str = "InvalidRequestException", status: int = 400) -> Answer:
    refused: Answer = error_response_json(code, message, status)
    return refused
