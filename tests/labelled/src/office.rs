//! An office that screens: the service in this process, following an [`Owner`].

use std::{fs, path::PathBuf, time::Duration};

use contract::screening::{
    FactsStart, GetProgressRequest, ImportFactsRequest, RunClaimRulesRequest, Signal, import_facts_request::Part,
    screening_service_client::ScreeningServiceClient,
};
use futures::stream;
use runtime::{Clock, Ids, Limits, Running, Settings};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

use crate::{KEY, OFFICE, Owner, year::all_standing};

/// What any part of it can fail with.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A piece of a file of facts.
const CHUNK: usize = 64 << 10;

/// The office.
#[derive(Debug)]
pub struct Office {
    /// Its calls.
    pub client: ScreeningServiceClient<Channel>,
    running: Running,
    _folder: TempDir,
}

impl Office {
    /// Screens what an owner makes known, on a database, with rule files in place of those built in.
    ///
    /// # Errors
    /// When the service does not start.
    pub async fn open(database: &str, owner: &Owner, rules: &[(&str, String)]) -> Result<Office, Failure> {
        let folder = tempfile::tempdir()?;
        let rules_folder = folder.path().join("rules");
        fs::create_dir(&rules_folder)?;
        for (name, text) in rules {
            fs::write(rules_folder.join(name), text)?;
        }
        let nobody = "http://127.0.0.1:9".to_owned();
        let peers = [("budget", owner.url()), ("homecare", owner.url()), ("registration", nobody.as_str())];
        let settings = Settings {
            database: database.to_owned(),
            rules: Some(rules_folder),
            pseudonym_key_file: Some(key_file(&folder)?),
            limits: Limits { calls_per_second: 0, ..Limits::default() },
            peers: peers.map(|(name, url)| (name.to_owned(), url.to_owned())).into(),
            ..Settings::default()
        };
        let clock = Clock::manual("2025-01-02T10:00:00Z".parse()?);
        let running = screening::start(settings, clock, Ids::random(), CancellationToken::new()).await?;
        let client = ScreeningServiceClient::connect(running.url()).await?;
        Ok(Office { client, running, _folder: folder })
    }

    /// Waits until so many files of both services were applied.
    ///
    /// # Errors
    /// When the service does not answer.
    pub async fn reaches(&self, files: usize) -> Result<(), Failure> {
        let wanted = i64::try_from(files)?;
        loop {
            let progress = self.client.clone().get_progress(GetProgressRequest {}).await?.into_inner();
            let reached =
                |name: &str| progress.feeds.iter().any(|feed| feed.service == name && feed.sequence >= wanted);
            if reached("budget") && reached("homecare") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Imports files of what is known beside lines: kind and CSV.
    ///
    /// # Errors
    /// When a file is refused.
    pub async fn import(&self, facts: &[(String, String)]) -> Result<(), Failure> {
        for (kind, csv) in facts {
            let start = FactsStart {
                request_id: Ids::random().next().to_string(),
                office: OFFICE.to_owned(),
                kind: kind.clone(),
                source: "a made-up year".to_owned(),
                sha256: Sha256::digest(csv).to_vec(),
                rows: i64::try_from(csv.lines().count())? - 1,
            };
            let pieces: Vec<Part> = csv.as_bytes().chunks(CHUNK).map(|chunk| Part::Chunk(chunk.to_vec())).collect();
            let parts = std::iter::once(Part::Start(start)).chain(pieces);
            let parts: Vec<_> = parts.map(|part| ImportFactsRequest { part: Some(part) }).collect();
            self.client.clone().import_facts(stream::iter(parts)).await?;
        }
        Ok(())
    }

    /// The signals that stand.
    ///
    /// # Errors
    /// When the service does not answer.
    pub async fn signals(&self) -> Result<Vec<Signal>, Failure> {
        let (mut signals, mut token) = (Vec::new(), String::new());
        loop {
            let page = self.client.clone().list_signals(all_standing(token)).await?.into_inner();
            signals.extend(page.signals);
            if page.next_page_token.is_empty() {
                return Ok(signals);
            }
            token = page.next_page_token;
        }
    }

    /// Evaluates everybody anew: signals raised and withdrawn.
    ///
    /// # Errors
    /// When the service does not answer.
    pub async fn run(&self) -> Result<(i64, i64), Failure> {
        let request_id = Ids::random().next().to_string();
        let request = RunClaimRulesRequest { request_id, office: OFFICE.to_owned() };
        let mut answers = self.client.clone().run_claim_rules(request).await?.into_inner();
        let mut done = (0, 0);
        while let Some(answer) = answers.message().await? {
            done = (answer.raised, answer.withdrawn);
        }
        Ok(done)
    }

    /// Stops it.
    ///
    /// # Errors
    /// When it does not stop as it should.
    pub async fn close(self) -> Result<(), Failure> {
        Ok(self.running.stop().await?)
    }
}

/// The key in a file that only its owner may read.
fn key_file(folder: &TempDir) -> Result<PathBuf, Failure> {
    let path = folder.path().join("key");
    fs::write(&path, format!("1 {KEY}\n"))?;
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(path)
}
