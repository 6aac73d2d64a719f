"""Where devices connect: MQTT over TLS, with a client certificate, on loopback."""

import http.client
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local.errors import LocalCloudError

CA_PATH = "/_ministack/iot/ca.pem"


@dataclass(frozen=True, kw_only=True)
class Mqtt:
    """The listener of one local AWS. Its certificate is for `host` and for 127.0.0.1."""

    port: int
    endpoint_url: str
    folder: Path
    host: str = "localhost"

    @property
    def ca(self) -> Path:
        """The root certificate that devices trust: a file, made when it is first asked for."""
        path = self.folder / "mqtt-ca.pem"
        if not path.exists():
            path.write_bytes(self._read())
        return path

    def _read(self) -> bytes:
        connection = http.client.HTTPConnection(urlsplit(self.endpoint_url).netloc, timeout=30)
        try:
            connection.request("GET", CA_PATH)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise LocalCloudError(f"GET {CA_PATH} was answered {answer.status}")
        return body
