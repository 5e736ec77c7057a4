//! What is recorded about a ceiling after a file: why lines were refused, and signals.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use contract::homecare::{CeilingSignal, CeilingSignalKind};
use database::Tx;
use edge::{Core, Decided, EdgeError, to_proto};
use explain::{Explanation, Facts, Trace};
use money::{Money, Percentage};

use crate::{
    convert,
    decide::{
        self, BeyondFacts, Signal, UseFacts,
        ceiling::{Terms, Use},
        forecast::{self, ForecastFacts, ForecastSignalFacts},
        hours::{self, HoursFacts},
        products::{self, RefusedFacts, RefusedProduct},
    },
    domain::{CeilingDecision, Consumption, DecisionKind, Hours, ProviderYear},
    error, feed,
    store::{self, Spent},
};

/// The word of the signal that the forecast is above the ceiling.
const FORECAST: &str = "forecast";
/// The word of the signal that the hours are above the agreement.
const HOURS: &str = "hours";

/// What is recorded about a ceiling after a file.
pub(super) struct After<'a> {
    pub(super) core: &'a Core,
    pub(super) file_id: &'a str,
    pub(super) now: DateTime<Utc>,
}

/// A signal there is ground for.
struct Given {
    /// As it is kept, so that it is given once.
    name: String,
    kind: CeilingSignalKind,
    /// The share that is reached.
    threshold: Option<Percentage>,
    decision_id: String,
}

impl After<'_> {
    /// Records why lines of the file were not granted in full.
    pub(super) async fn explain_beyond(
        &self,
        tx: &mut Tx,
        of: &ProviderYear,
        before: &Terms,
        used: &Use,
    ) -> Result<(), EdgeError> {
        let facts = BeyondFacts {
            of: of.clone(),
            file_id: self.file_id.to_owned(),
            ceiling: Money::from_cents(before.ceiling_cents),
            spent: Money::from_cents(before.spent_cents),
            claimed: Money::from_cents(used.claimed_cents),
            credited: Money::from_cents(used.credited_cents),
            granted: Money::from_cents(used.granted_cents),
            as_of: self.now,
        };
        let mut trace = Trace::new();
        let beyond = decide::beyond(&facts, &mut trace)?;
        let facts = Facts::new(&facts, self.now);
        self.record(tx, of, (DecisionKind::BeyondCeiling, beyond), (&facts, trace)).await?;
        Ok(())
    }

    /// Records which lines of the file were refused because of their product.
    pub(super) async fn explain_refused(
        &self,
        tx: &mut Tx,
        of: ProviderYear,
        refused: Vec<RefusedProduct>,
    ) -> Result<(), EdgeError> {
        let facts = RefusedFacts { of, file_id: self.file_id.to_owned(), refused, as_of: self.now };
        let mut trace = Trace::new();
        let claimed = products::explain_refused(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, self.now);
        self.record(tx, &facts.of, (DecisionKind::RefusedProducts, claimed), (&recorded, trace)).await?;
        Ok(())
    }

    /// Makes known what there is ground to signal for the first time in the year.
    pub(super) async fn signal(&self, tx: &mut Tx, of: &ProviderYear, spent: &Spent) -> Result<(), EdgeError> {
        let used = store::consumption_of(tx, of, None).await?.ok_or_else(|| error::no_agreement(of))?;
        let mut before = store::signals_of(tx, of).await?;
        for signal in Signal::ALL {
            if let Some(given) = self.share_reached(tx, of, (spent, &used, signal), &before).await? {
                before.insert(given.name.clone());
                self.publish(tx, of, &used, given).await?;
            }
        }
        if !before.contains(FORECAST)
            && let Some(given) = self.forecast_above(tx, of, &used).await?
        {
            self.publish(tx, of, &used, given).await?;
        }
        if !before.contains(HOURS)
            && let Some(given) = self.hours_above(tx, of, &used).await?
        {
            self.publish(tx, of, &used, given).await?;
        }
        Ok(())
    }

    async fn share_reached(
        &self,
        tx: &mut Tx,
        of: &ProviderYear,
        (spent, used, signal): (&Spent, &Consumption, Signal),
        before: &HashSet<String>,
    ) -> Result<Option<Given>, EdgeError> {
        let facts = UseFacts {
            of: of.clone(),
            signal,
            file_id: self.file_id.to_owned(),
            ceiling: spent.ceiling,
            spent: spent.spent,
            forecast: (signal == Signal::First).then(|| ForecastFacts::of(of, used, self.now)),
            as_of: self.now,
        };
        let threshold = facts.threshold(&self.core.rules)?.value;
        let name = threshold.0.normalize().to_string();
        let mut trace = Trace::new();
        if before.contains(&name) || !decide::reached(&facts, &self.core.rules, &mut trace)? {
            return Ok(None);
        }
        let facts = Facts::new(&facts, self.now);
        let decision = (DecisionKind::ThresholdReached, Money::ZERO);
        let decision_id = self.record(tx, of, decision, (&facts, trace)).await?;
        let kind = CeilingSignalKind::ShareReached;
        Ok(Some(Given { name, kind, threshold: Some(threshold), decision_id }))
    }

    async fn forecast_above(
        &self,
        tx: &mut Tx,
        of: &ProviderYear,
        used: &Consumption,
    ) -> Result<Option<Given>, EdgeError> {
        let forecast = ForecastFacts::of(of, used, self.now);
        let facts = ForecastSignalFacts { file_id: self.file_id.to_owned(), forecast };
        let mut trace = Trace::new();
        if !forecast::forecast_above(&facts, &self.core.rules, &mut trace)? {
            return Ok(None);
        }
        let facts = Facts::new(&facts, self.now);
        let decision = (DecisionKind::ForecastAbove, Money::ZERO);
        let decision_id = self.record(tx, of, decision, (&facts, trace)).await?;
        let kind = CeilingSignalKind::ForecastAbove;
        Ok(Some(Given { name: FORECAST.to_owned(), kind, threshold: None, decision_id }))
    }

    async fn hours_above(
        &self,
        tx: &mut Tx,
        of: &ProviderYear,
        used: &Consumption,
    ) -> Result<Option<Given>, EdgeError> {
        let months = used.months.iter().map(|month| u32::from(month.clients > 0)).sum();
        let facts = HoursFacts {
            of: of.clone(),
            file_id: self.file_id.to_owned(),
            agreed: used.hours_agreed,
            hours: Hours::of(&used.months),
            months,
            as_of: self.now,
        };
        let mut trace = Trace::new();
        if !hours::hours_above(&facts, &self.core.rules, &mut trace)? {
            return Ok(None);
        }
        let facts = Facts::new(&facts, self.now);
        let decision = (DecisionKind::HoursAbove, Money::ZERO);
        let decision_id = self.record(tx, of, decision, (&facts, trace)).await?;
        let kind = CeilingSignalKind::HoursAbove;
        Ok(Some(Given { name: HOURS.to_owned(), kind, threshold: None, decision_id }))
    }

    /// Keeps a signal, so that it is given once, and makes it known.
    async fn publish(&self, tx: &mut Tx, of: &ProviderYear, used: &Consumption, given: Given) -> Result<(), EdgeError> {
        store::add_signal(tx, of, &given.name, &given.decision_id, self.now).await?;
        let facts = ForecastFacts::of(of, used, self.now);
        let forecast = forecast::forecast(&facts, &self.core.rules, &mut Trace::new())?;
        let signal = CeilingSignal {
            agb: of.agb.to_string(),
            year: of.year,
            threshold_percentage: given.threshold.and_then(|threshold| to_proto::decimal(threshold.0)),
            consumption: Some(convert::consumption(used, forecast.as_ref(), self.now)?),
            decision_id: given.decision_id,
            kind: given.kind.into(),
        };
        tx.publish(match given.threshold {
            Some(_) => feed::ceiling_reached(&of.office, signal),
            None => feed::ceiling_signalled(&of.office, signal),
        });
        Ok(())
    }

    async fn record(
        &self,
        tx: &mut Tx,
        of: &ProviderYear,
        (kind, beyond): (DecisionKind, Money),
        (facts, trace): (&Facts, Trace),
    ) -> Result<String, EdgeError> {
        let explanation: Explanation = trace.finish(&self.core.rules, facts);
        let subject = of.to_string();
        let decided =
            Decided { office: &of.office, kind: kind.as_str(), subject: &subject, facts, explanation: &explanation };
        let decision_id = self.core.record(tx, decided).await?;
        let file_id = self.file_id.to_owned();
        let decision = CeilingDecision { decision_id, kind, file_id, beyond, recorded_time: self.now };
        store::add_decision(tx, of, &decision).await?;
        Ok(decision.decision_id)
    }
}
