//! What the console is tested with: a browser and its driver, and the rules of accessibility; found, or installed.

use std::{path::PathBuf, process::Command};

use crate::{Stop, find_program, root};

/// Pinned, so that new rules don't break an old commit.
const AXE: &str = "4.10.3";
const INSTALL: &str = "apt-get update && apt-get install -y --no-install-recommends chromium chromium-driver";

/// Gets what is missing, and gives the file with the rules of accessibility.
pub(crate) fn prepare() -> Result<PathBuf, Stop> {
    if find_program("chromedriver").is_none() {
        install()?;
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = target.join(format!("axe-core-{AXE}"));
    let rules = folder.join("node_modules/axe-core/axe.min.js");
    if !rules.exists() {
        let missing = || {
            Stop::Missing(format!(
                "the console is tested with axe-core {AXE}, which npm fetches, and npm did not: install it (Debian: \
                 apt-get install -y npm)"
            ))
        };
        println!("== axe-core is missing, fetching it");
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-save", "--no-package-lock", "--ignore-scripts", "--prefix"])
            .arg(&folder);
        let fetched = npm.arg(format!("axe-core@{AXE}")).status().map_err(|_| missing())?;
        if !fetched.success() || !rules.exists() {
            return Err(missing());
        }
    }
    Ok(rules)
}

/// Installs the browser where that is allowed without asking.
fn install() -> Result<(), Stop> {
    let missing = || Stop::Missing(format!("chromedriver is missing; on Debian, run as root: {INSTALL}"));
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let sudo = || Command::new("sudo").args(["-n", "true"]).status().is_ok_and(|status| status.success());
    if find_program("apt-get").is_none() {
        return Err(missing());
    }
    let mut command = match root {
        true => Command::new("sh"),
        false if find_program("sudo").is_some() && sudo() => {
            let mut command = Command::new("sudo");
            command.args(["-n", "sh"]);
            command
        }
        false => return Err(missing()),
    };
    println!("== chromedriver is missing, installing it: {INSTALL}");
    let installed = command.args(["-c", INSTALL]).env("DEBIAN_FRONTEND", "noninteractive").status();
    match (installed, find_program("chromedriver")) {
        (Ok(status), Some(_)) if status.success() => Ok(()),
        _ => Err(missing()),
    }
}
