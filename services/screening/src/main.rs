//! The screening service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(screening::NAME, screening::SERVICE.migrations, screening::start)
}
