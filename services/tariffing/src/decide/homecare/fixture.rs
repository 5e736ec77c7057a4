//! Facts of home care to begin from.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use edge::Sector;
use explain::{RuleFile, Rules, Trace};
use money::Money;

use super::{Contracted, HomeCareFacts, NightCareFacts, home_care_tariff};
use crate::{
    decide::fixture::maximum,
    domain::{
        MaximumTariff, Subject,
        homecare::{
            AgreementType, HomeCareAmounts, HomeCareTerms, NightCare, NightCareProduct, NightCareProvider, Previous,
            RegionYear,
        },
    },
    error::Error,
    rules,
};

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap().and_utc()
}

/// The built-in rules with something else in one of the parameters.
pub(crate) fn with(parameter: &str, old: &str, new: &str) -> Rules {
    let name = format!("name = \"{parameter}\"");
    let mut found = false;
    let mut changed = |text: &str| {
        let blocks = text.split("[[parameter]]").map(|block| match block.contains(&name) && block.contains(old) {
            true => {
                found = true;
                block.replace(old, new)
            }
            false => block.to_owned(),
        });
        blocks.collect::<Vec<_>>().join("[[parameter]]")
    };
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: changed(text) });
    let files = files.collect();
    assert!(found, "{parameter} {old}");
    Rules::load(files, &rules::SCHEMA).unwrap()
}

pub(crate) fn cents(cents: i64) -> Money {
    Money::from_cents(cents)
}

/// A standard agreement for 2024 with a provider whose tariff of 2023 is 72.50.
pub(crate) fn facts() -> HomeCareFacts {
    let first_day = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    HomeCareFacts {
        subject: Subject {
            office: "vgz".parse().unwrap(),
            sector: Sector::HomeCare,
            agb: "41410001".parse().unwrap(),
            year: 2024,
        },
        terms: HomeCareTerms {
            agreement_type: AgreementType::Standard,
            region: "5508".parse().unwrap(),
            product: "1032".to_owned(),
            previous: Previous { integral: cents(7250), surcharge: Money::ZERO, on_record: false },
            benchmark: None,
            ceiling: cents(100_000_000),
            first_day,
            original_offer: false,
        },
        night_care: NightCare::None,
        anders_werken: None,
        maximum: MaximumTariff { sector: Sector::HomeCare, unit: "04".to_owned(), first_day, ..maximum(9000, 0, 0) },
        as_of: utc("2023-11-10 10:00:00"),
    }
}

pub(crate) fn derived(facts: &HomeCareFacts, rules: &Rules) -> Result<HomeCareAmounts, Error> {
    home_care_tariff(facts, rules, &mut Trace::new())
}

/// Providers 41410001, 41410002, ... of a region that all take part, with these turnovers (cents) and hours.
pub(crate) fn region(total: i64, providers: &[(i64, u32)]) -> NightCareFacts {
    let agb = |at: usize| format!("4141{:04}", at + 1).parse().unwrap();
    let named = providers.iter().enumerate().map(|(at, (turnover, hours))| NightCareProvider {
        agb: agb(at),
        takes_part: true,
        turnover: cents(*turnover),
        hours: *hours,
    });
    let contracted =
        (0..providers.len()).map(|at| Contracted { agb: agb(at), agreement_type: AgreementType::Standard });
    NightCareFacts {
        of: RegionYear { office: "vgz".parse().unwrap(), region: "5508".parse().unwrap(), year: 2024 },
        products: vec![NightCareProduct { product: "1033".to_owned(), agb: agb(0), price: cents(total) }],
        providers: named.collect(),
        contracted: contracted.collect(),
        as_of: utc("2023-11-10 10:00:00"),
    }
}
