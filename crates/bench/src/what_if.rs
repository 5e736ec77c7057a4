//! The what-if over all providers, products and offices (TAR-14), streamed, against what its answers cost to write and
//! read alone.

use std::hint::black_box;

use contract::{common, tariffing as proto};
use futures::{StreamExt, TryStreamExt, stream};
use prost::Message;
use runtime::Ids;
use testkit::Engine;
use tonic::Status;

use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds, seconds},
    services::{Tariffing, Way},
};

const ASKING: &str = "cz";
const PROVIDERS: usize = 3_000;
const PRODUCTS: usize = 60;
const ROUNDS: usize = 5;
const AT_ONCE: usize = 16;
const MEMORY_MB: f64 = 100.0;

/// Measures on one engine.
pub async fn measure(engine: Engine) -> Result<Vec<Figure>, Failure> {
    let service = Tariffing::start(engine, &Way::Open).await?;
    record(&service).await?;
    // First, while the allocator holds nothing of the rounds below.
    let memory = streamed_memory(&service).await?;
    let mut rounds = Vec::new();
    let mut prices = 0;
    for _ in 0..ROUNDS {
        let begun = std::time::Instant::now();
        let mut answers = service.client.clone().compare_offices(asked()).await?.into_inner();
        let mut all = Vec::with_capacity(PROVIDERS);
        while let Some(answer) = answers.message().await? {
            all.push(answer);
        }
        let streamed = in_seconds(begun.elapsed());
        prices = all.iter().flat_map(|answer| &answer.outcomes).map(|outcome| outcome.prices.len()).sum::<usize>();
        let bare = seconds(|| {
            for answer in &all {
                let bytes = answer.encode_to_vec();
                black_box(proto::CompareOfficesResponse::decode(bytes.as_slice()).ok());
            }
        });
        rounds.push((streamed, bare));
    }
    let name = if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    let what = format!("what-if of {PROVIDERS} providers, {prices} tariffs / its messages written and read, {name}");
    let kept = format!("memory that a stream of all of them takes / {MEMORY_MB} MB, {name}");
    Ok(vec![
        Figure::new(what, "s", &rounds, Goal::None),
        Figure::new(kept, "MB", &[(memory, MEMORY_MB)], Goal::AtMost(1.0)),
    ])
}

/// By how many megabytes the largest memory of this process exceeds what it held, while all answers are read and none
/// is kept.
async fn streamed_memory(service: &Tariffing) -> Result<f64, Failure> {
    let before = megabytes("VmRSS:")?;
    // Makes the largest memory so far the memory of now.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let mut answers = service.client.clone().compare_offices(asked()).await?.into_inner();
    while let Some(answer) = answers.message().await? {
        black_box(answer);
    }
    Ok((megabytes("VmHWM:")? - before).max(0.0))
}

fn megabytes(name: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line in the status")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024.0)
}

fn asked() -> proto::CompareOfficesRequest {
    proto::CompareOfficesRequest {
        office: ASKING.to_owned(),
        sector: common::Sector::Vv.into(),
        year: 2024,
        ..Default::default()
    }
}

/// A table of products, and a standing of every provider: every third is new, and of every second existing one
/// something was judged.
async fn record(service: &Tariffing) -> Result<(), Failure> {
    let request_id = || Ids::random().next().to_string();
    let mut csv = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n".to_owned();
    for product in 0..PRODUCTS {
        let form = ["verblijf", "vpt", "mpt"][product % 3];
        csv += &format!(
            "V{product:03},example,VV,{form},14,{}.{product:02},10.00,1.00,2024-01-01,2024-12-31\n",
            100 + product
        );
    }
    let import = proto::ImportMaximumTariffsRequest {
        request_id: request_id(),
        office: ASKING.to_owned(),
        source: "example".to_owned(),
        csv: csv.into_bytes(),
    };
    service.client.clone().import_maximum_tariffs(import).await?;
    let record = async |number: usize| {
        let agb = format!("4141{number:04}");
        let standing = if number.is_multiple_of(3) { proto::Standing::New } else { proto::Standing::Existing };
        let request = proto::RecordStandingRequest {
            request_id: request_id(),
            office: ASKING.to_owned(),
            sector: common::Sector::Vv.into(),
            agb: agb.clone(),
            year: 2024,
            standing: standing.into(),
            motivation: "example".to_owned(),
        };
        service.client.clone().record_standing(request).await?;
        if number % 6 == 1 {
            let request = proto::RecordJudgementRequest {
                request_id: request_id(),
                office: ASKING.to_owned(),
                sector: common::Sector::Vv.into(),
                agb,
                year: 2024,
                key: "labour_saving_technology".to_owned(),
                motivation: "example".to_owned(),
                ..Default::default()
            };
            service.client.clone().record_judgement(request).await?;
        }
        Ok::<(), Status>(())
    };
    stream::iter(1..=PROVIDERS).map(record).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    Ok(())
}
