"""Among which files of a video a person may choose."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.practice import Asset, RenditionKind


def qualities(asset: Asset, has: set[RenditionKind], place: str) -> list[dict[str, Any]]:
    """Name the files of a video among which a person may choose; empty when there is one.

    Whether the original plays is the browser's to say, so its type goes along.
    """
    if asset.play != "web" or not {RenditionKind.WEB, RenditionKind.ORIGINAL} <= has:
        return []
    codecs = {"hevc": "hvc1.1.6.L120.90", "av1": "av01.0.08M.08", "h264": "avc1.640028"}
    known = codecs.get(asset.video_codec)
    kind = f'{asset.media_type}; codecs="{known}"' if known else asset.media_type
    return [
        {"key": "web", "label": "Web copy", "src": f"media/{place}/video", "type": "video/mp4"},
        {"key": "original", "label": "Original", "src": f"media/{place}/original", "type": kind},
    ]
