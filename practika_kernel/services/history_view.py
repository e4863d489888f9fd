"""What pages say of a take that was imported."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.history import History

NO_VIDEO = "Imported without video."


def history_view(history: History | None) -> dict[str, Any] | None:
    """Describe what came with an imported take; what nobody knows is None or ""."""
    if history is None:
        return None
    score, most = history.score, history.max_score
    of = "" if most is None else f" of {most:g}"
    return {
        "replied": history.replied_at.isoformat() if history.replied_at else None,
        "score": "" if score is None else f"{score:g}{of}",
        "outcome": history.outcome,
        "withdrawn": history.withdrawn_at.isoformat() if history.withdrawn_at else None,
    }
