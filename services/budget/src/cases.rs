//! Cases that screening decided, followed: what they claim back of lines granted here (SCR-07, BUD-11).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use contract::screening::{self, screening_service_client::ScreeningServiceClient};
use database::Tx;
use edge::{Core, Decided, EdgeError, Fields, Office};
use explain::{Facts, Trace};
use futures::future::BoxFuture;
use identifiers::Agb;
use money::Money;
use runtime::follow::{ApplyError, Feed, Followed, Follower};
use tonic::{Status, transport::Channel};

use crate::{
    decide::{CaseReclaimFacts, ClaimedLine, case_reclaim},
    domain::OfficeYear,
    store::{self, CaseReclaim},
};

/// Carries out what screening decided on cases, as far as it is about lines granted here.
#[derive(Clone, Debug)]
pub struct Screening {
    /// Screening.
    pub client: ScreeningServiceClient<Channel>,
    /// The service.
    pub core: Core,
}

impl Follower for Screening {
    const FEED: &'static str = "screening";
    type Event = screening::Event;

    fn open(&mut self, after: i64) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>> {
        Box::pin(async move {
            let request = screening::WatchRequest { after_sequence: after };
            let answers = self.client.watch(request).await?.into_inner();
            Ok(edge::feed::events(answers, |answer| answer.event, |event| (event.sequence, event.recorded_time)))
        })
    }

    fn apply<'a>(
        &'a mut self,
        tx: &'a mut Tx,
        followed: &'a Followed<Self::Event>,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            let Some(screening::event::Fact::CaseDecided(decided)) = &followed.event.fact else { return Ok(()) };
            let decided = DecidedCase::read(decided)?;
            if !decided.claimed.is_empty() {
                decided.carry_out(&self.core, tx).await?;
            }
            Ok(())
        })
    }
}

/// What screening decided.
struct DecidedCase {
    case_id: String,
    office: Office,
    agb: Agb,
    decided: NaiveDate,
    /// What is claimed back, by reference.
    claimed: BTreeMap<String, Money>,
}

impl DecidedCase {
    fn read(told: &screening::CaseDecided) -> Result<DecidedCase, EdgeError> {
        let mut fields = Fields::new();
        let case_id = fields.id("case_id", &told.case_id);
        let (office, agb) = (fields.office("office", &told.office), fields.agb("agb", &told.agb));
        let decided = fields.date("decided_date", told.decided_date.as_ref());
        let mut claimed: BTreeMap<String, Money> = BTreeMap::new();
        let own = told.measures.iter().flat_map(|measures| &measures.reclaimed).filter(|line| line.service == "budget");
        for line in own {
            if let Some(amount) = fields.positive_money("measures.reclaimed.amount", line.amount.as_ref()) {
                let sum = claimed.entry(line.reference.clone()).or_insert(Money::ZERO);
                *sum = sum.plus(amount)?;
            }
        }
        let (case_id, office, agb, decided) = fields.all((case_id, office, agb, decided))?;
        Ok(DecidedCase { case_id, office, agb, decided, claimed })
    }

    async fn carry_out(self, core: &Core, tx: &mut Tx) -> Result<(), EdgeError> {
        let decided = self;
        let (case_id, office, now) = (&decided.case_id, &decided.office, core.clock.now());
        let mut lines = Vec::with_capacity(decided.claimed.len());
        for (reference, claimed) in &decided.claimed {
            let granted = store::granted_line(tx, office.as_str(), decided.agb, reference).await?;
            lines.push(ClaimedLine { reference: reference.clone(), claimed: *claimed, granted });
        }
        let facts = CaseReclaimFacts {
            case_id: case_id.clone(),
            office: office.clone(),
            agb: decided.agb,
            lines,
            decided: decided.decided,
            as_of: now,
        };
        let mut trace = Trace::new();
        let Ok(reclaimed) = case_reclaim(&facts, &mut trace);
        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&core.rules, &recorded);
        let decision =
            Decided { office, kind: "case_reclaim", subject: case_id, facts: &recorded, explanation: &explanation };
        let decision_id = core.record(tx, decision).await?;
        for one in reclaimed {
            let of = OfficeYear { office: office.clone(), year: one.day.year() };
            if !one.credited && !one.amount.is_zero() {
                let line = (one.reference.as_str(), one.amount);
                store::add_wrongful(tx, (&of, decided.agb), line, &format!("screening {case_id}"), now).await?;
            }
            let row = CaseReclaim {
                case_id: case_id.clone(),
                reference: one.reference,
                year: one.day.year(),
                amount: one.amount,
                credited: one.credited,
                decision_id: decision_id.clone(),
                recorded: now,
            };
            store::add_case_reclaim(tx, (office, decided.agb), &row).await?;
        }
        tx.audit(core.own_act("ReclaimByCase", office, ("case_reclaim", case_id)));
        Ok(())
    }
}
