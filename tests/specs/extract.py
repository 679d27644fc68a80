"""Cuts the answers of the operations that we use out of a network's official description.

    python -m tests.specs.extract NETWORK DESCRIPTION [--revision TEXT]

Only facts are kept: names, types, what is required. References are resolved, so that a file
stands for itself; a type that holds itself ends in "anything" where it would begin again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

Schema = dict[str, Any]
Find = Callable[[str], Any]

# Per network: the operations, and properties (unless required) that nobody here reads.
OPERATIONS: Final[dict[str, list[str]]] = {
    "github": [
        "GET /user",
        "GET /user/repos",
        "GET /repos/{owner}/{repo}/stargazers",
        "GET /repos/{owner}/{repo}/forks",
    ],
    "x": [
        "GET /2/users/me",
        "GET /2/users/{id}/tweets",
        "GET /2/tweets",
        "GET /2/users/{id}/mentions",
    ],
    "youtube": [
        "GET youtube/v3/channels",
        "GET youtube/v3/playlistItems",
        "GET youtube/v3/videos",
    ],
    "pinterest": ["GET /user_account", "GET /pins"],
    "twitch": ["GET /users", "GET /channels/followers", "GET /videos", "GET /clips"],
}
WITHOUT: Final[dict[str, set[str]]] = {
    "pinterest": {"media", "board_owner", "creative_type"},
    "github": {"template_repository", "parent", "source", "code_of_conduct"},
    "x": {
        *("media", "polls", "places", "topics", "posts", "article", "article_title", "geo"),
        *("affiliation", "subscription", "subscription_type", "connection_status", "withheld"),
        *("attachments", "card_uri", "context_annotations", "community_id", "scopes"),
        *("display_text_range", "edit_controls", "media_metadata", "matched_media_notes"),
        *("note_post", "note_request_suggestions", "non_public_metrics", "organic_metrics"),
        *("promoted_metrics", "suggested_source_links", "suggested_source_links_with_counts"),
        *("urls", "cashtags", "annotations", "mentions", "verified_type", "profile_banner_url"),
    },
    "youtube": {
        *("localizations", "auditDetails", "brandingSettings", "contentOwnerDetails"),
        *("conversionPings", "invideoPromotion", "topicDetails", "localized", "thumbnails"),
        *("ageGating", "fileDetails", "monetizationDetails", "player", "processingDetails"),
        *("projectDetails", "recordingDetails", "suggestions", "contentRating"),
        *("regionRestriction", "paidProductPlacementDetails", "liveStreamingDetails"),
    },
}
SOURCES: Final = {
    "pinterest": "github.com/pinterest/api-description, v5/openapi.yaml",
    "github": "npm @octokit/openapi 23.0.2, generated/api.github.com.json",
    "x": "github.com/xdevplatform/docs, openapi.json",
    "youtube": "PyPI google-api-python-client 2.202.0, youtube.v3.json",
    "twitch": "github.com/DmitryScaletta/twitch-api-swagger, openapi.json (unofficial)",
}
REVISIONS: Final = {"pinterest": "c05b189", "x": "2871328", "twitch": "f8895f8"}
KEPT: Final = {
    *("type", "required", "enum", "pattern", "uniqueItems", "minimum", "maximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
}
COMBINED: Final = ("allOf", "anyOf", "oneOf")
UNSIGNED: Final = "^[0-9]{1,20}$"


class Extractor:
    """Turns one description's schemas into JSON Schema."""

    def __init__(self, find: Find, without: set[str]) -> None:
        self._find = find
        self._without = without

    def schema(self, raw: Any, inside: tuple[str, ...] = ()) -> Any:
        if not isinstance(raw, dict):
            return raw  # True or False, of additionalProperties
        if "$ref" in raw:
            name = raw["$ref"]
            return {} if name in inside else self.schema(self._find(name), (*inside, name))
        made = {key: raw[key] for key in KEPT if key in raw}
        if not isinstance(made.get("required", []), list):
            del made["required"]  # Google's is a flag about something else
        if made.get("type") == "any":
            del made["type"]
        made |= _format(raw)
        made |= self._nested(raw, inside)
        return _nullable(made) if raw.get("nullable") else made

    def _nested(self, raw: Schema, inside: tuple[str, ...]) -> Schema:
        made: Schema = {}
        for key in COMBINED:
            if key in raw:
                made[key] = [self.schema(part, inside) for part in raw[key]]
        for key in ("items", "additionalProperties", "not"):
            if key in raw:
                made[key] = self.schema(raw[key], inside)
        if "properties" in raw:
            made["properties"] = {
                name: self.schema(part, inside)
                for name, part in raw["properties"].items()
                if name not in self._without or name in _required(raw)
            }
        return made


def openapi(description: Schema, wanted: list[str], without: set[str]) -> Schema:
    def find(ref: str) -> Any:
        found: Any = description
        for part in ref.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found

    extractor = Extractor(find, without)
    made = {}
    for operation in wanted:
        method, _space, path = operation.partition(" ")
        answer = description["paths"][path][method.lower()]["responses"]["200"]
        answer = find(answer["$ref"]) if "$ref" in answer else answer
        made[operation] = extractor.schema(answer["content"]["application/json"]["schema"])
    return made


def discovery(description: Schema, wanted: list[str], without: set[str]) -> Schema:
    """Google's own format."""
    extractor = Extractor(lambda name: description["schemas"][name], without)
    methods = {
        f"{method['httpMethod']} {method['path']}": method["response"]
        for resource in description["resources"].values()
        for method in resource.get("methods", {}).values()
        if "response" in method
    }
    return {operation: extractor.schema(methods[operation]) for operation in wanted}


def extracted(network: str, description: Schema) -> Schema:
    read = discovery if description.get("kind") == "discovery#restDescription" else openapi
    return read(description, OPERATIONS[network], WITHOUT.get(network, set()))


def _required(raw: Schema) -> list[str]:
    required = raw.get("required", [])
    return required if isinstance(required, list) else []


def _format(raw: Schema) -> Schema:
    if raw.get("type") == "string" and raw.get("format") == "date-time":
        return {"format": "date-time"}
    if raw.get("type") == "string" and raw.get("format") == "uint64":
        return {"pattern": UNSIGNED}
    return {}


def _nullable(made: Schema) -> Schema:
    """OpenAPI 3.0 has a flag for what JSON Schema has a type for."""
    if isinstance(made.get("type"), str) and not any(key in made for key in COMBINED):
        enum = {"enum": [*made["enum"], None]} if "enum" in made else {}
        return {**made, **enum, "type": [made["type"], "null"]}
    return {"anyOf": [made, {"type": "null"}]}


def _loaded(path: Path) -> Schema:
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".yaml", ".yml"}:
        import yaml

        text = json.dumps(yaml.safe_load(text), default=str)
    loaded: Schema = json.loads(text)
    return loaded


def _revision(network: str, description: Schema) -> str:
    about = description.get("info", {}).get("version") or description.get("revision", "")
    return " ".join(part for part in (str(about), REVISIONS.get(network, "")) if part)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=sorted(OPERATIONS))
    parser.add_argument("description", type=Path)
    asked = parser.parse_args()
    description = _loaded(asked.description)
    made = {
        "source": SOURCES[asked.network],
        "revision": _revision(asked.network, description),
        "operations": extracted(asked.network, description),
    }
    path = Path(__file__).parent / f"{asked.network}.json"
    path.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
