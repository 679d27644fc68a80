"""Puts the people and our registrations at every network into the simulator's database."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.core.management import call_command
from oauth2_provider.models import Application

from tests.networks.netsim.graph import CAST
from tests.networks.netsim.table import NETWORKS


def assemble(callbacks: Sequence[str]) -> None:
    """`callbacks`: our addresses for answers, with {network} in them."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    for name in CAST:
        get_user_model().objects.create(username=name)
    for network in NETWORKS.values():
        Application.objects.create(
            name=network.key,
            client_id=network.client_id,
            client_secret=network.client_secret,
            hash_client_secret=False,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
            algorithm=Application.RS256_ALGORITHM,
            redirect_uris=" ".join(url.format(network=network.key) for url in callbacks),
        )
