//! The demo, as a process of its own.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The demo, running.
pub struct Demo(Child);

impl Demo {
    /// Starts it, and returns when its story was told. It tells of itself at `admin`.
    pub fn start(data: &Path, admin: &str) -> Demo {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zorginkoop"))
            .args(["up", "--demo", "--port", "0", "--no-console", "--data"])
            .arg(data)
            .env("ZORGINKOOP_ADMIN", admin)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(said.any(|line| line.unwrap().contains("stop with")), "the demo ended early");
        // What it says later is read by nobody, and must not stop it.
        std::thread::spawn(move || said.for_each(drop));
        Demo(child)
    }

    /// Stops it, as an operator would.
    pub fn stop(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(told.success() && self.0.wait().unwrap().success());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
