"""Checks that the collector's pipelines are made of what its configuration declares, and use all of it."""

import sys
from pathlib import Path

import yaml

config = yaml.safe_load(Path(__file__).with_name("config.yaml").read_text())
pipelines = config["service"]["pipelines"].values()
faults = []
for kind in ("receivers", "processors", "exporters", "extensions"):
    used = set(config["service"]["extensions"]) if kind == "extensions" else {name for p in pipelines for name in p[kind]}
    faults += [f"{kind}: {name} is not declared" for name in sorted(used - config[kind].keys())]
    faults += [f"{kind}: {name} is not used" for name in sorted(config[kind].keys() - used)]
print("\n".join(faults) or "the pipelines are whole")
sys.exit(1 if faults else 0)
