//! `up` as a process, and what it says.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The binary.
pub const BINARY: &str = env!("CARGO_BIN_EXE_zorginkoop");

/// `up` on free ports, until it is dropped.
pub struct Up {
    child: Child,
    /// All it said until it was ready.
    pub said: String,
}

impl Up {
    /// Starts it, with a `change` of how it is started, and waits until it is ready.
    pub fn start(data: &Path, more: &[&str], change: impl FnOnce(&mut Command)) -> Up {
        let mut command = command(data, more);
        change(command.stdout(Stdio::piped()).stderr(Stdio::null()));
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut said = String::new();
        let ready = lines.any(|line| {
            said.push_str(&line);
            said.push('\n');
            line == "stop with Ctrl-C"
        });
        assert!(ready, "{said}");
        Up { child, said }
    }

    /// The address that it printed beside a name.
    pub fn address(&self, name: &str) -> String {
        let mut lines = self.said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let line = lines.find(|words| words.len() == 2 && words[0] == name && words[1].starts_with("http"));
        line.unwrap_or_else(|| panic!("no address of {name} in {}", self.said))[1].to_owned()
    }

    /// Tells it to stop, and waits until it did so in order.
    #[cfg(unix)]
    pub fn stop(mut self) {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success());
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The command that starts it.
pub fn command(data: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(["up", "--port", "0", "--data", data.to_str().unwrap()]).args(more);
    command
}
