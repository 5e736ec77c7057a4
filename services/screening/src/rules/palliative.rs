//! The parameters and texts of the claim rules (SCR-04): palliative terminal care.

use std::sync::Arc;

use explain::{Parameter, ParameterSpec};
use money::Percentage;

use super::RuleWords;

/// VV10 without the statement of the physician, which was asked for and not handed in.
pub const VV10_NO_STATEMENT: RuleWords =
    super::claim_rule!("vv10_no_statement", ["line", "agb", "product", "first", "last"]);
/// Of it: vv10 products.
pub const VV10_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "vv10_products");
/// VV10 for longer than three months.
pub const VV10_LENGTH: RuleWords = super::claim_rule!("vv10_length", ["line", "agb", "begin", "limit", "beyond"]);
/// Of it: vv10 months.
pub const VV10_MONTHS: Parameter<u32> = Parameter::count("SCR-04", "vv10_months");
/// A share of VV10 in the days of stay of a month far above what is usual.
pub const VV10_SHARE: RuleWords = super::claim_rule!("vv10_share", ["agb", "month", "days", "all", "most"]);
/// Of it: vv10 share percentage.
pub const VV10_SHARE_PERCENTAGE: Parameter<Percentage> = Parameter::percent("SCR-04", "vv10_share_percentage");
/// Watching without a need for nursing or care in the care plan.
pub const WATCH_HOURS: RuleWords = super::claim_rule!("watch_hours", ["line", "agb", "product", "first", "last"]);
/// Of it: watch products.
pub const WATCH_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-04", "watch_products");

/// The parameters beside mode and kind.
pub(super) const PARAMETERS: &[ParameterSpec] =
    &[VV10_PRODUCTS.spec(), VV10_MONTHS.spec(), VV10_SHARE_PERCENTAGE.spec(), WATCH_PRODUCTS.spec()];

/// The rules.
pub(super) const RULES: &[RuleWords] = &[VV10_NO_STATEMENT, VV10_LENGTH, VV10_SHARE, WATCH_HOURS];
