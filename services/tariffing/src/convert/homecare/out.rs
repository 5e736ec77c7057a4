//! Tariffs and raised offers of home care, for the contract.

use contract::tariffing as proto;
use edge::to_proto;

use super::terms_out;
use crate::{
    decide,
    domain::homecare::{Basis, HomeCareTariff, UpliftOffer},
};

/// A tariff for the contract.
pub fn home_care_tariff(tariff: &HomeCareTariff) -> proto::HomeCareTariff {
    let basis = match tariff.basis {
        Basis::Agreed => proto::HomeCareBasis::Agreed,
        Basis::Uplift => proto::HomeCareBasis::Uplift,
        Basis::NightCare => proto::HomeCareBasis::NightCare,
        Basis::AndersWerken => proto::HomeCareBasis::AndersWerken,
    };
    let last_day = decide::days_of(tariff.subject.year).1;
    proto::HomeCareTariff {
        office: tariff.subject.office.to_string(),
        agb: tariff.subject.agb.to_string(),
        year: tariff.subject.year,
        version: tariff.version,
        terms: Some(terms_out(&tariff.terms)),
        original_offer: tariff.terms.original_offer,
        tariff: to_proto::money(tariff.amounts.tariff),
        integral: to_proto::money(tariff.amounts.integral),
        surcharge: to_proto::money(tariff.amounts.surcharge),
        night_care_reduction: to_proto::money(tariff.amounts.reduction),
        period: to_proto::period(tariff.terms.first_day, Some(last_day)),
        basis: basis.into(),
        negotiable: tariff.terms.agreement_type.negotiable(),
        decision_id: tariff.decision_id.clone(),
        recorded_time: to_proto::time(tariff.recorded),
    }
}

/// A raised offer for the contract; `open` says whether it could be accepted at the moment it is looked at.
pub fn uplift_offer(offer: &UpliftOffer, open: bool) -> proto::UpliftOffer {
    let state = match (offer.accepted.is_some(), offer.replaced, open) {
        (true, _, _) => proto::UpliftState::Accepted,
        (false, true, _) => proto::UpliftState::Replaced,
        (false, false, true) => proto::UpliftState::Open,
        (false, false, false) => proto::UpliftState::Lapsed,
    };
    proto::UpliftOffer {
        offer_id: offer.offer_id.clone(),
        office: offer.subject.office.to_string(),
        agb: offer.subject.agb.to_string(),
        year: offer.subject.year,
        terms: Some(terms_out(&offer.terms)),
        tariff: to_proto::money(offer.tariff),
        earlier_tariff: offer.earlier.and_then(|earlier| to_proto::money(earlier.tariff)),
        earlier_ceiling: offer.earlier.and_then(|earlier| to_proto::money(earlier.ceiling)),
        sent_time: to_proto::time(offer.sent),
        accept_until_time: to_proto::time(offer.accept_until),
        state: state.into(),
        decision_id: offer.decision_id.clone(),
    }
}
