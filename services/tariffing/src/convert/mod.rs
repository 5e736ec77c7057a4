//! Between the contract and the domain.

mod figures;
mod guide;
mod hardship;
mod homecare;
mod mirror;
mod mix;
mod night_care;
mod percentages;
mod positions;
mod quotes;
mod tables;
mod tariff_proposals;
mod what_if;

pub use figures::{FiguresImport, annual_figures, import_figures, list_figures};
pub use guide::{DeriveGuide, derive_guide, guide};
pub use hardship::{
    DecideHardship, FileHardship, JudgeHardship, NewDocument, add_hardship_documents, decide_hardship,
    decide_hardship_objection, file_hardship, hardship_computation, hardship_figures, hardship_reason,
    hardship_reasons, hardship_request, judge_hardship, list_hardship, object_to_hardship,
};
pub use homecare::{
    AgreeHomeCare, RecordAndersWerken, accept_uplift, agree_home_care, anders_werken, get_home_care, home_care_tariff,
    list_home_care, make_uplift, uplift_offer,
};
pub use mirror::{MirrorAsked, get_mirror, mirror};
pub use mix::{check_mix, mix};
pub use night_care::{SettleNightCare, get_night_care, night_care_refusals, settle_night_care, settlement};
pub use percentages::{
    Agree, ListAsked, agree, agreed, kept_percentage, list_percentages, list_versions, product_tariff,
    record_percentage, refusals,
};
pub use positions::{
    Record, bid, get_position, grant, interview, judgement, line, line_years, position, standing, withdraw,
};
pub use quotes::{Quote, QuoteProducts, keep_quote, quote, quote_products, quoted, what_would_change};
pub use tables::{
    Import, VolumesImport, import, import_volumes, list_tariffs, maximum_tariff, stream_effects, tariff_effect,
};
pub use tariff_proposals::{
    Filing, Update, agree_results, assessment, evaluate, file_proposal, judge_proposal, list_proposals, list_results,
    proposal_id, refuse_proposal, result, tariff_proposal, update_proposal,
};
pub use what_if::{Compare, compare_offices, office_outcome, policy_change, simulate_policy};
