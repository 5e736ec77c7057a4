//! Between the contract and the domain: stays with treatment (TAR-09).

use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, to_proto};

use super::percentages::subject;
use crate::{
    decide::{Mix, StayDays},
    domain::Subject,
};

/// Reads what is asked: whose, the stays now, and the stays asked.
pub fn check_mix(request: &proto::CheckTreatmentMixRequest) -> Result<(Subject, StayDays, StayDays), EdgeError> {
    let mut fields = Fields::new();
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let now = days(&mut fields, "now", request.now);
    let asked = days(&mut fields, "asked", request.asked);
    fields.all((subject, now, asked))
}

fn days(fields: &mut Fields, field: &str, days: Option<proto::StayDays>) -> Option<StayDays> {
    let proto::StayDays { with_treatment, all } = fields.required(field, days)?;
    fields.check(with_treatment >= 0, &format!("{field}.with_treatment"), "must not be negative");
    fields.check(all >= with_treatment, &format!("{field}.all"), "is less than the days with treatment");
    Some(StayDays { with_treatment, all })
}

/// The answer for the contract.
pub fn mix(mix: Mix, explanation: common::Explanation) -> proto::CheckTreatmentMixResponse {
    proto::CheckTreatmentMixResponse {
        agreed: mix.agreed,
        share_now: mix.now.and_then(|share| to_proto::decimal(share.0)),
        share_asked: mix.asked.and_then(|share| to_proto::decimal(share.0)),
        ceiling: to_proto::decimal(mix.ceiling.0),
        explanation: Some(explanation),
    }
}
