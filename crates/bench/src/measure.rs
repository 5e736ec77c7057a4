//! Ratios of a subject to its baseline.

use std::{
    fmt,
    time::{Duration, Instant},
};

use serde_json::json;

/// What a ratio is to be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
    /// Whatever it is.
    None,
}

/// A subject against its baseline.
#[derive(Clone, Debug)]
pub struct Figure {
    what: String,
    unit: &'static str,
    subject: f64,
    baseline: f64,
    /// Smallest, median, largest.
    ratio: [f64; 3],
    goal: Goal,
}

impl Figure {
    /// A figure from rounds of (subject, baseline) in the same unit. The figures shown are those of the median ratio.
    pub fn new(what: impl Into<String>, unit: &'static str, rounds: &[(f64, f64)], goal: Goal) -> Figure {
        let mut rounds: Vec<(f64, f64)> = rounds.to_vec();
        rounds.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
        let ratio = |index: usize| rounds.get(index).map_or(f64::NAN, |(subject, baseline)| subject / baseline);
        let middle = rounds.len() / 2;
        let (subject, baseline) = rounds.get(middle).copied().unwrap_or((f64::NAN, f64::NAN));
        let last = rounds.len().saturating_sub(1);
        Figure { what: what.into(), unit, subject, baseline, ratio: [ratio(0), ratio(middle), ratio(last)], goal }
    }

    fn met(&self) -> &'static str {
        let ratio = self.ratio[1];
        match self.goal {
            Goal::AtLeast(goal) if ratio >= goal => "yes",
            Goal::AtMost(goal) if ratio <= goal => "yes",
            Goal::None => "",
            _ => "MISSED",
        }
    }

    fn goal(&self) -> String {
        match self.goal {
            Goal::AtLeast(goal) => format!(">= {goal:.2}"),
            Goal::AtMost(goal) => format!("<= {goal:.2}"),
            Goal::None => String::new(),
        }
    }

    /// The figure for programs.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "what": self.what, "unit": self.unit, "subject": self.subject, "baseline": self.baseline,
            "ratio_min": self.ratio[0], "ratio": self.ratio[1], "ratio_max": self.ratio[2],
            "goal": self.goal(), "met": self.met(),
        })
    }
}

/// A row of a Markdown table.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [min, median, max] = self.ratio;
        let (subject, baseline, unit) = (amount(self.subject), amount(self.baseline), self.unit);
        let (what, goal, met) = (&self.what, self.goal(), self.met());
        write!(
            f,
            "| {what} | {subject} {unit} | {baseline} {unit} | {median:.3} ({min:.3}, {max:.3}) | {goal} | {met} |"
        )
    }
}

/// Three digits that matter; large numbers whole.
fn amount(value: f64) -> String {
    match value {
        value if value >= 1_000.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.3}"),
    }
}

/// How long something takes, in seconds.
pub fn seconds(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64()
}

/// A duration in seconds.
pub fn in_seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
