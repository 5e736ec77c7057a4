//! `zorginkoop console`: the pages of the console, for services that run elsewhere.

use std::{net::SocketAddr, sync::Arc};

use clap::Args;
use console::{Console, Running};
use runtime::{Clock, Settings, StartError};
use telemetry::Telemetry;

use super::up::wait_for_stop;
use crate::{args::EndpointArguments, endpoints::console_services, failure::Failure, output::line};

/// Options of `console`.
#[derive(Debug, Args)]
pub struct ConsoleArguments {
    /// Where to listen: an address of this machine
    #[arg(long, default_value = "127.0.0.1:7100")]
    pub listen: SocketAddr,
}

/// Serves the console until Ctrl-C. Who comes with an `Authorization` header, as behind a proxy with identities, is passed
/// on to the services with it; anybody else sees what the own credentials may see.
pub async fn run(asked: &ConsoleArguments, endpoints: &EndpointArguments) -> Result<(), Failure> {
    let settings = Settings::load(None).map_err(StartError::from)?;
    let telemetry = Telemetry::start(&settings.telemetry("console")).map_err(StartError::from)?;
    let console = start(asked.listen, endpoints, Clock::system()).await?;
    line(format!("console       {}", console.url()));
    line("stop with Ctrl-C");
    wait_for_stop().await?;
    console.stop().await?;
    telemetry.stop().await;
    Ok(())
}

/// Starts the console on services whose time is that of a clock.
///
/// # Errors
/// When the services can't be addressed, or the address can't be listened on.
pub async fn start(listen: SocketAddr, endpoints: &EndpointArguments, clock: Clock) -> Result<Running, Failure> {
    let console = Console { services: console_services(endpoints)?, now: Arc::new(move || clock.now()) };
    Ok(console::start(listen, console).await?)
}
