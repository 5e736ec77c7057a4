//! Dashboards and alerts, asked of a Prometheus that scrapes the demo: every query answers with data, none with an error.
//!
//! Needs `prometheus` (Debian: `apt-get install prometheus`), which `cargo xtask test` gets where it is missing.
#![cfg(test)]

mod demo;
mod prometheus;

use std::{fs, path::Path, time::Duration};

use demo::Demo;
use prometheus::Prometheus;
use serde_json::Value;

/// How long before everything that is read now and then was read after the demo, and rates have what they are made of.
const SETTLED: Duration = Duration::from_secs(25);

#[test]
fn every_panel_and_every_alert_has_data() {
    testkit::block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let admin = prometheus::free_address();
        let prometheus = Prometheus::start(folder.path(), &deploy("prometheus/rules"), &admin).await;
        let demo = Demo::start(&folder.path().join("data"), &admin);
        tokio::time::sleep(SETTLED).await;

        let mut queries = panels(&deploy("grafana/dashboards"));
        assert!(queries.len() > 60, "{} panels were found", queries.len());
        queries.extend(alerts(&deploy("prometheus/rules/alerts.yml")));
        let mut unanswered = Vec::new();
        for (name, query) in &queries {
            match prometheus.ask(query).await {
                Ok(0) => unanswered.push(format!("{name}: no data: {query}")),
                Ok(_) => {}
                Err(error) => unanswered.push(format!("{name}: {error}: {query}")),
            }
        }
        assert!(unanswered.is_empty(), "{} of {} queries:\n{}", unanswered.len(), queries.len(), unanswered.join("\n"));
        assert_eq!(prometheus.ask("zorginkoop_no_such_metric").await, Ok(0), "what isn't there has no data");
        assert!(prometheus.ask("sum(").await.is_err(), "what is no query is refused");
        what_is_told_names_nobody_and_stays_small(&admin).await;
        demo.stop();
    });
}

/// No label tells a provider, a person, a client or a file, and no measure has many sets of labels.
async fn what_is_told_names_nobody_and_stays_small(admin: &str) {
    let told = prometheus::get(admin, "/metrics").await.unwrap();
    let samples: Vec<&str> = told.lines().filter(|line| !line.starts_with('#')).collect();
    assert!((500..5_000).contains(&samples.len()), "{} samples", samples.len());
    // That one tells which process it is.
    for sample in samples.into_iter().filter(|sample| !sample.starts_with("target_info{")) {
        for value in sample.split('"').skip(1).step_by(2) {
            let digits = value.chars().filter(char::is_ascii_digit).count();
            assert!(digits < 8 && value.len() < 90, "an AGB code, a pseudonym or an id is told: {sample}");
        }
    }
}

fn deploy(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(path)
}

/// The queries of every panel and variable, with the variables as Grafana fills them in when everything is chosen.
fn panels(folder: &Path) -> Vec<(String, String)> {
    let mut queries = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let dashboard: Value = serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let of = dashboard["title"].as_str().unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            let targets = panel["targets"].as_array().cloned().unwrap_or_default();
            assert!(panel["type"] == "row" || !targets.is_empty(), "{of}: a panel asks nothing");
            for target in targets {
                assert_eq!(target["datasource"]["uid"], "prometheus", "{of}");
                let query = target["expr"].as_str().unwrap().replace("$__rate_interval", "1m");
                let query = ["office", "year", "service"]
                    .iter()
                    .fold(query, |query, name| query.replace(&format!("${name}"), ".*"));
                queries.push((format!("{of}, {}", panel["title"].as_str().unwrap()), query));
            }
        }
        for variable in dashboard["templating"]["list"].as_array().unwrap() {
            let values = variable["definition"].as_str().unwrap();
            let (measure, label) =
                values.trim_start_matches("label_values(").trim_end_matches(')').split_once(", ").unwrap();
            queries.push((format!("{of}, ${label}"), format!("count by ({label}) ({measure})")));
        }
    }
    queries
}

/// What alerts look at: their expressions, where a comparison gives 0 or 1 instead of leaving out what does not alert.
fn alerts(file: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(file).unwrap();
    let runbook = fs::read_to_string(deploy("RUNBOOK.md")).unwrap();
    let headings = runbook.lines().filter_map(|line| line.strip_prefix("## "));
    let chapters: Vec<String> = headings.map(|heading| heading.to_lowercase().replace(' ', "-")).collect();
    let mut alerts = Vec::new();
    for alert in text.split("- alert: ").skip(1) {
        let (name, rest) = alert.split_once('\n').unwrap();
        let expression = rest.split_once("expr: |\n").unwrap().1.split_once("        for:").unwrap().0;
        let told = expression.replace(" > ", " > bool ").replace(" == ", " == bool ");
        assert_ne!(told, expression, "{name} compares nothing");
        let chapter = rest.split_once("deploy/RUNBOOK.md#").unwrap().1.lines().next().unwrap();
        assert!(chapters.iter().any(|known| known == chapter), "{name}: the runbook has no chapter {chapter}");
        alerts.push((name.to_owned(), told));
    }
    assert!(alerts.len() > 20, "{} alerts were found", alerts.len());
    alerts
}
