//! What the commands do, step by step.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    Stop, browser, clients, deployment, find_program, monitoring,
    postgres::{self, Durability, Server},
    python, root,
};

/// Pinned, so that a new release of the linter doesn't break an old commit.
const BUF: &str = "@bufbuild/buf@1.75.0";

/// All that CI checks, cheapest first; stops at the first failure.
pub(crate) fn check() -> Result<(), Stop> {
    let begun = Instant::now();
    step("format", cargo(["fmt", "--all", "--check"]))?;
    contracts()?;
    clients::check()?;
    deployment::check()?;
    monitoring::check()?;
    let lints = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    step("lints", cargo(lints))?;
    let mut docs = cargo(["doc", "--workspace", "--no-deps", "--quiet"]);
    docs.env("RUSTDOCFLAGS", "-Dwarnings");
    step("docs", docs)?;
    test(&[])?;
    println!("all checks passed in {}", seconds(begun.elapsed()));
    Ok(())
}

/// All tests with a server running; with arguments only the tests they select.
pub(crate) fn test(args: &[&str]) -> Result<(), Stop> {
    let _server = Server::start(Durability::Off)?;
    let mut tests = if find_program("cargo-nextest").is_some() {
        cargo(["nextest", "run"])
    } else {
        cargo(["test", "--lib", "--bins", "--tests"])
    };
    let everything = !args.iter().any(|arg| arg.starts_with("-p") || arg.starts_with("--package"));
    if everything {
        tests.arg("--workspace");
    }
    // The journeys run the example of an adapter, which is Python.
    if everything || args.iter().any(|arg| arg.ends_with("tests")) {
        let requirements = root().join("deploy/examples/adapter-python/requirements-build.txt");
        let python = python::environment("adapter", &requirements)?.join("python");
        tests.env("ZORGINKOOP_TEST_PYTHON", python);
    }
    tests.args(args);
    // The tests of the command line look at the console in a browser, and have a Prometheus scrape the demo.
    if everything || args.iter().any(|arg| arg.contains("zorginkoop")) {
        monitoring::prepare()?;
        tests.env("ZORGINKOOP_AXE", browser::prepare()?);
    }
    step("tests", tests)?;
    if args.is_empty() {
        step("doc tests", cargo(["test", "--workspace", "--doc", "--quiet"]))?;
    }
    Ok(())
}

/// Builds the measurements and what they measure, and runs them with a server that syncs its writes. The engines that
/// `policy` measures against are built only for it, and it needs no server.
pub(crate) fn bench(args: &[&str]) -> Result<(), Stop> {
    let policy = args.contains(&"policy");
    let features: &[&str] = if policy { &["--features", "bench/policy"] } else { &[] };
    let mut build =
        cargo(["build", "--release", "--package", "bench", "--package", "budget", "--package", "screening"]);
    build.args(features);
    step("build", build)?;
    let others = ["parse", "intake", "quote", "assess", "click"];
    let alone = policy && !args.iter().any(|arg| others.contains(arg));
    let _server = if alone { None } else { Some(Server::start(Durability::On)?) };
    let mut bench = cargo(["run", "--release", "--quiet", "--package", "bench"]);
    bench.args(features).arg("--").args(args);
    step("bench", bench)
}

/// Plays the demo, looks at it in a browser as the test does, and keeps pictures of what is seen.
pub(crate) fn screenshots() -> Result<(), Stop> {
    let pictures = root().join("deploy/screenshots");
    std::fs::create_dir_all(&pictures)
        .map_err(|error| Stop::Missing(format!("{} can't be made: {error}", pictures.display())))?;
    let mut test = cargo(["test", "--package", "zorginkoop", "--test", "newcomer"]);
    test.env("ZORGINKOOP_AXE", browser::prepare()?).env("ZORGINKOOP_SCREENSHOTS", pictures);
    step("screenshots", test)
}

/// What mutants are made of, unless the command is given other files.
const MUTATED: [&str; 2] = ["crates/money/src/**/*.rs", "services/tariffing/src/decide/**/*.rs"];

/// Changes money and the decisions of tariffing in small ways, one at a time, and tests each; how stands in
/// `.cargo/mutants.toml`, what came out under `target/mutants`. Needs no PostgreSQL.
pub(crate) fn mutants(args: &[&str]) -> Result<(), Stop> {
    if find_program("cargo-mutants").is_none() {
        return Err(Stop::Missing(
            "cargo-mutants is missing; get it with: cargo install cargo-mutants --locked".to_owned(),
        ));
    }
    // The default members of the workspace are not those that are changed.
    let mut mutants = cargo(["mutants", "--package", "money", "--package", "tariffing", "--output", "target/mutants"]);
    if !args.iter().any(|arg| arg.starts_with("-f") || arg.starts_with("--file")) {
        MUTATED.iter().for_each(|files| {
            mutants.args(["--file", files]);
        });
    }
    // A snapshot that differs is a change that was noticed, not a new snapshot; what one mutant fails on is not tried on
    // the next, so that each is noticed, or not, by itself.
    mutants.args(args).env("INSTA_UPDATE", "no").env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1");
    step("mutants", mutants)
}

/// Any command with a server running.
pub(crate) fn with_postgres(durability: Durability, program: &str, args: &[&str]) -> Result<(), Stop> {
    let _server = Server::start(durability)?;
    let mut command = Command::new(program);
    command.args(args);
    step(program, command)
}

fn contracts() -> Result<(), Stop> {
    if find_program("npx").is_none() {
        return Err(Stop::Missing(format!(
            "the contracts are checked with buf, which npx fetches, and npx is missing: install Node.js \
             (Debian: apt-get install -y npm), or check once by hand with: npx --yes {BUF} lint"
        )));
    }
    step("contracts", buf(&["lint"]))?;
    step("contracts' format", buf(&["format", "--diff", "--exit-code"]))
}

/// Buf, on the contracts.
pub(crate) fn buf(args: &[&str]) -> Command {
    let mut command = Command::new("npx");
    command.args(["--yes", BUF]).args(args).current_dir(root().join("proto"));
    command
}

pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(args).current_dir(root());
    command
}

/// Runs a command, telling what it is for and how long it took.
pub(crate) fn step(name: &str, mut command: Command) -> Result<(), Stop> {
    println!("== {name}");
    let begun = Instant::now();
    if let Some(url) = postgres::url() {
        command.env("ZORGINKOOP_TEST_POSTGRES", url);
    }
    let status = command.status().map_err(|error| {
        let program = Path::new(command.get_program()).display().to_string();
        Stop::Missing(format!("cannot run {program}: {error}"))
    })?;
    let outcome = if status.success() { "ok" } else { "FAILED" };
    println!("== {name}: {outcome} in {}", seconds(begun.elapsed()));
    if status.success() {
        return Ok(());
    }
    // A signal has no code.
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Err(Stop::Failed(code))
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
