//! Programs that tests and checks run: found, or installed with Debian's packages where that is allowed without asking.

use std::process::{Command, Stdio};

use crate::{Stop, find_program};

/// Sees to it that a program is there, which these packages have.
pub(crate) fn find_or_install(program: &str, packages: &[&str]) -> Result<(), Stop> {
    if find_program(program).is_some() {
        return Ok(());
    }
    let script = format!("apt-get update -q && apt-get install -yq --no-install-recommends {}", packages.join(" "));
    let missing = || Stop::Missing(format!("{program} is missing; on Debian, run: sudo sh -c '{script}'"));
    if find_program("apt-get").is_none() {
        return Err(missing());
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let mut command = if root {
        Command::new("sh")
    } else {
        let sudo = Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
        if !sudo.is_ok_and(|status| status.success()) {
            return Err(missing());
        }
        let mut command = Command::new("sudo");
        command.args(["-n", "sh"]);
        command
    };
    println!("== {program} is missing, installing it: {script}");
    let installed = command.args(["-c", &script]).env("DEBIAN_FRONTEND", "noninteractive").status();
    match (installed, find_program(program)) {
        (Ok(status), Some(_)) if status.success() => Ok(()),
        _ => Err(missing()),
    }
}
