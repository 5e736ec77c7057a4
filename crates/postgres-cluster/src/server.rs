//! A server, running.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{Problem, Programs};

/// A server on a port of this machine. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts the server of the cluster in the folder `data`, with these settings besides those of its files, such as
    /// `fsync=off`. Its log is beside `data`, under the same name with `.log`.
    ///
    /// # Errors
    /// What the server says.
    pub fn start(programs: &Programs, data: &Path, settings: &[&str]) -> Result<Server, Problem> {
        let folder = data.parent().unwrap_or(Path::new("/"));
        let log_path = data.with_extension("log");
        // The port is free now and may be taken before the server binds it: then try another.
        let mut said = String::new();
        for _ in 0..3 {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
            let port = port.map_err(Problem::of("no free port"))?.port();
            let log = fs::File::create(&log_path).map_err(Problem::of("log"))?;
            let mut server = programs.run_as_owner(tied_command(programs), folder);
            server.arg("-D").arg(data).arg("-k").arg(folder).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
            for setting in settings {
                server.args(["-c", setting]);
            }
            let child = server.stdout(Stdio::null()).stderr(log).spawn().map_err(Problem::of("postgres"))?;
            let mut server = Server { child, port };
            if server.is_ready(data) {
                return Ok(server);
            }
            drop(server);
            said = fs::read_to_string(&log_path).unwrap_or_default();
        }
        Err(Problem::Refused { program: "postgres", said })
    }

    /// The address of a database on it, as its superuser.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops it as an accident does: what is not on disk or archived by then is not any more.
    pub fn crash(mut self) {
        self.stop("-QUIT");
    }

    fn stop(&mut self, signal: &str) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let _ = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        let patience = Instant::now() + Duration::from_secs(10);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > patience {
                let _ = self.child.kill();
                let _ = self.child.wait();
                break;
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the server says so in its pid file, as pg_ctl does: that it is ready, or a standby that can be asked.
    fn is_ready(&mut self, data: &Path) -> bool {
        let patience = Instant::now() + Duration::from_secs(60);
        while Instant::now() < patience {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return false;
            }
            let pid_file = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            if pid_file.lines().nth(7).is_some_and(|status| ["ready", "standby"].contains(&status.trim())) {
                return true;
            }
            sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown; it also gives back its shared memory, which a kill wouldn't.
        self.stop("-INT");
    }
}

/// The server, tied to this process where the system can: should this be killed outright, the server stops too.
fn tied_command(programs: &Programs) -> Command {
    let postgres = programs.folder().join("postgres");
    match setpriv() {
        Some(setpriv) if cfg!(target_os = "linux") => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "INT", "--"]).arg(postgres);
            command
        }
        _ => Command::new(postgres),
    }
}

fn setpriv() -> Option<PathBuf> {
    let mut folders = env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join("setpriv")).collect::<Vec<_>>();
    folders.retain(|program| program.is_file());
    folders.into_iter().next()
}
