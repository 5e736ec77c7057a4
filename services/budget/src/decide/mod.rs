//! The decisions of budget: pure functions of facts and rules.

pub mod allocations;
mod annual;
pub mod claims;
mod click;
mod cube;
mod escalation;
mod filing;
mod forecast;
mod forms;
mod innovation;
mod ledger;
mod products;
mod reconciliation;
mod room;
mod rounds;
mod talk;
mod timeliness;

pub use annual::{Annual, Approved, annual_volumes, euros};
pub use click::{
    Adjusted, ClickFacts, ClickOutcome, Contender, FormAmounts, Limit, ProviderClickFacts, click, explain_provider,
};
pub use cube::FileCube;
pub use escalation::{EscalationFacts, escalate};
pub use filing::{BudgetFacts, Filed, Filing, FilingFacts, ProviderProduction, ScaledPart, file, file_one};
pub use forecast::{ForecastFacts, months_of, office_forecast};
pub use forms::Forms;
pub use innovation::{InnovationFacts, InnovationProduct, agree_innovation};
pub use ledger::{Against, Balances};
pub use products::by_product;
pub use reconciliation::{ProviderYear, ProviderYearFacts, ReconciliationFacts, settle_year};
pub use room::{ReserveFacts, reserve};
pub use rounds::{Inputs, Part, Taken, changes, take};
pub use talk::{AnswerFacts, SettlementFacts, answer, settle};
pub use timeliness::{Norms, Timeliness, timeliness};

#[cfg(test)]
pub(crate) mod fixtures {
    use chrono::NaiveDate;
    use explain::{RuleFile, Rules};
    use identifiers::Agb;
    use money::Money;

    use crate::{
        decide::Approved,
        domain::{OfficeYear, Tariff},
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

    /// The rules with one parameter of one office stated otherwise.
    pub fn stated(rule: &str, name: &str, unit: &str, value: &str) -> Rules {
        let file = format!(
            "[[parameter]]\nrule = \"{rule}\"\nname = \"{name}\"\nunit = \"{unit}\"\nact = \"wlz\"\noffice = \"vgz\"\n\
             source = \"design: a test\"\nvalues = [{{ from = 2022-01-01, value = {value} }}]\n"
        );
        with(&[("stated.toml", &file)])
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

    pub fn approved(product: &str, unit: &str, quantity: i64) -> Approved {
        Approved { product: product.to_owned(), unit: unit.to_owned(), quantity }
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
