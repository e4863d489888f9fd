"""What the settings page shows: every setting with its meaning and where its value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.settings import FIELDS, Field, Settings
from practika_kernel.settings.reading import allowance, size
from practika_kernel.settings.weak import weak

_GROUPS: dict[str, tuple[str, ...]] = {
    "Where things are": ("data", "database_url", "media_url", "s3_endpoint", "study_key"),
    "The way in": (
        "host", "port", "base_url", "public_url", "trust_proxy", "secure_cookies", "session_days",
        "staff_totp",
    ),
    "Videos and room": (
        "upload_limit", "person_quota", "course_quota", "upload_days", "trash_days",
        "take_trash_days", "original_days", "keep_free",
    ),
    "Pages": (
        "kernels", "kernels_per_person", "kernel_idle_minutes", "kernel_memory", "fork",
        "duckdb_memory", "duckdb_threads", "time_zone",
    ),
    "Media work": ("workers", "executor", "job_minutes", "job_memory"),
    "E-mails": (
        "smtp_url", "smtp_password", "smtp_password_file", "smtp_sender", "smtp_per_minute",
    ),
    "What is kept, and for how long": ("notice_days", "audit_days"),
    "Watching it run": ("log_level", "log", "metrics_token"),
}  # fmt: skip
_OTHER = "Other"
_PROVIDER = "Sign-in by a provider"
_SECRET = ("password", "secret", "token")
"""How the names of secrets end: of these it is told whether they are set, and nothing more."""


def told(settings: Settings, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return ``{"groups": ..., "warnings": ...}`` as `InForce` shows them.

    Parameters
    ----------
    settings
        What holds in this process.
    environ
        What it was read from; says whether a value was set or left to its default.

    >>> given = {"PRACTIKA_METRICS_TOKEN": "do-not-tell-a-soul"}
    >>> shown = told(Settings.read(given), given)
    >>> "soul" in str(shown)
    False
    """
    shown = settings.shown()
    where = {name: group for group, names in _GROUPS.items() for name in names}
    groups: dict[str, list[dict[str, Any]]] = {group: [] for group in (*_GROUPS, _PROVIDER, _OTHER)}
    for each in FIELDS:
        row = _row(each, settings, shown[each.variable], environ)
        other = _PROVIDER if each.name.startswith("oidc_") else _OTHER
        groups[where.get(each.name, other)].append(row)
    return {
        "groups": [{"group": name, "settings": rows} for name, rows in groups.items() if rows],
        "warnings": [
            {"name": name, "value": value, "advice": advice}
            for name, value, advice in weak(settings)
        ],
    }


def _row(
    field: Field, settings: Settings, shown: str, environ: Mapping[str, str]
) -> dict[str, Any]:
    value, secret = getattr(settings, field.name), field.name.endswith(_SECRET)
    source = "environment" if field.variable in environ else "default"
    if secret and getattr(settings, f"{field.name}_file", None) is not None:
        value, source = True, "file"
    if source == "default" and not secret and _changed(field, settings):
        source = "command line"
    return {
        "variable": field.variable,
        "value": ("set" if value else "not set") if secret else _said(field, value, shown),
        "source": source,
        "sentence": field.sentence,
        "secret": secret,
    }


def _said(field: Field, value: object, shown: str) -> str:
    """Write a value as a person would: "2 GB" for its bytes, yes and no for switches."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and field.parse in (size, allowance):
        return human_size(value)
    return shown


def _changed(field: Field, settings: Settings) -> bool:
    """Whether an option of the command gave it another value than it has by itself."""
    return (
        field.name in {"host", "port", "workers"}
        and str(getattr(settings, field.name)) != field.default
    )
