"""A caller of the API who signs with SigV4, as an IAM user with a policy of its own."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.cloud import Cloud

PATIENCE = 30.0  # seconds that a run of a test may take at most


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Caller:
    """Someone who calls the API; without credentials the requests are not signed."""

    url: str
    credentials: Credentials | None

    def __call__(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        request = AWSRequest(method, self.url + path, data=data, headers=sent)
        if self.credentials:
            SigV4Auth(self.credentials, "execute-api", "us-east-1").add_auth(request)
        call = urllib.request.Request(self.url + path, data, dict(request.headers), method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(call, timeout=PATIENCE) as response:  # noqa: S310
                return Answer(response.status, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode())

    def run(self, job: str, **run: Any) -> Any:
        """Create a job, trigger it, and wait for the end of its run."""
        document = {"id": job, "run": {"cpus": 0.25, "mem": 64, "disk": 0} | run}
        created = self("POST", "/v1/jobs", document)
        assert created.status == 201, created.text
        triggered = self("POST", f"/v1/jobs/{job}/runs")
        assert triggered.status == 201, triggered.text
        return self.finished(job, triggered.json["id"])

    def finished(self, job: str, run: str) -> Any:
        """The run, when it has ended."""
        path = f"/v1/jobs/{job}/runs/{run}"
        return until(lambda: self("GET", path).json, lambda seen: seen["status"] in ("SUCCESS", "FAILED"))

    def log(self, job: str, run: str) -> list[str]:
        """What the run has printed."""
        events = self("GET", f"/v1/jobs/{job}/runs/{run}/logs").json["events"]
        return [event["message"] for event in events]


def until(look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    """Look until it is good, at most PATIENCE seconds; the last thing seen."""
    end = time.monotonic() + PATIENCE
    while not good(seen := look()):
        assert time.monotonic() < end, f"still {seen}"
    return seen


def caller(cloud: Cloud, name: str, *resources: str) -> Caller:
    """A new IAM user who may call these of the API's resources, such as "GET/v1/jobs"."""
    iam = cloud.client("iam")
    iam.create_user(UserName=name)
    if resources:
        # What docs/secure.md tells a security reviewer to write; ApiUrl begins with the API's id.
        api = cloud.outputs["ApiUrl"].split("//")[1].split(".")[0]
        arns = [f"arn:aws:execute-api:us-east-1:000000000000:{api}/$default/{resource}" for resource in resources]
        statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": arns}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_user_policy(UserName=name, PolicyName="call", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Caller(cloud.api_url, Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
