//! A throw-away PostgreSQL server: found or installed, started, and gone afterwards.

use std::{
    fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    Stop, find_program,
    packages::{Installation, is_root},
};

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

struct Running {
    child: Child,
    port: u16,
    /// Removed when dropped, after the child ended.
    folder: TempDir,
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
        start(&bin, durability)?;
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
    running.as_ref().map(|running| format!("postgres://postgres@127.0.0.1:{}/postgres", running.port))
}

fn stop() {
    let Some(mut running) = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    // SIGINT is PostgreSQL's fast shutdown; it also gives back its shared memory, which a kill
    // wouldn't.
    let _ = Command::new("kill").args(["-INT", &running.child.id().to_string()]).status();
    let patience = Instant::now() + Duration::from_secs(10);
    while matches!(running.child.try_wait(), Ok(None)) {
        if Instant::now() > patience {
            let _ = running.child.kill();
            let _ = running.child.wait();
            break;
        }
        sleep(Duration::from_millis(20));
    }
    let _ = running.folder.close();
}

fn start(bin: &Path, durability: Durability) -> Result<(), Stop> {
    let failed = |what: &str, error: std::io::Error| Stop::Missing(format!("{what}: {error}"));
    // Short, since a unix socket's path has a limit near 100 characters.
    let folder = tempfile::Builder::new().prefix("zi-pg").tempdir().map_err(|e| failed("no folder", e))?;
    let data = folder.path().join("data");
    let owner = owner()?;
    if let Some((uid, gid)) = owner {
        chown(folder.path(), Some(uid), Some(gid)).map_err(|e| failed("chown", e))?;
    }
    let as_owner = |mut command: Command| {
        command.current_dir(folder.path()).stdin(Stdio::null());
        if let Some((uid, gid)) = owner {
            command.uid(uid).gid(gid);
        }
        command
    };

    let mut initdb = as_owner(Command::new(bin.join("initdb")));
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
    let made = initdb.arg(&data).output().map_err(|e| failed("initdb", e))?;
    if !made.status.success() {
        return Err(Stop::Missing(format!("initdb: {}", String::from_utf8_lossy(&made.stderr))));
    }

    // The port is free now and may be taken before the server binds it: then try another.
    let mut last_log = String::new();
    for _ in 0..3 {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = port.map_err(|e| failed("no free port", e))?.port();
        let log_path = folder.path().join("log");
        let log = fs::File::create(&log_path).map_err(|e| failed("log", e))?;
        let mut server = as_owner(server_command(bin));
        server.arg("-D").arg(&data).arg("-k").arg(folder.path()).args(["-h", "127.0.0.1", "-p"]);
        server.arg(port.to_string()).args(["-c", "max_connections=200"]);
        if durability == Durability::Off {
            server.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        }
        server.stdout(Stdio::null()).stderr(log);
        let mut child = server.spawn().map_err(|e| failed("postgres", e))?;
        if ready(&mut child, &data) {
            *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(Running { child, port, folder });
            return Ok(());
        }
        let _ = child.kill();
        let _ = child.wait();
        last_log = fs::read_to_string(&log_path).unwrap_or_default();
    }
    Err(Stop::Missing(format!("postgres doesn't start:\n{last_log}")))
}

/// The server, tied to this process where the system can: should this be killed outright, the
/// server stops too.
fn server_command(bin: &Path) -> Command {
    let postgres = bin.join("postgres");
    match find_program("setpriv") {
        Some(setpriv) if cfg!(target_os = "linux") => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "INT", "--"]).arg(postgres);
            command
        }
        _ => Command::new(postgres),
    }
}

/// Waits until the server says so in its pid file, as pg_ctl does.
fn ready(child: &mut Child, data: &Path) -> bool {
    let patience = Instant::now() + Duration::from_secs(60);
    while Instant::now() < patience {
        if !matches!(child.try_wait(), Ok(None)) {
            return false;
        }
        let pid_file = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        if pid_file.lines().nth(7).is_some_and(|status| status.trim() == "ready") {
            return true;
        }
        sleep(Duration::from_millis(20));
    }
    false
}

/// PostgreSQL refuses to run as root, so root runs it as another user.
fn owner() -> Result<Option<(u32, u32)>, Stop> {
    if !is_root() {
        return Ok(None);
    }
    for user in ["postgres", "nobody"] {
        if let (Some(uid), Some(gid)) = (id(&["-u", user]), id(&["-g", user])) {
            return Ok(Some((uid, gid)));
        }
    }
    Err(Stop::Missing("PostgreSQL doesn't run as root and there is no user postgres or nobody".to_owned()))
}

fn id(args: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(args).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The folder that holds `initdb` and `postgres`.
fn find() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    // Distributions keep the server's programs out of PATH, in a folder per version.
    let installed = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output();
    if let Ok(output) = installed {
        folders.push(String::from_utf8_lossy(&output.stdout).trim().into());
    }
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/usr/libexec", "postgresql"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ] {
        folders.extend(versions(Path::new(parent), prefix).map(|folder| folder.join("bin")));
        folders.extend(versions(Path::new(parent), prefix));
    }
    folders.into_iter().find(|folder| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file()))
}

/// `parent/prefix*`, newest version first.
fn versions(parent: &Path, prefix: &str) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?;
            Some((version.parse().unwrap_or(0), entry.path()))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, path)| path)
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
