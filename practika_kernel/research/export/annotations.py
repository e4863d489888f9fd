"""The replies as W3C Web Annotations: one collection in JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from practika_kernel.research.export.lanes import INSTANT
from practika_kernel.research.export.naming import Names
from practika_kernel.research.export.rows import Dataset, ReplyRow, TakeRow
from practika_kernel.research.export.tabular import moment

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
FRAGMENTS = "http://www.w3.org/TR/media-frags/"


def collection(names: Names, data: Dataset, up: str = "../") -> str:
    """Return the collection with its one page; ``up`` leads to the media's folder.

    A comment targets its take at ``t=start,end`` in seconds (a moment is one millisecond: a
    fragment without an end means "from there on"); one about the whole take targets all of it,
    an answer the comment it answers. Kind, tag and, where it is here, text are bodies.
    """
    takes = {take.take: take for take in data.take}
    known = {row.reply for row in data.reply}
    items = [_annotation(names, row, takes[row.take], known, up) for row in data.reply]
    base = names.urn("annotations", "all")
    page: dict[str, Any] = {
        "id": names.urn("annotations", "page-1"),
        "type": "AnnotationPage",
        "startIndex": 0,
        "items": items,
    }
    made = {
        "@context": CONTEXT,
        "id": base,
        "type": "AnnotationCollection",
        "label": f"{names.study}: replies to takes",
        "total": len(items),
        "first": page,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _annotation(
    names: Names, row: ReplyRow, take: TakeRow, known: set[str], up: str
) -> dict[str, Any]:
    answers = row.parent in known
    motive = "replying" if answers else "questioning" if row.kind == "ask" else "commenting"
    made: dict[str, Any] = {
        "id": names.urn("reply", row.reply),
        "type": "Annotation",
        "motivation": motive,
        "created": moment(row.released_at),
        "body": _bodies(row, up),
        "target": names.urn("reply", row.parent)
        if answers and row.start_ms is None
        else _target(names, row, take, up),
    }
    if row.edited_at is not None:
        made["modified"] = moment(row.edited_at)
    if row.author:
        made["creator"] = {"id": names.urn("person", row.author), "type": "Person"}
    return made


def _bodies(row: ReplyRow, up: str) -> list[dict[str, Any]]:
    def text(purpose: str, value: str) -> dict[str, Any]:
        return {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain"}

    bodies = [text("classifying", row.kind)]
    if row.tag:
        bodies.append(text("tagging", row.tag))
    if row.text:
        bodies.append(text("replying" if row.parent else "commenting", row.text))
    if row.media:
        bodies.append({"id": up + row.media, "type": _type(row.media_level)})
    return bodies


def _target(names: Names, row: ReplyRow, take: TakeRow, up: str) -> dict[str, Any] | str:
    source = up + take.media if take.media else names.urn("take", take.take)
    if row.start_ms is None:
        return source
    end = row.end_ms if row.end_ms is not None else row.start_ms + INSTANT
    return {
        "type": "SpecificResource",
        "source": source,
        "selector": {
            "type": "FragmentSelector",
            "conformsTo": FRAGMENTS,
            "value": f"t={_seconds(row.start_ms)},{_seconds(end)}",
        },
    }


def _type(level: str) -> str:
    return "dctypes:Sound" if level == "audio" else "Video"


def _seconds(ms: int) -> str:
    """Write seconds as a media fragment does: at most three places, at least one.

    >>> _seconds(12_500), _seconds(17_000), _seconds(1_501)
    ('12.5', '17.0', '1.501')
    """
    whole, rest = divmod(ms, 1000)
    return f"{whole}.{f'{rest:03d}'.rstrip('0') or '0'}"
