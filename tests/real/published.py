"""The site as the Internet has it: production mode over https, at a name that Bluesky's servers
take for a public one. Here it is asked for what they read about us and for nothing else."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.fernet import Fernet

from scoring.networks.bluesky.dpop import new_key
from tests import servers
from tests.browser.certificates import Certificates
from tests.browser.processes import Processes
from tests.browser.site import INHERITED, python
from tests.mock_mastodon import free_port

NAME: Final = "app.klout.internal"  # they refuse .test, .local, .localhost, .invalid, .example
REDIS_DATABASE: Final = 12


@dataclass(frozen=True)
class Published:
    """`key` is the private one whose public half the site tells."""

    port: int
    key: str = field(repr=False)
    certificates: Certificates

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"

    def tells(self, path: str) -> Any:
        """As their server asks it: by its name, in TLS."""
        with closing(_Here(NAME, self.port, context=self.certificates.client_context())) as web:
            web.request("GET", path)
            answer = web.getresponse()
            said = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise http.client.HTTPException(f"{answer.status}: {said[:300]!r}")
        return json.loads(said)


class _Here(http.client.HTTPSConnection):
    """No look-up: whatever its name, the server is on this machine."""

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


@contextmanager
def running(folder: Path, certificates: Certificates) -> Iterator[Published]:
    site = Published(free_port(), new_key(), certificates)
    processes = Processes(folder)
    web = ("klout_site.wsgi:application", "--interface=wsgi", f"--port={site.port}")
    tls = (f"--ssl-certificate={certificates.chain}", f"--ssl-keyfile={certificates.key}")
    load = ("--workers=1", "--blocking-threads=1", "--log-level=warning")
    try:
        processes.start("published", python("granian", *web, *tls, *load), _environment(site))
        processes.wait_until(lambda: _is_up(site))
        yield site
    finally:
        processes.stop()


def _environment(site: Published) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "PRODUCTION": "true",
        "SITE_URL": site.url,
        "BLUESKY_PRIVATE_KEY": site.key.replace("\n", "\\n"),  # as an operator writes it
        "SECRET_KEY": "a secret of the published site, long enough",
        "IDENTITY_KEY": "another secret of the published site",
        "CREDENTIAL_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": servers.with_database(os.environ["REDIS_URL"], REDIS_DATABASE),
        "DJANGO_SETTINGS_MODULE": "klout_site.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def _is_up(site: Published) -> bool:
    try:
        site.tells("/oauth/bluesky/jwks.json")
    except (ConnectionError, TimeoutError, ssl.SSLError):
        return False
    return True
