"""A Bluesky of one account on a fake server: as strict about OAuth as the protocol lets it be."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any, Final

import jwt

from tests.fakeserver import FakeServer, Handler, Reply, Seen, says
from tests.recorded import recorded

DID: Final = "did:plc:ragtjsm2j2vknwkz3zp4oxrd"
HANDLE: Final = "ann.test"
CODE: Final = "cod-0123456789"
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class No(Exception):
    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


class FakeBluesky:
    """Directory, own server, authorization server and public API at one address.

    `jwks` makes it ask for private_key_jwt. `asked` is the pushed request that was accepted.
    """

    def __init__(self, fake: FakeServer) -> None:
        self.fake = fake
        self.sub = DID
        self.jwks: Callable[[], dict[str, Any]] | None = None
        self.narrow_scopes = True
        self.nonce = "nonce-1"
        self.asked: dict[str, str] = {}
        self.key = ""  # thumbprint of the key that the request was proven with
        self.refresh_token = ""
        self.tokens = 0
        self.revoked: list[str] = []
        self._seen: set[str] = set()  # identifiers of proofs and assertions
        self.metadata = recorded("bluesky/authorization_server", fake.url)
        self.resource = recorded("bluesky/protected_resource", fake.url)
        self.document = recorded("bluesky/did_document", fake.url)
        self.tell()
        for path, answer in {
            "/oauth/par": self._par,
            "/oauth/token": self._token,
            "/oauth/revoke": self._revoke,
        }.items():
            fake.answer(path, self._strictly(answer))

    def tell(self) -> None:
        """What it says of itself and of the account, as it is now."""
        self.fake.answer(f"/{DID}", says(self.document))
        self.fake.answer("/xrpc/com.atproto.identity.resolveHandle", says({"did": DID}))
        self.fake.answer("/.well-known/oauth-protected-resource", says(self.resource))
        self.fake.answer("/.well-known/oauth-authorization-server", says(self.metadata))

    def consents(self, consent_url: str) -> dict[str, str]:
        """The query with which the person comes back."""
        return {"state": self.asked["state"], "iss": self.fake.url, "code": CODE}

    def proven(self, seen: Seen, url: str, token: str = "") -> str:
        """The thumbprint of the key that this request is proven with. Raises No."""
        proof = seen.headers.get("dpop", "")
        head = jwt.get_unverified_header(proof)
        if head["typ"] != "dpop+jwt" or "d" in head["jwk"]:
            raise No("invalid_dpop_proof")
        claims = jwt.decode(proof, jwt.PyJWK(head["jwk"]).key, algorithms=["ES256"])
        self._once(claims["jti"])
        if (claims["htm"], claims["htu"]) != (seen.method, url):
            raise No("invalid_dpop_proof")
        if abs(claims["iat"] - time.time()) > 30 or claims.get("ath") != (
            token and _s256(token) or None
        ):
            raise No("invalid_dpop_proof")
        if claims.get("nonce") != self.nonce:
            raise No("use_dpop_nonce", 401 if token else 400)
        return _s256(json.dumps(head["jwk"], sort_keys=True))

    def _strictly(self, answer: Callable[[Seen], Reply]) -> Callable[[Handler], None]:
        def reply(handler: Handler) -> None:
            seen = self.fake.seen[-1]
            try:
                key = self.proven(seen, f"{self.fake.url}{seen.path}")
                self._authenticated(seen.form)
                if seen.path == "/oauth/par":
                    self.key = key
                elif key != self.key:
                    raise No("invalid_dpop_proof")
                said = answer(seen)
            except No as no:
                said = says({"error": no.code}, no.status)
            headers = {**said.headers, "DPoP-Nonce": self.nonce}
            handler.send(Reply(said.status, said.body, headers))

        return reply

    def _authenticated(self, form: dict[str, str]) -> None:
        if self.jwks is None:
            if not form["client_id"].startswith("http://localhost?"):
                raise No("invalid_client", 401)
            return
        assertion = form.get("client_assertion", "")
        if form.get("client_assertion_type") != ASSERTION:
            raise No("invalid_client", 401)
        (jwk,) = self.jwks()["keys"]
        if jwt.get_unverified_header(assertion)["kid"] != jwk["kid"] or "d" in jwk:
            raise No("invalid_client", 401)
        claims = jwt.decode(
            assertion, jwt.PyJWK(jwk).key, algorithms=["ES256"], audience=self.fake.url
        )
        if not claims["iss"] == claims["sub"] == form["client_id"]:
            raise No("invalid_client", 401)
        self._once(claims["jti"])

    def _once(self, jti: str) -> None:
        if jti in self._seen:
            raise No("invalid_dpop_proof")
        self._seen.add(jti)

    def _par(self, seen: Seen) -> Reply:
        if not self.narrow_scopes and seen.form["scope"] != "atproto":
            raise No("invalid_scope")
        if seen.form["code_challenge_method"] != "S256" or len(seen.form["state"]) < 20:
            raise No("invalid_request")
        self.asked = seen.form
        uri = "urn:ietf:params:oauth:request_uri:req-1"
        return says({"request_uri": uri, "expires_in": 299}, 201)

    def _token(self, seen: Seen) -> Reply:
        form = seen.form
        if form["client_id"] != self.asked["client_id"]:
            raise No("invalid_grant")
        if form["grant_type"] == "authorization_code":
            same = form["redirect_uri"] == self.asked["redirect_uri"]
            proven = _s256(form["code_verifier"]) == self.asked["code_challenge"]
            if form["code"] != CODE or self.tokens or not same or not proven:
                raise No("invalid_grant")
        elif form["refresh_token"] != self.refresh_token:
            self.refresh_token = ""  # somebody has it twice: nobody has it any more
            raise No("invalid_grant")
        return says(self._new_tokens())

    def _new_tokens(self) -> dict[str, Any]:
        self.tokens += 1
        self.refresh_token = f"ref-{self.tokens}"
        return {
            "access_token": f"acc-{self.tokens}",
            "refresh_token": self.refresh_token,
            "token_type": "DPoP",
            "scope": self.asked["scope"],
            "expires_in": 3599,
            "sub": self.sub,
        }

    def _revoke(self, seen: Seen) -> Reply:
        self.revoked.append(seen.form["token"])
        return says({})


def _s256(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
