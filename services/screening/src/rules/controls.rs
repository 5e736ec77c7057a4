//! The confidence and accuracy of controls, and their texts (SCR-09).

use edge::retention::kept;
use explain::{Parameter, ParameterSpec, Text};
use money::Percentage;

/// How sure formal control has to be.
pub const FORMAL_CONFIDENCE: Parameter<Percentage> = Parameter::percent("SCR-09", "formal_confidence");
/// How much must be right in formal control.
pub const FORMAL_ACCURACY: Parameter<Percentage> = Parameter::percent("SCR-09", "formal_accuracy");
/// How sure material control has to be.
pub const MATERIAL_CONFIDENCE: Parameter<Percentage> = Parameter::percent("SCR-09", "material_confidence");
/// How much must be right in material control.
pub const MATERIAL_ACCURACY: Parameter<Percentage> = Parameter::percent("SCR-09", "material_accuracy");
/// How many years controls are kept.
pub const CONTROL_YEARS: Parameter<u32> = Parameter::count("SCR-03", "control_years");

/// The steps before detail control.
pub const CONTROL_STEPS: Text = Text::new("SCR-09", "control_steps", &["analysis", "analysed", "plan"]);
/// How much is drawn from a part of the population.
pub const CONTROL_STRATUM: Text =
    Text::new("SCR-09", "control_stratum", &["from", "lines", "amount", "confidence", "accuracy", "expected", "parts"]);
/// What was drawn.
pub const CONTROL_DRAWN: Text = Text::new("SCR-09", "control_drawn", &["seed", "population"]);
/// What was found.
pub const CONTROL_FOUND: Text = Text::new("SCR-09", "control_found", &["looked_at", "wrong"]);
/// What that says in lines.
pub const CONTROL_LINES: Text = Text::new("SCR-09", "control_lines", &["low", "high", "confidence"]);
/// What that says in euros.
pub const CONTROL_EUROS: Text = Text::new("SCR-09", "control_euros", &["low", "high", "confidence"]);
/// Whether as much is right as must be.
pub const CONTROL_REACHED: Text = Text::new("SCR-09", "control_reached", &["accuracy"]);
/// Controls are kept.
pub const CONTROL_KEPT: Text = kept("control");

/// The parameters.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    FORMAL_CONFIDENCE.spec(),
    FORMAL_ACCURACY.spec(),
    MATERIAL_CONFIDENCE.spec(),
    MATERIAL_ACCURACY.spec(),
    CONTROL_YEARS.spec(),
];

/// The texts.
pub(super) const TEXTS: &[Text] = &[
    CONTROL_STEPS,
    CONTROL_STRATUM,
    CONTROL_DRAWN,
    CONTROL_FOUND,
    CONTROL_LINES,
    CONTROL_EUROS,
    CONTROL_REACHED,
    CONTROL_KEPT,
];
