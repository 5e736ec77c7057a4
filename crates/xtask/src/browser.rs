//! What the console is tested with: a browser and its driver, and the rules of accessibility; found, or installed.

use std::{path::PathBuf, process::Command};

use crate::{Stop, packages, root};

/// Pinned, so that new rules don't break an old commit.
const AXE: &str = "4.10.3";

/// Gets what is missing, and gives the file with the rules of accessibility.
pub(crate) fn prepare() -> Result<PathBuf, Stop> {
    packages::find_or_install("chromedriver", &["chromium", "chromium-driver"])?;
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
