"""The authorization server's rules, network by network: its table is in at/."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from tests.networks.netsim.state import GRAPH
from tests.networks.netsim.table import BY_CLIENT, NETWORKS


def requires_pkce(client_id: str) -> bool:
    return BY_CLIENT[client_id].pkce


def lifetime(request: Any) -> int:
    return NETWORKS[request.client.name].lifetime


class Scopes(BaseScopes):
    def get_all_scopes(self):
        names = {scope for network in NETWORKS.values() for scope in network.scopes}
        return {name: name for name in names | {"openid"}}

    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        return list(NETWORKS[application.name].scopes)

    def get_default_scopes(self, application=None, request=None, *args, **kwargs):
        return list(NETWORKS[application.name].implied)


class Validator(OAuth2Validator):
    oidc_claim_scope = None

    def rotate_refresh_token(self, request):
        return NETWORKS[request.client.name].rotates

    def get_oidc_issuer_endpoint(self, request):
        return NETWORKS[request.client.name].issuer

    def get_additional_claims(self, request):
        network = NETWORKS[request.client.name]
        member = GRAPH.members[request.user.username]
        return {"sub": network.uid(member), **network.claims(member)}
