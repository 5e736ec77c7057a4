//! The parameter and texts of stays with treatment (TAR-09).

use explain::{Parameter, ParameterSpec, Text};
use money::Percentage;

/// Growth does not bring or keep the share of stays with treatment above this one.
pub const TREATMENT_MIX_CEILING: Parameter<Percentage> = Parameter::percent("TAR-09", "treatment_mix_ceiling");

/// Every parameter of the mix.
pub(super) const PARAMETERS: [ParameterSpec; 1] = [TREATMENT_MIX_CEILING.spec()];

/// What the days of stays are, now and as asked.
pub const MIX_NOW: Text = Text::new("TAR-09", "treatment_mix_now", &["with_treatment", "all"]);
/// The same as asked.
pub const MIX_ASKED: Text = Text::new("TAR-09", "treatment_mix_asked", &["with_treatment", "all"]);
/// Stays with treatment don't grow.
pub const MIX_NO_GROWTH: Text = Text::new("TAR-09", "treatment_mix_no_growth", &["now", "asked", "ceiling"]);
/// They grow, and stay at or below the ceiling.
pub const MIX_BELOW: Text = Text::new("TAR-09", "treatment_mix_below", &["now", "asked", "ceiling"]);
/// They grow above it.
pub const MIX_ABOVE: Text = Text::new("TAR-09", "treatment_mix_above", &["now", "asked", "ceiling"]);

/// Every text of the mix.
pub(super) const TEXTS: [Text; 5] = [MIX_NOW, MIX_ASKED, MIX_NO_GROWTH, MIX_BELOW, MIX_ABOVE];
