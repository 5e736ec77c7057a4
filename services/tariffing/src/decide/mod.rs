//! The decisions of tariffing: pure functions of facts and rules.

mod agreement;
mod change;
mod conditions;
mod effect;
mod findings;
#[cfg(test)]
mod golden;
mod grant;
mod guide;
mod hardship;
mod homecare;
mod line;
mod mirror;
mod mix;
mod percentage;
mod product;
mod proposal;
mod result;
mod timeline;
mod what_if;

pub use agreement::{Agreement, AgreementFacts, agree, before, year_tariffs};
pub use change::{Change, Missing, changes};
pub use conditions::{Care, Condition, conditions};
pub use effect::{TariffEffect, effects};
pub use findings::{BidFacts, FindingFacts, bid, find};
pub use grant::{GrantFacts, Granted, grant};
pub use guide::{Account, BreakEven, Guide, GuideFacts, LeftOut, LeftOutReason, Neutral, derive_guide};
pub use hardship::{
    HardshipComputed, HardshipDecided, HardshipDecisionFacts, HardshipFacts, HardshipFiling, HardshipFilingFacts,
    HardshipObjectionFacts, HardshipReason, ObjectionDecisionFacts, compute_hardship, decide_hardship,
    decide_hardship_objection, file_hardship, object_to_hardship,
};
pub use homecare::{
    AcceptanceFacts, Accepted, Contracted, HeldFacts, HomeCareFacts, NightCareFacts, NightCareOutcome,
    NightCareRefusal, UpliftFacts, Windowed, accept_uplift, holding, home_care_tariff, is_open, night_care,
    offer_uplift, shares, tariff_on, turnover_year,
};
pub use line::{LineFacts, line};
pub use mirror::{MirrorFacts, mirror};
pub use mix::{Mix, MixFacts, StayDays, check_mix};
pub use percentage::{Derived, PercentageFacts, Refusal, derive_percentage};
pub use product::{Agreed, QuoteFacts, Quoted, quote};
pub use proposal::{Assessed, ProposalFacts, Unmet, assess};
pub use result::{EvaluationFacts, evaluate};
pub use timeline::{changed, days_of, timeline};
pub use what_if::{PolicyChange, UnderPolicy, policy_change, under_policy};

#[cfg(test)]
pub(crate) use product::tests as fixture;
