//! Checks of `deploy/prometheus`: that Prometheus and Alertmanager take it, that alerts fire when they should,
//! and that there is a test of each.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

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
    let tests = files(&folder.join("tests"))?;
    let mut alerts = Command::new("promtool");
    alerts.args(["test", "rules"]).args(&tests);
    step("alerts", alerts)?;
    let (rules, tests) = (texts(&files(&folder.join("rules"))?)?, texts(&tests)?);
    let untested = untested(&rules, &tests);
    if untested.is_empty() {
        return Ok(());
    }
    Err(Stop::Missing(format!("alerts that no test of deploy/prometheus expects: {}", untested.join(", "))))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let unreadable = |error| Stop::Missing(format!("{}: {error}", folder.display()));
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(unreadable)).collect()
}

fn texts(files: &[PathBuf]) -> Result<String, Stop> {
    let text = |file: &PathBuf| {
        fs::read_to_string(file).map_err(|error| Stop::Missing(format!("{}: {error}", file.display())))
    };
    files.iter().map(text).collect()
}

/// The alerts of rules that no test expects to fire. One that is only expected to be silent could be silent for ever.
fn untested<'a>(rules: &'a str, tests: &str) -> Vec<&'a str> {
    // promtool has read both: what they look like is known.
    let fires = |test: &&str| test.contains("- exp_labels:");
    let fired: Vec<&str> = parts(tests, "- alertname: ").filter(fires).map(first_line).collect();
    parts(rules, "- alert: ").map(first_line).filter(|alert| !fired.contains(alert)).collect()
}

fn parts<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start).skip(1)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_that_no_test_expects_is_named() {
        let rules = "groups:\n  - name: all\n    rules:\n      - alert: Down\n        expr: up == 0\n      - alert: Slow\n      \
                     - alert: Slower\n";
        let test = |alert: &str, fires: &str| {
            format!(
                "    alert_rule_test:\n      - alertname: {alert}\n        eval_time: 1h\n        exp_alerts:{fires}\n"
            )
        };
        let fires = "\n          - exp_labels: {severity: page}";
        assert_eq!(untested(rules, ""), ["Down", "Slow", "Slower"]);
        let tests = test("Slow", " []") + &test("Slower", fires) + &test("Down", " []");
        assert_eq!(untested(rules, &tests), ["Down", "Slow"]);
        let tests = tests + &test("Down", fires) + &test("Slow", fires);
        assert_eq!(untested(rules, &tests), Vec::<&str>::new());
    }
}
