"""A real S3 service of one process on this machine, which knows whom it lets in."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

import machine

KEYS = {
    "AWS_ACCESS_KEY_ID": "practika",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_EC2_METADATA_DISABLED": "true",
}
LISTENERS = ("master", "volume", "filer", "s3")


@dataclass
class Service:
    """Where an S3 service answers, and a bucket in it."""

    endpoint: str
    bucket: str

    @cached_property
    def client(self) -> Any:
        """What an operator's own program sees of it."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )


@contextlib.contextmanager
def running() -> Iterator[Service]:
    """Start SeaweedFS with one bucket; nothing is left of it at the end."""
    home = Path(tempfile.mkdtemp(prefix="practika-weed-"))
    ports = (machine.free_port() for _ in range(8))
    listen = dict(zip((*LISTENERS, *(f"{n}.grpc" for n in LISTENERS)), ports, strict=True))
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("weed"), *_words(home, listen)],
            cwd=home,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        service = Service(f"http://127.0.0.1:{listen['s3']}", "takes")
        _await(service, process, home / "log")
        yield service
    finally:
        process.kill()  # asked to end it takes half a minute, and there is nothing to save
        process.wait()
        shutil.rmtree(home)
        for port in listen.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink()


def _words(home: Path, listen: dict[str, int]) -> list[str]:
    access = home / "s3.json"
    identity = {
        "name": "practika",
        "credentials": [
            {"accessKey": KEYS["AWS_ACCESS_KEY_ID"], "secretKey": KEYS["AWS_SECRET_ACCESS_KEY"]}
        ],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    access.write_text(json.dumps({"identities": [identity]}))
    ports = [
        f"-{name.removesuffix('.grpc')}.port{'.grpc' if name.endswith('.grpc') else ''}={port}"
        for name, port in listen.items()
    ]
    return [
        "server",
        f"-dir={home}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-filer",
        "-s3",
        *ports,
        "-s3.port.lance=0",
        "-s3.port.iceberg=0",
        f"-s3.config={access}",
        "-s3.autoCreateBucket=false",
        "-master.volumeSizeLimitMB=64",
        "-master.telemetry=false",
    ]


def _await(service: Service, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the bucket is there and takes a first file."""
    client, deadline = service.client, time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(ClientError, BotoCoreError):
            client.create_bucket(Bucket=service.bucket)
            client.put_object(Bucket=service.bucket, Key="first", Body=b"x")
            client.delete_object(Bucket=service.bucket, Key="first")
            return
        time.sleep(0.05)
    raise RuntimeError(f"SeaweedFS did not start:\n{log.read_text(errors='replace')}")
