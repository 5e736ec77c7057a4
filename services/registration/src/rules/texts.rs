//! The texts that tell the steps of a decision.

use edge::retention::{AUDIT_KEPT, REQUEST_KEPT, kept};
use explain::Text;

/// An agreement here runs through the year.
pub const EXISTING_RUNNING: Text = Text::new("REG-02", "existing_running", &["first_day", "year_end"]);
/// An agreement here runs through the year by an extension that does not count.
pub const EXISTING_EXTENDED: Text = Text::new("REG-02", "existing_extended", &["first_day", "year_end"]);
/// An agreement here ends before the year does.
pub const EXISTING_EXPIRING: Text = Text::new("REG-02", "existing_expiring", &["first_day", "last_day", "year_end"]);
/// No agreement here at the receipt.
pub const NONE_HERE: Text = Text::new("REG-02", "none_here", &["received"]);
/// No agreement here in the year before.
pub const NONE_HERE_YEAR_BEFORE: Text = Text::new("REG-02", "none_here_year_before", &["year_before"]);
/// An agreement elsewhere all of the year before, with claims.
pub const EXISTING_ELSEWHERE: Text =
    Text::new("REG-02", "existing_elsewhere", &["other_office", "year_before", "claiming_since"]);
/// An agreement elsewhere all of the year before, without claims from its first day on.
pub const NEW_NO_CLAIMS: Text = Text::new("REG-02", "new_no_claims", &["other_office", "year_before", "year_start"]);
/// An agreement elsewhere for a part of the year before.
pub const NEW_PART_YEAR: Text = Text::new("REG-02", "new_part_year", &["other_office", "received", "year_before"]);
/// No agreement elsewhere.
pub const NEW_NONE: Text = Text::new("REG-02", "new_none", &["received"]);
/// What a provider has elsewhere does not count.
pub const NEW_HERE: Text = Text::new("REG-02", "new_here", &[]);
/// A deadline moves out of a weekend.
pub const ROLLED: Text = Text::new("REG-05", "rolled", &["local"]);
/// In time.
pub const IN_TIME: Text = Text::new("REG-05", "in_time", &["received", "local", "until", "inclusive"]);
/// Late.
pub const LATE: Text = Text::new("REG-05", "late", &["received", "local", "until", "inclusive"]);
/// The office buys for the region.
pub const REGION_OWN: Text = Text::new("REG-01", "region_own", &["region"]);
/// An exception keeps a registration for another region here.
pub const REGION_EXCEPTION: Text = Text::new("REG-01", "region_exception", &["region"]);
/// The region is another office's.
pub const REGION_OTHER: Text = Text::new("REG-01", "region_other", &["region"]);
/// That it was late was clarified.
pub const LATE_CURED: Text = Text::new("REG-07", "late_cured", &[]);
/// Until when a clarification can be answered.
pub const CLARIFICATION_DUE: Text = Text::new("REG-07", "clarification_due", &["asked", "days"]);
/// A clarification can still be answered.
pub const CLARIFICATION_OPEN: Text = Text::new("REG-07", "clarification_open", &["due", "concerns"]);
/// A clarification was not answered in time.
pub const CLARIFICATION_UNANSWERED: Text = Text::new("REG-07", "clarification_unanswered", &["due", "concerns"]);
/// The answer to a clarification counts.
pub const CLARIFICATION_COUNTED: Text = Text::new("REG-07", "clarification_counted", &["due", "concerns"]);
/// The answer to a clarification does not count.
pub const CLARIFICATION_NOT_COUNTED: Text =
    Text::new("REG-07", "clarification_not_counted", &["due", "concerns", "may_cure"]);
/// No integrity test is needed or asked.
pub const INTEGRITY_NOT_ASKED: Text = Text::new("REG-13", "integrity_not_asked", &["required"]);
/// The integrity test is to be asked.
pub const INTEGRITY_TO_ASK: Text = Text::new("REG-13", "integrity_to_ask", &["required"]);
/// The integrity test is waited for.
pub const INTEGRITY_PENDING: Text = Text::new("REG-13", "integrity_pending", &["due"]);
/// The integrity test has no objection.
pub const INTEGRITY_PASSED: Text = Text::new("REG-13", "integrity_passed", &[]);
/// The integrity test has conditions.
pub const INTEGRITY_CONDITIONS: Text = Text::new("REG-13", "integrity_conditions", &["conditions"]);
/// An objection blocks.
pub const INTEGRITY_BLOCKS: Text = Text::new("REG-13", "integrity_blocks", &["objection"]);
/// An objection is to be weighed.
pub const INTEGRITY_TO_WEIGH: Text = Text::new("REG-13", "integrity_to_weigh", &["objection"]);
/// An objection was weighed.
pub const INTEGRITY_WEIGHED: Text = Text::new("REG-13", "integrity_weighed", &["judgement"]);
/// No interview is needed.
pub const INTERVIEW_NONE: Text = Text::new("REG-06", "interview_none", &["category", "interview_new"]);
/// The interview is to be held.
pub const INTERVIEW_TO_HOLD: Text = Text::new("REG-06", "interview_to_hold", &["category"]);
/// The interview has a positive outcome.
pub const INTERVIEW_POSITIVE: Text = Text::new("REG-09", "interview_positive", &["held"]);
/// The interview has grounds for rejection.
pub const INTERVIEW_NEGATIVE: Text = Text::new("REG-09", "interview_negative", &["held", "grounds"]);
/// It can't be said yet.
pub const WAITING: Text = Text::new("REG-06", "waiting", &["told"]);
/// An agreement may be awarded.
pub const ADMISSIBLE: Text = Text::new("REG-10", "admissible", &[]);
/// Not taken into consideration.
pub const NOT_CONSIDERED: Text = Text::new("REG-08", "not_considered", &["told"]);
/// Rejected.
pub const REJECTED: Text = Text::new("REG-10", "rejected", &["told"]);

/// A product is awarded.
pub const PRODUCT_AWARDED: Text = Text::new("REG-15", "product_awarded", &["product"]);
/// A product is refused, since its conditions are not met.
pub const PRODUCT_CONDITIONS: Text = Text::new("REG-15", "product_conditions", &["product", "conditions"]);
/// A product is refused, since there is sufficient supply.
pub const PRODUCT_SUPPLY: Text = Text::new("REG-15", "product_supply", &["product", "motivation"]);
/// A product is refused on another ground.
pub const PRODUCT_OTHER: Text = Text::new("REG-15", "product_other", &["product", "motivation"]);
/// A case of screening ends an agreement.
pub const CASE_ENDED: Text = Text::new("SCR-07", "case_ended", &["case", "agreement"]);
/// A case of screening lets no new agreement be concluded.
pub const CASE_EXCLUDED: Text = Text::new("SCR-07", "case_excluded", &["case", "first"]);
/// A case of screening sets a condition to an agreement.
pub const CASE_CONDITION: Text = Text::new("SCR-07", "case_condition", &["case", "agreement", "condition"]);
/// A case of screening leaves the agreements as they are.
pub const CASE_NOTHING: Text = Text::new("SCR-07", "case_nothing", &["case"]);
/// An agreement is awarded.
pub const AWARDED: Text = Text::new("REG-10", "awarded", &["products", "refused"]);
/// An agreement is awarded under conditions.
pub const AWARDED_CONDITIONALLY: Text =
    Text::new("REG-10", "awarded_conditionally", &["products", "refused", "conditions"]);
/// A condition with its last day.
pub const CONDITION: Text = Text::new("REG-10", "condition", &["code", "rule"]);
/// An obligation with its last day.
pub const OBLIGATION: Text = Text::new("REG-18", "obligation", &["code", "rule"]);
/// A condition of the integrity test.
pub const INTEGRITY_CONDITION: Text = Text::new("REG-10", "integrity_condition", &["condition"]);
/// An agreement is concluded.
pub const CONCLUDED: Text = Text::new("REG-10", "concluded", &["first_day", "duties"]);
/// A running agreement keeps its term.
pub const TERM_RUNNING: Text = Text::new("REG-11", "term_running", &["last_year"]);
/// Existing providers that had an agreement all of the year before.
pub const TERM_WHOLE_YEAR: Text = Text::new("REG-11", "term_whole_year", &["year_before", "years"]);
/// All others.
pub const TERM_OTHER: Text = Text::new("REG-11", "term_other", &["category", "years", "extension"]);
/// The provider can respond.
pub const OFFER_RESPOND: Text = Text::new("REG-16", "offer_respond", &["until"]);
/// There is no window to respond.
pub const OFFER_NO_RESPONSE: Text = Text::new("REG-16", "offer_no_response", &["fixed"]);
/// Until when it can be accepted.
pub const OFFER_ACCEPT: Text = Text::new("REG-16", "offer_accept", &["until", "sent"]);
/// It can be accepted without a last moment.
pub const OFFER_STAYS: Text = Text::new("REG-16", "offer_stays", &["sent"]);
/// The last moment for an agreement is past.
pub const OFFER_TOO_LATE: Text = Text::new("REG-16", "offer_too_late", &["until", "sent"]);
/// The last day to object.
pub const OBJECTION_UNTIL: Text = Text::new("REG-17", "objection_until", &["from", "days"]);
/// It was filed in time.
pub const APPEAL_IN_TIME: Text = Text::new("REG-17", "appeal_in_time", &["filed", "until"]);
/// It was filed too late.
pub const APPEAL_LATE: Text = Text::new("REG-17", "appeal_late", &["filed", "until"]);
/// A question about the part was asked.
pub const APPEAL_ASKED: Text = Text::new("REG-17", "appeal_asked", &["asked"]);
/// Proceedings were started in time.
pub const PROCEEDINGS_IN_TIME: Text = Text::new("REG-17", "proceedings_in_time", &["last"]);
/// Proceedings were not started in time.
pub const PROCEEDINGS_MISSING: Text = Text::new("REG-17", "proceedings_missing", &["last"]);
/// The last day to answer a hardship request.
pub const HARDSHIP_ANSWER: Text = Text::new("REG-17", "hardship_answer_due", &["filed", "days"]);
/// Whether the office waits for the judge.
pub const JUDGE: Text = Text::new("REG-17", "judge", &["waits"]);
/// It is considered.
pub const APPEAL_CONSIDERED: Text = Text::new("REG-17", "appeal_considered", &[]);
/// It is not considered.
pub const APPEAL_NOT_CONSIDERED: Text = Text::new("REG-17", "appeal_not_considered", &[]);
/// Until when the office can answer.
pub const SUBCONTRACTOR_UNTIL: Text = Text::new("REG-12", "subcontractor_until", &["reported", "days"]);
/// No consent is asked for people without staff.
pub const SUBCONTRACTOR_NOT_ASKED: Text = Text::new("REG-12", "subcontractor_not_asked", &["self_employed_asked"]);
/// A whole package takes explicit consent.
pub const SUBCONTRACTOR_WHOLE: Text = Text::new("REG-12", "subcontractor_whole", &["whole_package"]);
/// Silence is no objection.
pub const SUBCONTRACTOR_SILENT: Text = Text::new("REG-12", "subcontractor_silent", &["silence"]);
/// Consent must be explicit.
pub const SUBCONTRACTOR_EXPLICIT: Text = Text::new("REG-12", "subcontractor_explicit", &["silence"]);

/// A requirement is not asked of who says so of itself.
pub const NOT_ASKED: Text = Text::new("REG-06", "not_asked", &["rule", "code", "flag", "said"]);

/// People are kept.
pub const PERSON_KEPT: Text = kept("person");

/// What a duty or a milestone is, and what follows when it is missed.
pub const MILESTONE_TEXTS: &[Text] = &[
    Text::new("REG-05", "duty_clarification", &[]),
    Text::new("REG-05", "duty_integrity", &[]),
    Text::new("REG-05", "duty_response", &[]),
    Text::new("REG-05", "duty_acceptance", &[]),
    Text::new("REG-05", "duty_subcontractor", &[]),
    Text::new("REG-05", "duty_hardship", &[]),
    Text::new("REG-05", "duty_term", &[]),
    Text::new("REG-05", "publication", &[]),
    Text::new("REG-05", "questions", &[]),
    Text::new("REG-05", "note_of_information", &[]),
    Text::new("REG-05", "objection_to_policy", &[]),
    Text::new("REG-05", "hardship_request", &[]),
    Text::new("REG-05", "hardship_answer", &[]),
    Text::new("REG-05", "registration", &[]),
    Text::new("REG-05", "registration_new", &[]),
    Text::new("REG-05", "completion_new", &[]),
    Text::new("REG-05", "talks", &[]),
    Text::new("REG-05", "decision", &[]),
    Text::new("REG-05", "decision_new", &[]),
    Text::new("REG-05", "response", &[]),
    Text::new("REG-05", "new_offer", &[]),
    Text::new("REG-05", "new_offer_response", &[]),
    Text::new("REG-05", "provisional", &[]),
    Text::new("REG-05", "definitive", &[]),
    Text::new("REG-05", "agreement", &[]),
    Text::new("REG-05", "supply", &[]),
    Text::new("REG-05", "mid_year_1", &[]),
    Text::new("REG-05", "mid_year_2", &[]),
];

const STEPS: &[Text] = &[
    EXISTING_RUNNING,
    EXISTING_EXTENDED,
    EXISTING_EXPIRING,
    NONE_HERE,
    NONE_HERE_YEAR_BEFORE,
    EXISTING_ELSEWHERE,
    NEW_NO_CLAIMS,
    NEW_PART_YEAR,
    NEW_NONE,
    NEW_HERE,
    ROLLED,
    IN_TIME,
    LATE,
    REGION_OWN,
    REGION_EXCEPTION,
    REGION_OTHER,
    LATE_CURED,
    CLARIFICATION_DUE,
    CLARIFICATION_OPEN,
    CLARIFICATION_UNANSWERED,
    CLARIFICATION_COUNTED,
    CLARIFICATION_NOT_COUNTED,
    INTEGRITY_NOT_ASKED,
    INTEGRITY_TO_ASK,
    INTEGRITY_PENDING,
    INTEGRITY_PASSED,
    INTEGRITY_CONDITIONS,
    INTEGRITY_BLOCKS,
    INTEGRITY_TO_WEIGH,
    INTEGRITY_WEIGHED,
    INTERVIEW_NONE,
    INTERVIEW_TO_HOLD,
    INTERVIEW_POSITIVE,
    INTERVIEW_NEGATIVE,
    WAITING,
    ADMISSIBLE,
    NOT_CONSIDERED,
    REJECTED,
    CASE_ENDED,
    CASE_EXCLUDED,
    CASE_CONDITION,
    CASE_NOTHING,
    PRODUCT_AWARDED,
    PRODUCT_CONDITIONS,
    PRODUCT_SUPPLY,
    PRODUCT_OTHER,
    AWARDED,
    AWARDED_CONDITIONALLY,
    CONDITION,
    OBLIGATION,
    INTEGRITY_CONDITION,
    CONCLUDED,
    TERM_RUNNING,
    TERM_WHOLE_YEAR,
    TERM_OTHER,
    OFFER_RESPOND,
    OFFER_NO_RESPONSE,
    OFFER_ACCEPT,
    OFFER_STAYS,
    OFFER_TOO_LATE,
    OBJECTION_UNTIL,
    APPEAL_IN_TIME,
    APPEAL_LATE,
    APPEAL_ASKED,
    PROCEEDINGS_IN_TIME,
    PROCEEDINGS_MISSING,
    HARDSHIP_ANSWER,
    JUDGE,
    APPEAL_CONSIDERED,
    APPEAL_NOT_CONSIDERED,
    SUBCONTRACTOR_UNTIL,
    SUBCONTRACTOR_NOT_ASKED,
    SUBCONTRACTOR_WHOLE,
    SUBCONTRACTOR_SILENT,
    SUBCONTRACTOR_EXPLICIT,
    NOT_ASKED,
    PERSON_KEPT,
    REQUEST_KEPT,
    AUDIT_KEPT,
];

/// All of them.
pub(super) const ALL: [Text; STEPS.len() + MILESTONE_TEXTS.len()] = {
    let mut all = [PERSON_KEPT; STEPS.len() + MILESTONE_TEXTS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < STEPS.len() { STEPS[at] } else { MILESTONE_TEXTS[at - STEPS.len()] };
        at += 1;
    }
    all
};
