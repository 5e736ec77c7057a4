//! A throw-away PostgreSQL server: found or installed, started, and gone afterwards.

use std::{
    path::PathBuf,
    sync::{Mutex, OnceLock, PoisonError},
};

use postgres_cluster::{Problem, Programs, find};
use tempfile::TempDir;

use crate::{Stop, find_program, packages::Installation};

/// Whether the server may lose data when the machine stops: tests don't mind, measurements do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    On,
    Off,
}

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct Server(());

/// The one server of this process, where the handler of Ctrl-C finds it too.
static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

/// The folder is removed after the server stopped: fields are dropped in order.
struct Running {
    server: postgres_cluster::Server,
    _folder: TempDir,
}

impl Server {
    /// Starts a server on a free loopback port; the steps run from here on find its [`url`] in
    /// `ZORGINKOOP_TEST_POSTGRES`.
    pub(crate) fn start(durability: Durability) -> Result<Self, Stop> {
        static HANDLER: OnceLock<()> = OnceLock::new();
        let bin = match find() {
            Some(bin) => bin,
            None => install()?,
        };
        if HANDLER.set(()).is_ok() {
            let handler = || {
                stop();
                std::process::exit(130);
            };
            ctrlc::set_handler(handler).map_err(|error| Stop::Missing(format!("no signal handler: {error}")))?;
        }
        let running = start(bin, durability).map_err(|problem| Stop::Missing(problem.to_string()))?;
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
        Ok(Self(()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop();
    }
}

/// The url of the running server.
pub(crate) fn url() -> Option<String> {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.as_ref().map(|running| running.server.url("postgres"))
}

fn stop() {
    drop(RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take());
}

fn start(bin: PathBuf, durability: Durability) -> Result<Running, Problem> {
    let no_folder = |source| Problem::Io { what: "no folder", source };
    // Short, since a unix socket's path has a limit near 100 characters.
    let folder = tempfile::Builder::new().prefix("zi-pg").tempdir().map_err(no_folder)?;
    let data = folder.path().join("data");
    let programs = Programs::of(bin)?;
    programs.give(folder.path())?;
    programs.make(&data)?;
    let mut settings = vec!["max_connections=200"];
    if durability == Durability::Off {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    let server = postgres_cluster::Server::start(&programs, &data, &settings)?;
    Ok(Running { server, _folder: folder })
}

/// Installs PostgreSQL by the system's package manager, when that's allowed without asking.
fn install() -> Result<PathBuf, Stop> {
    const MANAGERS: [(&str, &str); 5] = [
        ("apt-get", "apt-get update && apt-get install -y --no-install-recommends postgresql"),
        ("dnf", "dnf install -y postgresql-server"),
        ("apk", "apk add postgresql"),
        ("pacman", "pacman -Sy --noconfirm postgresql"),
        ("brew", "brew install postgresql@17"),
    ];
    let Some((manager, script)) = MANAGERS.into_iter().find(|(name, _)| find_program(name).is_some()) else {
        return Err(Stop::Missing("PostgreSQL is missing; install its server programs, then run this again".into()));
    };
    let installation = Installation { what: "PostgreSQL", script, by_root: manager != "brew" };
    installation.run()?;
    find().ok_or_else(|| installation.by_hand())
}
