//! The home-care service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(homecare::NAME, homecare::SERVICE.migrations, homecare::start)
}
