//! `zorginkoop registrations`: questionnaires taken over, examples of them, and what a draft still lacks.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Subcommand};
use contract::registration as proto;
use edge::Sector;
use explain::{RuleFile, Rules};
use futures::{StreamExt, stream};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use registration::{
    domain::{Category, Round},
    rules,
    sample::Sample,
};
use sha2::{Digest, Sha256};
use tonic::{Code, Status};

use crate::{
    args::EndpointArguments,
    endpoints::Clients,
    failure::Failure,
    output::{json, json_text, line, printable},
    progress::Progress,
};

/// The message that a questionnaire is, in the contract.
const QUESTIONNAIRE: &str = "zorginkoop.registration.v1.Questionnaire";
/// How often a call is tried that a service could not take.
const TRIES: u32 = 6;

/// What can be done with registrations.
#[derive(Debug, Subcommand)]
pub enum RegistrationsCommand {
    /// Takes over a questionnaire, or a folder of them: JSON files (proto3 JSON of Questionnaire)
    Import(ImportArguments),
    /// Prints an example of a questionnaire that meets every requirement of its round
    Sample(SampleArguments),
    /// Tells what a registration still lacks, were it submitted now
    Check {
        /// The registration
        registration_id: String,
    },
}

/// What is taken over.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The file, or the folder of files that end in .json
    pub path: PathBuf,
    /// The office they are for; a file for another one is refused
    #[arg(long)]
    pub office: String,
    /// How many are under way at once
    #[arg(long, default_value_t = 8)]
    pub at_once: usize,
}

/// Which example is asked for.
#[derive(Debug, Args)]
pub struct SampleArguments {
    /// The office
    #[arg(long, default_value = "vgz")]
    pub office: String,
    /// The sector: vv, gz, ggz or home_care
    #[arg(long, default_value = "gz")]
    pub sector: String,
    /// The year care is bought for
    #[arg(long, default_value_t = 2023)]
    pub year: i32,
    /// The category: existing_running, existing_expiring, existing_elsewhere or new
    #[arg(long, default_value = "new")]
    pub category: String,
    /// AGB code of the provider
    #[arg(long, default_value = "41410001")]
    pub agb: String,
    /// KvK number of the provider
    #[arg(long, default_value = "12345678")]
    pub kvk: String,
    /// The region
    #[arg(long, default_value = "5508")]
    pub region: String,
    /// The products asked for
    #[arg(long, default_value = "H300", value_delimiter = ',')]
    pub products: Vec<String>,
    /// The day of receipt
    #[arg(long)]
    pub received: Option<chrono::NaiveDate>,
}

/// Runs a command on registrations.
///
/// # Errors
/// What the service reports; [`Failure::Refused`] when a questionnaire was not taken over.
pub async fn run(command: RegistrationsCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    match command {
        RegistrationsCommand::Import(asked) => import(&asked, endpoints).await,
        RegistrationsCommand::Sample(asked) => line_of(&sample(&asked)?),
        RegistrationsCommand::Check { registration_id } => check(registration_id, endpoints, as_json).await,
    }
}

/// What became of a file.
enum Taken {
    Over,
    Not(String),
}

async fn import(asked: &ImportArguments, endpoints: &EndpointArguments) -> Result<(), Failure> {
    let files = files(&asked.path)?;
    let clients = Clients::new(endpoints)?;
    let pool = DescriptorPool::decode(contract::DESCRIPTORS).map_err(|error| Failure::Other(error.to_string()))?;
    let mut progress = Progress::new("registrations", u64::try_from(files.len()).unwrap_or(u64::MAX), "files");
    let one = |file: PathBuf| {
        let (clients, pool) = (clients.clone(), &pool);
        async move {
            let taken = take_over(&file, &asked.office, clients, pool).await;
            (file, taken)
        }
    };
    let mut under_way = stream::iter(files).map(one).buffer_unordered(asked.at_once.clamp(1, 64));
    let (mut over, mut not) = (0_u64, Vec::new());
    while let Some((file, taken)) = under_way.next().await {
        match taken {
            Taken::Over => over += 1,
            Taken::Not(why) => not.push((file, why)),
        }
        progress.step();
    }
    drop(progress);
    not.sort();
    for (file, why) in &not {
        line(printable(&format!("{}: {why}", file.display())));
    }
    line(format!("{over} taken over, {} not", not.len()));
    if not.is_empty() { Ok(()) } else { Err(Failure::Refused(format!("{} files were not taken over", not.len()))) }
}

/// The files of a folder by name, or the one file.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(Failure::Usage(format!("{} has no files that end in .json", path.display()))),
        false => Ok(files),
    }
}

/// Takes over a file; with the same content it is the same request, so that it is taken over once however often it is
/// sent, and whichever replica takes it.
async fn take_over(file: &Path, office: &str, mut clients: Clients, pool: &DescriptorPool) -> Taken {
    let questionnaire = match read(file, pool) {
        Ok(questionnaire) => questionnaire,
        Err(why) => return Taken::Not(why),
    };
    let request = proto::ImportRegistrationRequest {
        request_id: request_id_of("import", &[office.as_bytes(), &questionnaire.encode_to_vec()].concat()),
        office: office.to_owned(),
        agb: questionnaire.agb.clone(),
        questionnaire: Some(questionnaire),
    };
    let mut pause = Duration::from_millis(200);
    for tried in 1.. {
        match clients.registration.import_registration(request.clone()).await {
            Ok(_) => return Taken::Over,
            Err(status) if tried < TRIES && may_pass(&status) => {}
            Err(status) => return Taken::Not(Failure::from(status).to_string()),
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Taken::Not("it was tried too often".to_owned())
}

/// The id of a request that is the same whenever the same is asked.
pub fn request_id_of(what: &str, content: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest([what.as_bytes(), b"/", content].concat()).into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    uuid::Builder::from_random_bytes(id).into_uuid().to_string()
}

/// Whether a call that failed may go through later: the service is busy, restarts, or was replaced.
fn may_pass(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::ResourceExhausted | Code::Unknown | Code::Cancelled)
}

fn read(file: &Path, pool: &DescriptorPool) -> Result<proto::Questionnaire, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let descriptor = pool.get_message_by_name(QUESTIONNAIRE).ok_or("the contract has no questionnaire")?;
    let mut json = serde_json::Deserializer::from_str(&text);
    let message = DynamicMessage::deserialize(descriptor, &mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    message.transcode_to().map_err(|error| error.to_string())
}

fn line_of(questionnaire: &proto::Questionnaire) -> Result<(), Failure> {
    line(json_text(questionnaire, QUESTIONNAIRE)?);
    Ok(())
}

/// A questionnaire that meets every requirement of its round, by the built-in rule files.
fn sample(asked: &SampleArguments) -> Result<proto::Questionnaire, Failure> {
    let usage = |what: &str, error: &dyn std::fmt::Display| Failure::Usage(format!("{what}: {error}"));
    let sector = Sector::from_code(&asked.sector).ok_or_else(|| usage("--sector", &"vv, gz, ggz or home_care"))?;
    let category = Category::from_code(&asked.category);
    let category = category
        .ok_or_else(|| usage("--category", &"existing_running, existing_expiring, existing_elsewhere or new"))?;
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
    let rules = Rules::load(files.collect(), &rules::SCHEMA).map_err(|error| Failure::Other(error.to_string()))?;
    let office = asked.office.parse().map_err(|error| usage("--office", &error))?;
    let round = Round { round_id: String::new(), office, sector, year: asked.year };
    let products: Vec<&str> = asked.products.iter().map(String::as_str).collect();
    let sample = Sample {
        round: &round,
        category,
        kvk: asked.kvk.parse().map_err(|error| usage("--kvk", &error))?,
        region: asked.region.parse().map_err(|error| usage("--region", &error))?,
        products: &products,
        modules: &[],
        received: asked.received.unwrap_or_else(|| round.days().0 - chrono::Months::new(6)),
    };
    let content =
        registration::convert::content(&sample.content(&rules)).map_err(|error| Failure::Other(error.to_string()))?;
    Ok(proto::Questionnaire {
        office: asked.office.clone(),
        act: sector.act().to_proto(),
        sector: sector.to_proto(),
        year: asked.year,
        agb: asked.agb.clone(),
        procedure: proto::Procedure::Regular.into(),
        content: Some(content),
    })
}

async fn check(registration_id: String, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let request = proto::CheckRegistrationRequest { registration_id };
    let answer = Clients::new(endpoints)?.registration.check_registration(request).await?.into_inner();
    if as_json {
        return json(&answer, "zorginkoop.registration.v1.CheckRegistrationResponse");
    }
    let unmet: Vec<&proto::Finding> = answer.findings.iter().filter(|finding| !finding.met).collect();
    for finding in &unmet {
        let fact = if finding.fact.is_empty() { String::new() } else { format!(".{}", finding.fact) };
        line(printable(&format!("{} {}{fact}: {}", finding.rule_id, finding.about, finding.text_nl)));
    }
    let in_time = if answer.in_time { "in time" } else { "late" };
    line(format!("{} of {} requirements met; {in_time}", answer.findings.len() - unmet.len(), answer.findings.len()));
    Ok(())
}
