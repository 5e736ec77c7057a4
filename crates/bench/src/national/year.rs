//! An office of national scale through a year, over its calls: base production, claims by the month, click,
//! reallocation and reconciliation.

use std::{fmt, future::Future, time::Instant};

use budget::{
    domain::{Agreement, Tariff},
    store,
};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use contract::{
    budget::{self as proto, budget_service_client::BudgetServiceClient},
    common,
};
use futures::{StreamExt, TryStreamExt, stream};
use money::Money;
use runtime::{Clock, Ids};
use testkit::{Engine, TestDb};
use tonic::{Request, transport::Channel};

use super::{
    PROVIDERS, YEAR, agb,
    files::{Files, PRODUCTS},
};
use crate::{
    Failure,
    measure::in_seconds,
    services::{Alone, OFFICE},
};

/// Files that are sent at the same time.
const IN_FLIGHT: usize = 8;
/// Payments in one call.
const PAYMENTS: usize = 1_000;

/// An office in its year.
pub struct Year {
    pub alone: Alone,
    pub files: Files,
    clock: Clock,
}

/// What a month of claims came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Month {
    pub seconds: f64,
    pub lines: i64,
    pub granted: i64,
    /// How much the database grew, in megabytes.
    pub grown: f64,
}

/// How long each step of a round took, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    pub forecasts: f64,
    pub opened: f64,
    pub simulated: f64,
    pub committed: f64,
    pub replayed: f64,
}

impl Took {
    /// From the frozen inputs to what is committed.
    pub fn round(&self) -> f64 {
        self.opened + self.simulated + self.committed
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Took { forecasts, opened, simulated, committed, replayed } = self;
        write!(
            f,
            "forecasts {forecasts:.2} s, opened {opened:.2} s, simulated {simulated:.2} s, committed {committed:.2} s, \
             computed again {replayed:.2} s"
        )
    }
}

impl Year {
    /// An office with its agreements, its tariffs and its contract room.
    pub async fn start(engine: Engine, lines: usize) -> Result<Year, Failure> {
        let clock = Clock::manual(noon(date(YEAR - 1, 11, 1)?));
        let files = Files::new(lines);
        let mut year = Year { alone: Alone::start(engine, clock.clone(), followed).await?, files, clock };
        let room = proto::EstablishRoomRequest {
            request_id: request_id(),
            office: OFFICE.to_owned(),
            year: YEAR,
            regions: vec!["5508".to_owned()],
            zin: Some(common::Money { cents: year.room() }),
            pgb: Some(common::Money { cents: 60_000_000_000 }),
            motivation: "example".to_owned(),
        };
        year.alone.client.establish_room(room).await?;
        Ok(year)
    }

    /// What all claims of a year cost, and 2% on top.
    fn room(&self) -> i64 {
        let yearly = (0..PROVIDERS).map(|provider| {
            let volumes = self.files.volumes(provider).into_iter().zip(&PRODUCTS);
            volumes.map(|(volume, product)| 12 * i64::from(volume) * product.tariff).sum::<i64>()
        });
        yearly.sum::<i64>() / 100 * 102
    }

    /// Seconds of entering and filing the base production of all: some 10% more or less than will be claimed.
    pub async fn base_production(&mut self) -> Result<f64, Failure> {
        let begun = Instant::now();
        self.each(|client, provider| {
            let percentage = [90, 96, 100, 104, 110][provider % 5];
            let volume = |volume: u32| Some(common::Decimal { value: (12 * volume * percentage / 100).to_string() });
            let volumes = self.files.volumes(provider).into_iter().zip(&PRODUCTS);
            let volumes = volumes
                .map(|(amount, product)| proto::ProductVolume { product: product.code.into(), volume: volume(amount) })
                .collect();
            enter(client, provider, volumes)
        })
        .await?;
        self.commit(proto::RoundKind::BaseProduction).await?;
        Ok(in_seconds(begun.elapsed()))
    }

    /// Sends the files of all providers about a month, on the tenth of the next.
    pub async fn claims(&mut self, month: u32) -> Result<Month, Failure> {
        self.clock.set(noon(date(YEAR, month, 28)?) + Days::new(13));
        let begun = Instant::now();
        let mut whole = Month::default();
        let files = &self.files;
        let client = &self.alone.client;
        let mut answers = stream::iter(0..PROVIDERS)
            .map(|provider| async move { submit(client.clone(), files.of(provider, month)?).await })
            .buffer_unordered(IN_FLIGHT);
        while let Some(result) = answers.next().await {
            let result = result?;
            whole.lines += result.lines;
            whole.granted += result.granted_lines;
        }
        Ok(Month { seconds: in_seconds(begun.elapsed()), ..whole })
    }

    /// Makes the forecasts, lets the day of answering pass, and commits the round, which is then computed again.
    pub async fn allocate(&mut self, kind: proto::RoundKind) -> Result<Took, Failure> {
        let due = (self.clock.now() + Days::new(20)).date_naive();
        let request = proto::MakeForecastRequest {
            request_id: request_id(),
            office: OFFICE.to_owned(),
            year: YEAR,
            answer_due_date: Some(to_proto(due)),
            round: kind.into(),
        };
        let begun = Instant::now();
        let made = self.alone.client.make_forecast(request).await?.into_inner().forecasts.len();
        if made != PROVIDERS {
            return Err(format!("{made} forecasts of {PROVIDERS} providers").into());
        }
        let forecasts = in_seconds(begun.elapsed());
        self.clock.set(noon(due) + Days::new(1));
        Ok(Took { forecasts, ..self.commit(kind).await? })
    }

    /// Opens, simulates and commits a round, and computes it again.
    pub async fn commit(&mut self, kind: proto::RoundKind) -> Result<Took, Failure> {
        let client = &mut self.alone.client;
        let mut took = Took::default();
        let begun = Instant::now();
        let request = proto::OpenRoundRequest {
            request_id: request_id(),
            office: OFFICE.to_owned(),
            year: YEAR,
            kind: kind.into(),
            cut_off_time: None,
        };
        let round = client.open_round(request).await?.into_inner().round.ok_or("a round")?;
        took.opened = in_seconds(begun.elapsed());

        let begun = Instant::now();
        let choices = Some(proto::RoundChoices { fund_overproduction: true });
        let request =
            proto::SimulateRoundRequest { request_id: request_id(), round_id: round.round_id.clone(), choices };
        let simulation = client.simulate_round(request).await?.into_inner().simulation.ok_or("a simulation")?;
        took.simulated = in_seconds(begun.elapsed());

        let begun = Instant::now();
        let request =
            proto::CommitRoundRequest { request_id: request_id(), simulation_id: simulation.simulation_id.clone() };
        let proposal = client.commit_round(request).await?.into_inner().proposal.ok_or("a proposal")?;
        let mut request = Request::new(proto::DecideProposalRequest {
            request_id: request_id(),
            proposal_id: proposal.proposal_id,
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse()?);
        client.decide_proposal(request).await?;
        took.committed = in_seconds(begun.elapsed());

        let begun = Instant::now();
        let replayed = client.replay_round(proto::ReplayRoundRequest { round_id: round.round_id }).await?;
        if !replayed.into_inner().same {
            return Err("a round came to something else when it was computed again".into());
        }
        took.replayed = in_seconds(begun.elapsed());
        Ok(took)
    }

    /// Seconds of recording a payment to every provider.
    pub async fn pay(&mut self) -> Result<f64, Failure> {
        self.clock.set(noon(date(YEAR + 1, 4, 15)?));
        let begun = Instant::now();
        for first in (0..PROVIDERS).step_by(PAYMENTS) {
            let payment = |provider| {
                let cents = 100_000 + provider as i64;
                Ok(proto::Payment { agb: agb(provider)?.to_string(), amount: Some(common::Money { cents }) })
            };
            let payments = (first..PROVIDERS.min(first + PAYMENTS)).map(payment).collect::<Result<_, Failure>>()?;
            let request = proto::RecordPaymentsRequest {
                request_id: request_id(),
                office: OFFICE.to_owned(),
                year: YEAR,
                day: Some(to_proto(date(YEAR, 12, 28)?)),
                payments,
                reference: "example".to_owned(),
            };
            self.alone.client.record_payments(request).await?;
        }
        Ok(in_seconds(begun.elapsed()))
    }

    /// Fails unless the entries of the ledger add up to its balances.
    pub async fn balanced(&mut self) -> Result<(), Failure> {
        let request = proto::GetLedgerRequest { office: OFFICE.to_owned(), year: YEAR, as_of_time: None, day: None };
        let balanced = self.alone.client.get_ledger(request).await?.into_inner().balanced;
        if balanced { Ok(()) } else { Err("the entries of the ledger do not add up to its balances".into()) }
    }

    async fn each<F: Future<Output = Result<(), Failure>>>(
        &self,
        one: impl Fn(BudgetServiceClient<Channel>, usize) -> F,
    ) -> Result<(), Failure> {
        let calls = stream::iter(0..PROVIDERS).map(|provider| one(self.alone.client.clone(), provider));
        calls.buffer_unordered(IN_FLIGHT).try_collect().await
    }
}

async fn enter(
    mut client: BudgetServiceClient<Channel>,
    provider: usize,
    volumes: Vec<proto::ProductVolume>,
) -> Result<(), Failure> {
    let request = proto::RecordBaseProductionRequest {
        request_id: request_id(),
        office: OFFICE.to_owned(),
        year: YEAR,
        agb: agb(provider)?.to_string(),
        kind: proto::BaseKind::FromPgb.into(),
        volumes,
        motivation: "example".to_owned(),
    };
    client.record_base_production(request).await?;
    Ok(())
}

async fn submit(mut client: BudgetServiceClient<Channel>, file: Vec<u8>) -> Result<common::ClaimsResult, Failure> {
    use proto::{submit_claims_request::Part, submit_claims_response::Part as Reply};
    let start = Part::Start(common::ClaimsStart { office: OFFICE.to_owned() });
    let parts = [start, Part::Chunk(file.into())].map(|part| proto::SubmitClaimsRequest { part: Some(part) });
    let mut answer = client.submit_claims(stream::iter(parts)).await?.into_inner();
    let mut result = None;
    while let Some(part) = answer.next().await {
        if let Some(Reply::Result(found)) = part?.part {
            result = Some(found);
        }
    }
    result.ok_or_else(|| "no result of a claim file".into())
}

/// What registration and tariffing would have made known: an agreement and the tariffs of every provider.
async fn followed(db: &TestDb) -> Result<(), Failure> {
    let (first_day, last_day) = (date(YEAR, 1, 1)?, date(YEAR, 12, 31)?);
    let mut tx = db.write().await?;
    for provider in 0..PROVIDERS {
        let agb = agb(provider)?;
        let agreement =
            Agreement { agb, first_day, last_day: Some(last_day), products: Vec::new(), region: "5508".to_owned() };
        store::add_agreement(&mut tx, &format!("agreement {provider}"), OFFICE, "gz", &agreement).await?;
        let tariff = |product: &super::files::Product| Tariff {
            agb,
            product: product.code.to_owned(),
            unit: format!("{:02}", product.unit),
            first_day,
            last_day,
            tariff: Money::from_cents(product.tariff),
        };
        let tariffs: Vec<Tariff> = PRODUCTS.iter().map(tariff).collect();
        store::replace_tariffs(&mut tx, (OFFICE, agb, YEAR, "gz"), &tariffs).await?;
    }
    tx.commit(noon(first_day)).await?;
    Ok(())
}

fn request_id() -> String {
    Ids::random().next().to_string()
}

fn date(year: i32, month: u32, day: u32) -> Result<NaiveDate, Failure> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| "no such day".into())
}

fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12)
}

fn to_proto(day: NaiveDate) -> common::Date {
    common::Date { year: day.year(), month: day.month().cast_signed(), day: day.day().cast_signed() }
}
