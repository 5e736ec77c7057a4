//! Whether what the image's file builds and copies is there: docker is not asked, and cargo would only say so in it.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

use crate::{Stop, root};

/// The packages of the workspace, and the programs that each makes.
type Packages = BTreeMap<String, Vec<String>>;

/// Holds a file's `cargo ... -p NAME` against the packages of the workspace, and its `for program in NAMES` against the
/// programs that those make.
pub(crate) fn check(file: &Path) -> Result<(), Stop> {
    let text = fs::read_to_string(file).map_err(|error| Stop::Missing(format!("{}: {error}", file.display())))?;
    match faults(&text, &packages()?) {
        faults if faults.is_empty() => Ok(()),
        faults => Err(Stop::Missing(format!("{}: {}", file.display(), faults.join("; ")))),
    }
}

fn packages() -> Result<Packages, Stop> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(root());
    let output = cargo.output().map_err(|error| Stop::Missing(format!("cannot run cargo: {error}")))?;
    if !output.status.success() {
        return Err(Stop::Missing(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let told: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Stop::Missing(format!("what cargo tells of the workspace: {error}")))?;
    Ok(of_metadata(&told))
}

fn of_metadata(told: &Value) -> Packages {
    let programs = |package: &Value| {
        let is_program = |target: &&Value| list(&target["kind"]).any(|kind| kind == "bin");
        list(&package["targets"]).filter(is_program).map(name).collect()
    };
    list(&told["packages"]).map(|package| (name(package), programs(package))).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn name(value: &Value) -> String {
    value["name"].as_str().unwrap_or_default().to_owned()
}

/// What is wrong with a file that builds with cargo and copies what it built.
fn faults(text: &str, packages: &Packages) -> Vec<String> {
    // A line that goes on is one with the next.
    let text = text.replace("\\\n", " ");
    let commands = || text.split(['\n', ';', '&', '|']).map(str::split_whitespace);
    let mut built = Vec::new();
    for command in commands() {
        let words: Vec<&str> = command.skip_while(|word| *word != "cargo").collect();
        built.extend(words.windows(2).filter(|pair| pair[0] == "-p").map(|pair| pair[1]));
    }
    let mut faults: Vec<String> = Vec::new();
    if built.is_empty() {
        faults.push("names no package that cargo builds".to_owned());
    }
    let unknown = built.iter().filter(|package| !packages.contains_key(**package));
    faults.extend(unknown.map(|package| format!("the workspace has no package {package}")));
    let made: Vec<&str> =
        built.iter().filter_map(|package| packages.get(*package)).flatten().map(String::as_str).collect();
    for command in commands() {
        let words: Vec<&str> = command.collect();
        if let ["for", "program", "in", programs @ ..] = words.as_slice() {
            let missing = programs.iter().filter(|program| !made.contains(program));
            faults.extend(missing.map(|program| format!("none of the packages it builds makes {program}")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Packages {
        of_metadata(&serde_json::json!({"packages": [
            {"name": "budget", "targets": [
                {"name": "budget", "kind": ["lib"]}, {"name": "budget", "kind": ["bin"]}, {"name": "a", "kind": ["test"]}
            ]},
            {"name": "zorginkoop", "targets": [{"name": "zorginkoop", "kind": ["bin"]}]},
            {"name": "money", "targets": [{"name": "money", "kind": ["lib"]}]}
        ]}))
    }

    fn image(packages: &str, programs: &str) -> String {
        format!(
            "RUN mkdir -p /image/tmp \\\n    && true\nRUN target=x \\\n    && CARGO_INCREMENTAL=0 cargo build --locked \
             \\\n        {packages} \\\n    && for program in {programs}; do \\\n        cp \"$program\" /image || exit 1; \
             \\\n    done\n"
        )
    }

    #[test]
    fn a_package_that_is_not_there_and_a_program_that_nobody_makes_are_named() {
        let faults = |packages, programs| faults(&image(packages, programs), &workspace());
        assert_eq!(faults("-p budget -p zorginkoop", "budget zorginkoop"), Vec::<String>::new());
        assert_eq!(
            faults("-p budget -p cli", "budget zorginkoop"),
            ["the workspace has no package cli", "none of the packages it builds makes zorginkoop"]
        );
        assert_eq!(faults("-p budget -p money", "budget money"), ["none of the packages it builds makes money"]);
        assert_eq!(faults("--workspace", ""), ["names no package that cargo builds"]);
    }

    #[test]
    fn the_images_file_builds_what_the_workspace_has() {
        let file = fs::read_to_string(root().join("deploy/Dockerfile")).unwrap();
        assert_eq!(faults(&file, &packages().ok().unwrap()), Vec::<String>::new());
        let wrong = file.replace("-p zorginkoop", "-p cli");
        assert_eq!(faults(&wrong, &packages().ok().unwrap()).len(), 2);
    }
}
