//! Between the contract and the domain: what if.

use chrono::{Datelike, NaiveDate};
use contract::tariffing as proto;
use edge::{EdgeError, Fields, Office, Sector, to_proto};
use explain::{RuleFaults, RuleFile, Rules};
use identifiers::Agb;
use money::{Money, MoneyError, Percentage};

use crate::{
    decide::{Agreement, PolicyChange, UnderPolicy, days_of},
    domain::MaximumTariff,
    error::Error,
    rules::SCHEMA,
};

/// What a comparison asks.
#[derive(Debug)]
pub struct Compare {
    /// The office that asks.
    pub office: Office,
    /// The sector.
    pub sector: Sector,
    /// The year of the policies.
    pub year: i32,
    /// The offices; none for all that the rule files name.
    pub offices: Vec<Office>,
    /// The providers; none for all on record.
    pub agbs: Vec<Agb>,
    /// The day of the maximum tariffs.
    pub date: NaiveDate,
}

/// Reads a comparison.
pub fn compare_offices(request: &proto::CompareOfficesRequest) -> Result<Compare, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let sector = fields.sector("sector", request.sector);
    let year = fields.year("year", request.year);
    let each = request.offices.iter().enumerate();
    let offices: Vec<Option<Office>> =
        each.map(|(place, office)| fields.office(&format!("offices[{place}]"), office)).collect();
    let each = request.agbs.iter().enumerate();
    let agbs: Vec<Option<Agb>> = each.map(|(place, agb)| fields.agb(&format!("agbs[{place}]"), agb)).collect();
    let date = fields.optional_date("date", request.date.as_ref());
    if let Some(Some(date)) = date {
        fields.check(date.year() == request.year, "date", "expected a day of the year");
    }
    let (offices, agbs): (Option<Vec<_>>, Option<Vec<_>>) = (offices.into_iter().collect(), agbs.into_iter().collect());
    let (office, sector, year, offices, agbs, date) = fields.all((office, sector, year, offices, agbs, date))?;
    Ok(Compare { office, sector, year, offices, agbs, date: date.unwrap_or(days_of(year).0) })
}

/// What a simulation asks: office, sector, year and the rules as they would be.
pub fn simulate_policy(
    request: &proto::SimulatePolicyRequest,
    rules: &Rules,
) -> Result<(Office, Sector, i32, Rules), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let sector = fields.sector("sector", request.sector);
    let year = fields.year("year", request.year);
    for (place, name) in request.removed.iter().enumerate() {
        let known = rules.files().iter().any(|file| file.name == *name);
        fields.check(known, &format!("removed[{place}]"), "is none of the rule files");
    }
    let replaced = |name: &str| {
        request.removed.iter().any(|removed| removed == name) || request.files.iter().any(|file| file.name == name)
    };
    let kept = rules.files().iter().filter(|file| !replaced(&file.name)).cloned();
    let given = request.files.iter().map(|file| RuleFile { name: file.name.clone(), text: file.text.clone() });
    let others = match Rules::load(kept.chain(given).collect(), &SCHEMA) {
        Ok(others) => Some(others),
        Err(RuleFaults(faults)) => {
            for fault in faults {
                fields.violation(&format!("files {}:{}", fault.file, fault.line), fault.message);
            }
            None
        }
    };
    fields.all((office, sector, year, others))
}

/// A provider under a policy for the contract.
pub fn office_outcome(
    office: &Office,
    maxima: &[&MaximumTariff],
    outcome: Result<UnderPolicy, Error>,
) -> proto::OfficeOutcome {
    let office = office.to_string();
    match outcome {
        Ok(under) => {
            let price = |(maximum, price): (&&MaximumTariff, &Money)| proto::ProductPrice {
                product: maximum.product.clone(),
                tariff: to_proto::money(*price),
            };
            proto::OfficeOutcome {
                office,
                percentage: to_proto::decimal(under.percentage.0),
                prices: maxima.iter().zip(&under.prices).map(price).collect(),
                refused_keys: under.refused,
                ..Default::default()
            }
        }
        Err(error) => proto::OfficeOutcome {
            office,
            undetermined_reason: edge::Failure::reason(&error).to_owned(),
            undetermined_message: error.to_string(),
            ..Default::default()
        },
    }
}

/// A change of policy for one provider, for the contract; with what it comes to, and what can't be weighed.
///
/// # Errors
/// Amounts that do not fit.
pub fn policy_change(agb: Agb, change: &PolicyChange) -> Result<proto::PolicyChange, MoneyError> {
    let value = |side: &Result<Agreement, String>| {
        side.as_ref().ok().and_then(|agreement| to_proto::decimal(agreement.general.percentage.value.0))
    };
    let form = |(form, percentage): (&String, &Percentage)| proto::FormPercentage {
        form: form.clone(),
        percentage: to_proto::decimal(percentage.0),
    };
    let effect = Money::total(change.effects.iter().filter_map(|effect| effect.effect))?;
    let unweighed = change.effects.iter().filter(|effect| effect.effect.is_none()).count();
    let known = change.before.is_ok() && change.after.is_ok();
    Ok(proto::PolicyChange {
        agb: agb.to_string(),
        before: value(&change.before),
        after: value(&change.after),
        forms: change.after.iter().flat_map(|agreement| agreement.forms.iter().map(form)).collect(),
        effect: if known { to_proto::money(effect) } else { None },
        unweighed: i32::try_from(unweighed).unwrap_or(i32::MAX),
        undetermined_message: change.after.as_ref().err().cloned().unwrap_or_default(),
    })
}
