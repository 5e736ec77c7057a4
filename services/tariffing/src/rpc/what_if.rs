//! What if: the same providers under other policies (TAR-14). What is derived goes out a provider at a time, so that the
//! memory it takes does not grow with their number.

use std::{pin::Pin, sync::Arc};

use chrono::{DateTime, Utc};
use contract::tariffing::{self as proto, simulate_policy_response::Told};
use edge::{Call, EdgeError, Office, Sector, to_proto};
use explain::{RuleScope, Rules};
use futures::{Stream, stream};
use identifiers::Agb;
use money::Money;
use tokio::sync::mpsc;
use tonic::Status;

use super::Rpc;
use crate::{
    convert, decide,
    domain::{MaximumTariff, Subject, Volumes},
    error::Error,
    snapshot::Snapshot,
    store,
};

/// How many answers wait for a slow reader.
const AHEAD: usize = 32;

/// Answers, as they are derived.
pub(super) type Derived<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl Rpc {
    pub(super) async fn compare_offices(
        &self,
        _: &Call,
        request: proto::CompareOfficesRequest,
    ) -> Result<Derived<proto::CompareOfficesResponse>, Error> {
        let asked = convert::compare_offices(&request)?;
        let (snapshot, as_of) = self.known(&asked.office, None).await?;
        let offices = self.offices(&asked)?;
        let agbs =
            if asked.agbs.is_empty() { snapshot.providers(asked.sector, asked.year) } else { asked.agbs.clone() };
        let comparison = Comparison { snapshot, as_of, offices, asked, products: request.products };
        let rules = self.core.rules.clone();
        Ok(derived(agbs, move |agb| Ok(Some(comparison.of(agb, &rules)))))
    }

    /// The offices asked, or all that have a policy for the sector and year.
    fn offices(&self, asked: &convert::Compare) -> Result<Vec<Office>, Error> {
        if !asked.offices.is_empty() {
            return Ok(asked.offices.clone());
        }
        let date = decide::days_of(asked.year).0;
        let scope = RuleScope { office: "", act: asked.sector.act().as_str(), sector: asked.sector.as_str(), date };
        let named = self.core.rules.offices(&scope);
        let read =
            |name: &str| name.parse().map_err(|_| EdgeError::Stored(format!("an office in the rules: {name}")).into());
        named.into_iter().map(read).collect()
    }

    pub(super) async fn simulate_policy(
        &self,
        call: &Call,
        request: proto::SimulatePolicyRequest,
    ) -> Result<Derived<proto::SimulatePolicyResponse>, Error> {
        let (office, sector, year, others) = convert::simulate_policy(&request, &self.core.rules)?;
        let (snapshot, as_of) = self.known(&office, None).await?;
        let mut tx = self.core.read(call).await?;
        let (first, last) = decide::days_of(year);
        let rows = store::tariffs_between(&mut tx, &office, first, last).await?;
        let maxima: Vec<MaximumTariff> = decide::timeline(rows, first, last);
        let volumes = store::volumes(&mut tx, &office, year).await?;
        tx.rollback().await?;
        let agbs = snapshot.providers(sector, year);
        let rules = self.core.rules.clone();
        let mut simulation = Simulation {
            snapshot,
            as_of,
            office,
            sector,
            year,
            maxima,
            volumes,
            others,
            summary: proto::PolicySummary::default(),
            effect: Money::ZERO,
        };
        let everyone = agbs.into_iter().map(Some).chain([None]).collect();
        Ok(derived(everyone, move |agb: Option<Agb>| match agb {
            Some(agb) => simulation.of(agb, &rules),
            None => Ok(Some(simulation.told())),
        }))
    }
}

/// Derives an answer for each of these, away from the threads that serve calls, and hands them out as they come. It
/// stops when nobody reads any more.
fn derived<I: Send + 'static, T: Send + 'static>(
    all: Vec<I>,
    mut derive: impl FnMut(I) -> Result<Option<T>, Error> + Send + 'static,
) -> Derived<T> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        for one in all {
            let answer = match derive(one) {
                Ok(None) => continue,
                Ok(Some(answer)) => Ok(answer),
                Err(error) => Err(Status::from(error)),
            };
            let failed = answer.is_err();
            if sender.blocking_send(answer).is_err() || failed {
                break;
            }
        }
    });
    Box::pin(stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver))))
}

/// A comparison under way.
struct Comparison {
    snapshot: Arc<Snapshot>,
    as_of: DateTime<Utc>,
    offices: Vec<Office>,
    asked: convert::Compare,
    products: Vec<String>,
}

impl Comparison {
    /// A provider under every policy.
    fn of(&self, agb: Agb, rules: &Rules) -> proto::CompareOfficesResponse {
        let convert::Compare { office, sector, year, date, .. } = &self.asked;
        let wanted = |maximum: &&MaximumTariff| self.products.is_empty() || self.products.contains(&maximum.product);
        let maxima: Vec<&MaximumTariff> = self.snapshot.tariffs_on(*sector, *date).into_iter().filter(wanted).collect();
        let subject = Subject { office: office.clone(), sector: *sector, agb, year: *year };
        let mut facts = self.snapshot.facts_of(subject, self.as_of);
        let outcomes = self.offices.iter().map(|office| {
            facts.subject.office = office.clone();
            convert::office_outcome(office, &maxima, decide::under_policy(&facts, &maxima, rules))
        });
        proto::CompareOfficesResponse { outcomes: outcomes.collect(), agb: agb.to_string() }
    }
}

/// A simulation under way.
struct Simulation {
    snapshot: Arc<Snapshot>,
    as_of: DateTime<Utc>,
    office: Office,
    sector: Sector,
    year: i32,
    maxima: Vec<MaximumTariff>,
    volumes: Volumes,
    others: Rules,
    summary: proto::PolicySummary,
    effect: Money,
}

impl Simulation {
    /// What changes for a provider; nothing when nothing does.
    fn of(&mut self, agb: Agb, rules: &Rules) -> Result<Option<proto::SimulatePolicyResponse>, Error> {
        let subject = Subject { office: self.office.clone(), sector: self.sector, agb, year: self.year };
        let facts = self.snapshot.facts_of(subject, self.as_of);
        let change = decide::policy_change(&facts, &self.maxima, (rules, &self.others), &self.volumes)?;
        self.summary.providers += 1;
        self.summary.undetermined += i32::from(change.after.is_err());
        if !change.is_one() {
            return Ok(None);
        }
        let change = convert::policy_change(agb, &change)?;
        self.summary.changed += 1;
        self.summary.unweighed += change.unweighed;
        self.effect = self.effect.plus(Money::from_cents(change.effect.map_or(0, |effect| effect.cents)))?;
        Ok(Some(proto::SimulatePolicyResponse { told: Some(Told::Change(change)) }))
    }

    fn told(&self) -> proto::SimulatePolicyResponse {
        let summary = proto::PolicySummary { effect: to_proto::money(self.effect), ..self.summary };
        proto::SimulatePolicyResponse { told: Some(Told::Summary(summary)) }
    }
}
