//! What is awarded, for how long and under which conditions.

use chrono::NaiveDate;

use super::*;
use crate::{
    decide::{AgreementFacts, REGISTRATION, duties, fixture::*},
    domain::{
        Agreement, Answer, Due, DutyKind, Integrity, IntegrityCondition, IntegrityResult, Judgement, RefusalGround,
    },
};

fn facts(assessment: AssessmentFacts, category: Category) -> AwardFacts {
    let (first_day, content) = (assessment.round.days().0, &assessment.content);
    let terms =
        Terms { first_day, last_day: None, products: content.products.clone(), modules: content.modules.clone() };
    AwardFacts { assessment, category, terms, refusals: Vec::new() }
}

fn decide(facts: &AwardFacts) -> Result<Award, Vec<(String, String)>> {
    award(facts, built_in(), &mut Trace::new()).unwrap()
}

fn fields(facts: &AwardFacts) -> Vec<String> {
    decide(facts).unwrap_err().into_iter().map(|(field, _)| field).collect()
}

fn asking(category: Category, products: &[&str]) -> AwardFacts {
    let mut assessment = complete(category);
    assessment.content.products = products.iter().map(|product| (*product).to_owned()).collect();
    facts(assessment, category)
}

fn refusal(product: &str, ground: RefusalGround) -> Refusal {
    let motivation = "aanbod in de regio dekt de vraag".to_owned();
    Refusal { product: product.to_owned(), ground, motivation, conditions: Vec::new() }
}

#[test]
fn reg_15_every_product_asked_for_is_awarded_or_refused_with_its_reason() {
    let all = facts(complete(Category::ExistingRunning), Category::ExistingRunning);
    assert_eq!(decide(&all).unwrap().refusals, []);
    let mut some = all.clone();
    some.terms.products = vec!["H300".to_owned()];
    assert_eq!(fields(&some), ["refusals"]);
    some.refusals = vec![refusal("Z053", RefusalGround::SufficientSupply)];
    let awarded = decide(&some).unwrap();
    assert_eq!(left_out(&awarded), ["Z053"]);
    assert_eq!(
        (awarded.refusals[0].ground, awarded.terms.products),
        (RefusalGround::SufficientSupply, some.terms.products.clone())
    );
    // What was not asked for is not awarded, and conditions that are met are no ground.
    some.terms.products.push("Z9".to_owned());
    some.refusals = vec![refusal("Z053", RefusalGround::Conditions)];
    assert_eq!(fields(&some), ["products[1]", "refusals"]);
}

#[test]
fn reg_15_sglvg_is_for_borg_institutions() {
    let asked = asking(Category::ExistingRunning, &["Z790"]);
    assert_eq!(fields(&asked), ["products[0]"]);
    let mut refused = asked.clone();
    refused.terms.products = Vec::new();
    let found = decide(&refused).unwrap();
    assert_eq!(found.refusals[0].ground, RefusalGround::Conditions);
    assert!(!found.refusals[0].conditions.is_empty());
    let borg = with_answer(&asked.assessment, REGISTRATION, "borg_institution", Answer::Yes(true));
    assert!(decide(&AwardFacts { assessment: borg, ..asked }).is_ok());
}

#[test]
fn reg_15_sufficient_supply_is_judged_for_products_with_conditions_too() {
    let asked = asking(Category::ExistingRunning, &["Z790"]);
    let borg = with_answer(&asked.assessment, REGISTRATION, "borg_institution", Answer::Yes(true));
    let judgements = [("supply_sglvg".to_owned(), Judgement::Negative)].into();
    let refused = AwardFacts { assessment: AssessmentFacts { judgements, ..borg }, ..asked };
    let problem = &decide(&refused).unwrap_err()[0];
    assert!(problem.1.contains("supply"), "{problem:?}");
}

#[test]
fn reg_11_the_term_follows_from_the_category_and_the_year_before() {
    let term = |facts: &AwardFacts| decide(facts).map(|award| (award.terms.last_day, award.extension)).unwrap();
    let of = |category| facts(complete(category), category);
    let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
    assert_eq!(term(&of(Category::ExistingRunning)), (day("2023-12-31"), None));
    assert_eq!(term(&of(Category::ExistingExpiring)), (day("2023-12-31"), None));
    assert_eq!(term(&of(Category::ExistingElsewhere)), (day("2022-12-31"), day("2023-12-31")));
    assert_eq!(term(&of(Category::New)), (day("2022-12-31"), day("2023-12-31")));

    let expiring = |change: fn(Agreement) -> Agreement| {
        let facts = of(Category::ExistingExpiring);
        let agreements = facts.assessment.agreements.iter().cloned().map(change).collect();
        AwardFacts { assessment: AssessmentFacts { agreements, ..facts.assessment }, ..facts }
    };
    let part_year = expiring(|held| Agreement { first_day: "2021-02-01".parse().unwrap(), ..held });
    assert_eq!(term(&part_year), (day("2022-12-31"), day("2023-12-31")));
    let conditional = expiring(|held| Agreement { conditional: true, ..held });
    assert_eq!(term(&conditional), (day("2022-12-31"), day("2023-12-31")));
    // A shorter period is for the parties, a longer one is not theirs to agree.
    let mut shorter = of(Category::New);
    shorter.terms.last_day = day("2022-06-30");
    assert_eq!(term(&shorter).0, day("2022-06-30"));
    shorter.terms.last_day = day("2023-01-01");
    assert_eq!(fields(&shorter), ["period.last_day"]);
    // No source states a term for home care.
    let home_care = facts(complete_home_care(Category::ExistingRunning), Category::ExistingRunning);
    assert_eq!(term(&home_care), (None, None));
}

#[test]
fn reg_10_new_providers_get_conditions_with_their_dates() {
    let award = facts(complete(Category::New), Category::New);
    assert!(decide(&award).unwrap().conditional);
    assert!(!decide(&facts(complete(Category::ExistingElsewhere), Category::ExistingElsewhere)).unwrap().conditional);

    let agreement = AgreementFacts {
        assessment: award.assessment,
        category: Category::New,
        first_day: "2022-03-01".parse().unwrap(),
    };
    let due = duties(&agreement, built_in(), &mut Trace::new()).unwrap();
    let conditions: Vec<&Due> = due.iter().filter(|due| due.kind == DutyKind::Condition).collect();
    assert!(conditions.len() > 10, "{due:?}");
    for condition in &conditions {
        assert!(!condition.dutch.is_empty() && !condition.dutch.contains('{'), "{condition:?}");
        assert!(!condition.english.is_empty() && !condition.english.contains('{'), "{condition:?}");
    }
    let moments: Vec<String> = conditions.iter().map(|due| due.due.format("%Y-%m-%d %H:%M:%S").to_string()).collect();
    // At the start of care, and six months after it: the latter in summer time.
    assert!(moments.contains(&"2022-03-01 22:59:59".to_owned()), "{moments:?}");
    assert!(moments.contains(&"2022-09-01 21:59:59".to_owned()), "{moments:?}");
}

#[test]
fn reg_10_reg_13_conditions_of_the_integrity_test_come_with_the_agreement() {
    let condition = IntegrityCondition { text: "kwartaalrapportage".to_owned(), due: day("2022-04-01") };
    let conditions = vec![condition];
    let test = Integrity { due: day("2021-09-01"), result: IntegrityResult::Conditions, conditions };
    let assessment = AssessmentFacts { integrity: Some(test), ..complete(Category::ExistingRunning) };
    assert!(decide(&facts(assessment.clone(), Category::ExistingRunning)).unwrap().conditional);
    let first_day = day("2022-01-01");
    let agreement = AgreementFacts { assessment, category: Category::ExistingRunning, first_day };
    let due = duties(&agreement, built_in(), &mut Trace::new()).unwrap();
    assert_eq!((due[0].code.as_str(), due[0].dutch.as_str()), ("integrity_1", "kwartaalrapportage"));
    assert_eq!(due[0].due.format("%Y-%m-%d %H:%M:%S").to_string(), "2022-04-01 21:59:59");
}

#[test]
fn reg_18_obligations_are_those_of_the_sector_and_not_past() {
    let due = |assessment: AssessmentFacts, first_day: &str| -> Vec<String> {
        let category = Category::ExistingRunning;
        let facts = AgreementFacts { assessment, category, first_day: day(first_day) };
        let due = duties(&facts, built_in(), &mut Trace::new()).unwrap();
        due.into_iter().filter(|due| due.kind == DutyKind::Obligation).map(|due| due.code).collect()
    };
    let of_vgz = due(complete_2023(Category::ExistingRunning), "2023-01-01");
    assert!(of_vgz.iter().any(|code| code.contains("co2")), "{of_vgz:?}");
    let mut vv = complete(Category::ExistingRunning);
    vv.round.sector = edge::Sector::Vv;
    let in_time = due(vv.clone(), "2022-01-01");
    assert!(in_time.iter().any(|code| code.contains("quality_plan")), "{in_time:?}");
    let after = AssessmentFacts { as_of: utc("2022-01-01 12:00:00"), ..vv };
    assert!(!due(after, "2022-01-01").iter().any(|code| code.contains("quality_plan")));
}

#[test]
fn reg_10_a_condition_is_asked_also_when_care_started_before() {
    let assessment = AssessmentFacts { as_of: utc("2022-05-01 10:00:00"), ..complete(Category::New) };
    let facts = AgreementFacts { assessment, category: Category::New, first_day: day("2022-03-01") };
    let due = duties(&facts, built_in(), &mut Trace::new()).unwrap();
    let conditions: Vec<&Due> = due.iter().filter(|due| due.kind == DutyKind::Condition).collect();
    assert!(conditions.iter().any(|due| due.due < utc("2022-03-02 00:00:00")), "{conditions:?}");
}

#[test]
fn reg_10_reg_18_every_duty_has_words() {
    for category in Category::ALL.iter().copied() {
        for mut assessment in [complete(category), complete_2023(category), complete_home_care(Category::New)] {
            for sector in [assessment.round.sector, edge::Sector::Vv, edge::Sector::Ggz] {
                assessment.round.sector = if assessment.round.year == 2024 { assessment.round.sector } else { sector };
                assessment.as_of = utc("2020-01-01 10:00:00");
                let first_day = assessment.round.days().0;
                let facts = AgreementFacts { assessment: assessment.clone(), category, first_day };
                for due in duties(&facts, built_in(), &mut Trace::new()).unwrap() {
                    for words in [&due.dutch, &due.english] {
                        assert!(words.len() > 10 && !words.contains('{'), "{due:?}");
                    }
                }
            }
        }
    }
}
