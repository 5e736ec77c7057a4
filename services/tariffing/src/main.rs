//! The tariffing service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::run(tariffing::NAME, tariffing::SERVICE.migrations, tariffing::start)
}
