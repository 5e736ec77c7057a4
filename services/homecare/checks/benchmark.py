"""Holds the home-care benchmark (HOM-02) against numpy and statsmodels, through the calls of a service that runs.

    pip install numpy statsmodels grpcio grpcio-tools
    cargo build --release -p homecare
    python services/homecare/checks/benchmark.py target/release/homecare

It starts the program on a database of its own, with `timeout_seconds` at 600: a call takes at most 60 s by default, which a
build without optimisation does not make. With an address (http://127.0.0.1:PORT) it asks a service that runs without TLS and
identities instead.

It makes a table of 100,000 insured persons and 40 characteristics (two of them categories), concludes an agreement for
every provider, imports the table, runs the benchmark and compares: coefficients within 1e-8 relative, standard errors
and R2 within 1e-8, the condition number within 1e-6. It ends with 1 when anything differs by more.
"""

import csv
import hashlib
import importlib
import io
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import uuid

import grpc
import numpy
import statsmodels.api as statsmodels
from grpc_tools import protoc

INSURED, NUMBERS, PROVIDERS, YEAR = 100_000, 38, 100, 2024
CHUNK = 1 << 20
# How long a call may take, in seconds.
PATIENCE = 600


def started(program, folder):
    """The program on a free port of this machine, with a new database; and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % free.getsockname()[1]
    folder = pathlib.Path(folder)
    (folder / "client.keys").write_text("1 " + "07" * 32 + "\n")
    (folder / "client.keys").chmod(0o600)
    settings = folder / "homecare.toml"
    # Registration is not there, and not needed.
    settings.write_text(
        f'listen = "{address}"\ndatabase = "sqlite://{folder}/homecare.db"\npseudonym_key_file = "client.keys"\n'
        f'log = "error"\ntimeout_seconds = {PATIENCE}\n[peers]\nregistration = "http://127.0.0.1:9"\n'
    )
    return subprocess.Popen([program, "--settings", str(settings)]), address


def contract():
    """The messages and the client of the service, from the contracts in this repository."""
    proto = pathlib.Path(__file__).resolve().parents[3] / "proto"
    out = tempfile.mkdtemp()
    files = [str(file) for file in proto.rglob("*.proto")]
    well_known = str(pathlib.Path(protoc.__file__).parent / "_proto")
    arguments = ["", f"-I{proto}", f"-I{well_known}", f"--python_out={out}", f"--grpc_python_out={out}"]
    if protoc.main(arguments + files):
        sys.exit("the contracts do not compile")
    sys.path.insert(0, out)
    names = ["homecare", "agreements", "benchmark", "consumption"]
    modules = {name: importlib.import_module(f"zorginkoop.homecare.v1.{name}_pb2") for name in names}
    calls = importlib.import_module("zorginkoop.homecare.v1.homecare_pb2_grpc")
    values = importlib.import_module("zorginkoop.common.v1.values_pb2")
    return modules, calls, values


def table(random):
    """The table, as CSV and as a matrix with the constant first and the columns in the order of the service."""
    numbers = random.normal(size=(INSURED, NUMBERS)).round(4)
    numbers[:, 0] = random.integers(18, 100, INSURED)
    numbers[:, 1:6] = random.integers(0, 2, (INSURED, 5))
    regions = numpy.array(["east", "north", "south", "west"])[random.integers(0, 4, INSURED)]
    bands = numpy.array(["a", "b", "c"])[random.integers(0, 3, INSURED)]
    months = random.integers(1, 13, INSURED)
    monthly = 900 + 4 * numbers[:, 0] + numbers[:, 6:].sum(axis=1) * 15 + (regions == "west") * 60
    cost = (numpy.maximum(monthly + random.normal(0, 80, INSURED), 50) * months).round(2)
    hours = (numpy.maximum(monthly / 70 + random.normal(0, 2, INSURED), 0.5) * months).round(2)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["insured", "agb", "months", "cost", "hours"] + [f"n{n:02}" for n in range(NUMBERS)] + ["region", "band"])
    for row in range(INSURED):
        agb = f"41{row % PROVIDERS + 1:06}"
        values = [f"p{row}", agb, months[row], f"{cost[row]:.2f}", f"{hours[row]:.2f}"]
        writer.writerow(values + [repr(float(value)) for value in numbers[row]] + [regions[row], bands[row]])
    dummies = [regions == level for level in ("north", "south", "west")] + [bands == level for level in ("b", "c")]
    matrix = numpy.column_stack([numpy.ones(INSURED), numbers] + [dummy.astype(float) for dummy in dummies])
    return text.getvalue().encode(), matrix, cost / months, hours / months


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1].startswith("http://"):
        sys.exit(check(sys.argv[1].removeprefix("http://")))
    with tempfile.TemporaryDirectory() as folder:
        process, address = started(sys.argv[1], folder)
        try:
            outcome = check(address)
        finally:
            process.terminate()
            process.wait()
    sys.exit(outcome)


def check(address):
    """Imports, fits and compares; 0 when nothing differs."""
    modules, calls, values = contract()
    agreements, benchmark = modules["agreements"], modules["benchmark"]
    channel = grpc.insecure_channel(address)
    grpc.channel_ready_future(channel).result(timeout=60)
    service = calls.HomecareServiceStub(channel)
    for number in range(1, PROVIDERS + 1):
        tariff = agreements.ProductTariff(product="1000", unit="04", tariff=values.Money(cents=7_276))
        request = agreements.ConcludeAgreementRequest(
            request_id=str(uuid.uuid4()), office="check", agb=f"41{number:06}", year=YEAR,
            type=agreements.AGREEMENT_TYPE_STANDARD, ceiling=values.Money(cents=100_000_000_00),
            hours_per_client_month=values.Decimal(value="12"), tariffs=[tariff],
        )
        try:
            service.ConcludeAgreement(request)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.ALREADY_EXISTS:
                raise
    text, matrix, cost, hours = table(numpy.random.default_rng(20240101))
    start = benchmark.FeatureTableStart(
        office="check", year=YEAR + 1, source="made for the check", categories=["region", "band"],
        period=values.Period(
            first_day=values.Date(year=YEAR, month=1, day=1), last_day=values.Date(year=YEAR, month=12, day=31)
        ),
        sha256=hashlib.sha256(text).digest(),
    )
    parts = [benchmark.ImportFeatureTableRequest(start=start)]
    parts += [benchmark.ImportFeatureTableRequest(chunk=text[at:at + CHUNK]) for at in range(0, len(text), CHUNK)]
    begun = time.monotonic()
    imported = next(service.ImportFeatureTable(iter(parts), timeout=PATIENCE)).table
    print(f"imported {imported.rows} lines ({len(text) / 1e6:.0f} MB) in {time.monotonic() - begun:.1f} s")
    begun = time.monotonic()
    request = benchmark.FitBenchmarkRequest(request_id=str(uuid.uuid4()), table_id=imported.table_id)
    run = service.FitBenchmark(request, timeout=PATIENCE).run
    print(f"fitted {run.insured} insured persons of {run.providers} providers in {time.monotonic() - begun:.1f} s")
    alike = [compare(run, matrix, measured, index) for index, measured in enumerate((cost, hours))]
    return 0 if all(alike) else 1


def compare(run, matrix, measured, index):
    """Whether a model is what numpy and statsmodels find; tells the largest differences."""
    model = run.models[index]
    found = numpy.array([float(one.value.value) for one in model.coefficients])
    errors = numpy.array([float(one.standard_error.value) for one in model.coefficients])
    plain = numpy.linalg.lstsq(matrix, measured, rcond=None)[0]
    fitted = statsmodels.OLS(measured, matrix).fit()
    differences = {
        "coefficients / numpy": numpy.abs(found / plain - 1).max(),
        "coefficients / statsmodels": numpy.abs(found / fitted.params - 1).max(),
        "standard errors": numpy.abs(errors / fitted.bse - 1).max(),
        "R2": abs(float(model.r_squared.value) / fitted.rsquared - 1),
    }
    condition = abs(float(run.condition.value) / numpy.linalg.cond(matrix) - 1)
    for name, difference in differences.items():
        print(f"measure {index}: {name} differ by at most {difference:.1e}")
    print(f"measure {index}: condition {run.condition.value} differs by {condition:.1e}")
    return len(found) == matrix.shape[1] and max(differences.values()) < 1e-8 and condition < 1e-6


if __name__ == "__main__":
    main()
