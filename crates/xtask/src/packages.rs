//! Programs that tests and checks run: found, or installed where that is allowed without asking.

use std::process::{Command, Stdio};

use crate::{Stop, find_program};

/// Sees to it that a program is there, which these packages of Debian have.
pub(crate) fn find_or_install(program: &str, packages: &[&str]) -> Result<(), Stop> {
    if find_program(program).is_some() {
        return Ok(());
    }
    let script = format!("apt-get update -q && apt-get install -yq --no-install-recommends {}", packages.join(" "));
    if find_program("apt-get").is_none() {
        return Err(Stop::Missing(format!("{program} is missing; on Debian, run: sudo sh -c '{script}'")));
    }
    let installation = Installation { what: program, script: &script, by_root: true };
    installation.run()?;
    find_program(program).map(|_| ()).ok_or_else(|| installation.by_hand())
}

/// What installs something that is missing.
pub(crate) struct Installation<'a> {
    /// What is missing, for people.
    pub(crate) what: &'a str,
    /// What a shell runs.
    pub(crate) script: &'a str,
    /// Whether root runs it; Homebrew is nothing for root.
    pub(crate) by_root: bool,
}

impl Installation<'_> {
    /// Runs it, where that is allowed without asking.
    pub(crate) fn run(&self) -> Result<(), Stop> {
        let shell = if self.by_root { root_shell() } else { Some(Command::new("sh")) };
        let mut shell = shell.ok_or_else(|| self.by_hand())?;
        println!("== {} is missing, installing it: {}", self.what, self.script);
        let installed = shell.args(["-c", self.script]).env("DEBIAN_FRONTEND", "noninteractive").status();
        if installed.is_ok_and(|status| status.success()) { Ok(()) } else { Err(self.by_hand()) }
    }

    /// Leaves it to who reads this.
    pub(crate) fn by_hand(&self) -> Stop {
        let command = if self.by_root { format!("sudo sh -c '{}'", self.script) } else { self.script.to_owned() };
        Stop::Missing(format!("{} is missing; run: {command}", self.what))
    }
}

/// A shell of root; none where sudo would ask for a password.
fn root_shell() -> Option<Command> {
    if is_root() {
        return Some(Command::new("sh"));
    }
    let sudo = Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
    sudo.is_ok_and(|status| status.success()).then(|| {
        let mut command = Command::new("sudo");
        command.args(["-n", "sh"]);
        command
    })
}

/// Whether root runs this.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}
