//! What can be asked on the command line.

mod rounds;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::rounds::{RoundKind, RoundsCommand};
use crate::commands::{
    audit::AuditCommand,
    backup::BackupCommand,
    benchmark::BenchmarkCommand,
    config::ConfigCommand,
    console::ConsoleArguments,
    dev_certs::DevCertsArguments,
    insured::InsuredCommand,
    iwlz::IwlzCommand,
    policies::PoliciesCommand,
    proposals::ProposalsCommand,
    raises::RaisesCommand,
    receipt::ReceiptArguments,
    registrations::RegistrationsCommand,
    supply::{OffersCommand, SupplyArguments},
};
pub use crate::credentials::CredentialArguments;

/// Dutch care purchasing: registration, tariffs, budgets, claims, ceilings and screening.
#[derive(Debug, Parser)]
#[command(name = "zorginkoop", version, about)]
pub struct Arguments {
    /// Answers as JSON (proto3 JSON), for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// Where the services are
    #[command(flatten)]
    pub endpoints: EndpointArguments,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The addresses of the services, and what is shown to them; the defaults are those of `up`.
#[derive(Clone, Debug, Args)]
pub struct EndpointArguments {
    /// Address of tariffing
    #[arg(long, global = true, env = "ZORGINKOOP_PEER_TARIFFING", default_value = "http://127.0.0.1:7102")]
    pub tariffing: String,
    /// Address of budget
    #[arg(long, global = true, env = "ZORGINKOOP_PEER_BUDGET", default_value = "http://127.0.0.1:7103")]
    pub budget: String,
    /// Address of home care
    #[arg(long, global = true, env = "ZORGINKOOP_PEER_HOMECARE", default_value = "http://127.0.0.1:7104")]
    pub homecare: String,
    /// Address of registration
    #[arg(long, global = true, env = "ZORGINKOOP_PEER_REGISTRATION", default_value = "http://127.0.0.1:7101")]
    pub registration: String,
    /// Address of screening
    #[arg(long, global = true, env = "ZORGINKOOP_PEER_SCREENING", default_value = "http://127.0.0.1:7105")]
    pub screening: String,
    /// What is shown to them
    #[command(flatten)]
    pub credentials: CredentialArguments,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Starts the five services in one process, on this machine only
    Up(UpArguments),
    /// Plays a purchasing year through all services and checks that the money adds up
    Demo(DemoArguments),
    /// Registrations for a purchasing round
    #[command(subcommand)]
    Registrations(RegistrationsCommand),
    /// Offers to and from the purchasing portal
    #[command(subcommand)]
    Offers(OffersCommand),
    /// With whom an office has contracts in a year
    Supply(SupplyArguments),
    /// Claim files (AW319)
    #[command(subcommand)]
    Claims(ClaimsCommand),
    /// The register of insured persons, which claims are held against
    #[command(subcommand)]
    Insured(InsuredCommand),
    /// iWlz messages on allocations and care
    #[command(subcommand)]
    Iwlz(IwlzCommand),
    /// The benchmark of home care: feature tables, runs, scores
    #[command(subcommand)]
    Benchmark(BenchmarkCommand),
    /// Rounds: base production, the click, the reallocation
    #[command(subcommand)]
    Rounds(RoundsCommand),
    /// The use of the contract room
    Room(YearArguments),
    /// Writes the use of the contract room as files to publish: no provider is named
    Publish(PublishArguments),
    /// The tariff of a product for a provider, step by step
    Quote(QuoteArguments),
    /// The same providers under other policies, and what a change of policy would come to
    #[command(subcommand)]
    Policies(PoliciesCommand),
    /// Why a decision is what it is
    Explain(ExplainArguments),
    /// Decisions that wait for a second pair of eyes
    #[command(subcommand)]
    Proposals(ProposalsCommand),
    /// Requests for a higher ceiling
    #[command(subcommand)]
    Raises(RaisesCommand),
    /// The audit log of a service
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Fetches the signed receipt of a decision
    Receipt(ReceiptArguments),
    /// What a service keeps for how long, and its removal after that
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// Checks offline that a receipt proves what it says
    Verify(VerifyArguments),
    /// Takes the decision of a receipt again, from the facts and rules in it
    Replay(ReplayArguments),
    /// Makes a new pair of keys to sign receipts with
    ReceiptKeys(ReceiptKeysArguments),
    /// Certificates for TLS and identity on a developer's machine; not for production
    DevCerts(DevCertsArguments),
    /// Serves the console for services that run elsewhere, to this machine only
    Console(ConsoleArguments),
    /// Copies of the databases of all services, of one moment
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Settings files
    #[command(subcommand)]
    Config(ConfigCommand),
    /// A completion script for a shell, to standard output
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Options of `up`.
#[derive(Debug, Args)]
pub struct UpArguments {
    /// Folder of the databases (SQLite) and keys, made when missing: `data`, or `demo-data` with --demo
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Port of the first service; the others follow it
    #[arg(long, default_value_t = 7101)]
    pub port: u16,
    /// Plays the demo into the services first, so that there is an office to look at; on SQLite, in a folder of its own
    #[arg(long, conflicts_with_all = ["rules", "postgres", "tls"])]
    pub demo: bool,
    /// Leaves the console out, which else listens on the port before the first service's
    #[arg(long)]
    pub no_console: bool,
    /// Folder with rule files that replace or add to the built-in ones, one folder per service
    #[arg(long)]
    pub rules: Option<PathBuf>,
    /// PostgreSQL server to use instead of SQLite, with one database per service named after it, such as
    /// postgres://user@host
    #[arg(long, env = "ZORGINKOOP_POSTGRES")]
    pub postgres: Option<String>,
    /// Serves over TLS with client certificates, with the files that `dev-certs` made in this folder
    #[arg(long, value_name = "DIR")]
    pub tls: Option<PathBuf>,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Folder for databases, AW320 files and the report; must be empty or missing
    #[arg(long, default_value = "zorginkoop-demo")]
    pub out: PathBuf,
    /// Decides the clients and their care: the same seed gives the same cents
    #[arg(long, default_value_t = 2023)]
    pub seed: u64,
    /// Leaves the services running afterwards, until Ctrl-C
    #[arg(long)]
    pub keep: bool,
    /// Replaces what an earlier demo left in the folder
    #[arg(long)]
    pub force: bool,
    /// PostgreSQL server to use instead of SQLite, such as postgres://user@host; the demo drops and makes the databases
    /// zorginkoop_demo_*
    #[arg(long, env = "ZORGINKOOP_POSTGRES")]
    pub postgres: Option<String>,
    /// Plays over mutual TLS, with certificates of its own in the folder
    #[arg(long)]
    pub tls: bool,
    /// Which logs are written, to standard error
    #[arg(long, env = "ZORGINKOOP_LOG", default_value = "warn")]
    pub log: String,
}

/// Which service a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClaimsFor {
    /// By the message code in the file
    Auto,
    /// Wlz: message 187
    Budget,
    /// Home care: message 428
    Homecare,
}

/// What can be done with claim files.
#[derive(Debug, Subcommand)]
pub enum ClaimsCommand {
    /// Submits an AW319 file and writes the AW320 that answers it
    Submit {
        /// The file
        file: PathBuf,
        /// The office it is for
        #[arg(long)]
        office: String,
        /// The service it is for
        #[arg(long = "for", value_enum, default_value_t = ClaimsFor::Auto)]
        service: ClaimsFor,
        /// Where to write the AW320; next to the file by default
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Lists the claim files on record
    List {
        /// The office
        #[arg(long)]
        office: String,
        /// Only those of this provider
        #[arg(long, default_value = "")]
        agb: String,
        /// The service that holds them
        #[arg(long = "for", value_enum, default_value_t = ClaimsFor::Budget)]
        service: ClaimsFor,
    },
}

/// What is published, and where.
#[derive(Debug, Args)]
pub struct PublishArguments {
    /// Which year
    #[command(flatten)]
    pub year: YearArguments,
    /// The folder that the files go to
    #[arg(long)]
    pub folder: PathBuf,
}

/// An office's year.
#[derive(Clone, Debug, Args)]
pub struct YearArguments {
    /// The office
    #[arg(long)]
    pub office: String,
    /// The year
    #[arg(long)]
    pub year: i32,
}

/// A sector on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sector {
    /// Verpleging en verzorging
    Vv,
    /// Gehandicaptenzorg
    Gz,
    /// Geestelijke gezondheidszorg
    Ggz,
}

impl Sector {
    /// The sector as the contracts name it.
    pub fn to_proto(self) -> contract::common::Sector {
        match self {
            Sector::Vv => contract::common::Sector::Vv,
            Sector::Gz => contract::common::Sector::Gz,
            Sector::Ggz => contract::common::Sector::Ggz,
        }
    }
}

/// Options of `quote`.
#[derive(Debug, Args)]
pub struct QuoteArguments {
    /// The office
    #[arg(long)]
    pub office: String,
    /// The sector
    #[arg(long, value_enum)]
    pub sector: Sector,
    /// AGB code of the provider
    #[arg(long)]
    pub agb: String,
    /// The product code
    #[arg(long)]
    pub product: String,
    /// The day care is given
    #[arg(long)]
    pub date: NaiveDate,
}

/// A service that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ServiceName {
    /// Registration
    Registration,
    /// Tariffing
    Tariffing,
    /// Budget
    Budget,
    /// Home care
    Homecare,
    /// Screening
    Screening,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The decision
    pub decision_id: String,
    /// The service that took it; all are asked by default
    #[arg(long, value_enum)]
    pub service: Option<ServiceName>,
    /// In English instead of Dutch
    #[arg(long)]
    pub english: bool,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The receipt
    pub file: PathBuf,
    /// Public keys of the service (PEM): the receipt must be signed with one of them
    #[arg(long, required = true, num_args = 1.., value_name = "PUBLIC.pem")]
    pub key: Vec<PathBuf>,
}

/// Options of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The receipt
    pub file: PathBuf,
    /// Says what differs in English instead of Dutch
    #[arg(long)]
    pub english: bool,
}

/// Options of `receipt-keys`.
#[derive(Debug, Args)]
pub struct ReceiptKeysArguments {
    /// Folder for the keys; made when missing
    #[arg(long)]
    pub out: PathBuf,
}

/// What can be done with records that were kept long enough.
#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// Lists the kinds of records, how long they are kept and what is due now
    List {
        /// Whose records
        #[command(flatten)]
        of: RecordsArguments,
    },
    /// Removes what is due; what was removed leaves a tombstone
    Purge {
        /// Whose records
        #[command(flatten)]
        of: RecordsArguments,
        /// Tells what a first step would remove, and removes nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Whose records.
#[derive(Clone, Debug, Args)]
pub struct RecordsArguments {
    /// The office; without it, what belongs to no office, such as the audit log
    #[arg(long, default_value = "")]
    pub office: String,
    /// The service that keeps them
    #[arg(long, value_enum)]
    pub service: ServiceName,
}
