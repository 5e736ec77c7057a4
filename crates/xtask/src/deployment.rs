//! Checks of `deploy`: what containers, Kubernetes and systemd would refuse.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Stop, find_program, image, python, root, steps::step};

/// The version of Kubernetes whose objects these are.
const KUBERNETES: &str = "1.33";
const SERVICES: [&str; 5] = ["registration", "tariffing", "budget", "homecare", "screening"];
/// The most that `systemd-analyze security` may find open, of 100.
const EXPOSURE: &str = "15";

/// Checks the image's file, the compose file, the collector's pipelines, what the kustomizations come to, and the units.
pub(crate) fn check() -> Result<(), Stop> {
    let tools = python::environment("deployment", &root().join(".ci/deployment.txt"))?;
    let deploy = root().join("deploy");
    let tool = |name: &str| Command::new(tools.join(name));

    let file = deploy.join("Dockerfile");
    let mut lint = tool("hadolint");
    lint.args(["--failure-threshold", "info"]).arg(&file);
    step("image", lint)?;
    // Its commands are those of somebody who builds without a container.
    for file in [file, deploy.join("README.md")] {
        image::check(&file)?;
    }

    let mut compose = tool("check-jsonschema");
    compose.args(["--builtin-schema", "vendor.compose-spec"]).arg(deploy.join("compose.yaml"));
    step("compose", compose)?;

    let mut collector = tool("python");
    collector.arg(deploy.join("collector/references.py"));
    step("collector", collector)?;

    for overlay in ["base", "overlays/example"] {
        let rendered = render(&deploy.join("kubernetes").join(overlay))?;
        let mut objects = tool("kubernetes-validate");
        objects.args(["--strict", "--kubernetes-version", KUBERNETES, "--quiet"]).arg(&rendered);
        step(&format!("objects of {overlay}"), objects)?;
        let mut references = tool("python");
        references.arg(deploy.join("kubernetes/references.py")).arg(&rendered);
        step(&format!("references of {overlay}"), references)?;
    }
    units(&deploy.join("systemd"))
}

/// What a kustomization comes to, as a file.
fn render(folder: &Path) -> Result<PathBuf, Stop> {
    let output = kustomize()?.arg(folder).output();
    let output = output.map_err(|error| Stop::Missing(format!("cannot run kustomize: {error}")))?;
    if !output.status.success() {
        return Err(Stop::Missing(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let file = root().join("target/kubernetes.yaml");
    fs::write(&file, output.stdout).map_err(|error| Stop::Missing(format!("{}: {error}", file.display())))?;
    Ok(file)
}

/// Kustomize, by itself or as part of kubectl.
fn kustomize() -> Result<Command, Stop> {
    for (name, verb) in [("kustomize", "build"), ("kubectl", "kustomize")] {
        if let Some(program) = find_program(name) {
            let mut command = Command::new(program);
            command.arg(verb);
            return Ok(command);
        }
    }
    Err(Stop::Missing(
        "kustomize is missing: install kubectl 1.27 or later (https://kubernetes.io/docs/tasks/tools/), or kustomize 5 \
         with: go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"
            .to_owned(),
    ))
}

/// The units, in a tree where what they run and what systemd itself brings are empty files.
fn units(folder: &Path) -> Result<(), Stop> {
    if !cfg!(target_os = "linux") {
        println!("== units: not checked, which takes systemd");
        return Ok(());
    }
    let analyze = find_program("systemd-analyze").ok_or_else(|| {
        Stop::Missing("systemd-analyze is missing: install systemd (Debian: apt-get install -y systemd)".to_owned())
    })?;
    let tree = tempfile::tempdir().map_err(|error| Stop::Missing(format!("no folder: {error}")))?;
    plant(folder, tree.path()).map_err(|error| Stop::Missing(format!("the tree of units: {error}")))?;
    let mut names = Vec::new();
    for service in SERVICES {
        for unit in ["zorginkoop@", "zorginkoop-migrate@", "zorginkoop-purge@"] {
            names.push(format!("{unit}{service}.service"));
        }
        names.push(format!("zorginkoop-purge@{service}.timer"));
    }
    println!("== units");
    let root = format!("--root={}", tree.path().display());
    let verified = Command::new(&analyze).args(["verify", "--man=no", &root]).args(&names).output();
    let verified = verified.map_err(|error| Stop::Missing(format!("cannot run systemd-analyze: {error}")))?;
    // An unknown key is told, and ignored.
    if !verified.status.success() || !verified.stderr.is_empty() {
        return Err(Stop::Missing(String::from_utf8_lossy(&verified.stderr).into_owned()));
    }
    for name in names.iter().filter(|name| name.ends_with(".service")) {
        let mut security = Command::new(&analyze);
        security.args(["security", "--offline=true", "--no-pager", &root, "--threshold", EXPOSURE, name]);
        let told = security.output().map_err(|error| Stop::Missing(format!("cannot run systemd-analyze: {error}")))?;
        if !told.status.success() {
            return Err(Stop::Missing(String::from_utf8_lossy(&told.stdout).into_owned()));
        }
    }
    println!("== units: ok");
    Ok(())
}

fn plant(units: &Path, tree: &Path) -> std::io::Result<()> {
    let system = tree.join("etc/systemd/system");
    for entry in fs::read_dir(units)? {
        let entry = entry?.path();
        let place = system.join(entry.file_name().unwrap_or_default());
        let files = if entry.is_dir() { fs::read_dir(&entry)?.collect::<Result<Vec<_>, _>>()? } else { Vec::new() };
        fs::create_dir_all(if entry.is_dir() { &place } else { &system })?;
        for file in files {
            fs::copy(file.path(), place.join(file.file_name()))?;
        }
        if entry.is_file() {
            fs::copy(&entry, &place)?;
        }
    }
    for target in ["basic", "multi-user", "network-online", "shutdown", "sysinit", "time-set", "time-sync", "timers"] {
        fs::write(system.join(format!("{target}.target")), "[Unit]\nDefaultDependencies=no\n")?;
    }
    let programs = SERVICES.map(|service| format!("usr/lib/zorginkoop/{service}"));
    for program in programs.iter().map(String::as_str).chain(["usr/bin/zorginkoop", "bin/sh"]) {
        let path = tree.join(program);
        fs::create_dir_all(path.parent().unwrap_or(tree))?;
        fs::write(&path, "")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
