//! The policy as this system has it: rows of its rule files, and the decision that reads them.

use std::hint::black_box;

use explain::{Facts, RuleFile, Rules, Trace};
use tariffing::{
    decide::{QuoteFacts, quote},
    rules::{FILES, SCHEMA},
};

use super::cases::{Case, Outcome};
use crate::Failure;

/// How much is told of a quote.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nothing; the steps are recorded and thrown away.
    Nothing,
    /// The explanation as values, with the hashes of facts and rules.
    Recorded,
    /// That, put into words in both languages.
    InWords,
}

/// The built-in rules, with the facts of every case.
pub struct Own {
    rules: Rules,
    facts: Vec<QuoteFacts>,
}

impl Own {
    /// Reads the rules.
    ///
    /// # Errors
    /// When they have a fault.
    pub fn new(cases: &[Case]) -> Result<Own, Failure> {
        let file = |(name, text): &(&str, &str)| RuleFile { name: (*name).into(), text: (*text).into() };
        let rules = Rules::load(FILES.iter().map(file).collect(), &SCHEMA)?;
        Ok(Own { rules, facts: cases.iter().map(Case::facts).collect::<Result<_, _>>()? })
    }

    /// What every case comes to.
    ///
    /// # Errors
    /// When a quote isn't determined.
    pub fn outcomes(&self) -> Result<Vec<Outcome>, Failure> {
        let outcome = |facts: &QuoteFacts| {
            let quoted = quote(facts, &self.rules, &mut Trace::new())?;
            Ok(Outcome {
                percentage: quoted.percentage.0,
                care_part: quoted.tariff.care_part.cents(),
                housing_part: quoted.tariff.housing_part.cents(),
                tariff: quoted.tariff.tariff.cents(),
            })
        };
        self.facts.iter().map(outcome).collect()
    }

    /// Quotes every case once.
    ///
    /// # Errors
    /// When a quote isn't determined or can't be told.
    pub fn quote_all(&self, told: Told) -> Result<(), Failure> {
        for facts in &self.facts {
            let mut trace = Trace::new();
            black_box(quote(facts, &self.rules, &mut trace)?);
            if told == Told::Nothing {
                black_box(trace);
                continue;
            }
            let explanation = trace.finish(&self.rules, &Facts::new(facts, facts.percentage.as_of));
            if told == Told::InWords {
                black_box(explanation.render(&self.rules)?);
            }
            black_box(explanation);
        }
        Ok(())
    }
}
