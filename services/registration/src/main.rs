//! The registration service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(registration::NAME, registration::SERVICE.migrations, registration::start)
}
