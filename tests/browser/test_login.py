from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import walk
from tests.browser.site import Site
from tests.browser.visitor import PASSWORD


def test_a_wrong_password_is_told_and_the_address_stays(visit, alice):
    visitor = visit()
    walk.log_in(visitor, alice, "not-her-password")
    expect(visitor.page.get_by_text("don't go together")).to_be_visible()
    expect(visitor.field("E-mail")).to_have_value(f"{alice}@example.org")


def test_logging_out_takes_one_click(visit, alice):
    visitor = visit(alice)
    visitor.opens("/me/")
    visitor.button("Log out", within=visitor.menu).click()
    expect(visitor.link("Log in", within=visitor.menu)).to_be_visible()
    visitor.opens("/me/")
    expect(visitor.heading("Log in")).to_be_visible()


def test_a_forgotten_password_is_replaced_by_e_mail(visit, alice, klout: Site):
    visitor = visit()
    visitor.opens("/accounts/login/")
    visitor.link("Forgot your password?").click()
    visitor.field("E-mail").fill(f"{alice}@example.org")
    visitor.button("Send the link").click()
    expect(visitor.heading("Check your e-mail")).to_be_visible()
    visitor.opens(link_in_mail_to(alice, klout))
    visitor.field("New password").fill("a-better-horse")
    visitor.field("New password, again").fill("a-better-horse")
    visitor.button("Save the new password").click()
    expect(visitor.page.get_by_text("Your password is changed").first).to_be_visible()
    walk.log_in(visitor, alice, "a-better-horse")
    expect(visitor.page).to_have_url(re.compile("/me/$"))


def link_in_mail_to(handle: str, klout: Site) -> str:
    """The newest: a path of the site."""
    mail = klout.emails().rpartition(f"To: {handle}@example.org")[2]
    found = re.search(r"https://klout\.example\.org(/accounts/password/reset/key/\S+)", mail)
    assert found is not None
    return found[1]


def test_a_handle_that_is_taken_loses_nothing_of_what_was_typed(visit, alice):
    visitor = visit()
    visitor.opens("/accounts/signup/")
    visitor.field("E-mail").fill(f"not-{alice}@example.org")
    visitor.field("Handle").fill(alice.upper())
    visitor.field("Password").fill(PASSWORD)
    visitor.field("Only me.").check()
    visitor.button("Sign up").click()
    expect(visitor.page.get_by_text(f"Somebody already goes by @{alice.upper()}")).to_be_visible()
    expect(visitor.field("E-mail")).to_have_value(f"not-{alice}@example.org")
    expect(visitor.field("Only me.")).to_be_checked()
