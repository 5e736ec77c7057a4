//! What a registration of each category comes to, with every step.

use super::{case, no, text};
use crate::{
    decide::{AssessmentFacts, fixture::*},
    domain::{Answer, Category, Integrity, Interview, InterviewGround, Judgement},
};

/// A case with every fact that matters and every step.
fn outcome(name: &str, title: &str, facts: AssessmentFacts) {
    case(name, title, facts).agreements().documents().inquiries().golden();
}

/// One second after the last moment of the round of 2022.
fn late(category: Category) -> AssessmentFacts {
    AssessmentFacts { received: utc("2021-07-30 15:00:01"), ..before(category) }
}

/// A registration for 2022 that meets everything, before any interview; an agreement that runs is that of three years.
fn before(category: Category) -> AssessmentFacts {
    let mut facts = AssessmentFacts { interview: None, ..complete(category) };
    if category == Category::ExistingRunning {
        facts.agreements = vec![agreement(&facts, "vgz", "2021-01-01", Some("2023-12-31"))];
    }
    facts
}

/// A new provider that was interviewed on the last day of August.
fn interviewed(grounds: &[InterviewGround]) -> AssessmentFacts {
    let interview = Interview { held: day("2021-08-31"), ..interview_with(grounds).unwrap() };
    AssessmentFacts { interview: Some(interview), as_of: utc("2021-09-01 08:00:00"), ..before(Category::New) }
}

/// A registration for home care by a provider with an agreement of a year, screened.
pub fn home_care_existing() -> AssessmentFacts {
    let facts = complete_home_care(Category::ExistingRunning);
    let agreements = vec![agreement(&facts, "vgz", "2023-01-01", Some("2023-12-31"))];
    AssessmentFacts { agreements, interview: None, judgements: Default::default(), ..facts }
}

/// A registration for home care by a new provider, screened and judged, signed up a week before.
pub fn home_care_new() -> AssessmentFacts {
    let facts = complete_home_care(Category::New);
    let integrity = facts.integrity.clone().map(|test| Integrity { due: day("2023-10-13"), ..test });
    AssessmentFacts { begun: utc("2023-08-25 10:00:00"), integrity, interview: None, ..facts }
}

#[test]
fn reg_02_reg_03_reg_05_reg_06_reg_10_existing_with_an_agreement_that_runs() {
    use Category::ExistingRunning as Running;
    outcome(
        "existing_running_admissible",
        "With an agreement that runs through 2022, the consent declaration with its annex is enough.",
        before(Running),
    );
    outcome(
        "existing_running_late",
        "A consent declaration that comes in one second after the last moment is not considered.",
        late(Running),
    );
    outcome(
        "existing_running_incomplete",
        "A consent declaration without its annex on subcontracting is incomplete.",
        without(&before(Running), "annex_1_subcontracting"),
    );
    outcome(
        "existing_running_not_right",
        "A consent declaration that is not signed is not right.",
        with_answer(&before(Running), "consent_declaration", "signed", no()),
    );
}

#[test]
fn reg_02_reg_03_reg_05_reg_06_reg_10_existing_with_an_agreement_that_expires() {
    use Category::ExistingExpiring as Expiring;
    outcome(
        "existing_expiring_admissible",
        "With an agreement that ends before 2022, the board declaration with its annex is enough.",
        before(Expiring),
    );
    outcome(
        "existing_expiring_late",
        "A board declaration that comes in one second after the last moment is not considered.",
        late(Expiring),
    );
    outcome(
        "existing_expiring_incomplete",
        "A registration without the board declaration is incomplete.",
        without(&before(Expiring), "board_declaration"),
    );
    outcome(
        "existing_expiring_not_right",
        "A board declaration that is not filled in completely is not right.",
        with_answer(&before(Expiring), "board_declaration", "filled_in", no()),
    );
}

#[test]
fn reg_02_reg_03_reg_05_reg_06_reg_10_existing_with_an_agreement_elsewhere() {
    use Category::ExistingElsewhere as Elsewhere;
    outcome(
        "existing_elsewhere_admissible",
        "With an agreement elsewhere all of 2021, the board declaration and a concise business plan are enough.",
        before(Elsewhere),
    );
    outcome(
        "existing_elsewhere_late",
        "A registration of a provider from elsewhere one second after the last moment is not considered.",
        late(Elsewhere),
    );
    outcome(
        "existing_elsewhere_incomplete",
        "A concise business plan has a financial plan; without it the registration is incomplete.",
        without(&before(Elsewhere), "financial_plan"),
    );
    outcome(
        "existing_elsewhere_not_right",
        "A provider from elsewhere whose board declaration is not signed is not considered.",
        with_answer(&before(Elsewhere), "board_declaration", "signed", no()),
    );
}

#[test]
fn reg_02_reg_03_reg_04_reg_06_reg_09_reg_10_new() {
    use Category::New;
    outcome(
        "new_admissible",
        "A new provider that hands in everything and had its interview is admissible.",
        interviewed(&[]),
    );
    outcome(
        "new_late",
        "A registration of a new provider one second after the last moment is not considered.",
        late(New),
    );
    outcome(
        "new_incomplete",
        "A new provider that hands in no VOG RP and no organogram is not assessed further.",
        without(&without(&before(New), "vog_rp"), "organogram"),
    );
    let not_right = with_answer(&before(New), "liability_policy", "cover_per_event", amount("2499999.99"));
    outcome(
        "new_not_right",
        "A new provider whose extract is of another entity and whose cover is a cent too low has two reasons.",
        with_answer(&not_right, "kvk_extract", "kvk_number", text("87654321")),
    );
    outcome(
        "new_waiting_for_the_interview",
        "A new provider that meets the first two steps waits for its interview.",
        before(New),
    );
    outcome(
        "new_rejected_at_the_interview",
        "A new provider is rejected on two grounds of the interview.",
        interviewed(&[InterviewGround::BoardStructure, InterviewGround::Inconsistent]),
    );
}

#[test]
fn reg_09_each_ground_of_the_interview_rejects() {
    for (ground, name, title) in [
        (InterviewGround::Finances, "interview_finances", "Poor finances are a ground to reject a new provider."),
        (InterviewGround::Igj, "interview_igj", "A judgement of the IGJ is a ground to reject a new provider."),
        (
            InterviewGround::Complaints,
            "interview_complaints",
            "Serious complaints nothing was learned from are a ground to reject a new provider.",
        ),
    ] {
        case(name, title, interviewed(&[ground])).inquiries().rows(&["REG-09 interview_negative"]).golden();
    }
    let title = "An interview without a ground to reject leaves a new provider admissible.";
    case("interview_positive", title, interviewed(&[])).inquiries().rows(&["REG-09 interview_positive"]).golden();
}

#[test]
fn reg_02_reg_05_reg_10_reg_13_reg_14_home_care() {
    outcome(
        "home_care_existing_admissible",
        "A provider with an agreement for home care in 2023 meets the minimum requirements of 2024.",
        home_care_existing(),
    );
    outcome(
        "home_care_existing_late",
        "A provider with an agreement in 2023 registers for home care one second after the last moment.",
        AssessmentFacts { received: utc("2023-06-15 15:00:01"), ..home_care_existing() },
    );
    outcome(
        "home_care_existing_not_right",
        "A provider with less than one fte of level-6 nurses on the payroll doesn't meet a minimum requirement.",
        with_answer(&home_care_existing(), "registration", "nurse_6_fte_total", super::hundredths(99)),
    );
    outcome(
        "home_care_new_admissible",
        "A new provider of home care hands in its documents, is screened, and its region lacks supply.",
        home_care_new(),
    );
    outcome(
        "home_care_new_incomplete",
        "A new provider of home care hands in no proof of a palliative network.",
        without(&home_care_new(), "palliative_network"),
    );
    let old = with_answer(&home_care_new(), "vog_rp", "issued", Answer::Date(day("2022-12-31")));
    outcome(
        "home_care_new_not_right",
        "A new provider of home care hands in a VOG RP of 2022 for an agreement in 2024.",
        old,
    );
    outcome(
        "home_care_new_waiting_for_a_judgement",
        "Whether the region lacks supply, VGZ has yet to judge.",
        AssessmentFacts { judgements: Default::default(), ..home_care_new() },
    );
}

#[test]
fn reg_03_reg_08_vgz_adds_a_ground_and_a_declaration_of_each_sector_in_2023() {
    let running = || {
        let facts = complete_2023(Category::ExistingRunning);
        let agreements = vec![agreement(&facts, "vgz", "2021-01-01", Some("2023-12-31"))];
        AssessmentFacts { agreements, interview: None, ..facts }
    };
    let title = "In 2023 a provider whose agreement runs through the year registers with VGZ Zorgkantoor.";
    outcome("vgz_2023_existing_running_admissible", title, running());
    for (judgement, name, title) in [
        (
            Judgement::Negative,
            "vgz_2023_weighty_reasons",
            "VGZ Zorgkantoor has weighty reasons to expect that a provider won't keep an agreement.",
        ),
        (
            Judgement::Positive,
            "vgz_2023_weighty_reasons_weighed",
            "Weighty reasons were looked into, and improvements made outweigh them.",
        ),
    ] {
        let facts = AssessmentFacts { judgements: [("weighty_reasons".to_owned(), judgement)].into(), ..running() };
        case(name, title, facts).inquiries().rows(&["REG-08 weighty_reasons"]).golden();
    }
    let facts = with_answer(&running(), "consent_declaration", "sector", text("vv"));
    let title = "A consent declaration for V&V does not do in the round for GZ.";
    let declaration = case("vgz_2023_declaration_of_another_sector", title, facts);
    declaration.fact("consent_declaration", "sector").rows(&["REG-03 consent_declaration_sector"]).golden();
}
