"""Strangers' words, addresses and names, made safe to keep and to show."""

from __future__ import annotations

import time

import pytest

from scoring.collectors import fields


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br>two</p><p>three</p>", "One\ntwo\nthree"),
        ("a &lt;b&gt; &amp; &#x1F600;", "a <b> & 😀"),
        ("<p>one</p><![foo[two]]>&amp; three", "one & three"),
        ("<p>a\x00b\ud800c\u202ed</p>", "abcd"),
        ("  spaced\n\n out ", "spaced\nout"),
        ("x" * 600, "x" * 500),
        ("<" * 100_000, "<" * 500),
        (None, ""),
        (7, ""),
    ],
)
def test_html_becomes_text(html, text):
    assert fields.plain_text(html, 500) == text


@pytest.mark.parametrize("rubbish", ["<x/", "<a ", "<a b='>'", '<a b="'])
def test_rubbish_is_read_in_no_time(rubbish):
    began = time.process_time()
    fields.plain_text(rubbish * 20_000, 500)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.org",
        "https://[bad",
        "https://",
        "https://u:p@x.org/",
        "https://x.org/a b",
        "https://x.org/" + "a" * 500,
        None,
        5,
    ],
)
def test_only_web_addresses_become_links(url):
    assert fields.web_url(url) == ""


def test_hashtags_are_clean_and_each_once():
    rows = [{"name": "Bees"}, {"name": "#bees"}, {"name": "a b"}, {"name": None}, 5, {"name": ""}]
    assert fields.hashtags(rows) == ("bees",)
    assert fields.hashtags([{"name": f"t{n}"} for n in range(99)])[-1] == "t29"
    assert fields.hashtags("bees") == ()
