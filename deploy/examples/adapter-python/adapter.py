"""Takes claim files (AW319) from a folder to zorginkoop, and puts their returns (AW320) in another.

A file is submitted as a whole and is on record as a whole or not at all. What a file is, is its bytes: the same bytes
again get the same return and change nothing. That is why this program keeps no state: whatever it was doing when it was
stopped, it does again, and a file leaves the inbox only after its return is on disk.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import logging
import os
import random
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from zorginkoop.budget.v1 import budget_pb2, budget_pb2_grpc
from zorginkoop.common.v1 import claims_pb2
from zorginkoop.homecare.v1 import homecare_pb2, homecare_pb2_grpc

CHUNK_BYTES = 256 * 1024
CALL_SECONDS = 1800.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# The same file once more may go well. It is safe after any failure, those of which nobody knows what became of the
# call included.
PASSING = {
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.UNKNOWN,
}
logger = logging.getLogger("adapter")


class JsonLines(logging.Formatter):
    """A line per event. A file is told by the hash of its bytes: its name is the sender's, and may name people."""

    def format(self, record: logging.LogRecord) -> str:
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"time": f"{now}.{int(record.msecs):03}Z", "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(line | getattr(record, "fields", {}))


def log(level: int, event: str, **fields: Any) -> None:
    logger.log(level, event, extra={"fields": fields})


class Unsettled(Exception):
    """The file changed while it was read: its sender was not done with it."""


@dataclass(frozen=True)
class Folders:
    """Where files come in and where they go, all in one folder: what moves is renamed, so it is never there by half."""

    root: Path

    def __post_init__(self) -> None:
        for folder in (self.inbox, self.outbox, self.done, self.rejected):
            folder.mkdir(parents=True, exist_ok=True)

    inbox = property(lambda self: self.root / "inbox")
    outbox = property(lambda self: self.root / "outbox")
    done = property(lambda self: self.root / "done")
    rejected = property(lambda self: self.root / "rejected")

    def put(self, path: Path, content: bytes) -> None:
        """Writes a file beside its place and moves it there once it is on disk."""
        beside = path.with_name(f".{path.name}.part")
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        sync(path.parent)

    def finish(self, path: Path, folder: Path, name: str) -> None:
        """Takes a file from the inbox."""
        path.rename(folder / name)
        sync(folder)
        sync(self.inbox)


def sync(folder: Path) -> None:
    """Puts the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass
class Waiting:
    """What is known of a file in the inbox; forgotten when this program ends."""

    seen: tuple[int, int, int]  # its inode, size and time
    since: float  # when it was first seen so
    not_before: float = 0.0
    attempts: int = 0
    trace: str = field(default_factory=lambda: secrets.token_hex(16))


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Submission:
    """A file on its way: the service that takes it, its messages, and the hash of what was sent."""

    path: Path
    office: str
    submit: Any
    request: Any

    def parts(self, sent: Any) -> Iterator[Any]:
        yield self.request(start=claims_pb2.ClaimsStart(office=self.office))
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                sent.update(chunk)
                yield self.request(chunk=chunk)

    def send(self, sha256: str, metadata: list[tuple[str, str]]) -> tuple[claims_pb2.ClaimsResult, bytes]:
        """The result and the AW320. Raises grpc.RpcError, or Unsettled when other bytes were sent than expected."""
        sent, result, aw320 = hashlib.sha256(), None, bytearray()
        for reply in self.submit(self.parts(sent), timeout=CALL_SECONDS, metadata=metadata):
            match reply.WhichOneof("part"):
                case "result":
                    result = reply.result
                case "aw320":
                    aw320 += reply.aw320
        if sent.hexdigest() != sha256 or result is None:
            raise Unsettled
        return result, bytes(aw320)


class Adapter:
    def __init__(self, options: argparse.Namespace) -> None:
        self.folders, self.office, self.settle = Folders(options.folder), options.office, options.settle
        self.own = [("zorginkoop-identity", options.identity)] if options.identity else []
        budget, homecare = (channel(address, options) for address in (options.budget, options.homecare))
        # The message code, positions 3 to 5 of a file, says which service takes it.
        self.takers = {
            b"187": (budget_pb2_grpc.BudgetServiceStub(budget).SubmitClaims, budget_pb2.SubmitClaimsRequest),
            b"428": (homecare_pb2_grpc.HomecareServiceStub(homecare).SubmitClaims, homecare_pb2.SubmitClaimsRequest),
        }
        self.waiting: dict[Path, Waiting] = {}

    def round(self) -> int:
        """Looks at every file in the inbox once, and takes those whose time it is; how many are left."""
        files = [path for path in sorted(self.folders.inbox.iterdir()) if path.is_file() and is_whole(path.name)]
        waiting = {}
        for path in files:
            status, now = path.stat(), time.monotonic()
            # By its inode too: another file may have come under the name of one that was taken.
            seen = (status.st_ino, status.st_size, status.st_mtime_ns)
            known = self.waiting.get(path)
            if known is None or known.seen != seen:
                known = Waiting(seen, since=now)
            if now - known.since >= self.settle and now >= known.not_before:
                self.take(path, known)
            if path.exists():
                waiting[path] = known
        self.waiting = waiting
        return len(waiting)

    def take(self, path: Path, known: Waiting) -> None:
        sha256 = digest(path)
        told = {"sha256": sha256, "bytes": known.seen[1], "trace_id": known.trace}
        name = f"{path.stem}-{sha256[:12]}"
        with path.open("rb") as file:
            taker = self.takers.get(file.read(5)[2:])
        if taker is None:
            return self.reject(path, name, {"reason": "it has no message code 187 or 428"}, told)
        submission = Submission(path, self.office, *taker)
        # Each attempt is a span of its own in the trace of the file.
        trace = ("traceparent", f"00-{known.trace}-{secrets.token_hex(8)}-01")
        log(logging.INFO, "submitting", **told, attempt=known.attempts + 1)
        try:
            result, aw320 = submission.send(sha256, [trace, *self.own])
        except Unsettled:
            known.since = time.monotonic()
            log(logging.WARNING, "the file changed while it was sent", **told)
        except grpc.RpcError as error:
            self.failed(path, known, name, error, told)
        else:
            self.answered(path, name, result, aw320, told)

    def answered(self, path: Path, name: str, result: claims_pb2.ClaimsResult, aw320: bytes, told: Any) -> None:
        self.folders.put(self.folders.outbox / f"{name}.aw320", aw320)
        if result.rejected:
            found = [{"record": f.record_number, "code": f.return_code, "text": f.text_nl} for f in result.findings]
            return self.reject(path, name, {"reason": "the file was rejected", "findings": found}, told)
        self.folders.finish(path, self.folders.done, name + path.suffix)
        numbers = {"lines": result.lines, "granted_lines": result.granted_lines, "sent_before": result.resubmitted}
        log(logging.INFO, "answered", **told, file_id=result.file_id, **numbers)

    def reject(self, path: Path, name: str, why: dict[str, Any], told: Any) -> None:
        text = json.dumps(why, indent=2, ensure_ascii=False) + "\n"
        self.folders.put(self.folders.rejected / f"{name}.json", text.encode())
        self.folders.finish(path, self.folders.rejected, name + path.suffix)
        log(logging.WARNING, "rejected", **told, codes=sorted({f["code"] for f in why.get("findings", [])}))

    def failed(self, path: Path, known: Waiting, name: str, error: Any, told: Any) -> None:
        code = error.code()
        if code == grpc.StatusCode.UNAUTHENTICATED:
            # No file is taken until somebody looks at the certificate: whoever watches this process is told.
            log(logging.ERROR, "not known to the service", **told)
            raise SystemExit(1)
        if code not in PASSING:
            return self.reject(path, name, {"reason": error.details(), "status": code.name}, told)
        known.attempts += 1
        pause = min(FIRST_PAUSE * 2 ** (known.attempts - 1), LONGEST_PAUSE) * random.uniform(0.5, 1.0)
        pause = max(pause, asked_pause(error))
        known.not_before = time.monotonic() + pause
        log(logging.WARNING, "will try again", **told, status=code.name, seconds=round(pause, 2))


def is_whole(name: str) -> bool:
    """Whether a file has its own name: senders write under others and rename."""
    return not name.startswith(".") and not name.endswith((".part", ".tmp"))


def asked_pause(error: Any) -> float:
    """How long the service asks to wait (google.rpc.RetryInfo), in seconds."""
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        info = error_details_pb2.RetryInfo()
        if detail.Unpack(info):
            return info.retry_delay.ToTimedelta().total_seconds()
    return 0.0


def channel(address: str, options: argparse.Namespace) -> grpc.Channel:
    """A connection over mutual TLS, or a plain one to this machine."""
    url = urlsplit(address)
    quiet = [("grpc.keepalive_time_ms", 30_000), ("grpc.max_reconnect_backoff_ms", 10_000)]
    if url.scheme == "https":
        files = (options.ca, options.key, options.cert)
        if None in files:
            raise SystemExit(f"{address} needs --ca, --cert and --key")
        credentials = grpc.ssl_channel_credentials(*(file.read_bytes() for file in files))
        return grpc.secure_channel(url.netloc, credentials, quiet)
    if url.scheme != "http" or url.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise SystemExit(f"{address}: only this machine is spoken to without TLS")
    return grpc.insecure_channel(url.netloc, quiet)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Takes claim files to zorginkoop, and puts their returns in a folder.")
    parser.add_argument("--folder", type=Path, required=True, help="holds inbox, outbox, done and rejected")
    parser.add_argument("--office", required=True, help="the office that files are submitted to, such as vgz")
    parser.add_argument("--budget", default="http://127.0.0.1:7103", help="where message 187 goes")
    parser.add_argument("--homecare", default="http://127.0.0.1:7104", help="where message 428 goes")
    parser.add_argument("--ca", type=Path, help="the CA of the services' certificates (PEM)")
    parser.add_argument("--cert", type=Path, help="the own certificate (PEM)")
    parser.add_argument("--key", type=Path, help="its private key (PEM)")
    parser.add_argument("--identity", help="what to be called by services that run without TLS")
    parser.add_argument("--poll", type=float, default=1.0, help="seconds between two looks at the inbox")
    parser.add_argument("--settle", type=float, default=5.0, help="seconds that a file must stay as it is")
    parser.add_argument("--once", action="store_true", help="end when the inbox is empty")
    return parser.parse_args()


def main() -> int:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    options, stop = arguments(), threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    adapter = Adapter(options)
    with (options.folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"{options.folder}: another adapter works here") from None
        log(logging.INFO, "watching")
        while not stop.is_set():
            left = adapter.round()
            if options.once and left == 0:
                break
            stop.wait(options.poll)
    log(logging.INFO, "stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
