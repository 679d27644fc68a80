from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from scoring.collectors.base import Signal
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link
from scoring.networks.document import document

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = (ROOT / "docs/networks.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / ".env.example").read_text(encoding="utf-8")
CENTRAL = [key for key, network in NETWORKS.items() if network.link is Link.CONSENT]


def test_the_document_is_what_the_declarations_give():
    out = io.StringIO()
    call_command("network_docs", stdout=out)
    assert out.getvalue() == WRITTEN, "run: python manage.py network_docs > docs/networks.md"


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.key)
def test_each_network_has_its_section(network):
    assert f"\n## {network.name}\n" in WRITTEN


def test_reddit_is_off_with_the_reason():
    section = WRITTEN.partition("\n## Reddit\n")[2]
    assert "Off. Since November 2025" in section
    assert "Callback" not in section


@pytest.mark.parametrize("key", CENTRAL)
def test_an_operator_reads_keys_place_steps_callback_and_cost(key):
    setup = NETWORKS[key].setup
    assert setup.where.startswith("https://")
    assert setup.steps
    assert str(setup.cost)
    assert f"`{reverse(f'{key}_callback')}`" in WRITTEN
    for name in [*setup.keys, *setup.options]:
        assert f"\n{name}=" in SETTINGS


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.key)
def test_a_declaration_is_complete(network):
    assert str(network.reads)
    assert network.policy.source.startswith("https://")
    assert network.link is not Link.CONSENT or (network.collector and network.oauth)
    assert network.link is not Link.ARCHIVE or network.archive
    assert (network.link is Link.OFF) == bool(str(network.off_because))


def test_a_signal_that_a_network_does_not_know_is_named_as_not_told():
    network = replace(NETWORKS["tiktok"], capabilities=frozenset({Signal.VIEWS}))
    text = document([network])
    assert "| views |  | yes |" in text
    assert "| who listens | followers | not told |" in text
