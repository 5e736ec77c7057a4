//! Clarifications (REG-07): until when, and what an answer cures.

use edge::Sector;
use explain::{Facts, Trace};

use super::{Case, case, no, write};
use crate::{
    decide::{AssessmentFacts, ClarificationFacts, Clarified, clarification_due, fixture::*},
    domain::{Category, Clarifying, Concern, Document, Round, Supplement},
};

fn due(name: &str, title: &str, round: Round, asked: &str) {
    let facts = ClarificationFacts { round, asked: utc(asked) };
    let mut trace = Trace::new();
    let due = clarification_due(&facts, built_in(), &mut trace).unwrap();
    let explanation = trace.finish(built_in(), &Facts::new(&facts, facts.asked));
    let Round { office, sector, year, .. } = &facts.round;
    let lines = [format!("round: {office} {sector} {year}"), format!("asked: {}", super::dutch(facts.asked))];
    write(name, title, &lines, &format!("answer by {}", super::dutch(due)), (&explanation, built_in()));
}

#[test]
fn reg_07_five_working_days() {
    let wlz = |year| round("vgz", Sector::Gz, year);
    let title = "Five working days from a Monday end on the Monday after.";
    due("clarification_ordinary_week", title, wlz(2022), "2021-08-02 09:00:00");
    let title = "Asked on a Friday evening that is Saturday in the Netherlands: the five days begin on Monday.";
    due("clarification_asked_at_night", title, wlz(2022), "2021-08-06 22:30:00");
    let title = "Asked on Thursday 28 March 2024: Good Friday and Easter Monday are no working days.";
    due("clarification_over_easter", title, wlz(2024), "2024-03-28 09:00:00");
    let title = "27 April 2025 is a Sunday, so King's Day is Saturday the 26th and costs no working day.";
    due("clarification_over_kings_day", title, wlz(2025), "2025-04-24 09:00:00");
    let title = "Asked on Tuesday 29 April 2025: 5 May, a Monday, is no working day.";
    due("clarification_over_liberation_day", title, wlz(2025), "2025-04-29 09:00:00");
    let title = "Asked on Monday 23 May 2022: Ascension Day, Thursday 26 May, is no working day; the Friday is.";
    due("clarification_over_ascension_day", title, wlz(2022), "2022-05-23 09:00:00");
    let title = "Asked on Wednesday 1 June 2022: Whit Monday, 6 June, is no working day.";
    due("clarification_over_whit_monday", title, wlz(2023), "2022-06-01 09:00:00");
    let title = "Asked on Thursday 21 December 2023: both Christmas days and New Year's Day are no working days.";
    due("clarification_over_christmas", title, wlz(2024), "2023-12-21 09:00:00");
}

/// With a clarification that was asked on Monday 2 August 2021, to be answered on the 9th at the latest.
fn clarified(
    facts: AssessmentFacts,
    concerns: &[Concern],
    answered: Option<&str>,
    documents: Vec<Document>,
) -> AssessmentFacts {
    let answered = answered.map(utc);
    let effect = Clarifying {
        clarification_id: "clarification-1".to_owned(),
        concerns: concerns.to_vec(),
        due: utc("2021-08-09 21:59:59"),
        answered,
    };
    let supplement = Supplement { answer: "as explained".to_owned(), answers: Default::default(), documents };
    let clarifications = vec![Clarified { effect, supplement: answered.map(|_| supplement) }];
    AssessmentFacts { clarifications, as_of: utc("2021-08-10 08:00:00"), interview: None, ..facts }
}

fn expiring() -> AssessmentFacts {
    complete(Category::ExistingExpiring)
}

/// Received one second after the last moment.
fn late(answered: Option<&str>) -> AssessmentFacts {
    let facts = AssessmentFacts { received: utc("2021-07-30 15:00:01"), ..expiring() };
    clarified(facts, &[Concern::Late], answered, Vec::new())
}

/// Without the annex, which the answer adds.
fn incomplete(answered: Option<&str>) -> AssessmentFacts {
    let kind = "annex_2_subcontracting";
    let annex = expiring().content.documents.into_iter().filter(|document| document.kind == kind).collect();
    clarified(without(&expiring(), kind), &[Concern::Incomplete], answered, annex)
}

fn clarifying<'a>(name: &'a str, title: &'a str, facts: AssessmentFacts) -> Case<'a> {
    case(name, title, facts).clarifications()
}

#[test]
fn reg_07_an_answer_in_time_cures() {
    let (last, after) = (Some("2021-08-09 21:59:59"), Some("2021-08-09 22:00:00"));
    let (counted, unanswered) = ("REG-07 clarification_counted", "REG-07 clarification_unanswered");
    let title = "The answer in the last second of the fifth working day cures that the registration was late.";
    let cured = clarifying("late_cured", title, late(last));
    cured.rows(&[counted, "REG-05 late", "REG-07 late_cured"]).golden();
    let title = "An answer on the sixth working day does not cure that the registration was late.";
    clarifying("late_answered_too_late", title, late(after)).rows(&[unanswered, "REG-05 late"]).golden();
    let title = "Without an answer a late registration is assessed as it is.";
    clarifying("late_not_answered", title, late(None)).rows(&[unanswered, "REG-05 late"]).golden();

    let annex = "REG-03 annex_2_subcontracting";
    let title = "The answer adds the annex that was missing.";
    clarifying("incomplete_cured", title, incomplete(last)).documents().rows(&[counted, annex]).golden();
    let title = "Without an answer the annex stays missing.";
    clarifying("incomplete_not_answered", title, incomplete(None)).documents().rows(&[unanswered, annex]).golden();

    let signed = expiring().content.documents.into_iter().filter(|document| document.kind == "board_declaration");
    let unsigned = with_answer(&expiring(), "board_declaration", "signed", no());
    let title = "The answer adds a board declaration that is signed.";
    let incorrect = clarified(unsigned, &[Concern::Incorrect], last, signed.collect());
    let cured = clarifying("incorrect_cured", title, incorrect).fact("board_declaration", "signed");
    cured.rows(&[counted, "REG-04 board_declaration_signed"]).golden();

    let title = "While the clarification can be answered, the assessment waits.";
    let open = AssessmentFacts { as_of: utc("2021-08-09 21:59:59"), ..late(None) };
    clarifying("clarification_open", title, open).rows(&["REG-07 clarification_open", "!REG-05 late"]).golden();
}

#[test]
fn reg_07_an_office_may_let_no_answer_cure() {
    let never = with("clarification_may_cure", "true", "false");
    let line = "clarification_may_cure = false";
    let answered = Some("2021-08-05 10:00:00");
    let not_counted = "REG-07 clarification_not_counted";
    let title = "Where an answer may not cure, a late registration stays late.";
    let case = clarifying("late_not_curable", title, late(answered)).under(&never, line);
    case.rows(&[not_counted, "REG-05 late", "!REG-07 late_cured"]).golden();
    let title = "Where an answer may not cure, the annex stays missing.";
    let case = clarifying("incomplete_not_curable", title, incomplete(answered)).under(&never, line);
    case.documents().rows(&[not_counted, "REG-03 annex_2_subcontracting"]).golden();
    let title = "Where an answer may not cure, it still explains what was unclear.";
    let unclear = clarified(expiring(), &[Concern::Unclear], answered, Vec::new());
    let case = clarifying("unclear_explained", title, unclear).under(&never, line);
    case.rows(&["REG-07 clarification_counted"]).golden();
}
