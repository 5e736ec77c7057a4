//! `zorginkoop audit`: the audit log of a service, and whether it is whole.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use clap::Subcommand;
use contract::audit as proto;

use super::audit_line::{AuditLine, read, written};
use crate::{
    args::{EndpointArguments, ServiceName},
    endpoints::audit_client,
    failure::Failure,
    output::{line, printable},
};

/// What can be done with an audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Lists entries, oldest first
    List {
        /// The service
        #[arg(long, value_enum)]
        service: ServiceName,
        /// Only entries after this one
        #[arg(long, default_value_t = 0)]
        after: i64,
    },
    /// Follows the chain of a service's log to its first broken link; with a file, that of an export
    Verify {
        /// The service; all by default
        #[arg(long, value_enum)]
        service: Option<ServiceName>,
        /// An export to verify instead, offline
        #[arg(long, conflicts_with = "service")]
        file: Option<PathBuf>,
    },
    /// Writes a log as JSON lines to standard output
    Export {
        /// The service
        #[arg(long, value_enum)]
        service: ServiceName,
        /// Only entries after this one
        #[arg(long, default_value_t = 0)]
        after: i64,
    },
}

/// All services.
pub const ALL: [ServiceName; 5] = [
    ServiceName::Registration,
    ServiceName::Tariffing,
    ServiceName::Budget,
    ServiceName::Homecare,
    ServiceName::Screening,
];

/// Runs a command on audit logs.
///
/// # Errors
/// [`Failure::Refused`] when a log is broken; otherwise what the service reports.
pub async fn run(command: AuditCommand, endpoints: &EndpointArguments) -> Result<(), Failure> {
    match command {
        AuditCommand::List { service, after } => each(endpoints, service, after, |entry| line(short(&entry))).await,
        AuditCommand::Export { service, after } => {
            let name = name(service);
            each(endpoints, service, after, |entry| line(written(name, entry))).await
        }
        AuditCommand::Verify { file: Some(file), .. } => verify_file(&file),
        AuditCommand::Verify { service, file: None } => verify(endpoints, service).await,
    }
}

async fn each(
    endpoints: &EndpointArguments,
    service: ServiceName,
    after_sequence: i64,
    tell: impl Fn(proto::AuditEntry),
) -> Result<(), Failure> {
    let request = proto::StreamAuditEntriesRequest { after_sequence };
    let mut pages = audit_client(endpoints, service)?.stream_audit_entries(request).await?.into_inner();
    while let Some(page) = pages.message().await? {
        page.entries.into_iter().for_each(&tell);
    }
    Ok(())
}

async fn verify(endpoints: &EndpointArguments, service: Option<ServiceName>) -> Result<(), Failure> {
    let mut broken = Vec::new();
    for service in service.map_or(ALL.to_vec(), |service| vec![service]) {
        let answer = audit_client(endpoints, service)?.verify_audit(proto::VerifyAuditRequest {}).await?.into_inner();
        if answer.first_broken_sequence == 0 {
            let head = hex::encode(&answer.head_sha256);
            line(format!("{:13} {} entries, whole; head {head}", answer.service, answer.entries));
        } else {
            let place = answer.first_broken_sequence;
            line(format!("{:13} broken at entry {place}: {}", answer.service, answer.problem));
            broken.push(answer.service);
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(Failure::Refused(format!("broken: {}", broken.join(", ")))) }
}

/// Follows the chain through an export. It begins where the export does.
fn verify_file(file: &Path) -> Result<(), Failure> {
    let mut before: Option<AuditLine> = None;
    let mut count = 0_u64;
    for (index, text) in BufReader::new(File::open(file)?).lines().enumerate() {
        let place = || format!("{}, line {}", file.display(), index + 1);
        let entry = read(&text?).map_err(|problem| Failure::Refused(format!("{}: {problem}", place())))?;
        if !entry.is_itself() {
            return Err(Failure::Refused(format!("{}: entry {} was changed", place(), entry.row.sequence)));
        }
        if let Some(before) = &before
            && !entry.follows(before)
        {
            let (this, last) = (entry.row.sequence, before.row.sequence);
            let text = format!(
                "{}: entry {this} does not follow entry {last}, which an export for some offices only",
                place()
            );
            return Err(Failure::Refused(format!("{text} would explain")));
        }
        count += 1;
        before = Some(entry);
    }
    line(format!("{count} entries, whole"));
    Ok(())
}

fn short(entry: &proto::AuditEntry) -> String {
    let time = entry.event_time.map(|time| chrono::DateTime::from_timestamp(time.seconds, 0));
    let time = time.flatten().map(|time| time.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default();
    let outcome = if entry.outcome() == proto::Outcome::Refused { "REFUSED" } else { "" };
    let text = [
        entry.sequence.to_string(),
        time,
        entry.actor.clone(),
        entry.role.clone(),
        entry.event_code.clone(),
        entry.object_type.clone(),
        entry.object_id.clone(),
        entry.office.clone(),
        outcome.to_owned(),
        entry.detail.clone(),
    ];
    printable(&text.join("  "))
}

/// The name of a service.
pub fn name(service: ServiceName) -> &'static str {
    match service {
        ServiceName::Registration => registration::NAME,
        ServiceName::Tariffing => tariffing::NAME,
        ServiceName::Budget => budget::NAME,
        ServiceName::Homecare => homecare::NAME,
        ServiceName::Screening => screening::NAME,
    }
}
