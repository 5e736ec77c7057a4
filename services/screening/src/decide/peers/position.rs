//! Where a provider stands among its peers, and why.

use chrono::{DateTime, Utc};
use edge::{EdgeError, Office};
use explain::{Facts, Known, Row, RuleScope, Rules, Trace};
use identifiers::Agb;
use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

use super::{
    RULE_ID,
    group::{Group, group_of, known, scope},
    measures::{Outcome, outcome, shown},
    spread::Spread,
};
use crate::{
    domain::{PeerMeasure, PeerPeriod, PeerStanding, ProviderFigures},
    rules,
};

/// What a signal against peers is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerFacts {
    /// The office.
    pub office: Office,
    /// The measure.
    pub measure: PeerMeasure,
    /// The period.
    pub period: PeerPeriod,
    /// The figures of the provider, as far as the measure and the group are made of them.
    pub figures: ProviderFigures,
    /// The figures of all peers, this one's included, in order. Whose they are is of no concern.
    pub peers: Vec<Decimal>,
    /// When they were compared.
    pub compared: DateTime<Utc>,
}

/// Where a provider stands among its peers with a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The measure.
    pub measure: PeerMeasure,
    /// Where it stands.
    pub standing: PeerStanding,
    /// Its peers; none when its sector is not known.
    pub group: Option<Group>,
    /// The figure.
    pub figure: Option<Decimal>,
    /// Median and spread of the group, when enough peers have a figure.
    pub spread: Option<Spread>,
    /// How many of the peers have a figure.
    pub size: usize,
    /// How many times the usual spread it lies above the median.
    pub times: Option<Decimal>,
    /// The parameter it waits for.
    pub waits_for: &'static str,
}

impl Position {
    fn new(measure: PeerMeasure) -> Position {
        Position {
            measure,
            standing: PeerStanding::NotRuled,
            group: None,
            figure: None,
            spread: None,
            size: 0,
            times: None,
            waits_for: "",
        }
    }
}

/// Where a provider stands with a measure, among the figures of a group that come to this spread.
///
/// # Errors
/// A parameter of the comparison without a value.
pub fn position(
    measure: PeerMeasure,
    (office, period, figures): (&Office, PeerPeriod, &ProviderFigures),
    spread: impl FnOnce(&Group) -> Option<Spread>,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Position, EdgeError> {
    let mut position = Position::new(measure);
    let Some(group) = group_of(office, period, figures, rules, trace) else {
        position.standing = PeerStanding::NoGroup;
        return Ok(position);
    };
    let sector = group.sector;
    let scope = scope(office, sector, period.last_day);
    position.group = Some(group.clone());
    let ruled = rules.rows(&rules::MEASURE, scope).find(|row| row.word("measure") == measure.as_str());
    let Some(row) = ruled else { return Ok(position) };
    match outcome(measure, (office, sector, period), figures, (rules, row), trace) {
        Outcome::Nothing => position.standing = PeerStanding::NoValue,
        Outcome::Waits(parameter) => (position.standing, position.waits_for) = (PeerStanding::Waiting, parameter),
        Outcome::Figure(figure) => {
            position.figure = Some(figure);
            let spread = spread(&group);
            position.size = spread.as_ref().map_or(0, |spread| spread.size);
            let minimum = rules.get(&rules::PEER_MINIMUM, &scope)?;
            let name = known(figures, group.name);
            let Some(spread) = spread.filter(|spread| spread.size >= minimum.value as usize) else {
                let step = trace.step(&rules::PEER_TOO_FEW).with("group", &name).with("minimum", &minimum);
                step.gives(count(position.size));
                position.standing = PeerStanding::GroupTooSmall;
                return Ok(position);
            };
            let told = Comparison { measure, figures, size: known(figures, count(spread.size)), spread: &spread };
            let step = trace.step(&rules::PEER_GROUP).with("group", &name).with("size", &told.size);
            step.with("minimum", &minimum).with("median", &told.shown(spread.median)).gives(told.number(spread.mad));
            (position.standing, position.times) = told.compare(figure, row, (rules, &scope), trace)?;
            position.spread = Some(spread);
        }
    }
    Ok(position)
}

/// A provider beside its peers, to be told.
struct Comparison<'a> {
    measure: PeerMeasure,
    figures: &'a ProviderFigures,
    size: Known<i64>,
    spread: &'a Spread,
}

impl Comparison<'_> {
    /// How far a figure lies from the median in terms of the spread, and what that is.
    fn compare(
        &self,
        figure: Decimal,
        row: &Row,
        (rules, scope): (&Rules, &RuleScope<'_>),
        trace: &mut Trace,
    ) -> Result<(PeerStanding, Option<Decimal>), EdgeError> {
        let fallback = rules.get(&rules::PEER_NO_SPREAD, scope)?;
        let Some(unit) = self.unit(*fallback.value == *"mean_deviation", trace) else {
            return Ok((PeerStanding::NoSpread, None));
        };
        let threshold = rules.get(&rules::PEER_THRESHOLD, scope)?;
        let (signed, above) = (self.spread.times(figure, unit), figure > self.spread.median);
        let times = signed.unwrap_or_default().abs();
        if !self.spread.beyond(figure, unit, threshold.0) {
            trace.step(&rules::PEER_USUAL).with("threshold", &threshold).gives(times);
            return Ok((PeerStanding::Usual, signed));
        }
        if !matches!((row.word("sides"), above), ("both", _) | ("above", true) | ("below", false)) {
            trace.step(&rules::PEER_OTHER_SIDE).gives(times);
            return Ok((PeerStanding::Usual, signed));
        }
        let text = if above { &rules::PEER_ABOVE } else { &rules::PEER_BELOW };
        let step = trace.step(text).with("size", &self.size).with("median", &self.shown(self.spread.median));
        step.with("threshold", &threshold).gives(times);
        trace.step(&rules::PEER_KIND).gives("signal");
        trace.step(&rules::PEER_AT_STAKE).gives(Money::ZERO);
        Ok((PeerStanding::Unusual, signed))
    }

    fn shown(&self, figure: Decimal) -> Known<explain::Value> {
        known(self.figures, shown(self.measure, figure))
    }

    /// A spread is in the unit of the figures.
    fn number(&self, figure: Decimal) -> explain::Value {
        shown(self.measure, figure)
    }

    /// What deviations are measured with, told where that is not the median deviation.
    fn unit(&self, mean_stands_in: bool, trace: &mut Trace) -> Option<Decimal> {
        let unit = self.spread.unit(mean_stands_in);
        match (&unit, self.spread.mad.is_zero()) {
            (None, _) => {
                let step = trace.step(&rules::PEER_NO_MAD).with("size", &self.size);
                step.with("median", &self.shown(self.spread.median)).gives(false);
            }
            (Some(_), true) => {
                let mean = money::Rounding::HalfAwayFromZero.apply(self.spread.mean, 2);
                trace.step(&rules::PEER_MEAN).with("size", &self.size).gives(self.number(mean));
            }
            (Some(_), false) => {}
        }
        unit
    }
}

fn count(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// What a signal of a measure about a provider and a period is known by.
pub fn key(measure: PeerMeasure, agb: Agb, period: PeerPeriod) -> String {
    hex::encode(Facts::new(&(RULE_ID, measure, agb, period.first_day, period.last_day), DateTime::UNIX_EPOCH).sha256())
}

/// What a signal says: another when the figure, the group or its spread is.
pub fn digest(position: &Position) -> String {
    let group = position.group.as_ref().map(|group| group.name.as_str());
    let said = (position.measure, group, position.figure, &position.spread, position.times);
    hex::encode(Facts::new(&said, DateTime::UNIX_EPOCH).sha256())
}

/// Why a signal is not found again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnusual {
    /// The figure is not unusual in these facts.
    #[error("the figure is not unusual in these facts: {0}")]
    Standing(PeerStanding),
    /// A parameter is missing.
    #[error("{0}")]
    Parameter(String),
}

/// Finds a signal again from what it was decided from.
///
/// # Errors
/// [`NotUnusual`] when the facts show nothing unusual.
pub fn again(facts: &PeerFacts, rules: &Rules, trace: &mut Trace) -> Result<(), NotUnusual> {
    let of = (&facts.office, facts.period, &facts.figures);
    let found = position(facts.measure, of, |_| Spread::of(&facts.peers), rules, trace);
    let found = found.map_err(|error| NotUnusual::Parameter(error.to_string()))?;
    match found.standing {
        PeerStanding::Unusual => Ok(()),
        other => Err(NotUnusual::Standing(other)),
    }
}
