"""The replies to a take as an ELAN annotation file (EAF 3.0)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

from practika_kernel.research.export.lanes import Stretch, group_of, laid_out, words
from practika_kernel.research.export.rows import ReplyRow, TakeRow

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPES = {"mp4": "video/mp4", "webm": "video/webm", "mkv": "video/x-matroska", "m4a": "audio/mp4"}
_LINE = "comment"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def elan(take: TakeRow, replies: list[ReplyRow], up: str = "../") -> str:
    """Return the file: one tier for each author and kind of comment, more where they overlap.

    ``up`` leads from the file's folder to that of the export, where the media lie. A comment at
    a moment is a millisecond long, as ELAN knows no shorter stretch; one about the whole take as
    long as that. Tags and names of replies stand in the tiers' annotations' ids alone where
    texts are left out.
    """
    stretches = laid_out(replies, take.duration_ms)
    made = max((row.released_at for row in replies), default=take.submitted_at)
    ElementTree.register_namespace("xsi", _XSI)
    root = ElementTree.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "Practika",
            "DATE": _date(made),
            "FORMAT": "3.0",
            "VERSION": "3.0",
            f"{{{_XSI}}}noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    header = ElementTree.SubElement(
        root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"}
    )
    if take.media:
        kind = _TYPES.get(take.media.rpartition(".")[2], "video/*")
        place = {"MEDIA_URL": up + take.media, "RELATIVE_MEDIA_URL": up + take.media}
        ElementTree.SubElement(header, "MEDIA_DESCRIPTOR", place | {"MIME_TYPE": kind})
    for name, value in (("take", take.take), ("person", take.person), ("number", take.number)):
        ElementTree.SubElement(header, "PROPERTY", {"NAME": name}).text = str(value)
    order = ElementTree.SubElement(root, "TIME_ORDER")
    times = sorted({edge for one in stretches for edge in (one.start_ms, one.end_ms)})
    slots = {edge: f"ts{number}" for number, edge in enumerate(times, 1)}
    for edge, slot in slots.items():
        ElementTree.SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": slot, "TIME_VALUE": str(edge)})
    _add_tiers(root, stretches, slots)
    kind_of_line = {
        "LINGUISTIC_TYPE_ID": _LINE,
        "TIME_ALIGNABLE": "true",
        "GRAPHIC_REFERENCES": "false",
    }
    ElementTree.SubElement(root, "LINGUISTIC_TYPE", kind_of_line)
    ElementTree.indent(root, "  ")
    text = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add_tiers(root: ElementTree.Element, stretches: list[Stretch], slots: dict[int, str]) -> None:
    tiers: dict[str, list[Stretch]] = {}
    for one in stretches:
        tiers.setdefault(tier_of(one), []).append(one)
    number = 0
    for name in sorted(tiers):
        _, author, _ = group_of(tiers[name][0].reply)
        about = {"LINGUISTIC_TYPE_REF": _LINE, "TIER_ID": name}
        if author:
            about["PARTICIPANT"] = author
        tier = ElementTree.SubElement(root, "TIER", about)
        for one in tiers[name]:
            number += 1
            place = {
                "ANNOTATION_ID": f"a{number}",
                "TIME_SLOT_REF1": slots[one.start_ms],
                "TIME_SLOT_REF2": slots[one.end_ms],
            }
            annotation = ElementTree.SubElement(tier, "ANNOTATION")
            line = ElementTree.SubElement(annotation, "ALIGNABLE_ANNOTATION", place)
            value = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", words(one.reply))
            ElementTree.SubElement(line, "ANNOTATION_VALUE").text = value


def tier_of(one: Stretch) -> str:
    """Return the name of the tier a reply lies on, as "teacher p2f4... fix" or "... fix 2"."""
    name = " ".join(part for part in group_of(one.reply) if part)
    return name if one.lane == 0 else f"{name} {one.lane + 1}"


def _date(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()
