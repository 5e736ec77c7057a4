//! Millions of lines screened by a process of its own: what a million costs at the end and at the beginning, what some
//! files more cost with one, three and ten million lines before them, and how much memory it takes.

use std::{
    env, fs,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use contract::screening::{GetProgressRequest, ListWorkRequest, screening_service_client::ScreeningServiceClient};
use labelled::{Owner, Volume};
use testkit::{Engine, TestDb};
use tokio::process::{Child, Command};
use tonic::transport::Channel;

use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds},
    services::{OFFICE, binary, free_address, peak_megabytes, pseudonym_key},
};

/// Files of a million lines.
const MILLION: usize = 1_000_000 / Volume::OF_FILE;
/// Files that come beside: some 10,000 lines.
const SOME: usize = 30;
/// Rounds of those.
const ROUNDS: usize = 3;
/// After so many millions more files are measured by themselves.
const MARKS: [usize; 3] = [1, 3, 10];
const MILLIONS: usize = 10;
/// How much more the last lines may cost than the first.
const GROWTH: f64 = 1.5;
const MEMORY_MEGABYTES: f64 = 300.0;

/// Measures on one engine.
pub async fn measure(engine: Engine) -> Result<Vec<Figure>, Failure> {
    let name = if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    let millions = match env::var("ZORGINKOOP_SCREEN_MILLIONS") {
        Ok(text) => text.parse()?,
        Err(_) => MILLIONS,
    };
    let more = MARKS.iter().filter(|mark| **mark <= millions).count() * SOME * ROUNDS;
    let owner = Owner::serve(Arc::new(Volume::new(millions * MILLION + more))).await?;
    let screening = Screening::start(engine, &owner).await?;
    let (mut files, mut of_million, mut marks) = (0, Vec::new(), Vec::new());
    for million in 1..=millions {
        let seconds = screening.takes(&owner, &mut files, MILLION).await?;
        of_million.push(seconds);
        println!("{name}: million {million} screened in {seconds:.1} s; peak of memory {:.0} MB", screening.peak());
        if MARKS.contains(&million) {
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                rounds.push(screening.takes(&owner, &mut files, SOME).await?);
            }
            rounds.sort_by(f64::total_cmp);
            println!(
                "{name}: {} lines more after {million} million: {:.2} s",
                SOME * Volume::OF_FILE,
                rounds[ROUNDS / 2]
            );
            marks.push((million, rounds));
        }
    }
    let (found, planted) = (screening.exact_signals().await?, Volume::doubles(files));
    println!("{name}: {planted} doubles planted in {} lines, {found} signals raised", files * Volume::OF_FILE);
    if found != i64::try_from(planted)? {
        return Err("not what was planted was found".into());
    }
    Ok(figures(name, (&of_million, &marks), screening.peak()))
}

fn figures(name: &str, (of_million, marks): (&[f64], &[(usize, Vec<f64>)]), peak: f64) -> Vec<Figure> {
    let figure =
        |what: String, unit, rounds: &[(f64, f64)], goal| Figure::new(format!("{what}, {name}"), unit, rounds, goal);
    let mut figures = Vec::new();
    if let (Some(first), Some(last)) = (of_million.first(), of_million.last()) {
        let what = format!("million {} screened / the first million", of_million.len());
        figures.push(figure(what, "s", &[(*last, *first)], Goal::AtMost(GROWTH)));
    }
    if let Some(((_, first), others)) = marks.split_first() {
        for (million, rounds) in others {
            let rounds: Vec<(f64, f64)> = rounds.iter().copied().zip(first.iter().copied()).collect();
            let what = format!("10,000 lines after {million} million / after one million");
            figures.push(figure(what, "s", &rounds, Goal::AtMost(GROWTH)));
        }
    }
    figures.push(figure(
        "peak memory of screening / 300 MB".to_owned(),
        "MB",
        &[(peak, MEMORY_MEGABYTES)],
        Goal::AtMost(1.0),
    ));
    figures
}

/// Screening as a process of its own.
struct Screening {
    client: ScreeningServiceClient<Channel>,
    process: Child,
    _db: TestDb,
    _folder: tempfile::TempDir,
}

impl Screening {
    async fn start(engine: Engine, owner: &Owner) -> Result<Screening, Failure> {
        let (db, folder) = (TestDb::open(engine, &[]).await, tempfile::tempdir()?);
        let settings = folder.path().join("screening.toml");
        fs::write(&settings, "[limits]\ncalls_per_second = 0\n")?;
        let address = free_address()?;
        let process = Command::new(binary("screening")?)
            .arg("--settings")
            .arg(&settings)
            .env("ZORGINKOOP_LISTEN", address.to_string())
            .env("ZORGINKOOP_DATABASE", db.url())
            .env("ZORGINKOOP_PSEUDONYM_KEY_FILE", pseudonym_key(&folder)?)
            .env("ZORGINKOOP_PEER_BUDGET", owner.url())
            .env("ZORGINKOOP_PEER_HOMECARE", "http://127.0.0.1:9")
            .env("ZORGINKOOP_PEER_REGISTRATION", "http://127.0.0.1:9")
            .env("ZORGINKOOP_LOG", "error")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        for _ in 0..400 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let Ok(mut client) = ScreeningServiceClient::connect(format!("http://{address}")).await else { continue };
            if client.get_progress(GetProgressRequest {}).await.is_ok() {
                return Ok(Screening { client, process, _db: db, _folder: folder });
            }
        }
        Err("screening did not get ready".into())
    }

    /// Seconds until so many files more are screened.
    async fn takes(&self, owner: &Owner, files: &mut usize, more: usize) -> Result<f64, Failure> {
        *files += more;
        let wanted = i64::try_from(*files)?;
        let begun = Instant::now();
        owner.tell(*files);
        loop {
            let progress = self.client.clone().get_progress(GetProgressRequest {}).await?.into_inner();
            if progress.feeds.iter().any(|feed| feed.service == "budget" && feed.sequence >= wanted) {
                return Ok(in_seconds(begun.elapsed()));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The signals of exact rules that stand, by the work list.
    async fn exact_signals(&self) -> Result<i64, Failure> {
        let (mut signals, mut token) = (0, String::new());
        loop {
            let request = ListWorkRequest { office: OFFICE.to_owned(), page_size: 1_000, page_token: token };
            let page = self.client.clone().list_work(request).await?.into_inner();
            signals += page.items.iter().map(|item| item.exact_signals).sum::<i64>();
            if page.next_page_token.is_empty() {
                return Ok(signals);
            }
            token = page.next_page_token;
        }
    }

    /// The most memory it had at once, in megabytes.
    fn peak(&self) -> f64 {
        self.process.id().and_then(|id| peak_megabytes(&id.to_string())).unwrap_or(f64::NAN)
    }
}
