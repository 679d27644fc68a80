from __future__ import annotations

import pytest

from scoring.collectors import guard
from scoring.collectors.base import CollectError
from scoring.collectors.errors import BadAddress, Unreachable
from scoring.collectors.guard import Server
from scoring.collectors.http import Transport
from scoring.networks.bluesky import identity
from scoring.networks.bluesky.identity import Person
from tests.fakebluesky import DID, HANDLE, FakeBluesky
from tests.fakeserver import page, says

OTHER_DID = "did:plc:z72i7hdynmk6r22z27h6tvur"


@pytest.fixture
def sky(fake, settings) -> FakeBluesky:
    settings.BLUESKY_PLC = settings.BLUESKY_APPVIEW = fake.url
    return FakeBluesky(fake)


def find(typed: str) -> Person | Server:
    with Transport() as transport:
        return identity.find(transport, typed)


def no_such_name(host: str, port: int) -> list[str]:
    if host == "127.0.0.1":
        return [host]
    raise Unreachable(host)


class TestWhatIsTyped:
    @pytest.mark.parametrize(
        ("typed", "handle"),
        [
            ("ann.bsky.social", "ann.bsky.social"),
            ("@ann.bsky.social", "ann.bsky.social"),
            (" Ann.Example.ORG ", "ann.example.org"),
            ("https://bsky.app/profile/ann.bsky.social", "ann.bsky.social"),
            ("https://bsky.app/profile/ann.bsky.social/", "ann.bsky.social"),
            ("at://ann.bsky.social", "ann.bsky.social"),
            ("@bsky.app", "bsky.app"),
        ],
    )
    def test_handles(self, typed, handle):
        assert identity.read(typed).handle == handle

    @pytest.mark.parametrize("typed", [DID, "did:web:ann.example.org"])
    def test_dids(self, typed):
        assert identity.read(typed).did == typed

    @pytest.mark.parametrize("typed", ["bsky.social", "bsky.app", "https://bsky.social"])
    def test_the_largest_server_by_its_names(self, typed):
        assert identity.read(typed).server == Server("bsky.social", "https://bsky.social")

    def test_a_server_by_its_address(self):
        server = identity.read("https://pds.example.org/").server
        assert server == Server("pds.example.org", "https://pds.example.org")

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "ann",
            "@ann",
            "ann@example.org",
            "ann example.org",
            "did:plc:short",
            "did:key:zabc",
            "a..b",
            "https://10.0.0.1",
            "http://localhost:2583",
            "10.0.0.1",
            "x" * 400,
            "ann\\.bsky.social",
        ],
    )
    def test_nonsense(self, typed):
        with pytest.raises(BadAddress):
            identity.read(typed)


class TestFinding:
    def test_a_handle_and_its_did_name_each_other(self, sky):
        assert find(HANDLE) == Person(DID, HANDLE, Server(sky.fake.host, sky.fake.url))

    def test_a_handle_that_its_did_does_not_name_is_refused(self, sky):
        sky.document["alsoKnownAs"] = ["at://somebody.else.test"]
        sky.tell()
        with pytest.raises(CollectError, match="does not lead back"):
            find(HANDLE)

    def test_a_name_that_nobody_has_may_be_a_server(self, sky, monkeypatch):
        monkeypatch.setattr(guard, "addresses_of", no_such_name)
        sky.fake.answer("/xrpc/com.atproto.identity.resolveHandle", says({}, 400))
        assert find("pds.nowhere-at-all.org") == Server(
            "pds.nowhere-at-all.org", "https://pds.nowhere-at-all.org"
        )

    @pytest.mark.parametrize("typed", ["@nobody.test", "nobody.test"])
    def test_a_handle_that_nobody_has_is_told(self, sky, typed):
        sky.fake.answer("/xrpc/com.atproto.identity.resolveHandle", says({}, 400))
        with pytest.raises(CollectError, match=r"Nobody on Bluesky is called nobody\.test"):
            find(typed)

    def test_a_did_of_the_web_is_read_at_its_own_site(self, sky):
        did = f"did:web:127.0.0.1%3A{sky.fake.port}"
        sky.fake.answer("/.well-known/did.json", says({**sky.document, "id": did}))
        found = find(did)
        assert isinstance(found, Person)
        assert found.did == did

    @pytest.mark.parametrize("did", ["did:web:10.0.0.1", "did:web:localhost%3A6379"])
    def test_a_did_of_the_web_may_not_lead_inside(self, sky, did):
        with pytest.raises(BadAddress):
            find(did)

    @pytest.mark.parametrize(
        "answer", [page(), page(status=404), says([]), says({"id": OTHER_DID})]
    )
    def test_a_document_that_is_none_is_told(self, sky, answer):
        sky.fake.answer(f"/{DID}", answer)
        with pytest.raises(CollectError, match="no account behind"):
            find(DID)

    @pytest.mark.parametrize(
        "service",
        [
            None,
            [],
            [5, {"id": "#atproto_pds"}],
            [{"id": ["#atproto_pds"], "type": "AtprotoPersonalDataServer"}],
            [{"id": "#atproto_pds", "type": "Other", "serviceEndpoint": "https://x.org"}],
            [{"id": "#a", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "https://x.org"}],
        ],
    )
    def test_a_document_without_a_server_is_told(self, sky, service):
        sky.document["service"] = service
        sky.tell()
        with pytest.raises(CollectError, match="names no server"):
            find(DID)

    @pytest.mark.parametrize("inside", ["http://169.254.169.254", "https://127.0.0.1", "file:///"])
    def test_a_document_may_not_lead_inside(self, sky, inside):
        sky.document["service"][1]["serviceEndpoint"] = inside
        sky.tell()
        with pytest.raises(BadAddress):
            find(DID)
