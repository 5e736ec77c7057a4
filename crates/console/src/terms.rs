//! States and kinds of the contracts, by their names for people.

use contract::{access::Role, budget, common, homecare, registration};

use crate::words::Words;

/// A service.
pub fn service<'a>(name: &'a str, w: &Words) -> &'a str {
    match name {
        "registration" => w.registration,
        "tariffing" => w.tariffing,
        "budget" => w.budget,
        "homecare" => w.homecare,
        "screening" => w.screening,
        other => other,
    }
}

/// A role; no name for what is no person's.
pub fn role(role: Role, w: &Words) -> &'static str {
    match role {
        Role::Purchaser => w.role_purchaser,
        Role::Decider => w.role_decider,
        Role::Investigator => w.role_investigator,
        Role::Operator => w.role_operator,
        Role::Auditor => w.role_auditor,
        Role::Unspecified | Role::Adapter | Role::Service => "",
    }
}

/// A lot.
pub fn lot(lot: budget::Lot, w: &Words) -> &'static str {
    match lot {
        budget::Lot::Zin => w.lot_zin,
        budget::Lot::Pgb => w.lot_pgb,
        budget::Lot::Unspecified => w.unnamed,
    }
}

/// A kind of round.
pub fn round(kind: budget::RoundKind, w: &Words) -> &'static str {
    match kind {
        budget::RoundKind::BaseProduction => w.round_base,
        budget::RoundKind::Click => w.round_click,
        budget::RoundKind::Reallocation => w.round_reallocation,
        budget::RoundKind::Reconciliation => w.round_reconciliation,
        budget::RoundKind::Unspecified => w.unnamed,
    }
}

/// What became of a provider in a round.
pub fn outcome(outcome: budget::RoundOutcome, w: &Words) -> &'static str {
    match outcome {
        budget::RoundOutcome::Filed => w.outcome_filed,
        budget::RoundOutcome::Scaled => w.outcome_scaled,
        budget::RoundOutcome::Raised => w.outcome_raised,
        budget::RoundOutcome::Kept => w.outcome_kept,
        budget::RoundOutcome::Lowered => w.outcome_lowered,
        budget::RoundOutcome::LoweredInProportion => w.outcome_lowered_in_proportion,
        budget::RoundOutcome::Funded => w.outcome_funded,
        budget::RoundOutcome::Reconciled => w.outcome_reconciled,
        budget::RoundOutcome::Unspecified => w.unnamed,
    }
}

/// What a decision about a ceiling is about.
pub fn ceiling_decision(kind: homecare::CeilingDecisionKind, w: &Words) -> &'static str {
    use homecare::CeilingDecisionKind as Kind;
    match kind {
        Kind::ThresholdReached => w.ceiling_share_reached,
        Kind::BeyondCeiling => w.ceiling_beyond,
        Kind::ForecastAbove => w.ceiling_forecast_above,
        Kind::HoursAbove => w.ceiling_hours_above,
        Kind::RefusedProducts => w.ceiling_products,
        Kind::Unspecified => w.unnamed,
    }
}

/// How a year is forecast.
pub fn method(method: homecare::ForecastMethod, w: &Words) -> &'static str {
    match method {
        homecare::ForecastMethod::RunRate => w.forecast_run_rate,
        homecare::ForecastMethod::Seasonal => w.forecast_seasonal,
        homecare::ForecastMethod::Realised => w.forecast_realised,
        homecare::ForecastMethod::Unspecified => w.unnamed,
    }
}

/// An act.
pub fn act(act: common::Act, w: &Words) -> &'static str {
    match act {
        common::Act::Wlz => "Wlz",
        common::Act::Zvw => "Zvw",
        common::Act::Unspecified => w.unnamed,
    }
}

/// A sector.
pub fn sector(sector: common::Sector, w: &Words) -> &'static str {
    match sector {
        common::Sector::Vv => w.sector_vv,
        common::Sector::Gz => w.sector_gz,
        common::Sector::Ggz => w.sector_ggz,
        common::Sector::HomeCare => w.sector_home_care,
        common::Sector::Unspecified => w.unnamed,
    }
}

/// Where a registration stands.
pub fn registration(state: registration::RegistrationState, w: &Words) -> &'static str {
    use registration::RegistrationState as State;
    match state {
        State::Draft => w.registration_draft,
        State::Submitted => w.registration_submitted,
        State::InAssessment => w.registration_in_assessment,
        State::Admissible => w.registration_admissible,
        State::NotConsidered => w.registration_not_considered,
        State::Rejected => w.registration_rejected,
        State::Awarded => w.registration_awarded,
        State::Unspecified => w.unnamed,
    }
}

/// Whom a date binds.
pub fn party(party: registration::Party, w: &Words) -> &'static str {
    match party {
        registration::Party::Provider => w.party_provider,
        registration::Party::Office => w.party_office,
        registration::Party::Unspecified => w.unnamed,
    }
}
