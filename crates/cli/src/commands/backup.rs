//! `zorginkoop backup`: copies of the databases of all services, of one moment, and whether databases fit together.

use std::path::PathBuf;

use backup::{BackupError, Checked, Source};
use clap::{Args, Subcommand};

use super::audit::{ALL, name};
use crate::{failure::Failure, output::line};

/// What can be done with the databases of all services.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Copies all databases as they are at one moment, while the services work on: NAME.db of SQLite, NAME.dump of
    /// PostgreSQL (for pg_restore), with their checksums
    Make {
        /// Which databases
        #[command(flatten)]
        of: DatabaseArguments,
        /// The folder for the copies, which is made
        #[arg(long)]
        to: PathBuf,
        /// The folder of pg_dump, where it is not on the path
        #[arg(long, value_name = "DIR")]
        programs: Option<PathBuf>,
    },
    /// Tells whether databases are whole and of one moment, before services are started on them: the files of SQLite,
    /// the chains of the audit logs, the feeds, and how far each was followed
    Check {
        /// Which databases
        #[command(flatten)]
        of: DatabaseArguments,
    },
}

/// The databases of the five services.
#[derive(Debug, Args)]
pub struct DatabaseArguments {
    /// A folder with NAME.db of each service, as `up` has it and as `backup make` leaves it
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A PostgreSQL server with a database per service named after it, such as postgres://user@host; --data goes before it
    #[arg(long, env = "ZORGINKOOP_POSTGRES", value_name = "URL")]
    pub postgres: Option<String>,
    /// The database of a service, once for each: budget=postgres://user@host/name, or budget=sqlite:///path/file.db;
    /// goes before the other two. Passwords are taken from PGPASSFILE
    #[arg(long, value_name = "NAME=URL")]
    pub database: Vec<String>,
}

impl DatabaseArguments {
    fn sources(&self) -> Result<Vec<Source>, Failure> {
        if !self.database.is_empty() {
            return self.database.iter().map(|pair| named(pair)).collect();
        }
        let at = |service: &str| match (&self.data, &self.postgres) {
            (Some(folder), _) => Ok(format!("sqlite://{}", folder.join(format!("{service}.db")).display())),
            (None, Some(server)) => Ok(format!("{}/{service}", server.trim_end_matches('/'))),
            (None, None) => Err(Failure::Usage("which databases? --data, --postgres or --database".to_owned())),
        };
        ALL.into_iter().map(name).map(|service| Ok(Source { service: service.to_owned(), url: at(service)? })).collect()
    }
}

fn named(pair: &str) -> Result<Source, Failure> {
    let known = |service: &&str| ALL.into_iter().any(|one| name(one) == *service);
    match pair.split_once('=').filter(|(service, _)| known(service)) {
        Some((service, url)) => Ok(Source { service: service.to_owned(), url: url.to_owned() }),
        None => {
            let services = ALL.map(name).join(", ");
            Err(Failure::Usage(format!("--database takes NAME=URL, and NAME is one of {services}")))
        }
    }
}

/// Runs a command on the databases of all services.
///
/// # Errors
/// [`Failure::Refused`] when databases have problems, which have been told by then; otherwise why they can't be copied or
/// read.
pub async fn run(command: BackupCommand) -> Result<(), Failure> {
    match command {
        BackupCommand::Make { of, to, programs } => {
            let copied = backup::make(&of.sources()?, &to, programs.as_deref()).await.map_err(failed)?;
            for copy in copied {
                let (file, bytes, events) = (copy.file.display(), copy.bytes, copy.last_feed);
                line(format!("{:13} {file}, {bytes} bytes, {events} events", copy.service));
            }
            Ok(())
        }
        BackupCommand::Check { of } => tell(&backup::check(&of.sources()?).await.map_err(failed)?),
    }
}

fn tell(checked: &[Checked]) -> Result<(), Failure> {
    for Checked { service, events, audit_entries, audit_head, problems } in checked {
        let head = hex::encode(audit_head);
        let found = if problems.is_empty() { "whole" } else { "NOT IN ORDER" };
        line(format!("{service:13} {found}; {events} events, {audit_entries} audit entries, head {head}"));
        problems.iter().for_each(|problem| line(format!("              {problem}")));
    }
    match checked.iter().map(|one| one.problems.len()).sum() {
        0 => Ok(()),
        problems => Err(Failure::Refused(format!("{problems} problem(s)"))),
    }
}

fn failed(error: BackupError) -> Failure {
    match error {
        BackupError::Url(_) | BackupError::Services(_) | BackupError::Taken(_) => Failure::Usage(error.to_string()),
        other => Failure::Other(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(data: Option<&str>, postgres: Option<&str>, database: &[&str]) -> DatabaseArguments {
        DatabaseArguments {
            data: data.map(PathBuf::from),
            postgres: postgres.map(str::to_owned),
            database: database.iter().map(|pair| (*pair).to_owned()).collect(),
        }
    }

    #[test]
    fn databases_are_named_in_one_of_three_ways() {
        let urls = |arguments: DatabaseArguments| {
            arguments.sources().map(|sources| sources.into_iter().map(|source| source.url).collect::<Vec<_>>())
        };
        let files = urls(arguments(Some("/d"), Some("postgres://me@db"), &[])).unwrap();
        assert_eq!((files.len(), files[2].as_str()), (5, "sqlite:///d/budget.db"));
        let server = urls(arguments(None, Some("postgres://me@db/"), &[])).unwrap();
        assert_eq!((server.len(), server[4].as_str()), (5, "postgres://me@db/screening"));
        let one = urls(arguments(Some("/d"), None, &["budget=postgres://me@db/b?sslmode=require"])).unwrap();
        assert_eq!(one, ["postgres://me@db/b?sslmode=require"]);
        for wrong in [arguments(None, None, &[]), arguments(None, None, &["x=y"]), arguments(None, None, &["budget"])] {
            assert!(matches!(wrong.sources(), Err(Failure::Usage(_))));
        }
    }
}
