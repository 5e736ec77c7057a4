//! `zorginkoop up`: the five services in one process, and the console beside them.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use runtime::{Clock, Ids, Settings, StartError};
use telemetry::{
    Telemetry,
    admin::{self, Admin},
};

use super::console;
use crate::{
    args::{CredentialArguments, EndpointArguments, UpArguments},
    cluster::{Cluster, Plan},
    demo::living::{self, Living},
    failure::Failure,
    output::line,
};

/// How far the admin port is from the port of the first service.
const ADMIN_OFFSET: u16 = 8;
/// Where the databases are when nothing is said: of an office, and of a demo.
const DATA: [&str; 2] = ["data", "demo-data"];

/// Starts the services and waits for Ctrl-C.
pub async fn run(arguments: UpArguments, credentials: &CredentialArguments) -> Result<(), Failure> {
    let mut settings = Settings::load(None).map_err(StartError::from)?;
    if arguments.demo && settings.log == Settings::default().log {
        // Years pass in a minute: what each file did is not for who looks for the first time.
        settings.log = "warn".to_owned();
    }
    let telemetry = Telemetry::start(&settings.telemetry("zorginkoop")).map_err(StartError::from)?;
    let data = arguments.data.unwrap_or_else(|| PathBuf::from(DATA[usize::from(arguments.demo)]));
    let demo = demo(&data, arguments.demo)?;
    let clock = demo.as_ref().map_or_else(Clock::system, |demo| demo.clock().clone());
    let plan = Plan {
        data,
        port: arguments.port,
        rules: demo.as_ref().map(Living::rules).or(arguments.rules),
        postgres: arguments.postgres.map(|server| format!("{}/", server.trim_end_matches('/'))),
        migrate: settings.migrate,
        tls: arguments.tls,
        log: settings.log,
    };
    let cluster = Cluster::start(&plan, &clock, &Ids::random()).await?;
    tell(&plan, &cluster);
    let admin = admin(settings.admin, &plan, &telemetry, &cluster).await?;
    line(format!("metrics       http://{}/metrics", admin.address));
    if let Some(demo) = &demo {
        demo.play(&cluster).await?;
    }
    // Over TLS everybody shows who they are: `console` serves who has a certificate or comes with a token.
    let console = match arguments.no_console || plan.tls.is_some() {
        true => None,
        false => {
            let endpoints = EndpointArguments { credentials: credentials.clone(), ..cluster.endpoints.clone() };
            let port = if plan.port == 0 { 0 } else { plan.port - 1 };
            Some(console::start(SocketAddr::from(([127, 0, 0, 1], port)), &endpoints, clock).await?)
        }
    };
    if let Some(console) = &console {
        line(format!("console       {}", console.url()));
    }
    line("stop with Ctrl-C");
    wait_for_stop().await?;
    if let Some(console) = console {
        console.stop().await?;
    }
    cluster.stop().await?;
    telemetry.stop().await;
    Ok(())
}

/// The admin port: as set, or beside the ports of the services.
async fn admin(
    set: Option<SocketAddr>,
    plan: &Plan,
    telemetry: &Telemetry,
    cluster: &Cluster,
) -> Result<Admin, Failure> {
    let port = if plan.port == 0 { 0 } else { plan.port.saturating_add(ADMIN_OFFSET) };
    let port = set.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], port)));
    Ok(admin::start(port, telemetry.registry(), cluster.readiness()).await.map_err(StartError::Admin)?)
}

/// The demo of the folder where one is wanted; where none is, the folder must not be one's.
fn demo(data: &Path, wanted: bool) -> Result<Option<Living>, Failure> {
    if wanted {
        return Living::open(data).map(Some);
    }
    living::refuse(data)?;
    Ok(None)
}

/// Where everything is.
fn tell(plan: &Plan, cluster: &Cluster) {
    for (name, address) in cluster.addresses() {
        line(format!("{name:13} {address}"));
    }
    match &plan.postgres {
        None => line(format!("data          {}", plan.data.display())),
        Some(_) => line("data          PostgreSQL"),
    }
    if let Some(folder) = &plan.tls {
        line(format!("certificates  {}, for development only", folder.display()));
    }
}

/// Resolves on Ctrl-C, and on SIGTERM where there is one.
pub async fn wait_for_stop() -> Result<(), Failure> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            told = tokio::signal::ctrl_c() => Ok(told?),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    Ok(tokio::signal::ctrl_c().await?)
}
