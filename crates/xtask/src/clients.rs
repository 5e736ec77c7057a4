//! Checks that clients can be made of the contracts: they are generated, and compiled or imported.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Stop, python, root, steps::step};

/// Imports every module below the working folder.
const IMPORT: &str = "import importlib, pathlib
modules = [path.with_suffix('').as_posix().replace('/', '.') for path in sorted(pathlib.Path().rglob('*_pb2*.py'))]
for module in modules:
    importlib.import_module(module)
print(len(modules), 'modules')
raise SystemExit(not modules)";

/// TypeScript and Python. Java, whose plugins come from elsewhere, stands in `deploy/clients/buf.gen.yaml`.
pub(crate) fn check() -> Result<(), Stop> {
    let typescript = root().join("deploy/clients/typescript");
    let npm = |args: &[&str]| {
        let mut command = Command::new("npm");
        command.args(args).current_dir(&typescript);
        command
    };
    // Nothing is fetched when what is there is what the lock file says.
    if !same(&typescript.join("package-lock.json"), &typescript.join("node_modules/.made-from")) {
        step("packages for TypeScript", npm(&["ci", "--no-audit", "--no-fund"]))?;
        fs::copy(typescript.join("package-lock.json"), typescript.join("node_modules/.made-from")).map_err(io)?;
    }
    step("TypeScript", npm(&["run", "--silent", "generate"]))?;
    step("TypeScript's types", npm(&["run", "--silent", "check"]))?;

    let requirements = root().join("deploy/examples/adapter-python/requirements-build.txt");
    let python = python::environment("adapter", &requirements)?.join("python");
    let (proto, out) = (root().join("proto"), root().join("target/clients/python"));
    // Nothing of before: a contract that is gone must not be imported any more.
    if out.exists() {
        fs::remove_dir_all(&out).map_err(io)?;
    }
    fs::create_dir_all(&out).map_err(io)?;
    let mut generate = Command::new(&python);
    generate.args(["-m", "grpc_tools.protoc", "--proto_path"]).arg(&proto);
    for kind in ["python", "pyi", "grpc_python"] {
        generate.arg(format!("--{kind}_out={}", out.display()));
    }
    generate.args(contracts(&proto).map_err(io)?);
    step("Python", generate)?;
    let mut import = Command::new(&python);
    import.args(["-c", IMPORT]).env("PYTHONPATH", ".").current_dir(&out);
    step("Python's imports", import)
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

fn contracts(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(contracts(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    Ok(found)
}

fn io(error: std::io::Error) -> Stop {
    Stop::Missing(error.to_string())
}
