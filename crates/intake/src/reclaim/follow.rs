//! [`DecidedCases`]: the cases that screening decided, followed.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use contract::{
    feed::After,
    screening::{self, screening_service_client::ScreeningServiceClient},
};
use database::Tx;
use edge::{Core, Decided, EdgeError, Fields, Office};
use explain::{Facts, Trace};
use futures::future::BoxFuture;
use identifiers::Agb;
use money::Money;
use runtime::{
    Peer,
    follow::{ApplyError, Feed, Followed, Follower},
};
use tonic::Status;

use super::{
    Reclaimer,
    decide::{CaseReclaimFacts, ClaimedLine, case_reclaim},
    store::{self, CaseReclaim},
};
use crate::history::granted_line;

/// Carries out what screening decided on cases, as far as it is about lines granted here.
#[derive(Clone, Debug)]
pub struct DecidedCases<R> {
    /// Screening.
    pub client: ScreeningServiceClient<Peer>,
    /// The service.
    pub core: Core,
    /// What the service adds.
    pub reclaimer: R,
}

impl<R: Reclaimer> Follower for DecidedCases<R> {
    const FEED: &'static str = "screening";
    type Event = screening::Event;

    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>> {
        edge::feed::open(self.client.watch(screening::WatchRequest::from(after)))
    }

    fn apply<'a>(
        &'a mut self,
        tx: &'a mut Tx,
        followed: &'a Followed<Self::Event>,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            let Some(screening::event::Fact::CaseDecided(decided)) = &followed.event.fact else { return Ok(()) };
            let decided = DecidedCase::read(decided, R::RULE.service)?;
            if !decided.claimed.is_empty() {
                self.carry_out(tx, decided).await?;
            }
            Ok(())
        })
    }
}

impl<R: Reclaimer> DecidedCases<R> {
    /// Decides what is claimed back, records the decision, and stores what it comes to with what else follows.
    async fn carry_out(&self, tx: &mut Tx, decided: DecidedCase) -> Result<(), EdgeError> {
        let core = &self.core;
        let facts = decided.facts(core, tx).await?;
        let CaseReclaimFacts { case_id, office, agb, as_of: now, .. } = &facts;
        let mut trace = Trace::new();
        let reclaimed = case_reclaim(&facts, &R::RULE, &mut trace)?;
        let recorded = Facts::new(&facts, *now);
        let explanation = trace.finish(&core.rules, &recorded);
        let decision =
            Decided { office, kind: "case_reclaim", subject: case_id, facts: &recorded, explanation: &explanation };
        let decision_id = core.record(tx, decision).await?;
        for line in reclaimed {
            let one = CaseReclaim {
                case_id: case_id.clone(),
                office: office.clone(),
                agb: *agb,
                reference: line.reference,
                year: line.day.year(),
                amount: line.amount,
                credited: line.credited,
                decision_id: decision_id.clone(),
                recorded: *now,
            };
            self.reclaimer.reclaimed(tx, &one, line.total).await?;
            store::add(tx, &one).await?;
        }
        tx.audit(core.own_act("ReclaimByCase", office, ("case_reclaim", case_id)));
        Ok(())
    }
}

/// What screening decided, as far as it is about lines granted here.
struct DecidedCase {
    case_id: String,
    office: Office,
    agb: Agb,
    decided: NaiveDate,
    /// What is claimed back, by reference.
    claimed: BTreeMap<String, Money>,
}

impl DecidedCase {
    /// Reads it for one service: of the lines, those that it granted.
    fn read(told: &screening::CaseDecided, service: &str) -> Result<DecidedCase, EdgeError> {
        let mut fields = Fields::new();
        let case_id = fields.id("case_id", &told.case_id);
        let (office, agb) = (fields.office("office", &told.office), fields.agb("agb", &told.agb));
        let decided = fields.date("decided_date", told.decided_date.as_ref());
        let mut claimed: BTreeMap<String, Money> = BTreeMap::new();
        let own = told.measures.iter().flat_map(|measures| &measures.reclaimed).filter(|line| line.service == service);
        for line in own {
            if let Some(amount) = fields.positive_money("measures.reclaimed.amount", line.amount.as_ref()) {
                let sum = claimed.entry(line.reference.clone()).or_insert(Money::ZERO);
                *sum = sum.plus(amount)?;
            }
        }
        let (case_id, office, agb, decided) = fields.all((case_id, office, agb, decided))?;
        Ok(DecidedCase { case_id, office, agb, decided, claimed })
    }

    /// With what was granted on the lines.
    async fn facts(self, core: &Core, tx: &mut Tx) -> Result<CaseReclaimFacts, EdgeError> {
        let DecidedCase { case_id, office, agb, decided, claimed } = self;
        let as_of = core.clock.now();
        let mut lines = Vec::with_capacity(claimed.len());
        for (reference, claimed) in claimed {
            let granted = granted_line(tx, &office, agb, &reference).await?;
            let earlier = store::of_line(tx, (&office, agb), &reference).await?;
            lines.push(ClaimedLine { reference, claimed, granted, earlier });
        }
        Ok(CaseReclaimFacts { case_id, office, agb, lines, decided, as_of })
    }
}
