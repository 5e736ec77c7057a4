//! Tools and libraries from PyPI, each set in a virtual environment of its own under `target`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Stop, find_program, root, steps::step};

/// The folder of the programs of an environment that has what a file of requirements names, all of it pinned. Made when
/// it is not there or the file changed; after that nothing is fetched.
pub(crate) fn environment(name: &str, requirements: &Path) -> Result<PathBuf, Stop> {
    let folder = root().join("target/python").join(name);
    let (bin, made_from) = (folder.join("bin"), folder.join("made-from"));
    let wanted = fs::read(requirements).map_err(|error| unusable(requirements, &error))?;
    if fs::read(&made_from).is_ok_and(|found| found == wanted) {
        return Ok(bin);
    }
    let python = find_program("python3").ok_or_else(|| missing("python3 is missing"))?;
    let mut venv = Command::new(python);
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    step(&format!("python for {name}"), venv).map_err(|_| missing("python3 can't make a virtual environment"))?;
    let mut pip = Command::new(bin.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(requirements);
    step(&format!("packages for {name}"), pip)?;
    // Last, so that one that was cut off is made again.
    fs::write(&made_from, wanted).map_err(|error| unusable(&made_from, &error))?;
    Ok(bin)
}

fn unusable(path: &Path, error: &std::io::Error) -> Stop {
    Stop::Missing(format!("{}: {error}", path.display()))
}

fn missing(what: &str) -> Stop {
    Stop::Missing(format!("{what}: install Python 3.11 or later with venv (Debian: apt-get install -y python3-venv)"))
}
