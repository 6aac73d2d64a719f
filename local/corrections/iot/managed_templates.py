"""The job templates that AWS has for everybody (IoT Developer Guide, "Use AWS managed templates").

Their documents have the form that AWS's device client reads.
"""

import json
from dataclasses import dataclass
from typing import Any

VERSION = "1.0"
COMMON = {"runAsUser": "The user that the handler runs as.", "pathToHandler": "The folder of the handler."}


@dataclass(frozen=True)
class Template:
    """What it does, and with which parameters: one that is needed by name, with what it means."""

    name: str
    description: str
    handler: str
    needed: dict[str, str]

    def arn(self, region: str) -> str:
        """It belongs to no account."""
        return f"arn:aws:iot:{region}::jobtemplate/{self.name}:{VERSION}"

    @property
    def document(self) -> str:
        """With `${aws:iot:parameter:NAME}` where a parameter goes."""
        inputs: dict[str, Any] = {"handler": self.handler}
        if self.needed:
            inputs["args"] = [_place(name) for name in self.needed]
        inputs["path"] = _place("pathToHandler")
        action = {"name": self.name.removeprefix("AWS-"), "type": "runHandler", "input": inputs}
        return json.dumps({"version": "1.0", "steps": [{"action": {**action, "runAsUser": _place("runAsUser")}}]})

    def problem(self, given: dict[str, str]) -> str | None:
        """What is wrong with parameters; None if nothing."""
        missing, unknown = set(self.needed) - set(given), set(given) - set(self.needed) - set(COMMON)
        if missing:
            return f"The parameters {', '.join(sorted(missing))} of {self.name} are missing."
        return f"{self.name} has no parameters {', '.join(sorted(unknown))}." if unknown else None

    def filled(self, given: dict[str, str]) -> str:
        """The document with these parameters: nothing where one is not given, of which AWS's pages say nothing."""
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
