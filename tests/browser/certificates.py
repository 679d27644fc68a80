"""An authority that only these tests know, and a certificate for all of their servers."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """Files: whom to trust; a chain and its key to serve with."""

    authority: Path
    chain: Path
    key: Path

    def client_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


def made(folder: Path, *names: str) -> Certificates:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", *names)
    files = Certificates(folder / "authority.pem", folder / "chain.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(str(files.authority))
    certificate.private_key_pem.write_to_path(str(files.key))
    for pem in certificate.cert_chain_pems:
        pem.write_to_path(str(files.chain), append=True)
    return files
