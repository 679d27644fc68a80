"""docs/networks.md, made from what the networks declare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from scoring.collectors.base import Signal
from scoring.collectors.rates import Rate
from scoring.networks.declaring import Link, Network, Policy, Words

INTRODUCTION: Final = """\
# Networks

Made from the networks' own modules in `scoring/networks/`. Don't edit it; after a change there, run
`python manage.py network_docs > docs/networks.md`.

A network without its keys is not offered to people. `python manage.py networks` shows which are
configured, with their last success, their errors and what they cost. Keys go into the environment;
`.env.example` names them all, and after a change the site has to be started again. `<SITE_URL>` is
the setting of that name, your site's own address (`https://klout.example.org`, with no slash at its
end): a callback address is it and the path that stands in the network's section, to the letter.

"Not told" is never counted as 0: what a network does not tell leaves the score as it is.

When something does not work:

- A network that is not offered: its keys are missing or the site was not started again.
- The network says that the address it should send people back to is wrong: the callback address
  there differs from `<SITE_URL>` and the path, be it by `http`, by `www.` or by a slash.
- People come back and are refused: the secret is wrong, or the network still lets only testers in.
- `networks` counts accounts as failing: they are tried again by themselves, and its last lines say
  why. Cut off means that only their owners can help: they are asked to connect again.
"""
LINKS: Final = {
    Link.SERVER: "by typing a server or a handle",
    Link.CONSENT: "by consent at the network",
    Link.ARCHIVE: "only by bringing an archive",
    Link.OFF: "off",
}
SIGNALS: Final = {
    Signal.FOLLOWERS: "who listens",
    Signal.LISTED: "lists that others put the account on",
    Signal.FAVOURITES: "likes and the like",
    Signal.REPOSTS: "what carries a post further",
    Signal.REPLIES: "replies and comments",
    Signal.QUOTES: "quotes",
    Signal.VIEWS: "views",
    Signal.SAVES: "saves and bookmarks",
    Signal.RESPONDERS: "how many different people responded",
    Signal.MENTIONS: "mentions by others",
}


def document(networks: Iterable[Network]) -> str:
    known = list(networks)
    return "\n".join([INTRODUCTION, _summary(known), *map(_section, known)])


def _summary(networks: list[Network]) -> str:
    rows = [
        [
            f"[{network.name}](#{_anchor(network)})",
            LINKS[network.link],
            "yes" if network.archive else "",
            "none" if _is_free_of_setup(network) else _yes(bool(network.setup.keys), "keys"),
            _in_score(network),
        ]
        for network in networks
    ]
    return _table(["network", "linked", "archive", "to set up", "in the score"], rows)


def _is_free_of_setup(network: Network) -> bool:
    return not network.setup.keys and network.link is not Link.OFF


def _in_score(network: Network) -> str:
    if network.link is Link.OFF:
        return "no"
    return "yes" if network.policy.may_score else "only with leave"


def _section(network: Network) -> str:
    parts = [f"## {network.name}", ""]
    if network.off_because:
        return "\n".join([*parts, f"Off. {network.off_because}", ""])
    parts += [str(network.reads), ""]
    parts += [*_signals(network), *_scopes(network), *_setup(network)]
    parts += [*_limits(network), *_policy(network.policy), *_archive(network)]
    return "\n".join(parts)


def _signals(network: Network) -> list[str]:
    terms = network.terms
    own = {
        Signal.FOLLOWERS: terms.followers,
        Signal.FAVOURITES: terms.favourites,
        Signal.REPOSTS: terms.reposts,
        Signal.REPLIES: terms.replies,
    }
    rows = [
        [SIGNALS[signal], str(own.get(signal) or ""), _yes(signal in network.capabilities, "yes")]
        for signal in Signal
    ]
    shown = ", ".join(str(label) for label in network.figures.values())
    further = [f"Shown and never scored: {shown}.", ""] if shown else []
    return [_table(["signal", "called", "told"], rows, empty="not told"), *further]


def _scopes(network: Network) -> list[str]:
    if not network.scopes:
        return []
    rows = [[f"`{scope.name}`", str(scope.why)] for scope in network.scopes]
    return ["### Permissions that people give", "", _table(["permission", "what for"], rows)]


def _setup(network: Network) -> list[str]:
    setup = network.setup
    parts = ["### Setting it up", ""]
    if setup.where:
        parts += [f"At <{setup.where}>:", ""]
    parts += [f"{n}. {_as_text(step)}" for n, step in enumerate(setup.steps, start=1)]
    parts += [""] if setup.steps else []
    if network.link is Link.CONSENT:
        parts += [f"Callback address: `/settings/accounts/callback/{network.key}/`", ""]
    if setup.keys:
        parts += ["Environment: " + ", ".join(f"`{key}`" for key in setup.keys) + ".", ""]
    parts += [f"- `{name}`: {what}" for name, what in setup.options.items()]
    parts += [""] if setup.options else []
    return [*parts, f"**Cost.** {setup.cost}", ""]


def _as_text(words: Words) -> str:
    """In Markdown, what stands between < and > would be taken for a tag, and not be seen."""
    return re.sub(r"<(SITE_URL)>(\S*)", r"`<\1>\2`", str(words))


def _limits(network: Network) -> list[str]:
    pace = network.pace
    site = "for the whole site" + (" at one server" if network.link is Link.SERVER else "")
    if pace is None or not (pace.per_host or pace.per_account):
        return []
    bounds = [
        _bound(pace.per_account, "for each account"),
        _bound(pace.per_host, site),
    ]
    told = " and ".join(bound for bound in bounds if bound)
    return [f"Limits that we keep to: {told}.", ""]


def _bound(rate: Rate | None, whose: str) -> str:
    return f"{rate.requests:,} requests in {_span(rate.seconds)} {whose}" if rate else ""


def _span(seconds: int) -> str:
    for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds % length == 0:
            n = seconds // length
            return f"{n} {name}s" if n > 1 else f"one {name}"
    return f"{seconds} seconds"


def _policy(policy: Policy) -> list[str]:
    days = policy.days_kept
    kept = "as long as the account is linked"
    if days is not None:
        kept = f"{days} day{'s' if days > 1 else ''} after it was last read"
    rows = [
        ["may count in the score", "yes" if policy.may_score else "only with the network's leave"],
        ["may be shown", "yes" if policy.may_show else "no"],
        ["kept of posts", "words and numbers" if policy.keeps_words else "numbers only"],
        ["kept for", kept],
    ]
    notes = [f"- {note}" for note in policy.notes]
    return [
        "### Its rules",
        "",
        f"They stand at <{policy.source}>.",
        "",
        _table(["what", "how we keep to it"], rows),
        *notes,
        *([""] if notes else []),
    ]


def _archive(network: Network) -> list[str]:
    archive = network.archive
    if archive is None:
        return []
    return [
        "### Its archive",
        "",
        f"- How to get it: {archive.how}",
        f"- It tells: {archive.tells}",
        f"- It lacks: {archive.lacks}",
        "",
    ]


def _table(head: list[str], rows: list[list[str]], *, empty: str = "") -> str:
    lines = [head, ["---"] * len(head)]
    lines += [
        [cell or empty if n == len(row) - 1 else cell for n, cell in enumerate(row)] for row in rows
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _yes(is_so: bool, word: str) -> str:
    return word if is_so else ""


def _anchor(network: Network) -> str:
    """As GitHub makes it of a heading."""
    kept = "".join(mark for mark in network.name.lower() if mark.isalnum() or mark in " -")
    return kept.replace(" ", "-")
