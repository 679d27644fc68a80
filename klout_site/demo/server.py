"""The demo's own Mastodon-shaped server, on the loopback: `python -m klout_site.demo.server`.

People and tokens are kept in a file, so that an account that somebody has linked lives on.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import uvicorn
from fastapi import FastAPI
from mastodon_mock.__about__ import __version__
from mastodon_mock.app import create_app
from mastodon_mock.config import (
    DatabaseConfig,
    FaultConfig,
    MastodonMockConfig,
    SeedConfig,
    StreamingConfig,
)

from klout_site import env, local
from klout_site.demo import pages
from klout_site.demo.community import settle

HOST: Final = "127.0.0.1"


def config(port: int) -> MastodonMockConfig:
    """Under the name that people type, "localhost:<port>". Its tables differ by version."""
    folder = local.folder() / "mastodon"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return MastodonMockConfig(
        domain=f"localhost:{port}",
        url_scheme="http",
        title="A small town (demo)",
        description="Made-up people for a first look, without the Internet.",
        registrations_enabled=False,
        media_storage_path=str(folder / "media"),
        database=DatabaseConfig(path=str(folder / f"{__version__}.sqlite3")),
        seed=SeedConfig(),
        streaming=StreamingConfig(enabled=False),
        faults=FaultConfig(enabled=False),
    )


def app(port: int) -> FastAPI:
    server = create_app(config(port))
    settle(server.state.engine, at=datetime.now(UTC))
    server.include_router(pages.router)
    return server


def main() -> None:
    port = env.integer("DEMO_SERVER_PORT", 8383, low=1, high=65535)
    uvicorn.run(
        app(port),
        host=HOST,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
