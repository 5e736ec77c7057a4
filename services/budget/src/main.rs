//! The budget service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(budget::NAME, budget::SERVICE.migrations, budget::start)
}
