"""A client of the HTTPS API: a connection that stays open, JSON in and out."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from local.errors import LocalCloudError


@dataclass(frozen=True)
class Client:
    """A connection to the API, for one thread."""

    url: str
    _connections: list[http.client.HTTPConnection] = field(default_factory=list)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's body; raises LocalCloudError, with that body, for any status but 2xx."""
        try:
            status, text = self._exchange(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            raise LocalCloudError(f"{method} {path} was not answered: {error!r}") from error
        if status // 100 != 2:
            raise LocalCloudError(f"{method} {path} was answered {status}: {text}")
        return json.loads(text) if text else None

    def _exchange(self, method: str, path: str, body: Any) -> tuple[int, str]:
        connection = self._connection()
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, response.read().decode()

    def _connection(self) -> http.client.HTTPConnection:
        if not self._connections:
            where = urlsplit(self.url)
            self._connections.append(http.client.HTTPConnection(where.hostname or "", where.port, timeout=30))
        return self._connections[0]
