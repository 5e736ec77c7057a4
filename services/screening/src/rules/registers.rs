//! The rows and texts of registers and integrity (SCR-02, SCR-03).

use edge::retention::kept;
use explain::{FieldKind, Parameter, ParameterSpec, Row, RowKind, Text};

/// `[[register]]`: a register, whom it is asked about, what in it is a finding, and how long its answer holds (SCR-02).
///
/// - `register`: its code.
/// - `subjects`: the kinds of subjects that are looked up in it.
/// - `valid_days`: how many days after the consult its answer is valid.
/// - `again_days`: how many days before the end of that it is asked again.
/// - `findings`: the codes that are findings.
/// - `above`: of a code with a figure, only above this one.
/// - `listed`: that not knowing the subject is a finding.
pub const REGISTER: RowKind = RowKind {
    name: "register",
    fields: &[
        ("register", FieldKind::Choice(&["riz", "evr", "igj", "kvk", "ubo", "agb", "digimv"])),
        (
            "subjects",
            FieldKind::Choices(&[
                "provider",
                "board_member",
                "supervisor",
                "policy_maker",
                "beneficial_owner",
                "subcontractor",
                "indicating_nurse",
            ]),
        ),
        ("valid_days", FieldKind::Count),
        ("again_days", FieldKind::Count),
        ("findings", FieldKind::List),
        ("above", FieldKind::Percent),
        ("listed", FieldKind::Flag),
    ],
    inputs: &["codes", "as_of", "valid_until"],
    faults: register_faults,
};

fn register_faults(row: &Row) -> Vec<(&'static str, String)> {
    let mut faults: Vec<_> = ["register", "subjects", "valid_days"]
        .into_iter()
        .filter(|field| !row.has(field))
        .map(|field| (field, "is needed".to_owned()))
        .collect();
    if row.count("again_days") > row.count("valid_days") {
        faults.push(("again_days", "at most valid_days".to_owned()));
    }
    faults
}

/// An objection that was judged stands.
pub const INTEGRITY_OBJECTION: Text = Text::new("SCR-03", "integrity_objection", &[]);
/// Whether all checks are valid.
pub const INTEGRITY_CHECKS: Text = Text::new("SCR-02", "integrity_checks", &["checks", "open"]);
/// Whether all findings were judged.
pub const INTEGRITY_FINDINGS: Text = Text::new("SCR-03", "integrity_findings", &["unjudged"]);
/// What it comes to.
pub const INTEGRITY_STATED: Text = Text::new("SCR-03", "integrity_stated", &[]);
/// The provider was heard.
pub const INTEGRITY_HEARD: Text = Text::new("SCR-07", "integrity_heard", &["informed", "response"]);
/// What was judged.
pub const INTEGRITY_JUDGED: Text = Text::new("SCR-07", "integrity_judged", &["findings", "motivation"]);

/// How many years findings of registers are kept.
pub const FINDING_YEARS: Parameter<u32> = Parameter::count("SCR-03", "finding_years");
/// How many years the log of consults is kept.
pub const CONSULT_YEARS: Parameter<u32> = Parameter::count("SCR-03", "consult_years");
/// Findings of registers are kept.
pub const FINDING_KEPT: Text = kept("register_finding");
/// Consults are kept.
pub const CONSULT_KEPT: Text = kept("consult");

/// The parameters.
pub(super) const PARAMETERS: &[ParameterSpec] = &[FINDING_YEARS.spec(), CONSULT_YEARS.spec()];

/// The texts.
pub(super) const TEXTS: &[Text] = &[
    INTEGRITY_OBJECTION,
    INTEGRITY_CHECKS,
    INTEGRITY_FINDINGS,
    INTEGRITY_STATED,
    INTEGRITY_HEARD,
    INTEGRITY_JUDGED,
    FINDING_KEPT,
    CONSULT_KEPT,
];
