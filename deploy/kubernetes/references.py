"""Checks what no schema sees in rendered objects: references.py FILE.

Each Secret that is referred to is made by secrets.sh, with the keys that are asked for; each ConfigMap, volume claim,
service account and scaled object is there; each container fits the restricted profile of the pod security standards.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]
SECRETS = Path(__file__).with_name("secrets.sh")


def secrets() -> dict[str, set[str]]:
    """The Secrets that secrets.sh makes, with their keys; `$service` stands for each service."""
    made: dict[str, set[str]] = {}
    calls = re.findall(r"^\s*secret (\S+) ((?:.*\\\n)*.*)$", SECRETS.read_text(), re.MULTILINE)
    for name, arguments in calls:
        keys = set(re.findall(r"--from-file=(?:([\w.-]+)=)?", arguments))
        for service in ("registration", "tariffing", "budget", "homecare", "screening"):
            made[name.strip('"').replace("$service", service)] = keys
    return made


def pods(objects: list[Object]) -> Iterator[tuple[str, Object, Object]]:
    """Every pod template: what it is of, its metadata and its spec."""
    for thing in objects:
        spec = thing.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield f"{thing['kind']} {thing['metadata']['name']}", template["metadata"], template["spec"]


def faults(objects: list[Object]) -> Iterator[str]:
    known = {(thing["kind"], thing["metadata"]["name"]) for thing in objects}
    made = secrets()

    def secret(name: str, keys: list[str]) -> Iterator[str]:
        if name not in made:
            yield f"Secret {name} is made by nobody"
        # A folder of receipt keys has the names that `zorginkoop receipt-keys` gives.
        elif missing := [key for key in keys if key not in made[name]]:
            yield f"Secret {name} has no {', '.join(missing)}"

    for thing in objects:
        target = thing.get("spec", {}).get("scaleTargetRef")
        if target and (target["kind"], target["name"]) not in known:
            yield f"{thing['metadata']['name']} scales {target['name']}, which is not there"
    for owner, _, spec in pods(objects):
        told: list[str] = []
        if ("ServiceAccount", spec["serviceAccountName"]) not in known:
            told.append(f"no ServiceAccount {spec['serviceAccountName']}")
        for volume in spec.get("volumes", []):
            if name := volume.get("configMap", {}).get("name"):
                told += [] if ("ConfigMap", name) in known else [f"no ConfigMap {name}"]
            if name := volume.get("persistentVolumeClaim", {}).get("claimName"):
                told += [] if ("PersistentVolumeClaim", name) in known else [f"no PersistentVolumeClaim {name}"]
            if name := volume.get("secret", {}).get("secretName"):
                told += secret(name, [])
            for source in volume.get("projected", {}).get("sources", []):
                told += secret(source["secret"]["name"], [item["key"] for item in source["secret"]["items"]])
        volumes = {volume["name"] for volume in spec.get("volumes", [])}
        if not spec["securityContext"].get("runAsNonRoot"):
            told.append("may run as root")
        if spec["securityContext"].get("seccompProfile") != {"type": "RuntimeDefault"}:
            told.append("has no seccomp profile")
        for container in spec["containers"]:
            for variable in container.get("env", []):
                if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                    told += secret(reference["name"], [reference["key"]])
            for source in container.get("envFrom", []):
                if ("ConfigMap", source["configMapRef"]["name"]) not in known:
                    told.append(f"no ConfigMap {source['configMapRef']['name']}")
            mounts = {mount["name"] for mount in container.get("volumeMounts", [])}
            if mounts - volumes:
                told.append(f"no volume {', '.join(mounts - volumes)}")
            context = container["securityContext"]
            if context != {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }:
                told.append(f"container {container['name']} may do more than it needs")
            if not container["resources"]["limits"].get("memory"):
                told.append(f"container {container['name']} may take all memory")
        yield from (f"{owner}: {fault}" for fault in told)


def main() -> int:
    objects = [thing for thing in yaml.safe_load_all(Path(sys.argv[1]).read_text()) if thing]
    found = list(faults(objects))
    print("\n".join(found) or f"{len(objects)} objects refer to what is there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
