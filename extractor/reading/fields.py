"""What an input says of its article: the names by which JSON objects and columns give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.article import Raw
from extractor.errors import InputError

#: Fields that an input may give besides its text.
FIELDS = ("id", "url", "title", "published", "outlet", "author", "section")
#: Columns and keys that are read as a field where the user names none, in order.
NAMES: dict[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "noi_dung", "nội dung", "noidung"),
    "id": ("id", "article_id"),
    "url": ("url", "link"),
    "title": ("title", "headline", "tieu_de", "tiêu đề", "tieude"),
    "published": ("published", "date", "published_at", "publish_date", "ngay_dang", "ngày đăng"),
    "outlet": ("outlet", "site", "source_name", "bao", "báo"),
    "author": ("author", "tac_gia", "tác giả"),
    "section": ("section", "category", "chuyen_muc", "chuyên mục"),
}


@dataclass(frozen=True)
class Columns:
    """Which column or key is which field: those that the user names, else those of `NAMES` (in JSON, their own)."""

    named: Mapping[str, str] = field(default_factory=dict)

    def of(self, header: list[str]) -> dict[str, str]:
        """Field → column of a table; raises `InputError` where there is no text or a named column is missing."""
        folded = {name.strip().lower(): name for name in reversed(header)}
        found: dict[str, str] = {}
        for wanted, names in NAMES.items():
            if wanted in self.named:
                if self.named[wanted] not in header:
                    raise InputError("parse", f"no column {self.named[wanted]!r}; there are {', '.join(header)}"[:500])
                found[wanted] = self.named[wanted]
            else:
                name = next((folded[n] for n in names if n in folded), None)
                if name is not None:
                    found[wanted] = name
        if "text" not in found:
            told = ", ".join(header)[:300]
            raise InputError("parse", f"no column of texts (name it with --text-column); there are {told}")
        return found


def raw_of(data: Mapping[str, Any], source: str, names: Mapping[str, str]) -> Raw:
    """The raw input of an object or row; raises `InputError` for a value that is no string."""
    key = names.get("text", "text")
    text = data.get(key)
    if not isinstance(text, str):
        raise InputError("parse", f'the object has no "{key}"' if text is None else f'"{key}" is no string')
    given: dict[str, Any] = {}
    for name in FIELDS:
        key = names.get(name, name)
        value = data.get(key)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise InputError("parse", f'"{key}" is no string')
        given[name] = str(value)
    return Raw(text, source, **given)
