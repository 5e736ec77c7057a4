//! The steps of all schemas: those that were released stay as they are, and those that follow only expand.

use std::collections::{BTreeMap, BTreeSet};

use database::{Engine, Migration};
use edge::Service;
use sha2::{Digest, Sha256};

use crate::expanding::Later;

/// The steps of the versions that were released; the text says what it is for.
const RELEASED: &str = include_str!("released.txt");

static SERVICES: [&Service; 5] =
    [&registration::SERVICE, &tariffing::SERVICE, &budget::SERVICE, &homecare::SERVICE, &screening::SERVICE];

/// A step as a line: whose it is, its number and name, and a hash of what it does on both engines.
fn line(owner: &str, step: &Migration) -> String {
    let texts = [Engine::Sqlite, Engine::Postgres].map(|engine| step.sql(engine)).join("\0");
    let hash = hex::encode(&Sha256::digest(texts)[..8]);
    format!("{owner} {} {} {hash}", step.version(), step.name())
}

fn owned() -> impl Iterator<Item = (&'static str, &'static Migration)> {
    let core = Migration::core().iter().map(|step| ("core", step));
    core.chain(SERVICES.into_iter().flat_map(|service| service.migrations.iter().map(|step| (service.name, step))))
}

fn released() -> BTreeSet<&'static str> {
    RELEASED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[test]
fn the_steps_of_released_versions_are_as_they_were() {
    let now: BTreeSet<String> = owned().map(|(owner, step)| line(owner, step)).collect();
    let gone: Vec<&str> = released().into_iter().filter(|line| !now.contains(*line)).collect();
    assert!(gone.is_empty(), "not so any more: {gone:#?}\nall steps: {}", Vec::from_iter(now).join("\n"));
}

#[test]
fn the_steps_that_follow_only_expand() {
    let released = released();
    let mut problems = BTreeSet::new();
    for service in SERVICES {
        let own = owned().filter(|(owner, _)| *owner == "core" || *owner == service.name);
        let later = own.filter(|(owner, step)| !released.contains(line(owner, step).as_str()));
        // In the order in which they are carried out.
        let later: BTreeMap<i64, (&str, &Migration)> = later.map(|own| (own.1.version(), own)).collect();
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let mut schema = Later::default();
            for (version, (owner, step)) in &later {
                problems.extend(
                    schema.step(&step.sql(engine)).into_iter().map(|told| format!("{owner} {version}: {told}")),
                );
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}
