//! Where PostgreSQL's programs are, and who runs them.

use std::{
    env, fs,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::Problem;

/// The programs without which there is no server.
const PROGRAMS: [&str; 2] = ["initdb", "postgres"];

/// PostgreSQL's programs, and the user they run as.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Programs {
    /// Those of a folder, such as [`find`] gives.
    ///
    /// # Errors
    /// [`Problem::NoOwner`] when root runs this and has nobody to run them.
    pub fn of(folder: PathBuf) -> Result<Programs, Problem> {
        Ok(Programs { folder, owner: owner()? })
    }

    /// The folder they are in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A command of one of them, as the user that owns the cluster, in a folder of that user.
    pub fn command(&self, program: &str, current: &Path) -> Command {
        self.run_as_owner(Command::new(self.folder.join(program)), current)
    }

    pub(crate) fn run_as_owner(&self, mut command: Command, current: &Path) -> Command {
        command.current_dir(current).stdin(Stdio::null());
        if let Some((uid, gid)) = self.owner {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Gives a folder to the user that owns the cluster.
    ///
    /// # Errors
    /// When it can't be given away.
    pub fn give(&self, folder: &Path) -> Result<(), Problem> {
        match self.owner {
            Some((uid, gid)) => chown(folder, Some(uid), Some(gid)).map_err(Problem::of("chown")),
            None => Ok(()),
        }
    }

    /// Makes a cluster in the folder `data`, which lets everybody on this machine in as `postgres`.
    ///
    /// # Errors
    /// What `initdb` says.
    pub fn make(&self, data: &Path) -> Result<(), Problem> {
        let parent = data.parent().unwrap_or(Path::new("/"));
        let mut initdb = self.command("initdb", parent);
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        let made = initdb.arg(data).output().map_err(Problem::of("initdb"))?;
        match made.status.success() {
            true => Ok(()),
            false => Err(Problem::Refused {
                program: "initdb",
                said: String::from_utf8_lossy(&made.stderr).trim().to_owned(),
            }),
        }
    }
}

/// PostgreSQL refuses to run as root, so root runs it as another user.
fn owner() -> Result<Option<(u32, u32)>, Problem> {
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    for user in ["postgres", "nobody"] {
        if let (Some(uid), Some(gid)) = (id(&["-u", user]), id(&["-g", user])) {
            return Ok(Some((uid, gid)));
        }
    }
    Err(Problem::NoOwner)
}

fn id(args: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(args).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The folder that holds `initdb` and `postgres`, if they are installed.
pub fn find() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
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
    let folder = folders.into_iter().find(|folder| PROGRAMS.iter().all(|name| folder.join(name).is_file()))?;
    // What is linked to from a folder of the path has the others beside it where it really is.
    let server = fs::canonicalize(folder.join("postgres")).ok()?;
    let really = server.parent()?;
    let all_there = PROGRAMS.iter().all(|name| really.join(name).is_file());
    Some(if all_there { really.to_owned() } else { folder })
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
