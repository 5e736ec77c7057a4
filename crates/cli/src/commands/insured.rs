//! `zorginkoop insured`: the register of insured persons, handed in to budget and home care.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use chrono::{Datelike, NaiveDate};
use clap::{Args, Subcommand, ValueEnum};
use contract::{budget, common, homecare};
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tonic::{Status, Streaming};

use crate::{
    args::EndpointArguments,
    claims::pieces,
    endpoints::Clients,
    failure::Failure,
    output::{json, line, printable, table},
    progress::Progress,
};

/// The size of the pieces in which a file is read to be hashed.
const PIECE_BYTES: usize = 1 << 20;

/// What can be done with the register of insured persons.
#[derive(Debug, Subcommand)]
pub enum InsuredCommand {
    /// Hands in a full extract of the register: CSV with the columns bsn,from,until and a row for each period of
    /// insurance. Claims are held against it from then on. One that is wrong is told in full and not taken; one that was
    /// handed in before changes nothing
    Import(ImportArguments),
    /// Lists the extracts on record, the newest first
    List {
        /// The office
        #[arg(long)]
        office: String,
        /// The service that holds them
        #[arg(long, value_enum)]
        service: InsuredFor,
    },
}

/// What is handed in.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The file (CSV)
    pub file: PathBuf,
    /// The office whose insured persons they are
    #[arg(long)]
    pub office: String,
    /// The service that holds claims against it
    #[arg(long, value_enum)]
    pub service: InsuredFor,
    /// The day the extract was drawn up: it is full through this day
    #[arg(long)]
    pub reference_date: NaiveDate,
    /// The first day it is full for
    #[arg(long)]
    pub first_day: NaiveDate,
}

/// Which claims a register is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InsuredFor {
    /// Wlz
    Budget,
    /// Home care (Zvw)
    Homecare,
}

/// A part of the answer, whichever service gave it.
#[allow(clippy::large_enum_variant, reason = "few are made, and taken apart at once")]
enum Reply {
    Progress(common::InsuredProgress),
    Result(common::InsuredResult),
    Nothing,
}

enum Part {
    Start(common::InsuredStart),
    Chunk(Bytes),
}

// both contracts have the same messages under names of their own
macro_rules! contract {
    ($service:ident) => {
        impl From<Part> for $service::ImportInsuredRequest {
            fn from(part: Part) -> Self {
                use $service::import_insured_request::Part as Proto;
                let part = match part {
                    Part::Start(start) => Proto::Start(start),
                    Part::Chunk(chunk) => Proto::Chunk(chunk),
                };
                Self { part: Some(part) }
            }
        }

        impl From<$service::ImportInsuredResponse> for Reply {
            fn from(response: $service::ImportInsuredResponse) -> Self {
                use $service::import_insured_response::Part as Proto;
                match response.part {
                    Some(Proto::Progress(progress)) => Reply::Progress(progress),
                    Some(Proto::Result(result)) => Reply::Result(result),
                    None => Reply::Nothing,
                }
            }
        }
    };
}
contract!(budget);
contract!(homecare);

/// Runs a command on the register of insured persons.
///
/// # Errors
/// What the service reports; [`Failure::Refused`] when the file was not taken.
pub async fn run(command: InsuredCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut clients = Clients::new(endpoints)?;
    match command {
        InsuredCommand::Import(arguments) => import(&mut clients, &arguments, as_json).await,
        InsuredCommand::List { office, service } => list(&mut clients, &office, service, as_json).await,
    }
}

async fn import(clients: &mut Clients, arguments: &ImportArguments, as_json: bool) -> Result<(), Failure> {
    let path = &arguments.file;
    let named = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    let start = common::InsuredStart {
        office: arguments.office.clone(),
        reference_date: date(arguments.reference_date),
        first_day: date(arguments.first_day),
        sha256: fingerprint(path).map_err(named)?,
    };
    let file = tokio::fs::File::open(path).await.map_err(named)?;
    let mut progress = Progress::new("handing in", file.metadata().await.map_err(named)?.len(), "bytes");
    let parts = futures::stream::iter([Part::Start(start)]).chain(pieces(file).map(Part::Chunk));
    let result = send(clients, arguments.service, parts, &mut progress).await?;
    drop(progress);
    let Some(import) = &result.import else { return Err(not_taken(path, &result)) };
    if as_json {
        return json(import, "zorginkoop.common.v1.InsuredImport");
    }
    show(path, import, result.imported_before);
    Ok(())
}

async fn send(
    clients: &mut Clients,
    service: InsuredFor,
    parts: impl Stream<Item = Part> + Send + 'static,
    progress: &mut Progress,
) -> Result<common::InsuredResult, Failure> {
    match service {
        InsuredFor::Budget => {
            let answer = clients.budget.import_insured(parts.map(budget::ImportInsuredRequest::from)).await?;
            result_of(answer.into_inner(), progress).await
        }
        InsuredFor::Homecare => {
            let answer = clients.homecare.import_insured(parts.map(homecare::ImportInsuredRequest::from)).await?;
            result_of(answer.into_inner(), progress).await
        }
    }
}

async fn result_of<R: Into<Reply>>(
    mut answer: Streaming<R>,
    progress: &mut Progress,
) -> Result<common::InsuredResult, Failure> {
    while let Some(reply) = answer.message().await? {
        match reply.into() {
            Reply::Progress(at) => progress.set(at.received_bytes.unsigned_abs()),
            Reply::Result(result) => return Ok(result),
            Reply::Nothing => {}
        }
    }
    Err(Status::data_loss("the answer ended without a result").into())
}

/// SHA-256 of a file, read before it is sent: what arrives otherwise is not taken.
pub(super) fn fingerprint(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE_BYTES]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hash.finalize().to_vec()),
            read => hash.update(&piece[..read]),
        }
    }
}

/// A day as the contracts have it.
pub(super) fn date(day: NaiveDate) -> Option<common::Date> {
    // Months and days have two digits.
    let number = |number: u32| i32::try_from(number).unwrap_or_default();
    Some(common::Date { year: day.year(), month: number(day.month()), day: number(day.day()) })
}

fn not_taken(path: &Path, answer: &common::InsuredResult) -> Failure {
    for fault in &answer.faults {
        let column = if fault.column.is_empty() { String::new() } else { format!(" {}", fault.column) };
        let problem = &fault.problem;
        line(printable(&match fault.line {
            0 => format!("the file: {problem}"),
            number => format!("line {number}{column}: {problem}"),
        }));
    }
    let told = i64::try_from(answer.faults.len()).unwrap_or_default();
    if answer.total_faults > told {
        line(format!("and {} more", answer.total_faults - told));
    }
    Failure::Refused(format!("{}: {} fault(s); nothing of it is on record", path.display(), answer.total_faults))
}

fn show(path: &Path, import: &common::InsuredImport, again: bool) {
    let again = if again { ", handed in before" } else { "" };
    line(printable(&format!("{}: import {} ({}){again}", path.display(), import.number, import.import_id)));
    line(format!(
        "{} row(s), {} person(s): {} new or changed, {} gone",
        import.rows, import.persons, import.changed_persons, import.gone_persons
    ));
    let (unnamed, outside) = (import.unnamed_rows, import.outside_rows);
    if unnamed + outside > 0 {
        line(format!("not kept: {unnamed} row(s) without a number, {outside} outside the days it covers"));
    }
}

async fn list(clients: &mut Clients, office: &str, service: InsuredFor, as_json: bool) -> Result<(), Failure> {
    let (mut page_token, mut rows) = (String::new(), Vec::new());
    loop {
        let (office, page_size) = (office.to_owned(), 1000);
        let (imports, next) = match service {
            InsuredFor::Budget => {
                let request = budget::ListInsuredImportsRequest { office, page_size, page_token };
                let answer = clients.budget.list_insured_imports(request).await?.into_inner();
                (answer.imports, answer.next_page_token)
            }
            InsuredFor::Homecare => {
                let request = homecare::ListInsuredImportsRequest { office, page_size, page_token };
                let answer = clients.homecare.list_insured_imports(request).await?.into_inner();
                (answer.imports, answer.next_page_token)
            }
        };
        for import in imports {
            if as_json {
                json(&import, "zorginkoop.common.v1.InsuredImport")?;
            } else {
                rows.push(row(&import));
            }
        }
        page_token = next;
        if page_token.is_empty() {
            break;
        }
    }
    if !as_json {
        line(table(&["import", "from", "through", "by", "sha256", "rows", "persons"], rows, 5).to_string());
    }
    Ok(())
}

fn row(import: &common::InsuredImport) -> Vec<String> {
    let day = |date: Option<&common::Date>| {
        date.map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)).unwrap_or_default()
    };
    let covers = import.covers.as_ref();
    vec![
        import.number.to_string(),
        day(covers.and_then(|covers| covers.first_day.as_ref())),
        day(covers.and_then(|covers| covers.last_day.as_ref())),
        printable(&import.imported_by),
        hex::encode(&import.sha256),
        import.rows.to_string(),
        import.persons.to_string(),
    ]
}
