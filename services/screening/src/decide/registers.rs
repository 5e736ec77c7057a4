//! What a register's answer comes to: which of its entries are findings, and how long the answer holds (SCR-02).

use calendar::calendar_days_after;
use chrono::{DateTime, NaiveDate, Utc};
use edge::{EdgeError, Office};
use explain::{Known, Row, RuleScope, Rules, Trace};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    NAME,
    domain::{Entry, Held, Register, SubjectKind},
    rules,
};

/// The code of the finding that a register should know a subject and does not.
pub const NOT_LISTED: &str = "not_listed";

/// What a consult is judged on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultFacts {
    /// The office.
    pub office: Office,
    /// The register.
    pub register: Register,
    /// What it holds.
    pub held: Held,
    /// The day it was asked.
    pub day: NaiveDate,
    /// When it was asked.
    pub asked: DateTime<Utc>,
}

/// What an answer comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The findings; the rest of the answer is of no concern to anybody.
    pub findings: Vec<Entry>,
    /// The last day on which the answer is valid.
    pub valid_until: NaiveDate,
    /// The day on which the register is asked again.
    pub again: NaiveDate,
}

impl Judged {
    /// The same for the same findings and for nothing else; empty for none.
    pub fn findings_sha256(&self) -> String {
        if self.findings.is_empty() {
            return String::new();
        }
        // What a register says of a finding may be worded anew; codes, days and figures are the finding.
        let known = self.findings.iter().map(|entry| (&entry.code, entry.first_day, entry.last_day, entry.value));
        let known = serde_json::to_vec(&known.collect::<Vec<_>>()).unwrap_or_default();
        hex::encode(Sha256::digest(known))
    }
}

/// The registers that a kind of subject is looked up in on a day.
pub fn registers_for(kind: SubjectKind, office: &Office, day: NaiveDate, rules: &Rules) -> Vec<Register> {
    let scope = RuleScope { office: office.as_str(), act: "", sector: "", date: day };
    let rows = rules.rows(&rules::REGISTER, scope).filter(|row| asks(row, kind));
    rows.filter_map(|row| Register::from_code(row.word("register"))).collect()
}

fn asks(row: &Row, kind: SubjectKind) -> bool {
    row.list("subjects").iter().any(|subject| **subject == *kind.as_str())
}

/// Judges an answer.
///
/// # Errors
/// `REGISTER_NOT_RULED` when no rule file says what counts in this register.
pub fn judge(facts: &ConsultFacts, rules: &Rules, trace: &mut Trace) -> Result<Judged, EdgeError> {
    let scope = RuleScope { office: facts.office.as_str(), act: "", sector: "", date: facts.day };
    let row = rules.rows(&rules::REGISTER, scope).find(|row| row.word("register") == facts.register.as_str());
    let row = row.ok_or_else(|| EdgeError::Precondition {
        reason: "REGISTER_NOT_RULED",
        subject: facts.register.to_string(),
        message: format!("no rule file says on {} what counts in this register", facts.day),
    })?;
    let mut findings: Vec<Entry> =
        facts.held.entries.iter().filter(|entry| counts(row, entry, facts.day)).cloned().collect();
    if !facts.held.listed && row.flag("listed") {
        findings.push(Entry {
            code: NOT_LISTED.to_owned(),
            first_day: None,
            last_day: None,
            value: None,
            text: String::new(),
        });
    }
    findings.sort();
    // Loading made sure that it is stated.
    let valid_days = row.count("valid_days").unwrap_or(0);
    // What a register said of an earlier day is as old as that.
    let as_of = facts.held.as_of.min(facts.day);
    let valid_until = calendar_days_after(as_of, valid_days);
    let again = calendar_days_after(as_of, valid_days.saturating_sub(row.count("again_days").unwrap_or(0)));
    let again = again.max(calendar_days_after(facts.day, 1));
    let codes: Vec<&str> = findings.iter().map(|entry| entry.code.as_str()).collect();
    let step = trace.row(row).with("codes", &answered(facts, codes.join(", ")));
    let step = step.with("as_of", &answered(facts, facts.held.as_of));
    step.with("valid_until", &answered(facts, valid_until)).gives(!findings.is_empty());
    Ok(Judged { findings, valid_until, again })
}

/// What is kept of findings. Of the external referral register that is the hit: it says no more than hit or no hit.
pub fn kept(register: Register, findings: &[Entry]) -> Vec<Entry> {
    if register != Register::Evr {
        return findings.to_vec();
    }
    let mut hits: Vec<Entry> = findings
        .iter()
        .map(|entry| Entry { first_day: None, last_day: None, value: None, text: String::new(), ..entry.clone() })
        .collect();
    hits.dedup();
    hits
}

fn answered<T>(facts: &ConsultFacts, value: T) -> Known<T> {
    Known::fact(NAME, "answer of a register", facts.asked, value)
}

/// Whether an entry is a finding: it has one of the codes that count, holds on the day, and where the code counts above
/// a figure only, it lies above it.
fn counts(row: &Row, entry: &Entry, day: NaiveDate) -> bool {
    let named = row.list("findings").iter().any(|code| **code == *entry.code);
    let holds = entry.last_day.is_none_or(|last| last >= day);
    let above = match (row.percent("above"), entry.value) {
        (Some(limit), Some(value)) => value > limit.0,
        _ => true,
    };
    named && holds && above
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use explain::RuleFile;

    use super::*;

    fn rules() -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn entry(code: &str, last_day: Option<&str>, value: Option<&str>) -> Entry {
        Entry {
            code: code.to_owned(),
            first_day: None,
            last_day: last_day.map(|day| day.parse().unwrap()),
            value: value.map(|value| value.parse().unwrap()),
            text: "said".to_owned(),
        }
    }

    fn judged(register: Register, listed: bool, entries: &[Entry]) -> Judged {
        let day: NaiveDate = "2024-06-01".parse().unwrap();
        let held = Held { listed, entries: entries.to_vec(), as_of: day };
        let office = "vgz".parse().unwrap();
        let facts = ConsultFacts { office, register, held, day, asked: DateTime::UNIX_EPOCH };
        judge(&facts, &rules(), &mut Trace::new()).unwrap()
    }

    #[test]
    fn scr_02_what_counts_is_in_the_rule_file_holds_today_and_lies_above_the_figure() {
        let codes = |register, entries: &[Entry]| -> Vec<String> {
            judged(register, true, entries).findings.into_iter().map(|entry| entry.code).collect()
        };
        assert_eq!(codes(Register::Igj, &[entry("measure", None, None), entry("visit", None, None)]), ["measure"]);
        assert_eq!(codes(Register::Igj, &[entry("measure", Some("2024-06-01"), None)]), ["measure"]);
        assert!(codes(Register::Igj, &[entry("measure", Some("2024-05-31"), None)]).is_empty());
        let share = |value| [entry("subcontracting_share", None, Some(value))];
        assert!(codes(Register::Digimv, &share("33")).is_empty());
        assert_eq!(codes(Register::Digimv, &share("33.01")), ["subcontracting_share"]);
        // A code without a figure is no figure below the limit.
        assert_eq!(codes(Register::Digimv, &[entry("accounts_not_filed", None, None)]), ["accounts_not_filed"]);
    }

    #[test]
    fn scr_02_who_should_be_listed_and_is_not_is_a_finding() {
        assert_eq!(judged(Register::Kvk, false, &[]).findings[0].code, NOT_LISTED);
        assert!(judged(Register::Riz, false, &[]).findings.is_empty());
        assert!(judged(Register::Kvk, true, &[]).findings.is_empty());
        // Judged again from what is kept of it, it is the same.
        let kept = judged(Register::Kvk, false, &[]);
        assert_eq!(judged(Register::Kvk, false, &kept.findings), kept);
    }

    #[test]
    fn scr_02_an_answer_is_valid_for_its_days_and_asked_again_before() {
        let judged = judged(Register::Riz, true, &[]);
        assert_eq!(
            (judged.valid_until.to_string(), judged.again.to_string()),
            ("2025-06-01".into(), "2025-05-02".into())
        );
        assert_eq!(judged.findings_sha256(), "");
    }

    #[test]
    fn scr_02_an_answer_of_an_earlier_day_is_as_old_as_that() {
        let (day, office): (NaiveDate, Office) = ("2024-06-01".parse().unwrap(), "vgz".parse().unwrap());
        let of = |as_of: &str| {
            let held = Held { listed: true, entries: Vec::new(), as_of: as_of.parse().unwrap() };
            let (office, register) = (office.clone(), Register::Igj);
            let facts = ConsultFacts { office, register, held, day, asked: DateTime::UNIX_EPOCH };
            let judged = judge(&facts, &rules(), &mut Trace::new()).unwrap();
            (judged.valid_until.to_string(), judged.again.to_string())
        };
        assert_eq!(of("2024-05-31"), ("2024-08-31".to_owned(), "2024-08-17".to_owned()));
        // One that is too old holds no more, and is asked for again the next day.
        assert_eq!(of("2022-06-01"), ("2022-09-01".to_owned(), "2024-06-02".to_owned()));
        // Nobody knows of days to come.
        assert_eq!(of("2024-07-01"), ("2024-09-01".to_owned(), "2024-08-18".to_owned()));
    }

    #[test]
    fn scr_02_of_the_external_referral_register_the_hit_is_kept_and_no_more() {
        let found = [entry("hit", Some("2026-01-01"), None), entry("hit", None, Some("3"))];
        let hit = Entry { text: String::new(), ..entry("hit", None, None) };
        assert_eq!(kept(Register::Evr, &found), [hit]);
        assert_eq!(kept(Register::Igj, &found), found);
    }

    #[test]
    fn scr_02_the_same_findings_are_the_same_however_they_are_worded() {
        let one = judged(Register::Evr, true, &[entry("hit", None, None)]);
        let worded = Entry { text: "said otherwise".to_owned(), ..entry("hit", None, None) };
        assert_eq!(one.findings_sha256(), judged(Register::Evr, true, &[worded]).findings_sha256());
        let other = judged(Register::Evr, true, &[entry("hit", Some("2025-01-01"), None)]);
        assert_ne!(one.findings_sha256(), other.findings_sha256());
    }

    #[test]
    fn scr_01_every_kind_of_subject_is_looked_up_somewhere() {
        let (office, rules) = ("vgz".parse().unwrap(), rules());
        let day = "2024-06-01".parse().unwrap();
        for kind in SubjectKind::ALL {
            assert!(!registers_for(*kind, &office, day, &rules).is_empty(), "{kind}");
        }
        let nurse = registers_for(SubjectKind::IndicatingNurse, &office, day, &rules);
        assert_eq!(nurse, [Register::Riz, Register::Agb]);
    }
}
