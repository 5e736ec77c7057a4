//! Night care of a region: settled, and looked at (TAR-11).

use contract::tariffing as proto;
use edge::{
    Begun, Call, EdgeError, InvalidRequest, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::Trace;
use identifiers::Agb;

use super::{Rpc, homecare::Derived};
use crate::{
    convert, decide,
    decide::{Contracted, NightCareFacts, NightCareOutcome},
    domain::homecare::{Basis, HomeCareTariff, SettledNightCare, Settlement},
    error::Error,
    feed, store,
};

impl Rpc {
    pub(super) async fn settle_night_care(
        &self,
        call: &Call,
        request: proto::SettleNightCareRequest,
    ) -> Result<proto::SettleNightCareResponse, Error> {
        let asked = convert::settle_night_care(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.settle_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Lowering the tariffs of a region is one decision, and takes four eyes.
    pub(super) async fn settle_in(
        &self,
        write: &mut Write,
        request: &proto::SettleNightCareRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::SettleNightCareResponse, Error> {
        let asked = convert::settle_night_care(request)?;
        store::take_year(&mut write.tx, &asked.of.office, asked.of.year).await?;
        let rows = store::tariffs_in_region(&mut write.tx, &asked.of).await?;
        let providers = by_provider(rows);
        self.fits(&asked, &providers)?;
        let contracted = providers
            .iter()
            .filter_map(|held| held.last())
            .map(|last| Contracted { agb: last.subject.agb, agreement_type: last.terms.agreement_type });
        let facts = NightCareFacts {
            contracted: contracted.collect(),
            of: asked.of,
            products: asked.products,
            providers: asked.providers,
            as_of: write.now,
        };
        let mut trace = Trace::new();
        let settlement = match decide::night_care(&facts, &self.core.rules, &mut trace)? {
            NightCareOutcome::Settled(settlement) => settlement,
            NightCareOutcome::Refused(refusals) => {
                let name = subject(&facts);
                let decided = (&facts.of.office, "night_care", name.as_str());
                let refusal_decision_id = self.record(write, decided, &facts, trace).await?;
                let refusals = convert::night_care_refusals(&refusals, self.refused(&facts)?);
                return Ok(proto::SettleNightCareResponse { refusals, refusal_decision_id, ..Default::default() });
            }
        };
        // Derived before anybody is asked, so that a settlement that can't be carried out is not proposed.
        let lowered = self.lowered(write, &facts, providers, &settlement).await?;
        let name = subject(&facts);
        let adverse = Adverse {
            office: &facts.of.office,
            agb: None,
            subject: &name,
            summary: format!(
                "tarieven in regio {} verlagen voor onplanbare nachtzorg: € {} over {} zorgaanbieders",
                facts.of.region,
                settlement.total.to_dutch(),
                settlement.shares.len(),
            ),
            outcome: &outcome(&settlement, &lowered)?,
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            return Ok(proto::SettleNightCareResponse { proposal: Some(proposal), ..Default::default() });
        }
        self.carry_out(write, (facts, trace), settlement, lowered).await
    }

    /// The steps of a refusal in words: the reasons come first, in their order.
    fn refused(&self, facts: &NightCareFacts) -> Result<Vec<contract::common::Step>, Error> {
        let mut trace = Trace::new();
        decide::night_care(facts, &self.core.rules, &mut trace)?;
        Ok(self.in_words(facts, facts.as_of, trace)?.steps)
    }

    /// What the rules and the tariffs on record make of the request.
    fn fits(&self, asked: &convert::SettleNightCare, providers: &[Vec<HomeCareTariff>]) -> Result<(), Error> {
        let mut wrong = Vec::new();
        let year = decide::turnover_year(&asked.of, &self.core.rules)?;
        if asked.turnover_year != year {
            wrong.push(("turnover_year".to_owned(), format!("expected {year}: night care is divided by its turnover")));
        }
        let known = |agb: Agb| providers.iter().any(|held| held.iter().any(|tariff| tariff.subject.agb == agb));
        let strangers = asked.providers.iter().enumerate().filter(|(_, provider)| !known(provider.agb));
        wrong.extend(strangers.map(|(at, provider)| {
            let problem = format!("{} has no tariff in this region on record", provider.agb);
            (format!("providers[{at}].agb"), problem)
        }));
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(EdgeError::from(InvalidRequest(wrong)).into()),
        }
    }

    /// The tariffs of the region as they become.
    async fn lowered(
        &self,
        write: &mut Write,
        facts: &NightCareFacts,
        providers: Vec<Vec<HomeCareTariff>>,
        settlement: &Settlement,
    ) -> Result<Vec<Derived>, Error> {
        let mut lowered = Vec::new();
        let of_region = |held: &HomeCareTariff| held.terms.region == facts.of.region;
        for held in providers.into_iter().flatten().filter(of_region) {
            let scope = decide::shares(&facts.of, held.terms.agreement_type, &self.core.rules)?;
            let night_care = settlement.of(held.subject.agb, scope);
            let module = store::anders_werken(&mut write.tx, &held.subject).await?;
            let own = self.facts(write, held.subject.clone(), held.terms.clone(), module).await?;
            let derived = self.derive(write, decide::HomeCareFacts { night_care, ..own }).await?;
            lowered.extend(Some(derived).filter(|new| new.amounts != held.amounts));
        }
        Ok(lowered)
    }

    async fn carry_out(
        &self,
        write: &mut Write,
        (facts, trace): (NightCareFacts, Trace),
        settlement: Settlement,
        lowered: Vec<Derived>,
    ) -> Result<proto::SettleNightCareResponse, Error> {
        let name = subject(&facts);
        let decision_id = self.record(write, (&facts.of.office, "night_care", &name), &facts, trace).await?;
        let recorded = write.now;
        let settled = (&settlement, decision_id.as_str());
        let version = store::add_night_care(&mut write.tx, &facts.of, settled, recorded).await?;
        let settled = SettledNightCare { of: facts.of, version, settlement, decision_id, recorded };
        write.tx.publish(feed::night_care_settled(&settled));
        let mut tariffs = Vec::with_capacity(lowered.len());
        for derived in lowered {
            let tariff = self.conclude(write, derived, Basis::NightCare).await?;
            tariffs.push(convert::home_care_tariff(&tariff));
        }
        let settlement = Some(convert::settlement(&settled));
        Ok(proto::SettleNightCareResponse { settlement, tariffs, ..Default::default() })
    }

    pub(super) async fn get_night_care(
        &self,
        call: &Call,
        request: proto::GetNightCareRequest,
    ) -> Result<proto::GetNightCareResponse, Error> {
        let (of, known) = convert::get_night_care(&request, self.core.clock.now())?;
        let settled = store::night_care_of(&mut self.core.read(call).await?, &of, known).await?;
        let none = || EdgeError::NotFound { what: "night care of region", id: format!("{} {}", of.region, of.year) };
        Ok(proto::GetNightCareResponse { settlement: Some(convert::settlement(&settled.ok_or_else(none)?)) })
    }
}

/// The tariffs of each provider that hold on some day, from rows by provider.
fn by_provider(rows: Vec<HomeCareTariff>) -> Vec<Vec<HomeCareTariff>> {
    let mut providers: Vec<Vec<HomeCareTariff>> = Vec::new();
    for row in rows {
        match providers.last_mut().filter(|last| last.iter().any(|tariff| tariff.subject.agb == row.subject.agb)) {
            Some(own) => own.push(row),
            None => providers.push(vec![row]),
        }
    }
    providers.into_iter().map(decide::holding).collect()
}

fn subject(facts: &NightCareFacts) -> String {
    format!("{} {} {}", facts.of.office, facts.of.region, facts.of.year)
}

fn outcome(settlement: &Settlement, lowered: &[Derived]) -> Result<Vec<u8>, EdgeError> {
    let tariffs: Vec<_> = lowered.iter().map(|one| (one.facts.subject.agb, one.amounts)).collect();
    store::bytes_of(&(settlement, tariffs))
}
