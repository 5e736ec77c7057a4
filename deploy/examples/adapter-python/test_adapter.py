"""The adapter against a service that answers as it is told: what is tried again, when, and what each call carries."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import tempfile
import threading
import time
import unittest
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from zorginkoop.budget.v1 import budget_pb2, budget_pb2_grpc
from zorginkoop.common.v1 import claims_pb2

import adapter

Answer = Callable[[bytes, grpc.ServicerContext], Iterator[Any]]


class Service(budget_pb2_grpc.BudgetServiceServicer):
    """Gives the answers it was told, one for each call, and notes the calls."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers, self.calls = answers, list[tuple[float, str]]()

    def SubmitClaims(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        metadata = dict(context.invocation_metadata())
        self.calls.append((time.monotonic(), str(metadata["traceparent"])))
        content = b"".join(request.chunk for request in requests)
        yield from self.answers[len(self.calls) - 1](content, context)


def granted(content: bytes, _: grpc.ServicerContext) -> Iterator[Any]:
    yield budget_pb2.SubmitClaimsResponse(progress=claims_pb2.ClaimsProgress(received_bytes=len(content)))
    yield budget_pb2.SubmitClaimsResponse(result=claims_pb2.ClaimsResult(file_id="f", lines=1, granted_lines=1))
    yield budget_pb2.SubmitClaimsResponse(aw320=b"return of ")
    yield budget_pb2.SubmitClaimsResponse(aw320=content)


def busy(_: bytes, context: grpc.ServicerContext) -> Iterator[Any]:
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=2)))
    status = status_pb2.Status(code=grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], message="busy", details=[detail])
    context.abort_with_status(rpc_status.to_status(status))
    yield


def refused(code: grpc.StatusCode) -> Answer:
    def answer(_: bytes, context: grpc.ServicerContext) -> Iterator[Any]:
        context.abort(code, "no")
        yield

    return answer


class Adapting(unittest.TestCase):
    def setUp(self) -> None:
        logging.disable(logging.CRITICAL)
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    @contextlib.contextmanager
    def serving(self, *answers: Answer) -> Iterator[tuple[Service, adapter.Adapter]]:
        service, server = Service(list(answers)), grpc.server(futures.ThreadPoolExecutor(2))
        budget_pb2_grpc.add_BudgetServiceServicer_to_server(service, server)
        address = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        options = {"folder": self.folder, "office": "vgz", "settle": 0.0, "identity": None}
        try:
            yield service, adapter.Adapter(argparse.Namespace(**options, budget=address, homecare=address))
        finally:
            server.stop(None)

    def bring(self, content: bytes = b"01187 february") -> Path:
        path = self.folder / "inbox" / "february.asc"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.folder / folder).iterdir())

    def test_a_busy_service_is_asked_again_when_it_says_and_in_the_same_trace(self) -> None:
        self.bring()
        with self.serving(busy, granted) as (service, working):
            while working.round():
                threading.Event().wait(0.05)
        (first, one), (second, other) = service.calls
        self.assertGreaterEqual(second - first, 2.0)
        for header in (one, other):
            self.assertRegex(header, "^00-[0-9a-f]{32}-[0-9a-f]{16}-01$")
        self.assertEqual(one.split("-")[1], other.split("-")[1])
        self.assertNotEqual(one.split("-")[2], other.split("-")[2])
        [name] = self.names("outbox")
        self.assertEqual((self.folder / "outbox" / name).read_bytes(), b"return of 01187 february")
        self.assertEqual(self.names("done"), [name.replace(".aw320", ".asc")])

    def test_each_file_has_a_trace_of_its_own(self) -> None:
        with self.serving(granted, granted) as (service, working):
            for content in (b"01187 february", b"01187 march"):
                self.bring(content)
                self.assertEqual(working.round(), 0)
        self.assertEqual(len({header.split("-")[1] for _, header in service.calls}), 2)

    def test_what_will_never_go_well_is_rejected_with_its_reason(self) -> None:
        self.bring()
        with self.serving(refused(grpc.StatusCode.PERMISSION_DENIED)) as (_, working):
            self.assertEqual(working.round(), 0)
        [file, why] = self.names("rejected")
        self.assertTrue(file.endswith(".asc"))
        self.assertEqual(
            json.loads((self.folder / "rejected" / why).read_text()), {"reason": "no", "status": "PERMISSION_DENIED"}
        )

    def test_an_adapter_that_is_not_known_stops_and_takes_nothing(self) -> None:
        path = self.bring()
        with self.serving(refused(grpc.StatusCode.UNAUTHENTICATED)) as (_, working), self.assertRaises(SystemExit):
            working.round()
        self.assertTrue(path.exists())

    def test_a_file_that_grows_waits(self) -> None:
        path = self.bring()
        with self.serving(granted) as (service, working):
            working.settle = 0.4
            working.round()
            threading.Event().wait(0.5)
            path.write_bytes(b"01187 february and more")
            working.round()
            self.assertEqual(service.calls, [])
            while working.round():
                threading.Event().wait(0.05)
        [name] = self.names("outbox")
        self.assertEqual((self.folder / "outbox" / name).read_bytes(), b"return of 01187 february and more")

    def test_a_file_that_changes_on_its_way_is_sent_again(self) -> None:
        path = self.bring()

        with self.serving(granted, granted) as (service, working):
            original = adapter.digest
            self.addCleanup(setattr, adapter, "digest", original)

            def changing(changed: Path) -> str:
                found = original(changed)
                adapter.digest = original
                path.write_bytes(b"01187 another")
                return found

            adapter.digest = changing
            while working.round():
                threading.Event().wait(0.05)
            self.assertEqual(len(service.calls), 2)
        [name] = self.names("outbox")
        self.assertEqual((self.folder / "outbox" / name).read_bytes(), b"return of 01187 another")


if __name__ == "__main__":
    unittest.main()
