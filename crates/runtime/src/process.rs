//! A service as a process of its own.

use std::{env, path::PathBuf, process::ExitCode};

use database::{Db, Migration};
use telemetry::{Telemetry, TelemetryError, admin};
use tokio::signal;
use tokio_util::sync::CancellationToken;

use crate::{Clock, Ids, Running, ServerError, Settings, SettingsError};

/// Why a service can't start. The message names the setting, file or address.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting can't be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database can't be opened or brought up to date.
    #[error("cannot open the database")]
    Database(#[from] database::DatabaseError),
    /// The rule files are wrong, or can't be read.
    #[error("{0}")]
    Rules(String),
    /// Keys can't be read.
    #[error("{0}")]
    Keys(String),
    /// The place for contents of documents can't be used.
    #[error("{0}")]
    Documents(String),
    /// The server can't start.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// What the process tells of itself can't be told as set.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The admin port can't be opened.
    #[error("cannot open the admin port")]
    Admin(#[source] std::io::Error),
}

/// Runs a service until the process is told to stop (SIGTERM, SIGINT): `NAME [--settings FILE]`. With
/// `NAME migrate [--settings FILE]` its schema is brought up to date instead, and that's all.
///
/// Exit code 0 after an orderly stop or a migration, 1 when the service can't start or ends badly or the schema can't be
/// brought up to date, 2 for wrong arguments.
pub fn run<S, F>(name: &'static str, migrations: &'static [Migration], start: S) -> ExitCode
where
    S: FnOnce(Settings, Clock, Ids, CancellationToken) -> F,
    F: Future<Output = Result<Running, StartError>>,
{
    let outcome = match arguments(env::args().skip(1)) {
        Some(Asked::Serve(file)) => serve(name, file, start),
        Some(Asked::Migrate(file)) => migrate(name, migrations, file),
        None => {
            complain(&format!("usage: {name} [migrate] [--settings FILE]"));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{name}: {}", with_causes(error.as_ref())));
            ExitCode::FAILURE
        }
    }
}

type Failure = Box<dyn std::error::Error>;

fn serve<S, F>(name: &'static str, file: Option<PathBuf>, start: S) -> Result<(), Failure>
where
    S: FnOnce(Settings, Clock, Ids, CancellationToken) -> F,
    F: Future<Output = Result<Running, StartError>>,
{
    let settings = Settings::load(file.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let telemetry = Telemetry::start(&settings.telemetry(name))?;
        let port = settings.admin;
        let running = start(settings, Clock::system(), Ids::random(), CancellationToken::new()).await?;
        let ended = until_told(running, port, &telemetry).await;
        telemetry.stop().await;
        ended
    })
}

/// Serves, with the admin port beside it where one is set, until the process is told to stop.
async fn until_told(
    mut running: Running,
    port: Option<std::net::SocketAddr>,
    telemetry: &Telemetry,
) -> Result<(), Failure> {
    let _admin = match port {
        None => None,
        Some(port) => {
            let services = vec![running.readiness()];
            Some(admin::start(port, telemetry.registry(), services).await.map_err(StartError::Admin)?)
        }
    };
    tokio::select! {
        ended = running.ended() => return Ok(ended?),
        told = told_to_stop() => told?,
    }
    tracing::info!("stopping");
    Ok(running.stop().await?)
}

/// Brings the schema up to date whatever the setting `migrate` says: it was asked for.
fn migrate(name: &str, migrations: &'static [Migration], file: Option<PathBuf>) -> Result<(), Failure> {
    let settings = Settings::load(file.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let telemetry = Telemetry::start(&settings.telemetry(name))?;
        let db = Db::open(&settings.database, migrations).await.map_err(StartError::from)?;
        db.close().await;
        tracing::info!(service = name, "the schema is up to date");
        telemetry.stop().await;
        Ok(())
    })
}

/// Resolves when the process is told to stop.
async fn told_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
        tokio::select! {
            told = signal::ctrl_c() => told,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    signal::ctrl_c().await
}

/// What a process is started for, with its settings file.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Serve(Option<PathBuf>),
    Migrate(Option<PathBuf>),
}

fn arguments(arguments: impl Iterator<Item = String>) -> Option<Asked> {
    let mut arguments = arguments.peekable();
    let migrate = arguments.next_if(|first| first == "migrate").is_some();
    let file = match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => None,
        (Some("--settings"), Some(file), None) => Some(file.into()),
        _ => return None,
    };
    Some(if migrate { Asked::Migrate(file) } else { Asked::Serve(file) })
}

/// An error with its causes, on one line.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

#[allow(clippy::print_stderr, reason = "before the logs are set up there is nothing else to tell it with")]
fn complain(text: &str) {
    eprintln!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_migrate_and_a_settings_file_are_taken() {
        let parse = |words: &[&str]| arguments(words.iter().map(|word| (*word).to_owned()));
        assert_eq!(parse(&[]), Some(Asked::Serve(None)));
        assert_eq!(parse(&["--settings", "a.toml"]), Some(Asked::Serve(Some("a.toml".into()))));
        assert_eq!(parse(&["migrate"]), Some(Asked::Migrate(None)));
        assert_eq!(parse(&["migrate", "--settings", "a.toml"]), Some(Asked::Migrate(Some("a.toml".into()))));
        let wrong: [&[&str]; 5] = [
            &["--settings"],
            &["a.toml"],
            &["--settings", "a.toml", "b"],
            &["migrate", "a.toml"],
            &["migrate", "migrate"],
        ];
        for words in wrong {
            assert_eq!(parse(words), None, "{words:?}");
        }
    }
}
