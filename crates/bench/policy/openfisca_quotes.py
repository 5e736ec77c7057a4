"""The policy of the bench `policy` in OpenFisca-Core: a quote per provider, one by one and all at once.

    python3 -m venv /tmp/openfisca && /tmp/openfisca/bin/pip install OpenFisca-Core==46.0.1
    cargo xtask bench policy --facts /tmp/facts.json
    /tmp/openfisca/bin/python crates/bench/policy/openfisca_quotes.py /tmp/facts.json

Prints how the results compare with those in the file, and quotes per second. With --turns it measures a round for every
line it is given, which is how `cargo xtask bench policy` runs it when ZORGINKOOP_OPENFISCA_PYTHON names that Python.

OpenFisca computes in 32-bit floats. So a percentage of 96.15 is 96.1500015, and an amount that lies on half a cent may
be rounded the other way; how often is told.
"""

import json
import sys
import time

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

YEAR = "2023"
ROUND = 0.4
THEMES = ("voldoende_goede_zorg", "zorg_dichtbij_huis")

Provider = build_entity(key="provider", plural="providers", label="A provider", is_person=True)


class Basis(Enum):
    none = "Nothing agreed for the year before"
    regular = "Regular"
    falling_line = "A falling line"
    new_provider = "The reduction of a new provider"
    interview = "An interview"
    lower_bid = "A lower bid"


def fact(name, value_type=float, **attributes):
    """A variable that is given."""
    body = {"value_type": value_type, "entity": Provider, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), body | attributes)


class historic(Variable):
    value_type = bool
    entity = Provider
    definition_period = DateUnit.YEAR
    label = "TAR-07: below the guide percentage in the year before, and not by what was meant to pass"

    def formula(provider, period, parameters):
        basis = provider("previous_basis", period)
        passing = (basis == Basis.none) + (basis == Basis.falling_line) + (basis == Basis.new_provider)
        lower = provider("previous_percentage", period) < parameters(period).guide_percentage
        return lower * numpy.logical_not(passing)


class start(Variable):
    value_type = float
    entity = Provider
    definition_period = DateUnit.YEAR
    label = "TAR-06, TAR-07: the historically lower tariff, or the guide percentage"

    def formula(provider, period, parameters):
        previous = provider("previous_percentage", period)
        return numpy.where(provider("historic", period), previous, parameters(period).guide_percentage)


def added(theme):
    """TAR-03: the points of a theme that count; none outside its range, and none beside a historically lower tariff."""

    def formula(provider, period, parameters):
        points = provider(theme, period)
        bounds = parameters(period).themes[theme]
        within = (points >= bounds.lowest) * (points <= bounds.highest)
        return numpy.where(within * numpy.logical_not(provider("historic", period)), points, 0)

    return fact(f"{theme}_added", formula=formula)


class percentage(Variable):
    value_type = float
    entity = Provider
    definition_period = DateUnit.YEAR
    label = "TAR-10: the sum, not above the cap, in two decimals"

    def formula(provider, period, parameters):
        points = sum(provider(f"{theme}_added", period) for theme in THEMES) + provider("zinnige_zorg", period)
        capped = numpy.minimum(provider("start", period) + points, parameters(period).cap_percentage)
        return numpy.floor(capped * 100 + 0.5) / 100


class care_part(Variable):
    value_type = float
    entity = Provider
    definition_period = DateUnit.YEAR
    label = "TAR-01: the maximum without NHC and NIC times the percentage, to the cent"

    def formula(provider, period):
        return numpy.floor(provider("maximum_cents", period) * provider("percentage", period) / 100 + 0.5)


class housing_part(Variable):
    value_type = float
    entity = Provider
    definition_period = DateUnit.YEAR
    label = "TAR-01: NHC and NIC times their own percentage, to the cent"

    def formula(provider, period, parameters):
        return numpy.floor(provider("housing_cents", period) * parameters(period).housing_percentage / 100 + 0.5)


class tariff(Variable):
    value_type = float
    entity = Provider
    definition_period = DateUnit.YEAR
    label = "TAR-01: both parts"

    def formula(provider, period):
        return provider("care_part", period) + provider("housing_part", period)


def system():
    def parameter(value, reference):
        return {"values": {"2022-01-01": {"value": value}}, "metadata": {"reference": reference}}

    theme = {"lowest": parameter(0, "vgz-2023"), "highest": parameter(0.2, "vgz-2023")}
    country = TaxBenefitSystem([Provider])
    country.parameters = ParameterNode(
        "",
        data={
            "guide_percentage": parameter(95.8, "kader-2022 2.1-2.2"),
            "cap_percentage": parameter(100, "wmg art. 35"),
            "housing_percentage": parameter(100, "kader-2022 2.2"),
            "themes": {name: theme for name in THEMES},
        },
    )
    given = [fact(name) for name in ("previous_percentage", *THEMES, "zinnige_zorg", "maximum_cents", "housing_cents")]
    given.append(fact("previous_basis", Enum, possible_values=Basis, default_value=Basis.none))
    formulas = [historic, start, *map(added, THEMES), percentage, care_part, housing_part, tariff]
    country.add_variables(*given, *formulas)
    return country


def inputs(facts):
    """The facts as arrays: no points count as zero, which adds as little."""
    numbers = ("previous_percentage", *THEMES, "zinnige_zorg", "maximum_cents", "housing_cents")
    arrays = {name: numpy.array([float(fact[name] or 0) for fact in facts], dtype=numpy.float32) for name in numbers}
    arrays["previous_basis"] = Basis.encode(numpy.array([fact["previous_basis"] or "none" for fact in facts]))
    return arrays


def quote(country, count, arrays, trace):
    """A simulation of so many providers, as a service would make one for every request."""
    simulation = SimulationBuilder().build_default_simulation(country, count)
    simulation.trace = trace
    for name, values in arrays.items():
        simulation.set_input(name, YEAR, values)
    simulation.calculate("tariff", YEAR)
    return simulation


def compared(country, facts, arrays):
    """How the results compare with those in the file."""
    simulation = quote(country, len(facts), arrays, False)
    off = {}
    for name in ("percentage", "care_part", "housing_part", "tariff"):
        values = simulation.calculate(name, YEAR)
        expected = numpy.array([float(fact["expected"][name]) for fact in facts], dtype=numpy.float32)
        off[name] = int((values != expected).sum())
        if abs(values - expected).max() > 1:
            raise SystemExit(f"{name} is another one than in the file")
    return f"{len(facts)} cases in 32-bit floats, of which differ by at most a cent or hundredth: " + ", ".join(
        f"{count} in {name}" for name, count in off.items()
    )


def rate(country, facts, arrays, way):
    """Quotes per second, for some tenths of a second."""
    traced, written = way != "one bare", way == "one written"
    single = [{name: values[place : place + 1] for name, values in arrays.items()} for place in range(len(facts))]
    begun, quotes = time.perf_counter(), 0
    while time.perf_counter() - begun < ROUND:
        if way.startswith("all"):
            quote(country, len(facts), arrays, traced)
            quotes += len(facts)
            continue
        simulation = quote(country, 1, single[quotes % len(facts)], traced)
        if written:
            "\n".join(simulation.tracer.computation_log.lines())
        quotes += 1
    return quotes / (time.perf_counter() - begun)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        facts = json.load(file)
    country, arrays = system(), inputs(facts)
    print(compared(country, facts, arrays), flush=True)
    if "--turns" in sys.argv:
        for line in sys.stdin:
            print(rate(country, facts, arrays, line.strip()), flush=True)
        return
    for way in ("one written", "one traced", "one bare", "all traced"):
        print(f"{way}: {rate(country, facts, arrays, way):.0f} quotes/s")


if __name__ == "__main__":
    main()
