from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from scoring import vault


def test_a_sealed_token_can_be_read_again():
    assert vault.unseal(vault.seal("a-token")) == "a-token"


def test_a_sealed_token_does_not_hold_the_token():
    assert b"a-token" not in vault.seal("a-token")


def test_a_new_key_in_front_still_reads_what_the_old_one_sealed(settings):
    sealed = vault.seal("a-token")
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode(), *settings.CREDENTIAL_KEYS]
    assert vault.unseal(sealed) == "a-token"


def test_without_its_key_a_token_is_unreadable_and_says_so(settings):
    sealed = vault.seal("a-token")
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(vault.Unreadable):
        vault.unseal(sealed)


def test_an_identity_hash_is_the_same_for_the_same_account_only():
    ann = {"network": "mastodon", "host": "a.example.org", "uid": "1"}
    assert vault.identity_hash(**ann) == vault.identity_hash(**ann)
    assert vault.identity_hash(**ann) != vault.identity_hash(**ann | {"uid": "2"})


def test_an_identity_hash_cannot_be_made_without_the_key(settings):
    ann = {"network": "mastodon", "host": "a.example.org", "uid": "1"}
    before = vault.identity_hash(**ann)
    settings.IDENTITY_KEY = "another key, at least as long as the first"
    assert vault.identity_hash(**ann) != before


def test_parts_that_run_together_are_not_confused():
    assert vault.mark("ab", "c") != vault.mark("a", "bc")


def test_a_person_number_fits_a_signed_64_bit_column():
    numbers = [vault.person_number(network="mastodon", who=f"p{n}") for n in range(500)]
    assert all(0 <= number < 2**63 for number in numbers)
