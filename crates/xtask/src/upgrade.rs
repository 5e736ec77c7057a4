//! An older version and this one, side by side on the same databases.
//!
//! What they do there is in `tests/upgrade/versions.rs`; here both are built.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    Stop,
    postgres::{Durability, Server},
    root,
    steps::{buf, cargo, step},
};

/// What the new version is asked for beside the command line, which has all services: to migrate.
const SERVICES: [&str; 5] = ["registration", "tariffing", "budget", "homecare", "screening"];

/// Builds the version of a revision and this one, holds the contracts of this one against those of the other, and plays an
/// upgrade and the way back.
pub(crate) fn run(revision: &str) -> Result<(), Stop> {
    let commit = git(&["rev-parse", "--verify", "--short=12", &format!("{revision}^{{commit}}")])?;
    let folder = target().join("upgrade").join(&commit);
    let source = folder.join("source");
    check_out(&commit, &source)?;
    step("contracts", buf(&["breaking", "--against", &text(&source.join("proto"))]))?;

    let mut old = cargo(["build", "--quiet", "--package", "zorginkoop"]);
    // Beside its source, so that a second run finds it built.
    old.current_dir(&source).env("CARGO_TARGET_DIR", folder.join("target"));
    step(&format!("build of {commit}"), old)?;
    let mut new = cargo(["build", "--quiet", "--package", "zorginkoop"]);
    new.args(SERVICES.iter().flat_map(|service| ["--package", service]));
    step("build", new)?;

    let _server = Server::start(Durability::Off)?;
    let mut play = cargo(["run", "--quiet", "--package", "tests", "--example", "versions", "--"]);
    play.args([folder.join("target/debug"), target().join("debug")]);
    if !knows_newer_schemas(&source) {
        play.arg("no-way-back");
    }
    step("upgrade", play)
}

/// Whether a version starts on a schema with steps that it lacks: the first one did not.
fn knows_newer_schemas(source: &Path) -> bool {
    let migrations = fs::read_to_string(source.join("crates/database/src/migrations.rs")).unwrap_or_default();
    migrations.contains("set_ignore_missing(true)")
}

/// Puts the files of a commit into a folder, as old as the commit: what was built of them before is still good.
fn check_out(commit: &str, folder: &Path) -> Result<(), Stop> {
    let failed = |error: std::io::Error| Stop::Missing(format!("{commit} can't be checked out: {error}"));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut archive = Command::new("git");
    archive.args(["archive", "--format=tar", commit]).current_dir(root()).stdout(Stdio::piped());
    let mut archive = archive.spawn().map_err(failed)?;
    let mut unpack = Command::new("tar");
    unpack.args(["-x", "-C"]).arg(folder).stdin(archive.stdout.take().map_or_else(Stdio::null, Stdio::from));
    let outcome = step(&format!("files of {commit}"), unpack);
    match archive.wait().map_err(failed)?.success() {
        true => outcome,
        false => Err(Stop::Missing(format!("{commit} can't be checked out"))),
    }
}

fn git(args: &[&str]) -> Result<String, Stop> {
    let output = Command::new("git").args(args).current_dir(root()).output();
    let output = output.map_err(|error| Stop::Missing(format!("cannot run git: {error}")))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(Stop::Missing(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

/// Where this version is built.
fn target() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    set.map_or_else(|| root().join("target"), |set| root().join(set))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
