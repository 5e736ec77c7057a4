//! What screening said of a labelled year, held against what was planted.

use std::collections::{BTreeMap, BTreeSet};

use contract::screening::{Signal, SignalKind};

use crate::Year;

/// What came of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleOutcome {
    /// Whether what it finds contradicts a rule, and is not a signal only.
    pub exact: bool,
    /// Planted and found.
    pub found: usize,
    /// Planted and not found.
    pub missed: usize,
    /// Found and not planted.
    pub wrong: usize,
}

impl RuleOutcome {
    /// Of what was found, how much was planted.
    pub fn precision(&self) -> f64 {
        self.found as f64 / (self.found + self.wrong) as f64
    }

    /// Of what was planted, how much was found.
    pub fn recall(&self) -> f64 {
        self.found as f64 / (self.found + self.missed) as f64
    }
}

/// What came of all rules.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// By rule.
    pub rules: BTreeMap<String, RuleOutcome>,
    /// What was missed or wrong, to be looked at.
    pub faults: Vec<String>,
}

impl Outcome {
    /// Holds signals against a year.
    pub fn new(year: &Year, signals: &[Signal]) -> Outcome {
        let labels = year.labels();
        let mut said = BTreeSet::new();
        let mut rules: BTreeMap<String, RuleOutcome> = BTreeMap::new();
        let mut faults = Vec::new();
        for signal in signals {
            let label = (signal.rule.clone(), about(signal));
            let outcome = rules.entry(signal.rule.clone()).or_default();
            outcome.exact = signal.kind() == SignalKind::Exact;
            if labels.contains(&label) {
                outcome.found += 1;
            } else {
                outcome.wrong += 1;
                faults.push(format!("wrong: {} {}", label.0, label.1));
            }
            said.insert(label);
        }
        for (rule, about) in labels.difference(&said) {
            rules.entry(rule.clone()).or_default().missed += 1;
            faults.push(format!("missed: {rule} {about}"));
        }
        Outcome { rules, faults }
    }
}

/// The client and the lines of a signal, or its provider and month.
fn about(signal: &Signal) -> String {
    if signal.client.is_empty() {
        let first = signal.period.and_then(|period| period.first_day).unwrap_or_default();
        return format!("{} {}-{:02}", signal.agb, first.year, first.month);
    }
    let mut lines: Vec<&str> = signal.evidence.iter().map(|line| line.reference.as_str()).collect();
    lines.sort_unstable();
    format!("{} {}", signal.client, lines.join(" "))
}
