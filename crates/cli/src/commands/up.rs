//! `zorginkoop up`: the five services in one process.

use runtime::{Clock, Ids, Settings, telemetry};

use crate::{
    args::UpArguments,
    cluster::{Cluster, Plan},
    failure::Failure,
    output::line,
};

/// Starts the services and waits for Ctrl-C.
pub async fn run(arguments: UpArguments) -> Result<(), Failure> {
    let settings = Settings::load(None).map_err(runtime::StartError::from)?;
    telemetry::start(&settings).map_err(runtime::StartError::from)?;
    let plan = Plan {
        data: arguments.data.clone(),
        port: arguments.port,
        rules: arguments.rules,
        postgres: arguments.postgres.map(|server| format!("{}/", server.trim_end_matches('/'))),
        tls: arguments.tls,
        log: settings.log,
    };
    let cluster = Cluster::start(&plan, &Clock::system(), &Ids::random()).await?;
    for (name, address) in cluster.addresses() {
        line(format!("{name:13} {address}"));
    }
    match &plan.postgres {
        None => line(format!("data          {}", arguments.data.display())),
        Some(_) => line("data          PostgreSQL"),
    }
    if let Some(folder) = &plan.tls {
        line(format!("certificates  {}, for development only", folder.display()));
    }
    line("stop with Ctrl-C");
    wait_for_stop().await?;
    cluster.stop().await
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
