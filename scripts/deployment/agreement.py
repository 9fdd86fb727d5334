"""Holds the deployment files to the program: the variables it reads, and how long it takes to stop."""

import re
import sys
from pathlib import Path

import yaml

STOP_SECONDS = re.compile(r"(?:SHUTDOWN_TIMEOUT_SECONDS: u64 = |TASKS_TIMEOUT: Duration = Duration::from_secs\()(\d+)")
# How often TASKS_TIMEOUT is waited for: requests, then due work.
TASKS_WAITS = 2

wrong = []


def expect(holds, what):
    if not holds:
        wrong.append(what)


def read(path):
    return Path(path).read_text(encoding="utf-8")


# Every variable that the server reads is listed in `.env.example`.
known = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", read(".env.example"), re.MULTILINE))
deployment = yaml.safe_load(read("deploy/kubernetes/deployment.yaml"))
compose = yaml.safe_load(read("deploy/compose.yaml"))
used = {
    "Dockerfile": re.findall(r"^(?:ENV|   ) ([A-Z_]+)=", read("Dockerfile"), re.MULTILINE),
    "deploy/compose.yaml": list(compose["x-atlas"]["environment"]),
    "deploy/atlas.env.example": re.findall(r"^#?([A-Z][A-Z_]+)=", read("deploy/atlas.env.example"), re.MULTILINE),
    "deploy/kubernetes/configmap.yaml": list(yaml.safe_load(read("deploy/kubernetes/configmap.yaml"))["data"]),
    "deploy/kubernetes/secret.example.yaml": list(
        yaml.safe_load(read("deploy/kubernetes/secret.example.yaml"))["stringData"]
    ),
    "deploy/systemd/atlas.service": [
        pair.split("=")[0]
        for line in re.findall(r"^Environment=(.*)$", read("deploy/systemd/atlas.service"), re.MULTILINE)
        for pair in line.split()
    ],
}
for path, names in used.items():
    expect(names, f"{path}: no variable was found, so this check no longer checks")
    for name in names:
        expect(name in known, f"{path}: the server does not read {name}")

# A polite stop is never cut short.
http = STOP_SECONDS.findall(read("crates/server/src/serve.rs"))
tasks = STOP_SECONDS.findall(read("crates/server/src/wiring.rs"))
expect(len(http) == 1 and len(tasks) == 1, "the time a polite stop takes was not found in the sources")
needed = sum(map(int, http)) + TASKS_WAITS * sum(map(int, tasks))
pod = deployment["spec"]["template"]["spec"]
container = pod["containers"][0]
given = {
    "deploy/compose.yaml": int(compose["x-atlas"]["stop_grace_period"].rstrip("s")),
    "deploy/kubernetes/deployment.yaml": pod["terminationGracePeriodSeconds"]
    - container["lifecycle"]["preStop"]["sleep"]["seconds"],
    "deploy/systemd/atlas.service": int(
        re.search(r"^TimeoutStopSec=(\d+)$", read("deploy/systemd/atlas.service"), re.MULTILINE)[1]
    ),
}
for path, seconds in given.items():
    expect(seconds > needed, f"{path}: a stop gets {seconds} s, but may take {needed} s")

# The image and the toolchain of the workspace are one.
rust = re.search(r'^rust-version = "([\d.]+)"', read("Cargo.toml"), re.MULTILINE)[1]
version = re.search(r'^version = "([\d.]+)"', read("Cargo.toml"), re.MULTILINE)[1]
expect(f"FROM rust:{rust}-" in read("Dockerfile"), f"Dockerfile: not Rust {rust}")
expect(f"ARG VERSION={version}\n" in read("Dockerfile"), f"Dockerfile: not version {version}")
kustomization = yaml.safe_load(read("deploy/kubernetes/kustomization.yaml"))
expect(kustomization["images"][0]["newTag"] == version, f"kustomization.yaml: not version {version}")
for resource in kustomization["resources"]:
    expect(Path("deploy/kubernetes", resource).is_file(), f"kustomization.yaml: there is no {resource}")

# Selectors find the pods.
labels = deployment["spec"]["template"]["metadata"]["labels"]
service = yaml.safe_load(read("deploy/kubernetes/service.yaml"))["spec"]["selector"]
budget = yaml.safe_load(read("deploy/kubernetes/poddisruptionbudget.yaml"))["spec"]["selector"]["matchLabels"]
expect(labels == service == budget == deployment["spec"]["selector"]["matchLabels"], "selectors and labels differ")

for line in wrong:
    print(line)
sys.exit(bool(wrong))
