//! Tidiness of the tree: what no compiler sees.
#![cfg(test)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The longest a file of source may be.
const LONGEST: usize = 410;
/// The rules that must be covered by a test named after them.
const RULES: [&str; 77] = [
    "reg_01", "reg_02", "reg_03", "reg_04", "reg_05", "reg_06", "reg_07", "reg_08", "reg_09", "reg_10", "reg_11",
    "reg_12", "reg_13", "reg_14", "reg_15", "reg_16", "reg_17", "reg_18", "reg_19", "tar_01", "tar_02", "tar_03",
    "tar_04", "tar_05", "tar_06", "tar_07", "tar_08", "tar_09", "tar_10", "tar_11", "tar_12", "tar_13", "tar_14",
    "tar_15", "tar_16", "tar_17", "tar_18", "tar_19", "tar_20", "tar_21", "tar_22", "bud_01", "bud_02", "bud_03",
    "bud_04", "bud_05", "bud_06", "bud_07", "bud_08", "bud_09", "bud_10", "bud_11", "bud_12", "bud_13", "bud_14",
    "bud_15", "hom_01", "hom_02", "hom_03", "hom_04", "hom_05", "hom_06", "hom_07", "hom_08", "hom_09", "hom_10",
    "hom_11", "hom_12", "scr_01", "scr_02", "scr_03", "scr_04", "scr_05", "scr_06", "scr_07", "scr_08", "scr_09",
];

fn root() -> PathBuf {
    // Not `tests/..`: every path would then seem to lie in `tests`.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "services", "tests"] {
        files(&root().join(folder), "rs", &mut found);
    }
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "benches" | "examples")))
}

#[test]
fn every_file_can_be_held_in_the_head() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|(path, text)| !is_test(path) && text.lines().count() > LONGEST)
        .map(|(path, text)| format!("{} has {} lines", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn decisions_are_pure() {
    let words = ["async fn", "sqlx::", "tonic::", "::now(", "std::fs", "f64", "f32"];
    let impure: Vec<String> = sources()
        .iter()
        .filter(|(path, _)| {
            path.components().any(|part| matches!(part.as_os_str().to_str(), Some("decide" | "decide.rs")))
        })
        .flat_map(|(path, text)| {
            let found = words.iter().filter(|word| text.contains(**word));
            found.map(|word| format!("{} has {word}", path.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(impure.is_empty(), "{impure:#?}");
}

#[test]
fn every_rule_has_a_test_with_its_id_in_its_name() {
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    let missing: Vec<&str> = RULES.into_iter().filter(|rule| !all.contains(&format!("fn {rule}_"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_decide_step_names_a_rule_that_a_rule_file_tells() {
    let mut rule_files = Vec::new();
    files(&root().join("services"), "toml", &mut rule_files);
    let told: String = rule_files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut named = BTreeSet::new();
    for (path, text) in sources() {
        let of_service = path.components().any(|part| part.as_os_str() == "services");
        let of_rules = path.components().any(|part| matches!(part.as_os_str().to_str(), Some("rules" | "rules.rs")));
        if of_service && of_rules {
            let ids = text.split('"').filter(|part| part.len() == 6 && part.as_bytes()[3] == b'-');
            named.extend(ids.map(str::to_owned));
        }
    }
    assert!(!named.is_empty());
    let silent: Vec<&String> = named.iter().filter(|rule| !told.contains(&format!("rule = \"{rule}\""))).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn nothing_is_left_for_later() {
    // Spelled in parts so that this file does not find itself.
    let marks =
        [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["unimpl", "emented!"].concat(), ["#[ig", "nore"].concat()];
    let left: Vec<String> = sources()
        .iter()
        .flat_map(|(path, text)| {
            let found = marks.iter().filter(|mark| text.contains(mark.as_str()));
            found.map(|mark| format!("{} has {mark}", path.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(left.is_empty(), "{left:#?}");
}
