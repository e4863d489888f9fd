"""Every setting as data: its name, its default as one would type it, how it is read."""

from __future__ import annotations

from practika_kernel.settings import provider
from practika_kernel.settings.reading import (
    allowance,
    auto_integer,
    auto_switch,
    base_url,
    database_url,
    days,
    demand,
    executor,
    folder,
    integer,
    language,
    level,
    log_form,
    media_url,
    optional,
    scripts,
    secret_file,
    sender,
    size,
    smtp_url,
    switch,
    time_zone,
    token,
    web_address,
)
from practika_kernel.settings.table import Field

FIELDS: tuple[Field, ...] = (
    Field("host", "127.0.0.1", "Address the server listens on; 0.0.0.0 opens it to the network."),
    Field("port", "8866", "Port the server listens on.", integer(1, 65535)),
    Field("data", "./practika-data", "Folder for everything Practika keeps.", folder),
    Field(
        "database_url",
        "",
        "Where the record lives; empty means SQLite in the data folder.",
        database_url,
    ),
    Field(
        "media_url",
        "",
        "Where videos live: a folder or s3://bucket/prefix; empty means media/ in the data folder.",
        media_url,
    ),
    Field("s3_endpoint", "", "Address of an S3 service that is not Amazon's.", web_address),
    Field("trash_days", "30", "Days that files nothing uses stay in the trash.", integer(1, 3650)),
    Field(
        "take_trash_days",
        "30",
        "Days in which a thrown away take or reply can be put back.",
        integer(1, 3650),
    ),
    Field(
        "original_days",
        "",
        "Days after which an original goes that has a checked web copy; empty means never.",
        days,
    ),
    Field("base_url", "/", "Path under which all pages stand.", base_url),
    Field("upload_limit", "2 GB", "Largest file a person may upload.", size),
    Field(
        "person_quota",
        "",
        "How much a person's videos may take in all; empty means without limit.",
        allowance,
    ),
    Field(
        "course_quota",
        "",
        "How much a course's videos may take in all; empty means without limit.",
        allowance,
    ),
    Field("upload_days", "2", "Days after which an unfinished upload is deleted.", integer(1, 90)),
    Field("keep_free", "500 MB", "Room that uploads leave free on the data's disk.", size),
    Field("session_days", "30", "Days a sign-in lasts.", integer(1, 365)),
    Field(
        "staff_totp",
        "asked",
        "Second step of everybody but students: off, asked, or required to come in.",
        demand,
    ),
    Field(
        "kernel_idle_minutes",
        "20",
        "Minutes after which the kernel of an unused page is stopped.",
        integer(1, 10_080),
    ),
    Field("kernels_per_person", "4", "Kernels one person may have at a time.", integer(1, 100)),
    Field(
        "kernels",
        "auto",
        "Kernels there may be in all; auto fits the machine's memory.",
        auto_integer(1, 10_000),
    ),
    Field("kernel_memory", "1 GB", "Memory one kernel may use before it is ended.", size),
    Field(
        "fork",
        "1",
        "1 forks kernels from a warmed parent where the system can; 0 starts each anew.",
        switch,
    ),
    Field(
        "workers", "2", "Media jobs at a time, and one more when a person waits.", integer(1, 256)
    ),
    Field("executor", "", "Where media jobs run: empty is here, or dask://host:port.", executor),
    Field("job_minutes", "30", "Minutes a media job may take.", integer(1, 1440)),
    Field("job_memory", "4 GB", "Memory a media job may use.", size),
    Field(
        "time_zone",
        "",
        "Zone in which times are shown; empty means the machine's, else UTC.",
        time_zone,
    ),
    Field(
        "language",
        "en",
        "Language of e-mails and notifications for who chose none: en or de.",
        language,
    ),
    Field(
        "trust_proxy",
        "0",
        "1 when a proxy in front sets X-Forwarded-For and X-Forwarded-Proto.",
        switch,
    ),
    Field(
        "secure_cookies",
        "auto",
        "1 sends cookies over https only; auto decides by each request.",
        auto_switch,
    ),
    Field(
        "public_url",
        "",
        "Address people reach Practika at, for links in e-mails; empty means host and port.",
        web_address,
    ),
    Field(
        "smtp_url",
        "",
        "Mail server: smtp://user@host:587 or smtps://...; empty: no e-mails.",
        smtp_url,
    ),
    Field("smtp_password", "", "Password for the mail server; better in a file of its own."),
    Field("smtp_password_file", "", "File that holds the mail server's password.", secret_file),
    Field(
        "smtp_sender", "", "Who e-mails come from; empty means practika@ the server's host.", sender
    ),
    Field("smtp_per_minute", "60", "E-mails that may leave in a minute.", integer(1, 10_000)),
    Field(
        "notice_days",
        "180",
        "Days that read notifications and sent e-mails are kept; unread ones a year.",
        integer(30, 3650),
    ),
    Field("audit_days", "400", "Days that the audit log is kept.", integer(30, 3650)),
    Field("log_level", "INFO", "DEBUG, INFO, WARNING or ERROR.", level),
    Field("log", "text", "json writes one JSON object a line, for machines.", log_form),
    Field(
        "metrics_token",
        "",
        "Opens /metrics to other machines; empty means only this one may look.",
        token,
    ),
    Field("duckdb_memory", "256 MB", "Memory for the numbers of one open page.", size),
    Field("duckdb_threads", "1", "Threads for the numbers of one open page.", integer(1, 64)),
    Field("study_key", "", "File with the key of pseudonyms of a study's exports.", optional),
    *provider.FIELDS,
)

GIVEN: tuple[Field, ...] = (
    Field("person", "", "The signed-in person a page's kernel belongs to.", optional),
    Field("session", "", "That person's sign-in.", optional),
    Field("kernel", "", "The kernel's own name in the server's list of owners.", optional),
    Field("mails", "0", "1 where the server can send e-mails.", switch),
    Field("scripts", "", "linked where our own server has the widgets' scripts.", scripts),
)
"""What the server puts into a kernel's environment; nobody sets these by hand."""
