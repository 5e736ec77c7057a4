//! Quotes over all rule files, kept as golden files: each tells its facts, its steps in both languages and its tariff, so
//! that a person can follow it with the policy at hand.

mod elderly_2024;
mod national;
mod vgz_2023;

use std::fmt::Write;

use chrono::NaiveDate;
use edge::Sector;
use explain::{Facts, Language, Trace};
use money::{Money, Percentage};

use super::{
    Agreed, Care, PercentageFacts, QuoteFacts,
    fixture::{built_in, facts_of, maximum, subject},
    quote,
};
use crate::domain::{Basis, Grant, MaximumTariff, Previous, Standing, Subject};

/// A quote to be asked, built up from a provider of which nothing is on record.
struct Golden {
    name: String,
    facts: PercentageFacts,
    maximum: MaximumTariff,
    agreed: Option<Agreed>,
    care: Care,
}

/// A quote of a stay of 250.00, with 20.00 and 5.37 of NHC and NIC, at an office in a year.
fn golden(name: &str, office: &str, sector: Sector, year: i32) -> Golden {
    let first_day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let maximum = MaximumTariff { sector, first_day, ..maximum(25_000, 2_000, 537) };
    let facts = facts_of(Subject { sector, ..subject(office, year) });
    let sector = sector.as_str();
    Golden { name: format!("{office}_{year}_{sector}_{name}"), facts, maximum, agreed: None, care: Care::default() }
}

impl Golden {
    /// A proposal that was granted in October before the year; its initiative is named after the key.
    fn granted(self, key: &str, points: &str) -> Golden {
        self.initiative(key, points, &format!("initiatief {key}"))
    }

    fn initiative(mut self, key: &str, points: &str, initiative: &str) -> Golden {
        self.facts.grants.push(Grant {
            key: key.to_owned(),
            points: if points.is_empty() { None } else { Some(points.parse().unwrap()) },
            form: None,
            initiative: initiative.to_owned(),
            agreed: NaiveDate::from_ymd_opt(self.facts.subject.year - 1, 10, 1).unwrap(),
            proposal_id: Some("voorstel 1".to_owned()),
        });
        self
    }

    /// The last grant was agreed on another day.
    fn on(mut self, day: &str) -> Golden {
        self.facts.grants.last_mut().unwrap().agreed = day.parse().unwrap();
        self
    }

    /// The last grant is bound to a delivery form.
    fn bound_to(mut self, form: &str) -> Golden {
        self.facts.grants.last_mut().unwrap().form = Some(form.to_owned());
        self
    }

    fn judged(self, key: &str, points: &str) -> Golden {
        let mut golden = self.initiative(key, points, &format!("oordeel {key}"));
        golden.facts.grants.last_mut().unwrap().proposal_id = None;
        golden
    }

    fn new_provider(mut self) -> Golden {
        self.facts.standing = Standing::New;
        self
    }

    fn last_year(mut self, percentage: &str, basis: Basis) -> Golden {
        self.facts.previous = Some(Previous { percentage: Percentage(percentage.parse().unwrap()), basis });
        self
    }

    fn line(mut self, percentage: &str) -> Golden {
        self.facts.line = Some(Percentage(percentage.parse().unwrap()));
        self
    }

    fn interview(mut self, percentage: &str) -> Golden {
        self.facts.interview = Some(Percentage(percentage.parse().unwrap()));
        self
    }

    fn bid(mut self, percentage: &str) -> Golden {
        self.facts.bid = Some(Percentage(percentage.parse().unwrap()));
        self
    }

    fn hardship(mut self, points: &str) -> Golden {
        self.facts.hardship = Some(points.parse().unwrap());
        self
    }

    fn earned_before(mut self, initiative: &str) -> Golden {
        self.facts.earned_before.push(initiative.to_owned());
        self
    }

    fn agreed(mut self, percentage: &str) -> Golden {
        let percentage = Percentage(percentage.parse().unwrap());
        self.agreed = Some(Agreed { percentage, decision_id: "besluit 1".to_owned() });
        self
    }

    fn form(mut self, form: &str) -> Golden {
        self.maximum.delivery_form = form.to_owned();
        self
    }

    fn tariff(mut self, cents: i64, nhc: i64, nic: i64) -> Golden {
        self.maximum.maximum = Money::from_cents(cents);
        (self.maximum.nhc, self.maximum.nic) = (Money::from_cents(nhc), Money::from_cents(nic));
        self
    }

    /// The care profile of the client, with or without treatment.
    fn profile(mut self, profile: &str, treatment: bool) -> Golden {
        self.care.profile = Some(profile.to_owned());
        self.care.treatment = Some(treatment);
        self
    }

    fn new_client(mut self) -> Golden {
        self.care.new_client = Some(true);
        self
    }

    /// Quotes it, and holds what is told against the golden file.
    fn check(self) {
        let Golden { name, facts, maximum, agreed, care } = self;
        let care = Care { product: maximum.product.clone(), form: maximum.delivery_form.clone(), ..care };
        let facts = QuoteFacts {
            percentage: facts.for_form(&maximum.delivery_form),
            care_date: maximum.first_day,
            maximum,
            agreed,
            care,
        };
        let told = tell(&facts);
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "files" }, {
            insta::assert_snapshot!(name, told);
        });
    }
}

/// The facts, the steps and what comes out, for people.
fn tell(facts: &QuoteFacts) -> String {
    let own = &facts.percentage;
    let mut told = format!("{}, {:?}, {}", own.subject, own.standing, facts.care.form);
    for (name, percentage) in [("line", own.line), ("interview", own.interview), ("bid", own.bid)] {
        if let Some(percentage) = percentage {
            write!(told, ", {name} {}", percentage.0).unwrap();
        }
    }
    if let Some(previous) = own.previous {
        write!(told, ", last year {} ({:?})", previous.percentage.0, previous.basis).unwrap();
    }
    let (rules, mut trace) = (built_in(), Trace::new());
    let quoted = match quote(facts, rules, &mut trace) {
        Ok(quoted) => quoted,
        Err(error) => return format!("{told}\n\n{error}\n"),
    };
    let explanation = trace.finish(rules, &Facts::new(facts, own.as_of));
    for language in [Language::Dutch, Language::English] {
        write!(told, "\n\n{}", explanation.to_text(rules, language).unwrap().trim_end()).unwrap();
    }
    let excluded = quoted.conditions.iter().any(|condition| condition.excluded);
    write!(told, "\n\n{}% -> {}", quoted.percentage.0, quoted.tariff.tariff.to_dutch()).unwrap();
    told + if excluded { ", not bought\n" } else { "\n" }
}
