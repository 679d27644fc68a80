"""A post of Google+ as Takeout's HTML, read into the shape of its JSON.

Takeout's pages are made by a machine, so a few patterns read them, in time that grows with the
page alone: on what a stranger may write instead Python's own parser takes hours.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Final

from scoring.archives import words
from scoring.archives.folders import Member

LONGEST_PAGE: Final = 1024 * 1024
DEEPEST: Final = 40  # a post has about ten
TOKEN: Final = re.compile(
    r"<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9]{0,15})(?P<attributes>[^<>]{0,2000})>|<?[^<]+|<"
)
ATTRIBUTE: Final = re.compile(r"""\b(class|href)\s?=\s?(?:"([^"]*)"|'([^']*)')""")
VOID: Final = frozenset({"br", "img", "hr", "meta", "input", "link", "wbr", "source", "area"})
WHEN: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4}")
PEOPLE: Final = {"plus-oners": ("plusOnes", "plusOner"), "resharers": ("reshares", "resharer")}


def read_page(member: Member) -> dict[str, Any] | None:
    """None where the page is no post."""
    if member.size > LONGEST_PAGE:
        return None
    with member.open() as file:
        page = file.read().decode("utf-8-sig", "replace")
    reader = _Page()
    return reader.post() if reader.read(page) else None


class _Page:
    def __init__(self) -> None:
        self._open: list[tuple[str, str]] = []  # (tag, class) from the outside in
        self._people: dict[str, list[dict[str, str]]] = {"plusOnes": [], "reshares": []}
        self._said: list[dict[str, str]] = []
        self._author: dict[str, str] = {}
        self._url = self._when = ""
        self._content: list[str] = []
        self._shown_to: list[str] = []
        self._is_reshare = False

    def post(self) -> dict[str, Any] | None:
        if not self._author or not self._when:
            return None
        rows = {key: [{one: who} for who in self._people[key]] for key, one in PEOPLE.values()}
        return {
            **rows,
            "url": self._url,
            "creationTime": self._when,
            "author": self._author,
            "content": "".join(self._content),
            "comments": [{"author": who} for who in self._said],
            "postAcl": {"isPublic": _is_for_everybody("".join(self._shown_to))},
            "resharedPost": self._is_reshare,
        }

    def read(self, page: str) -> bool:
        """False where it is nested deeper than any post."""
        for token in TOKEN.finditer(page):
            if token["tag"] is None:
                self._data(unescape(token[0]))
            elif token["end"]:
                self._end(token["tag"].lower())
            else:
                self._start(token["tag"].lower(), token["attributes"])
            if len(self._open) > DEEPEST:
                return False
        return True

    def _start(self, tag: str, attributes: str) -> None:
        given = {
            name: unescape(double or single)
            for name, double, single in ATTRIBUTE.findall(attributes)
        }
        kind = given.get("class", "")
        if tag not in VOID and not attributes.endswith("/"):
            self._open.append((tag, kind))
        self._is_reshare |= kind in {"reshare-attribution", "reshared-attribution"}
        if self._is_in("main-content") and tag == "br":
            self._content.append("<br>")
        if tag == "a":
            self._link(given.get("href", ""), kind)

    def _end(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def _data(self, data: str) -> None:
        if self._is_in("main-content"):
            self._content.append(data.replace("&", "&amp;").replace("<", "&lt;"))
        elif self._is_in("visibility"):
            self._shown_to.append(data)
        elif not self._when and self._url and (found := WHEN.search(data)):
            self._when = found[0]
        elif self._open and self._open[-1] == ("a", "author") and not self._is_in("comment"):
            self._author.setdefault("displayName", data.strip())

    def _link(self, href: str, kind: str) -> None:
        who = {"profilePageUrl": href}
        for name, (key, _one) in PEOPLE.items():
            if self._is_in(name):
                self._people[key].append(who)
        if kind == "author" and self._is_in("comment"):
            self._said.append(who)
        elif kind == "author" and not self._author:
            self._author = who
        elif "/posts/" in href and not self._url and self._author:
            self._url = href

    def _is_in(self, kind: str) -> bool:
        return any(kind == one for _tag, one in self._open)


def _is_for_everybody(line: str) -> bool:
    """ "Shared with: Public, Ann Example" or "Shared to the community Teapots - Public"."""
    shown = line.rpartition(":")[2]
    parts = re.split(r"[,;()]|\s-\s", shown)
    return any(words.plain(part) in words.EVERYBODY for part in parts)
