"""Public pages of the demo's server, where its package has none: links from the site lead here."""

from __future__ import annotations

from html import escape
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse
from mastodon_mock.db.models import Account, Status
from mastodon_mock.deps import DbSession
from sqlalchemy import select

router = APIRouter()
NEWEST: Final = 20
PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif;
color-scheme: light dark }} article {{ border-top: 1px solid gray }}</style></head>
<body><h1>{title}</h1><p>{note}</p>{posts}
<p><small>A made-up person on the demo's own server.</small></p></body></html>"""


@router.get("/@{username}", include_in_schema=False)
def account_page(username: str, db: DbSession) -> HTMLResponse:
    account = _account(db, username)
    own = select(Status).where(Status.account_id == account.id, Status.visibility == "public")
    return _page(account, list(db.scalars(own.order_by(Status.id.desc()).limit(NEWEST))))


@router.get("/@{username}/{number}", include_in_schema=False)
def post_page(username: str, number: int, db: DbSession) -> HTMLResponse:
    account = _account(db, username)
    own = select(Status).where(Status.account_id == account.id, Status.visibility == "public")
    post = db.scalar(own.where(Status.id == number))
    if post is None:
        raise HTTPException(404, "Record not found")
    return _page(account, [post])


def _account(db: DbSession, username: str) -> Account:
    local = select(Account).where(Account.username == username, Account.domain.is_(None))
    account = db.scalar(local)
    if account is None:
        raise HTTPException(404, "Record not found")
    return account


def _page(account: Account, posts: list[Status]) -> HTMLResponse:
    articles = (
        f"<article><p><time>{post.created_at:%Y-%m-%d}</time></p>"
        f"<p>{escape(post.text)}</p></article>"
        for post in posts
    )
    title = f"{account.display_name} (@{account.username})"
    page = PAGE.format(title=escape(title), note=escape(account.note), posts="".join(articles))
    return HTMLResponse(page)
