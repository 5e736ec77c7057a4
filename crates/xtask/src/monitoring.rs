//! Checks of `deploy/prometheus`: that Prometheus and Alertmanager take it, and that alerts fire when they should.

use std::{fs, path::Path, process::Command};

use crate::{Stop, packages, root, steps::step};

/// Gets Prometheus with its tools, where it is missing.
pub(crate) fn prepare() -> Result<(), Stop> {
    packages::find_or_install("promtool", &["prometheus"])?;
    packages::find_or_install("amtool", &["prometheus-alertmanager"])
}

/// Checks the configurations, the rules and their tests.
pub(crate) fn check() -> Result<(), Stop> {
    prepare()?;
    let folder = root().join("deploy/prometheus");
    let mut config = Command::new("promtool");
    config.args(["check", "config"]).arg(folder.join("prometheus.yml"));
    step("prometheus", config)?;
    let mut alerting = Command::new("amtool");
    alerting.arg("check-config").arg(folder.join("alertmanager.yml"));
    step("alertmanager", alerting)?;
    let mut alerts = Command::new("promtool");
    alerts.args(["test", "rules"]).args(files(&folder.join("tests"))?);
    step("alerts", alerts)
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, Stop> {
    let unreadable = |error| Stop::Missing(format!("{}: {error}", folder.display()));
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(unreadable)).collect()
}
