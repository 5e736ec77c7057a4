//! Tariffs of home care: agreed, and looked at (TAR-11, TAR-22).

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use contract::tariffing as proto;
use edge::{
    Begun, Call, EdgeError, InvalidRequest, Sector, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};
use identifiers::Agb;
use serde::Serialize;

use super::Rpc;
use crate::{
    convert, decide,
    decide::{HeldFacts, HomeCareFacts},
    domain::{
        MaximumTariff, Subject,
        homecare::{
            AndersWerken, Basis, Earlier, HomeCareAmounts, HomeCareTariff, HomeCareTerms, NightCare, Previous,
            RegionYear, UpliftOffer,
        },
    },
    error::Error,
    feed, store,
};

/// A tariff that was derived and is not on record yet.
pub(super) struct Derived {
    pub(super) facts: HomeCareFacts,
    pub(super) amounts: HomeCareAmounts,
    pub(super) trace: Trace,
    /// The tariff that held before on its first day.
    pub(super) before: Option<HomeCareTariff>,
}

impl Derived {
    fn lowers(&self) -> bool {
        self.before.as_ref().is_some_and(|before| self.amounts.tariff < before.amounts.tariff)
    }
}

impl Rpc {
    pub(super) async fn agree_home_care_tariff(
        &self,
        call: &Call,
        request: proto::AgreeHomeCareTariffRequest,
    ) -> Result<proto::AgreeHomeCareTariffResponse, Error> {
        let asked = convert::agree_home_care(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.agree_home_care_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// To agree less than what holds takes four eyes.
    pub(super) async fn agree_home_care_in(
        &self,
        write: &mut Write,
        request: &proto::AgreeHomeCareTariffRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::AgreeHomeCareTariffResponse, Error> {
        let asked = convert::agree_home_care(request)?;
        store::take_year(&mut write.tx, &asked.subject.office, asked.subject.year).await?;
        let subject = asked.subject.clone();
        let facts = self.facts_of(write, asked).await?;
        let derived = self.derive(write, facts).await?;
        if let Some(proposal) =
            self.lowering_tariffs(write, request, eyes, (&subject, std::slice::from_ref(&derived))).await?
        {
            return Ok(proto::AgreeHomeCareTariffResponse { tariff: None, proposal: Some(proposal) });
        }
        let tariff = self.conclude(write, derived, Basis::Agreed).await?;
        Ok(proto::AgreeHomeCareTariffResponse { tariff: Some(convert::home_care_tariff(&tariff)), proposal: None })
    }

    pub(super) async fn record_anders_werken(
        &self,
        call: &Call,
        request: proto::RecordAndersWerkenRequest,
    ) -> Result<proto::RecordAndersWerkenResponse, Error> {
        let asked = convert::anders_werken(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.anders_werken_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// To take a surcharge back takes four eyes.
    pub(super) async fn anders_werken_in(
        &self,
        write: &mut Write,
        request: &proto::RecordAndersWerkenRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::RecordAndersWerkenResponse, Error> {
        let convert::RecordAndersWerken { subject, module, .. } = convert::anders_werken(request)?;
        store::take_year(&mut write.tx, &subject.office, subject.year).await?;
        let mut changed = Vec::new();
        for held in self.held(write, &subject).await? {
            let facts = self.facts(write, subject.clone(), held.terms, Some(module.clone())).await?;
            let derived = self.derive(write, facts).await?;
            changed.extend(Some(derived).filter(|new| new.before.as_ref().map(|old| old.amounts) != Some(new.amounts)));
        }
        if let Some(proposal) = self.lowering_tariffs(write, request, eyes, (&subject, &changed)).await? {
            return Ok(proto::RecordAndersWerkenResponse { tariffs: Vec::new(), proposal: Some(proposal) });
        }
        store::add_anders_werken(&mut write.tx, &subject, &module, write.now).await?;
        let mut tariffs = Vec::with_capacity(changed.len());
        for derived in changed {
            let tariff = self.conclude(write, derived, Basis::AndersWerken).await?;
            tariffs.push(convert::home_care_tariff(&tariff));
        }
        Ok(proto::RecordAndersWerkenResponse { tariffs, proposal: None })
    }

    /// A proposal when any of these tariffs becomes lower and nobody else has seen it.
    async fn lowering_tariffs(
        &self,
        write: &mut Write,
        request: &impl contract::access::Scoped,
        eyes: Eyes<'_>,
        (subject, derived): (&Subject, &[Derived]),
    ) -> Result<Option<contract::common::Proposal>, Error> {
        let lowest = derived.iter().find(|one| one.lowers());
        if lowest.is_none() {
            return Ok(None);
        }
        let name = subject.to_string();
        let outcome: Vec<_> = derived.iter().map(|one| (&one.facts.terms, one.amounts)).collect();
        let becomes = |one: &Derived| {
            let was = one.before.as_ref().map(|before| before.amounts.tariff.to_dutch()).unwrap_or_default();
            format!("tarief wijkverpleging verlagen van € {was} naar € {}", one.amounts.tariff.to_dutch())
        };
        let adverse = Adverse {
            office: &subject.office,
            agb: Some(subject.agb),
            subject: &name,
            summary: lowest.map(becomes).unwrap_or_default(),
            outcome: &store::bytes_of(&outcome)?,
        };
        Ok(self.core.second_eyes(write, request, eyes, adverse).await?)
    }

    /// The facts of what is asked: the tariff of the year before is that on record, or else the one in the request.
    pub(super) async fn facts_of(
        &self,
        write: &mut Write,
        asked: convert::AgreeHomeCare,
    ) -> Result<HomeCareFacts, Error> {
        let convert::AgreeHomeCare { subject, terms, previous: given, .. } = asked;
        let year_before = (&subject.office, subject.year - 1, subject.agb);
        let recorded = store::home_care_tariffs_of(&mut write.tx, year_before, write.now).await?;
        // The one that held on the last day of that year.
        let recorded = decide::holding(recorded).pop().map(|last| last.amounts);
        let wrong = |problem: String| InvalidRequest(vec![("terms.previous_tariff".to_owned(), problem)]);
        let previous = match (recorded, given) {
            (Some(recorded), Some(given)) if given != recorded.tariff => {
                let problem = format!("is not {}, the tariff of {} on record", recorded.tariff, subject.year - 1);
                return Err(EdgeError::from(wrong(problem)).into());
            }
            (Some(HomeCareAmounts { integral, surcharge, .. }), _) => Previous { integral, surcharge, on_record: true },
            (None, Some(integral)) => Previous { integral, surcharge: money::Money::ZERO, on_record: false },
            (None, None) => {
                let problem = format!("is missing, and no tariff of {} is on record", subject.year - 1);
                return Err(EdgeError::from(wrong(problem)).into());
            }
        };
        let module = store::anders_werken(&mut write.tx, &subject).await?;
        self.facts(write, subject, HomeCareTerms { previous, ..terms }, module).await
    }

    /// What a tariff follows from: the terms with the maximum, the night care of the region, and the module.
    pub(super) async fn facts(
        &self,
        write: &mut Write,
        subject: Subject,
        terms: HomeCareTerms,
        anders_werken: Option<AndersWerken>,
    ) -> Result<HomeCareFacts, Error> {
        let now = write.now;
        let on = (terms.product.as_str(), terms.first_day);
        let maximum = maximum(&mut write.tx, &subject, on, now).await?;
        let of = RegionYear { office: subject.office.clone(), region: terms.region, year: subject.year };
        let night_care = match store::night_care_of(&mut write.tx, &of, now).await? {
            Some(settled) => {
                let scope = decide::shares(&of, terms.agreement_type, &self.core.rules)?;
                settled.settlement.of(subject.agb, scope)
            }
            None => NightCare::None,
        };
        Ok(HomeCareFacts { subject, terms, night_care, anders_werken, maximum, as_of: now })
    }

    /// Derives a tariff, beside the one that holds on its first day.
    pub(super) async fn derive(&self, write: &mut Write, facts: HomeCareFacts) -> Result<Derived, Error> {
        let mut trace = Trace::new();
        let amounts = decide::home_care_tariff(&facts, &self.core.rules, &mut trace)?;
        let held = self.held(write, &facts.subject).await?;
        let before = on_day(held, facts.terms.first_day);
        Ok(Derived { facts, amounts, trace, before })
    }

    /// The versions that hold on some day of a provider's year.
    pub(super) async fn held(&self, write: &mut Write, subject: &Subject) -> Result<Vec<HomeCareTariff>, Error> {
        let of = (&subject.office, subject.year, subject.agb);
        Ok(decide::holding(store::home_care_tariffs_of(&mut write.tx, of, write.now).await?))
    }

    /// Records a derived tariff as a decision of its own.
    pub(super) async fn conclude(
        &self,
        write: &mut Write,
        derived: Derived,
        basis: Basis,
    ) -> Result<HomeCareTariff, Error> {
        let Derived { facts, amounts, trace, .. } = derived;
        let name = facts.subject.to_string();
        let decided = (&facts.subject.office, "home_care_tariff", name.as_str());
        let decision_id = self.record(write, decided, &facts, trace).await?;
        self.save(write, (facts, amounts), basis, decision_id).await
    }

    /// Saves a tariff and makes it known.
    pub(super) async fn save(
        &self,
        write: &mut Write,
        (facts, amounts): (HomeCareFacts, HomeCareAmounts),
        basis: Basis,
        decision_id: String,
    ) -> Result<HomeCareTariff, Error> {
        let HomeCareFacts { subject, terms, .. } = facts;
        let recorded = write.now;
        let tariff = HomeCareTariff { subject, version: 0, terms, amounts, basis, decision_id, recorded };
        let version = store::add_home_care_tariff(&mut write.tx, &tariff).await?;
        let tariff = HomeCareTariff { version, ..tariff };
        write.tx.publish(feed::home_care_tariff_changed(&tariff));
        Ok(tariff)
    }

    pub(super) async fn get_home_care_tariff(
        &self,
        call: &Call,
        request: proto::GetHomeCareTariffRequest,
    ) -> Result<proto::GetHomeCareTariffResponse, Error> {
        let now = database::to_micros(self.core.clock.now());
        let (office, agb, date, known) = convert::get_home_care(&request, now)?;
        let subject = Subject { office, sector: Sector::HomeCare, agb, year: date.year() };
        let of = (&subject.office, subject.year, agb);
        let mut tx = self.core.read(call).await?;
        let versions = store::home_care_tariffs_of(&mut tx, of, known).await?;
        let none = || no_tariff(agb, date, known);
        let agreed = on_day(decide::holding(versions), date).ok_or_else(none)?;
        let offer = store::offer_to(&mut tx, of, known).await?;
        let maximum = maximum(&mut tx, &subject, (&agreed.terms.product, date), known).await?.maximum;
        let facts = HeldFacts {
            subject,
            date,
            version: agreed.version,
            agreed: earlier(&agreed),
            offer_unanswered: offer.as_ref().is_some_and(|offer| offer.accepted.is_none()),
            maximum,
            as_of: known,
        };
        let mut trace = Trace::new();
        let tariff = decide::tariff_on(&facts, &self.core.rules, &mut trace)?;
        let explanation = request.explain.then(|| self.in_words(&facts, known, trace)).transpose()?;
        Ok(proto::GetHomeCareTariffResponse {
            tariff: edge::to_proto::money(tariff),
            agreed: Some(convert::home_care_tariff(&agreed)),
            uplift_offer: offer.map(|offer| self.offer_at(&offer, known)).transpose()?,
            explanation,
            as_of_time: edge::to_proto::time(known),
        })
    }

    /// Steps in words, for an answer that is told at once.
    pub(super) fn in_words(
        &self,
        facts: &impl Serialize,
        as_of: DateTime<Utc>,
        trace: Trace,
    ) -> Result<contract::common::Explanation, Error> {
        let explanation = trace.finish(&self.core.rules, &Facts::new(facts, as_of));
        Ok(self.core.explain_now(&explanation)?)
    }

    /// A raised offer as it stands at a moment.
    pub(super) fn offer_at(&self, offer: &UpliftOffer, at: DateTime<Utc>) -> Result<proto::UpliftOffer, Error> {
        let open = decide::is_open(&offer.subject, at, &self.core.rules)?;
        Ok(convert::uplift_offer(offer, open))
    }

    pub(super) async fn list_home_care_tariffs(
        &self,
        call: &Call,
        request: proto::ListHomeCareTariffsRequest,
    ) -> Result<proto::ListHomeCareTariffsResponse, Error> {
        let (query, page) = convert::list_home_care(&request, self.core.clock.now())?;
        let mut rows = store::home_care_tariffs(&mut self.core.read(call).await?, &query, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.subject.agb.to_string()]);
        let tariffs = rows.iter().map(convert::home_care_tariff).collect();
        Ok(proto::ListHomeCareTariffsResponse { tariffs, next_page_token })
    }
}

/// What a tariff and its ceiling are to a raised offer.
pub(super) fn earlier(tariff: &HomeCareTariff) -> Earlier {
    Earlier { tariff: tariff.amounts.tariff, ceiling: tariff.terms.ceiling }
}

/// The version that holds on a day.
pub(super) fn on_day(held: Vec<HomeCareTariff>, date: NaiveDate) -> Option<HomeCareTariff> {
    held.into_iter().rfind(|tariff| tariff.terms.first_day <= date)
}

/// The maximum tariff of a product of home care on a day, as known at a moment.
async fn maximum(
    tx: &mut database::Tx,
    subject: &Subject,
    (product, date): (&str, NaiveDate),
    known: DateTime<Utc>,
) -> Result<MaximumTariff, Error> {
    let found = store::maximum_on(tx, &subject.office, (product, date), known).await?;
    let found = found.filter(|maximum| maximum.sector == Sector::HomeCare);
    found.ok_or_else(|| Error::NoMaximumTariff { product: product.to_owned(), date })
}

fn no_tariff(agb: Agb, date: NaiveDate, known: DateTime<Utc>) -> EdgeError {
    let known = known.format("%Y-%m-%d %H:%M:%S UTC");
    EdgeError::NotFound { what: "a tariff of home care of", id: format!("{agb} on {date}, as known at {known},") }
}
