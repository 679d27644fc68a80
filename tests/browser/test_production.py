"""What production mode promises to browsers."""

from __future__ import annotations

import re

from tests.browser.site import Site


def test_a_login_is_for_https_alone_and_no_script_reads_it(visit, alice):
    visitor = visit(alice)
    visitor.opens("/settings/accounts/")
    [session] = [one for one in visitor.context.cookies() if one["name"] == "sessionid"]
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")


def test_browsers_are_told_to_come_by_https_for_a_year(visit):
    headers = visit().opens("/").all_headers()
    assert headers["strict-transport-security"].startswith("max-age=31536000")


def test_only_our_own_scripts_and_styles_run(visit):
    policy = visit().opens("/").all_headers()["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_styles_are_kept_until_they_change(visit):
    visitor = visit()
    with visitor.page.expect_response(re.compile(r"/tokens\.\w{12}\.css$")) as style:
        visitor.opens("/")
    assert "immutable" in style.value.all_headers()["cache-control"]


def test_a_missing_page_says_so_and_no_more(visit):
    visitor = visit()
    assert visitor.opens("/no-such-page/").status == 404
    assert "Traceback" not in visitor.page.content()
    assert "DEBUG" not in visitor.page.content()


def test_nothing_went_wrong_behind_the_pages(klout: Site):
    """Of the tests before it, in whatever order they ran."""
    assert klout.errors() == []
