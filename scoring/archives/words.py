"""Words that Google puts into its exports, in the languages that accounts have there."""

from __future__ import annotations

import re
from typing import Final

EVERYBODY: Final = frozenset(
    [
        *("public", "öffentlich", "público", "pública", "publico", "publique", "tous", "pubblico"),
        *("pubblica", "openbaar", "offentlig", "offentligt", "julkinen", "publiczny", "publiczne"),
        *("publicznie", "veřejné", "veřejný", "verejné", "nyilvános", "herkese açık", "javno"),
        *("общедоступно", "доступно всем", "для всех", "открытый доступ", "публично", "umum"),
        *("公開", "公开", "一般公開", "전체 공개", "전체공개", "공개", "สาธารณะ", "công khai"),
        *("عام", "ציבורי", "δημόσια", "δημόσιο"),
    ]
)
HIDDEN: Final = frozenset(
    [
        *("private", "unlisted", "privat", "privado", "privada", "privé", "privée", "privato"),
        *("privata", "nicht gelistet", "oculto", "no listado", "non répertoriée", "verborgen"),
        *("non répertorié", "non in elenco", "não listado", "niet vermeld", "非公開", "限定公開"),
    ]
)
TITLE: Final = re.compile(r"title|titel|título|titre|titolo|tytuł|titlul|název|название|タイトル")


def plain(words: str) -> str:
    """As it stands in the sets above."""
    return " ".join(words.split()).lower()
