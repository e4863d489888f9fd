"""All takes and their replies as one project of BORIS (format 7.0)."""

from __future__ import annotations

import json
from typing import Any

from practika_kernel.research.export.lanes import Stretch, group_of, laid_out, words
from practika_kernel.research.export.rows import Dataset, ReplyRow, TakeRow
from practika_kernel.research.export.tabular import moment

_PLAYERS = [str(number) for number in range(1, 9)]
_VARIABLES = ("person", "course", "section", "exercise", "number")


def project(name: str, data: Dataset, frame_rates: dict[str, float], up: str = "../") -> str:
    """Return the project: an observation a take, subjects are authors, behaviours kinds of reply.

    A range is a state event (its start and its stop), a moment a point event. Two ranges of one
    author and kind that overlap are two behaviours ("fix", "fix 2"): BORIS pairs starts and
    stops by their names. Without a recording an observation is one of the live kind, which needs
    no file. ``frame_rates`` are pictures a second by take; ``up`` leads to the media's folder.
    """
    replies = data.replies_of()
    laid = {take.take: laid_out(replies[take.take], take.duration_ms) for take in data.take}
    behaviours = sorted({code_of(one) for found in laid.values() for one in found})
    authors = sorted({row.author for row in data.reply if row.author})
    first = min((take.submitted_at for take in data.take), default=None)
    made: dict[str, Any] = {
        "time_format": "hh:mm:ss",
        "project_date": moment(first)[:-5] if first else "1970-01-01T00:00:00",
        "project_name": name,
        "project_description": "Replies to takes, exported from Practika.",
        "project_format_version": "7.0",
        "subjects_conf": {
            str(n): {"key": "", "name": author, "description": ""}
            for n, author in enumerate(authors)
        },
        "behaviors_conf": {
            str(n): _behaviour(code, state) for n, (code, state) in enumerate(behaviours)
        },
        "observations": {
            take.take: _observation(take, laid[take.take], frame_rates, up) for take in data.take
        },
        "behavioral_categories": sorted({code.split(" ")[0] for code, _ in behaviours}),
        "independent_variables": {
            str(n): {
                "label": label,
                "description": "",
                "type": "text",
                "default value": "",
                "possible values": "",
            }
            for n, label in enumerate(_VARIABLES)
        },
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    return json.dumps(made, ensure_ascii=True, indent=1) + "\n"


def code_of(one: Stretch) -> tuple[str, bool]:
    """Return the behaviour of a reply: its code, and whether it lasts."""
    kind, lasts = group_of(one.reply)[2], one.end_ms - one.start_ms > 1
    if not lasts:
        return f"{kind} moment", False
    return (kind if one.lane == 0 else f"{kind} {one.lane + 1}"), True


def _behaviour(code: str, state: bool) -> dict[str, Any]:
    return {
        "type": "State event" if state else "Point event",
        "key": "",
        "code": code,
        "description": "",
        "color": "",
        "category": code.split(" ")[0],
        "modifiers": {},
        "excluded": "",
        "coding map": "",
    }


def _observation(
    take: TakeRow, stretches: list[Stretch], frame_rates: dict[str, float], up: str
) -> dict[str, Any]:
    path = up + take.media if take.media else ""
    events = []
    for one in stretches:
        code, lasts = code_of(one)
        for edge in (one.start_ms, one.end_ms) if lasts else (one.start_ms,):
            event: list[Any] = [edge / 1000, one.reply.author, code, "", _comment(one.reply)]
            events.append([*event, "NA"] if path else event)
    events.sort(key=lambda event: event[:3])
    common = {
        "type": "MEDIA" if path else "LIVE",
        "date": moment(take.submitted_at)[:-1],
        "description": "",
        "time offset": 0.0,
        "events": events,
        "observation time interval": [0, 0],
        "independent_variables": {label: str(getattr(take, label)) for label in _VARIABLES},
        "close_behaviors_between_videos": False,
        "file": {player: [path] if path and player == "1" else [] for player in _PLAYERS},
    }
    if not path:
        return common | {
            "scan_sampling_time": 0,
            "start_from_current_time": False,
            "start_from_current_epoch_time": False,
        }
    sound_alone = take.media_level == "audio"
    return common | {
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "media_creation_date_as_offset": False,
        "media_scan_sampling_duration": 0,
        "image_display_duration": 1,
        "media_info": {
            "length": {path: (take.duration_ms or 0) / 1000},
            "fps": {path: 0.0 if sound_alone else frame_rates.get(take.take, 0.0)},
            "hasVideo": {path: not sound_alone},
            "hasAudio": {path: bool(take.has_sound)},
            "offset": {"1": 0.0},
        },
    }


def _comment(row: ReplyRow) -> str:
    return words(row).replace("\n", " ")
