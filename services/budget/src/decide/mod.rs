//! The decisions of budget: pure functions of facts and rules.

mod annual;
pub mod claims;
mod click;
mod click_provider;
mod cube;
mod filing;
mod forecast;
mod room;
mod talk;
mod timeliness;

pub use annual::{Annual, annual_volumes, euros};
pub use click::{ClickFacts, ClickOutcome, Contender, Outcome, click};
pub use click_provider::{ProviderClickFacts, explain_provider};
pub use cube::FileCube;
pub use filing::{BudgetFacts, Filed, FilingFacts, ProviderProduction, file, file_one};
pub use forecast::{ForecastFacts, office_forecast};
pub use room::{ReserveFacts, reserve};
pub use talk::{AnswerFacts, SettlementFacts, answer, settle};
pub use timeliness::{Norms, Timeliness, timeliness};

#[cfg(test)]
pub(crate) mod fixtures {
    use chrono::NaiveDate;
    use explain::{RuleFile, Rules};
    use identifiers::Agb;
    use money::Money;

    use crate::{
        domain::{OfficeYear, Production, Tariff},
        rules,
    };

    pub fn built_in() -> Rules {
        with(&[])
    }

    pub fn with(extra: &[(&str, &str)]) -> Rules {
        let files = rules::FILES.iter().chain(extra);
        let files = files.map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    /// The built-in rules with one line of them changed.
    pub fn changed(from: &str, to: &str) -> Rules {
        assert!(rules::FILES.iter().any(|(_, text)| text.contains(from)), "{from}");
        let files = rules::FILES.iter();
        let files = files.map(|(name, text)| RuleFile { name: (*name).into(), text: text.replace(from, to) });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    pub fn vgz(year: i32) -> OfficeYear {
        OfficeYear { office: "vgz".parse().unwrap(), year }
    }

    pub fn agb(number: u32) -> Agb {
        format!("4141{number:04}").parse().unwrap()
    }

    pub fn cents(cents: i64) -> Money {
        Money::from_cents(cents)
    }

    pub fn produced(product: &str, unit: &str, month: &str, quantity: i64) -> Production {
        Production {
            agb: agb(1),
            product: product.to_owned(),
            care_month: month.parse().unwrap(),
            unit: unit.to_owned(),
            quantity,
            granted: Money::ZERO,
            lines: 1,
        }
    }

    pub fn tariff(product: &str, year: i32, cents: i64) -> Tariff {
        Tariff {
            agb: agb(1),
            product: product.to_owned(),
            unit: "14".to_owned(),
            first_day: NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
            last_day: NaiveDate::from_ymd_opt(year, 12, 31).unwrap(),
            tariff: Money::from_cents(cents),
        }
    }
}
