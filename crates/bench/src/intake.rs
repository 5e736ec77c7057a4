//! A large claim file end to end, against a bare bulk insert of the same rows into the same schema.

use std::time::Instant;

use chrono::DateTime;
use contract::{budget as proto, common};
use database::{Column, Kind, Rows, Table};
use futures::StreamExt;
use testkit::{Engine, TestDb};
use vektis::{
    Sign,
    layout::{Performance, RECORD},
};

use crate::{
    Failure,
    claim_file::{AGB, LINES, claim_file},
    measure::{Figure, Goal, in_seconds},
    services::{Budget, OFFICE, Way},
};

const CHUNK: usize = 256 << 10;
const ROUNDS: usize = 3;
/// What the intake may take on top of the bare insert, by engine.
const GOALS: [f64; 2] = [1.0 / 2.0, 1.0 / 3.0];
const MEMORY_MEGABYTES: f64 = 200.0;
/// Rows that are encoded and inserted at a time, as the intake does.
const BATCH: usize = 5_000;

/// Measures on one engine.
pub async fn measure(engine: Engine) -> Result<Vec<Figure>, Failure> {
    let file = claim_file(LINES)?;
    let identified = Way::identified()?;
    let (mut speeds, mut peaks, mut cost) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut budget = Budget::start(engine, &Way::Open).await?;
        let whole = end_to_end(&mut budget, &file).await?;
        peaks.extend(budget.peak_megabytes().map(|peak| (peak, MEMORY_MEGABYTES)));
        drop(budget);
        let mut budget = Budget::start(engine, &identified).await?;
        let guarded = end_to_end(&mut budget, &file).await?;
        drop(budget);
        cost.push((LINES as f64 / guarded, LINES as f64 / whole));
        let bare = insert_only(engine, &file).await?;
        speeds.push((LINES as f64 / whole, LINES as f64 / bare));
    }
    let (name, goal) = match engine {
        Engine::Sqlite => ("SQLite", GOALS[0]),
        Engine::Postgres => ("PostgreSQL", GOALS[1]),
    };
    let baseline = if engine == Engine::Sqlite { "bare insert" } else { "bare COPY" };
    Ok(vec![
        Figure::new(format!("intake over gRPC / {baseline}, {name}"), "rows/s", &speeds, Goal::AtLeast(goal)),
        Figure::new(format!("intake over mutual TLS with identity / without, {name}"), "rows/s", &cost, Goal::None),
        Figure::new(format!("peak memory of budget / 200 MB, {name}"), "MB", &peaks, Goal::AtMost(1.0)),
    ])
}

/// Seconds from the first byte sent to the last byte of the return received.
async fn end_to_end(budget: &mut Budget, file: &[u8]) -> Result<f64, Failure> {
    use proto::{submit_claims_request::Part, submit_claims_response::Part as Reply};
    let start =
        proto::SubmitClaimsRequest { part: Some(Part::Start(common::ClaimsStart { office: OFFICE.to_owned() })) };
    let chunks: Vec<Part> = file.chunks(CHUNK).map(|chunk| Part::Chunk(chunk.to_vec().into())).collect();
    let chunks = chunks.into_iter().map(|part| proto::SubmitClaimsRequest { part: Some(part) });
    let begun = Instant::now();
    let parts = futures::stream::iter(std::iter::once(start).chain(chunks));
    let mut answer = budget.client.submit_claims(parts).await?.into_inner();
    let (mut granted, mut returned) = (0, 0);
    while let Some(part) = answer.next().await {
        match part?.part {
            Some(Reply::Result(result)) => granted = result.granted_lines,
            Some(Reply::Aw320(piece)) => returned += piece.len(),
            Some(Reply::Progress(_)) | None => {}
        }
    }
    let took = in_seconds(begun.elapsed());
    if usize::try_from(granted)? != LINES || returned < LINES * 372 {
        return Err(format!("{granted} of {LINES} lines were granted").into());
    }
    Ok(took)
}

const CLAIM_LINE: Table = Table {
    name: "claim_line",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("file_number", Kind::Int),
        Column::new("detail_number", Kind::Int),
        Column::new("client", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("function_code", Kind::Int),
        Column::new("care_profile", Kind::Int),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("quantity", Kind::Int),
        Column::new("time_unit", Kind::Int),
        Column::new("tariff_cents", Kind::Int),
        Column::new("claimed_cents", Kind::Int),
        Column::new("granted_cents", Kind::Int),
        Column::new("outcome", Kind::Int),
        Column::new("days_once", Kind::Int),
        Column::new("reference", Kind::Text),
        Column::new("previous_reference", Kind::Text),
        Column::new("codes", Kind::Text),
    ],
};

/// Seconds of encoding, inserting and committing the rows of the file.
async fn insert_only(engine: Engine, file: &[u8]) -> Result<f64, Failure> {
    let db = TestDb::open(engine, &intake::MIGRATIONS).await;
    let mut tx = db.write().await?;
    let begun = Instant::now();
    let records = file.chunks(RECORD + 2).filter(|record| record.starts_with(b"04"));
    let lines: Vec<&[u8; RECORD]> = records.filter_map(|record| record.first_chunk()).collect();
    for batch in lines.chunks(BATCH) {
        let mut rows = Rows::new(engine, &CLAIM_LINE);
        for record in batch {
            row(&mut rows, Performance::new(record)).ok_or("a line without value")?;
        }
        tx.insert_many(rows).await?;
    }
    tx.commit(DateTime::UNIX_EPOCH).await?;
    Ok(in_seconds(begun.elapsed()))
}

fn row(rows: &mut Rows, line: Performance<'_>) -> Option<()> {
    rows.text(OFFICE).text(AGB).int(1).int(line.detail_number()?.cast_signed());
    rows.text("mJ9zZ3vWb0S0y9oVd3n3Ag").text(line.product().as_ascii()?);
    rows.int(line.function_code()?.into()).int(line.care_profile()?.into());
    rows.date(line.begin()?).date(line.end()?);
    rows.int(line.quantity()?.into()).int(line.time_unit()?.into());
    rows.int(line.tariff_cents()?).int(line.claimed_cents()?).int(line.claimed_cents()?);
    rows.int(if line.claimed_sign()? == Sign::Credit { 2 } else { 1 }).int(0);
    rows.text(line.reference().as_ascii()?).text(line.previous_reference().as_ascii()?).text("");
    rows.end_row();
    Some(())
}
