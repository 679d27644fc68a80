"""What holds for every template and every colour, read from the files themselves."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from scoring.networks import NETWORKS
from scoring.networks.declaring import Network

TEMPLATES: Final = settings.BASE_DIR / "templates"
CSS: Final = settings.BASE_DIR / "static" / "css"
PAGES: Final = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
ALL: Final = PAGES + sorted(str(p.relative_to(TEMPLATES)) for p in TEMPLATES.rglob("*.txt"))

COMMENT: Final = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
TRANSLATED: Final = re.compile(r"\{% blocktranslate.*?endblocktranslate %\}", re.DOTALL)
CLASSES: Final = re.compile(r"\{% block body_?class %\}.*?\{% endblock %\}")
CODE: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG: Final = re.compile(r"<[^>]*>", re.DOTALL)
ENTITY: Final = re.compile(r"&\w+;")
SPOKEN: Final = re.compile(r'\s(?:aria-label|title|alt|placeholder)="([^"]*)"')
LETTERS: Final = re.compile(r"[^\W\d_]+")

TEXT_ON_GROUND: Final = [
    *product(("ink", "ink-soft", "accent", "bad"), ("paper", "surface", "sunk")),
    *product(("ink",), ("accent-wash", "good-wash", "warn-wash", "bad-wash", "news-wash")),
    *product(("accent-strong",), ("paper", "surface", "sunk", "accent-wash")),
    *[(name, f"{name}-wash") for name in ("good", "warn", "bad", "news")],
    ("good", "paper"),
    ("bad-strong", "bad-wash"),
    ("ink", "marker"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
    ("on-bad", "bad-strong"),
    ("paper", "ink"),
]
TERMS: Final = (
    *("base", "audience", "ratio", "lists", "people"),
    *("reposts", "replies", "likes", "steady"),
)
SHAPE_ON_GROUND: Final = [
    *product([f"part-{term}" for term in TERMS], ("paper", "surface", "sunk")),
    *product(("line-strong", "focus", "accent"), ("paper", "surface", "sunk")),
    ("chart-line", "paper"),
    ("chart-line", "chart-band"),
    ("ink", "chart-band"),
]


def source(name: str) -> str:
    return COMMENT.sub("", (TEMPLATES / name).read_text())


def test_every_word_goes_through_gettext() -> None:
    found = {name: untranslated(source(name)) for name in ALL}
    assert {name: words for name, words in found.items() if words} == {}


def untranslated(template: str) -> list[str]:
    markup = CODE.sub("", CLASSES.sub("", TRANSLATED.sub("", template)))
    seen = ENTITY.sub("", TAG.sub(" ", markup))
    return LETTERS.findall(seen + " ".join(SPOKEN.findall(markup)))


@pytest.mark.parametrize("name", ALL)
def test_it_compiles(name: str) -> None:
    assert get_template(name)


def test_the_page_about_our_own_faults_needs_nothing_to_be_drawn() -> None:
    assert "<h1>" in get_template("500.html").render()


def test_nothing_is_inline_that_the_content_policy_forbids() -> None:
    found = {name: inline(CODE.sub("", source(name))) for name in PAGES}
    assert {name: tags for name, tags in found.items() if tags} == {}


def inline(markup: str) -> list[str]:
    scripts = re.findall(r"<script\b[^>]*>", markup)
    return [
        *re.findall(r"<[^>]*\s(?:style|on\w+)\s*=", markup),
        *re.findall(r"<style\b", markup),
        *(tag for tag in scripts if "src=" not in tag),
    ]


def test_the_checks_find_what_they_look_for() -> None:
    assert untranslated('{% if a %}<b title="Hm">Oh</b>{% endif %}') == ["Oh", "Hm"]
    assert len(inline('<p style="a"><i onclick="a"><style><script>')) == 4


def test_every_static_file_is_there() -> None:
    linked = [
        (name, path)
        for name in PAGES
        for path in re.findall(r"""\{% static ["']([^"']+)["'] %\}""", source(name))
    ]
    assert [(name, path) for name, path in linked if not finders.find(path)] == []


def test_an_icon_is_silent() -> None:
    icons = [
        (name, tag) for name in PAGES for tag in re.findall(r"\{% lucide [^%]*%\}", source(name))
    ]
    assert [icon for icon in icons if 'aria_hidden="true"' not in icon[1]] == []


def test_every_style_is_linked_once_and_stays_in_its_layer() -> None:
    linked = re.findall(r'static "css/([^"]+)"', (TEMPLATES / "_styles.html").read_text())
    files = [path for path in CSS.rglob("*.css") if path.name != "brand-admin.css"]
    assert sorted(linked) == sorted(path.relative_to(CSS).as_posix() for path in files)
    assert [path.name for path in files if not in_its_layer(path)] == []


def in_its_layer(path: Path) -> bool:
    layer = path.parent.name if path.parent != CSS else path.stem
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    top = re.findall(r"^[^\s}][^{;]*(?=[{;])", rules, flags=re.MULTILINE)
    return {rule.strip() for rule in top} <= {
        f"@layer {layer}",
        "@layer tokens, base, layout, components, pages",
    }


def test_colours_have_names_and_live_in_one_file() -> None:
    others = [path for path in CSS.rglob("*.css") if path.name not in OWN_COLOURS]
    assert [path.name for path in others if re.search(r"#[0-9a-f]{3,8}\b", path.read_text())] == []


OWN_COLOURS: Final = {"tokens.css", "brand-admin.css"}


SCHEMES: Final = pytest.mark.parametrize("scheme", ["light", "dark"])


@SCHEMES
def test_text_can_be_read(scheme: str) -> None:
    assert [pair for pair in TEXT_ON_GROUND if contrast(scheme, *pair) < 4.5] == []


@SCHEMES
def test_shapes_can_be_seen(scheme: str) -> None:
    assert [pair for pair in SHAPE_ON_GROUND if contrast(scheme, *pair) < 3] == []


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.key)
def test_a_network_has_the_colour_that_it_declares(network: Network) -> None:
    assert f"#{colours('light')[f'net-{network.key}']}" == network.colour
    rule = f".net--{network.key} {{"
    assert rule in (CSS / "components" / "network.css").read_text()


@pytest.mark.parametrize("network", NETWORKS)
def test_an_icon_can_be_seen_on_its_networks_colour(network: str) -> None:
    assert contrast("light", "on-net", f"net-{network}") >= 3


def contrast(scheme: str, one: str, other: str) -> float:
    """WCAG's ratio of two tokens, 1 to 21."""
    tokens = colours(scheme)
    darker, lighter = sorted([luminance(tokens[one]), luminance(tokens[other])])
    return (lighter + 0.05) / (darker + 0.05)


def colours(scheme: str) -> dict[str, str]:
    light, dark = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", part)) for part in (light, dark)]
    return found[0] if scheme == "light" else found[0] | found[1]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
