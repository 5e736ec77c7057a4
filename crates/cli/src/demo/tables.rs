//! What an operator would want to see, on the screen and in the report.

use std::{fmt::Write, fs, path::Path};

use contract::{budget, common, homecare, registration, screening};

use super::{
    office::{Kind, Provider, World},
    wlz,
};
use crate::{
    commands::{room, rounds},
    failure::Failure,
    output::{cents, euro, line, table},
};

/// Everything told, as it will stand in the report.
#[derive(Debug)]
pub struct Report {
    text: String,
    registrations: Vec<Vec<String>>,
    told: bool,
}

impl Report {
    /// A report of a demo from a seed, told on the screen as it goes.
    pub fn new(seed: u64, world: &World) -> Report {
        Report::begin(true, seed, world)
    }

    /// The same, told nowhere but in its file.
    pub fn silent(seed: u64, world: &World) -> Report {
        Report::begin(false, seed, world)
    }

    fn begin(told: bool, seed: u64, world: &World) -> Report {
        let mut report = Report { text: String::new(), registrations: Vec::new(), told };
        report.title(&format!(
            "A purchasing year: {} providers, {} clients, seed {seed}. Tariffs are examples, not figures of the NZa.",
            world.providers.len(),
            world.clients(),
        ));
        report
    }

    fn say(&self, text: impl AsRef<str>) {
        if self.told {
            line(text);
        }
    }

    fn title(&mut self, title: &str) {
        self.say(format!("\n{title}"));
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "\n## {title}\n");
    }

    fn body(&mut self, body: &str) {
        self.say(body);
        let _ = writeln!(self.text, "```text\n{body}\n```");
    }

    /// A registration with its outcome.
    pub fn registration(&mut self, provider: &Provider, assessed: &registration::Registration) {
        let category = assessed.category().as_str_name().trim_start_matches("CATEGORY_").to_lowercase();
        let state = assessed.state().as_str_name().trim_start_matches("REGISTRATION_STATE_").to_lowercase();
        let reasons: Vec<String> = assessed
            .reasons
            .iter()
            .map(|reason| format!("{} {} {}", reason.rule_id, reason.code, reason.subject))
            .collect();
        let intended = match provider.kind {
            Kind::Running => "existing_running",
            Kind::Expiring => "existing_expiring",
            Kind::Elsewhere => "existing_elsewhere",
            Kind::New => "new",
        };
        let mark = if category == intended || category == "unspecified" { "" } else { " (!)" };
        let name = provider.name.clone();
        self.registrations.push(vec![
            provider.agb.clone(),
            name,
            format!("{category}{mark}"),
            state,
            reasons.join("; "),
        ]);
    }

    /// All registrations were assessed.
    pub fn registrations_done(&mut self) {
        self.title("Registrations for 2023 (REG-02, REG-03, REG-05)");
        let rows = std::mem::take(&mut self.registrations);
        self.body(&table(&["provider", "name", "category", "outcome", "reasons"], rows, 5).to_string());
    }

    /// The budgets as filed.
    pub fn filing(&mut self, world: &World, filed: &[budget::Budget]) {
        self.title("Budgets filed for 2023 (BUD-03, BUD-04)");
        let name = |agb: &str| {
            let provider = world.providers.iter().find(|provider| provider.agb == agb);
            provider.map_or_else(String::new, |provider| provider.name.clone())
        };
        let row = |budget: &budget::Budget| {
            vec![
                budget.agb.clone(),
                name(&budget.agb),
                euro(budget.base_production.as_ref()),
                euro(budget.scaled_production.as_ref()),
                euro(budget.filed.as_ref()),
            ]
        };
        let mut rows: Vec<Vec<String>> = filed.iter().map(row).collect();
        let sum = |part: fn(&budget::Budget) -> &Option<common::Money>| {
            let total = filed.iter().map(|budget| cents(part(budget).as_ref())).sum();
            money::Money::from_cents(total).to_dutch()
        };
        rows.push(vec![
            "total".to_owned(),
            String::new(),
            sum(|budget| &budget.base_production),
            sum(|budget| &budget.scaled_production),
            sum(|budget| &budget.filed),
        ]);
        self.body(&table(&["provider", "name", "base production", "scaled", "filed"], rows, 2).to_string());
    }

    /// What a click would do.
    pub fn simulation(&mut self, funded: bool, simulated: &budget::Simulation) {
        let choice = if funded { "over-production funded" } else { "over-production not funded" };
        let totals = simulated.totals.unwrap_or_default();
        let text = format!(
            "click simulated, {choice}: granted {}, unfunded {}, left {}",
            euro(totals.granted.as_ref()),
            euro(totals.unfunded.as_ref()),
            euro(totals.left.as_ref()),
        );
        self.say(&text);
        let _ = writeln!(self.text, "{text}\n");
    }

    /// A round that was committed.
    pub fn round(&mut self, title: &str, committed: &wlz::Rounded, explanation: Option<&common::Explanation>) {
        self.title(title);
        self.body(&rounds::providers(&committed.providers));
        let steps = explanation.map_or(&[][..], |explanation| &explanation.steps);
        let text: Vec<String> = steps.iter().map(|step| format!("{} {}", step.rule_id, step.text_nl)).collect();
        self.body(&text.join("\n"));
    }

    /// The use of the room.
    pub fn room(&mut self, used: Option<&budget::Room>, played: &wlz::Played) {
        self.title("The contract room of 2023 in January 2024 (BUD-01, BUD-02)");
        self.body(&room::lots(used));
        let refused: Vec<String> =
            played.refused.iter().map(|(code, lines)| format!("{lines} line(s) with {code}")).collect();
        let text = if refused.is_empty() { "none".to_owned() } else { refused.join(", ") };
        self.body(&format!("lines refused: {text}"));
    }

    /// The use of the ceilings.
    pub fn ceilings(&mut self, consumption: &[homecare::Consumption]) {
        self.title("Home-care ceilings of 2024 (HOM-05)");
        let row = |used: &homecare::Consumption| {
            vec![
                used.agb.clone(),
                euro(used.ceiling.as_ref()),
                euro(used.spent.as_ref()),
                used.used_percentage.as_ref().map_or_else(String::new, |percentage| percentage.value.clone()),
                euro(used.room.as_ref()),
                euro(used.beyond.as_ref()),
                used.clients.to_string(),
            ]
        };
        let rows = consumption.iter().map(row).collect();
        let header = ["provider", "ceiling", "spent", "used %", "left", "beyond, not paid", "clients"];
        self.body(&table(&header, rows, 1).to_string());
    }

    /// The ceilings that were asked to be raised.
    pub fn raises(&mut self, raises: &[homecare::Raise]) {
        self.title("Requests to raise a ceiling (HOM-06, HOM-07)");
        let row = |raise: &homecare::Raise| {
            let state = raise.state().as_str_name().trim_start_matches("RAISE_STATE_").to_lowercase();
            let forecast = raise.items.as_ref().map_or_else(String::new, |items| euro(items.forecast.as_ref()));
            let stop = if raise.state() == homecare::RaiseState::Refused { "client stop" } else { "" };
            let ceiling = raise.ceiling.as_ref().map_or_else(String::new, |ceiling| euro(Some(ceiling)));
            vec![raise.agb.clone(), state, stop.to_owned(), forecast, ceiling]
        };
        let rows = raises.iter().map(row).collect();
        self.body(&table(&["provider", "outcome", "and then", "forecast", "ceiling"], rows, 3).to_string());
    }

    /// The list at the end of the year of home care.
    pub fn year_end(&mut self, list: &[homecare::YearEndEntry], explanation: Option<&common::Explanation>) {
        self.title("The end of 2024 in home care (HOM-09)");
        let word = |name: &str, prefix: &str| name.trim_start_matches(prefix).to_lowercase().replace('_', " ");
        let mut rows = Vec::new();
        for entry in list {
            let decided = entry.decision.as_ref().map_or_else(String::new, |decided| {
                let outcome = word(decided.outcome().as_str_name(), "YEAR_END_OUTCOME_");
                format!("{outcome} {}", euro(decided.amount.as_ref()))
            });
            for finding in &entry.findings {
                let proposed = match finding.treatment() {
                    homecare::YearEndTreatment::Unspecified => String::new(),
                    treatment => word(treatment.as_str_name(), "YEAR_END_TREATMENT_"),
                };
                rows.push(vec![
                    entry.agb.clone(),
                    word(finding.kind().as_str_name(), "YEAR_END_FINDING_KIND_"),
                    word(finding.state().as_str_name(), "YEAR_END_FINDING_STATE_"),
                    proposed,
                    decided.clone(),
                    euro(finding.at_stake.as_ref()),
                ]);
            }
        }
        let header = ["provider", "looked at", "found", "proposed", "decided", "at stake"];
        self.body(&table(&header, rows, 5).to_string());
        let steps = explanation.map_or(&[][..], |explanation| &explanation.steps);
        let text: Vec<String> = steps.iter().map(|step| format!("{} {}", step.rule_id, step.text_nl)).collect();
        self.body(&text.join("\n"));
    }

    /// The signals.
    pub fn signals(&mut self, signals: &[screening::Signal]) {
        self.title("Signals (SCR-04)");
        let row = |signal: &screening::Signal| {
            let days = signal.period.as_ref().map_or_else(String::new, days);
            let providers: Vec<&str> = signal.evidence.iter().map(|line| line.agb.as_str()).collect();
            vec![
                signal.rule_id.clone(),
                signal.rule.clone(),
                providers.join(" and "),
                signal.product.clone(),
                days,
                euro(signal.at_stake.as_ref()),
            ]
        };
        let rows = signals.iter().map(row).collect();
        self.body(&table(&["rule", "kind", "providers", "product", "days", "at stake"], rows, 5).to_string());
    }

    /// The checks.
    pub fn checks(&mut self, outcomes: &[(&str, bool)], files: u64) {
        self.title(&format!("Checks, after {files} claim files"));
        let mark = |holds: bool| if holds { "holds" } else { "DOES NOT HOLD" };
        let text: Vec<String> = outcomes.iter().map(|(name, holds)| format!("{:13} {name}", mark(*holds))).collect();
        self.body(&text.join("\n"));
    }

    /// Writes the report.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        Ok(fs::write(path, format!("# zorginkoop demo\n{}", self.text))?)
    }
}

fn days(period: &common::Period) -> String {
    let day = |date: &Option<common::Date>| {
        date.as_ref().map_or_else(String::new, |date| format!("{}-{:02}-{:02}", date.year, date.month, date.day))
    };
    format!("{} to {}", day(&period.first_day), day(&period.last_day))
}
