//! The measures: each a figure of one provider, made of a part and a whole.

use std::sync::Arc;

use edge::{Office, Sector};
use explain::{IntoValue, Parameter, ParameterType, Row, RuleScope, Rules, Trace, Value};
use money::{Decimal, Money, Percentage, Rounding};

use super::group::{known, scope};
use crate::{
    decide::claim_rules::among,
    domain::{FactKind, PeerMeasure, PeerPeriod, ProviderFigures, minutes},
    rules,
};

/// The decimals of figures.
const DECIMALS: u32 = 2;
/// The time unit of a day and a night (etmaal).
const DAY_AND_NIGHT: &str = "14";

/// What a measure of a provider comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A figure.
    Figure(Decimal),
    /// There is nothing to divide by, or what it takes is not on record.
    Nothing,
    /// It waits for a parameter that no source states.
    Waits(&'static str),
}

impl Outcome {
    /// The figure, where there is one.
    pub fn figure(self) -> Option<Decimal> {
        match self {
            Outcome::Figure(figure) => Some(figure),
            Outcome::Nothing | Outcome::Waits(_) => None,
        }
    }
}

/// A part of a whole, as they are shown and as they are divided.
struct Parts {
    part: (Value, Decimal),
    whole: (Value, Decimal),
}

impl Parts {
    fn of(part: impl Amount, whole: impl Amount) -> Parts {
        Parts { part: (part.to_value(), part.number()), whole: (whole.to_value(), whole.number()) }
    }
}

/// What can be divided.
trait Amount: IntoValue {
    fn number(&self) -> Decimal;
}

impl Amount for i64 {
    fn number(&self) -> Decimal {
        Decimal::from(*self)
    }
}

impl Amount for Decimal {
    fn number(&self) -> Decimal {
        *self
    }
}

impl Amount for Percentage {
    fn number(&self) -> Decimal {
        self.0
    }
}

impl Amount for Money {
    fn number(&self) -> Decimal {
        self.euros()
    }
}

type Found = Result<Option<Parts>, &'static str>;

/// What a measure of a provider comes to, told by its row. The lists of products are those of the sector it is compared
/// in.
pub fn outcome(
    measure: PeerMeasure,
    (office, sector, period): (&Office, Sector, PeerPeriod),
    figures: &ProviderFigures,
    (rules, row): (&Rules, &Row),
    trace: &mut Trace,
) -> Outcome {
    let of = View { figures, period, rules, scope: scope(office, sector, period.last_day) };
    let agb = known(figures, figures.agb.to_string());
    let parts = match of.parts(measure) {
        Err(parameter) => {
            let step = trace.step(&rules::PEER_WAITS).with("agb", &agb);
            step.with("parameter", &known(figures, parameter)).gives(false);
            return Outcome::Waits(parameter);
        }
        Ok(parts) => parts.and_then(|parts| Some((divided(measure, &parts)?, parts))),
    };
    let Some((figure, parts)) = parts else {
        trace.step(&rules::PEER_NO_VALUE).with("agb", &agb).gives(false);
        return Outcome::Nothing;
    };
    let step = trace.row(row).with("agb", &agb).with("part", &known(figures, parts.part.0));
    step.with("whole", &known(figures, parts.whole.0)).gives(shown(measure, figure));
    Outcome::Figure(figure)
}

/// A figure as it is shown: euros, a percentage, or a number.
pub(super) fn shown(measure: PeerMeasure, figure: Decimal) -> Value {
    match measure {
        PeerMeasure::CostPerClient => match Money::from_euros(figure, Rounding::HalfAwayFromZero) {
            Ok(amount) => Value::Money(amount),
            Err(_) => Value::Number(figure),
        },
        PeerMeasure::HoursPerClient | PeerMeasure::ClaimsPerFte => Value::Number(figure),
        _ => Value::Percentage(Percentage(figure)),
    }
}

fn divided(measure: PeerMeasure, parts: &Parts) -> Option<Decimal> {
    let (part, whole) = (parts.part.1, parts.whole.1);
    // A share of less than nothing is no share.
    if whole <= Decimal::ZERO {
        return None;
    }
    let figure = match measure {
        PeerMeasure::CostPerClient | PeerMeasure::HoursPerClient | PeerMeasure::ClaimsPerFte => {
            part.checked_div(whole)?
        }
        PeerMeasure::Growth => part.checked_sub(whole)?.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?,
        _ => part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?,
    };
    Some(Rounding::HalfAwayFromZero.apply(figure, DECIMALS).normalize())
}

/// The figures of a provider with the rules in force for them.
struct View<'a> {
    figures: &'a ProviderFigures,
    period: PeerPeriod,
    rules: &'a Rules,
    scope: RuleScope<'a>,
}

impl View<'_> {
    fn parts(&self, measure: PeerMeasure) -> Found {
        let figures = self.figures;
        match measure {
            PeerMeasure::CostPerClient => Ok(self.granted().map(|granted| Parts::of(granted, figures.clients))),
            PeerMeasure::HoursPerClient => Ok(Some(Parts::of(self.hours(), figures.timed_clients))),
            PeerMeasure::TreatmentShare => self.of_stay(&rules::PACKAGES_WITH_TREATMENT),
            PeerMeasure::PalliativeShare => self.of_stay(&rules::VV10_PRODUCTS),
            PeerMeasure::Growth => {
                let granted = self.granted().zip(figures.before);
                Ok(granted.map(|(granted, before)| Parts::of(granted, before.granted)))
            }
            PeerMeasure::WeekendShare => Ok(Some(Parts::of(figures.weekend_lines, figures.short_lines))),
            PeerMeasure::NightShare => self.night(),
            PeerMeasure::RoundDurations => self.round(),
            PeerMeasure::ClaimsPerFte => {
                let fte = self.number(FactKind::StaffFte);
                Ok(fte.map(|fte| Parts::of(self.lines(), fte)))
            }
            PeerMeasure::SubcontractingShare => {
                let share = self.number(FactKind::SubcontractingShare);
                Ok(share.map(|share| Parts::of(Percentage(share), Percentage(Decimal::ONE_HUNDRED))))
            }
            PeerMeasure::ResultRatio => Ok(self.of_revenue(FactKind::Result)),
            PeerMeasure::DividendRatio => Ok(self.of_revenue(FactKind::Dividend)),
        }
    }

    fn get<T: ParameterType>(&self, parameter: &Parameter<T>) -> Result<T, &'static str> {
        self.rules.get(parameter, &self.scope).map(|known| known.value).map_err(|_| parameter.name())
    }

    fn granted(&self) -> Option<Money> {
        Money::total(self.figures.sums.iter().map(|sum| sum.granted)).ok()
    }

    fn lines(&self) -> i64 {
        self.figures.sums.iter().map(|sum| sum.lines).fold(0, i64::saturating_add)
    }

    fn hours(&self) -> Decimal {
        let worked = |unit: &str, quantity: i64| minutes(unit).unwrap_or_default().saturating_mul(quantity);
        let worked = self.figures.sums.iter().map(|sum| worked(&sum.unit, sum.quantity));
        let hours = Decimal::from(worked.fold(0_i64, i64::saturating_add)) / Decimal::from(60);
        Rounding::HalfAwayFromZero.apply(hours, DECIMALS).normalize()
    }

    /// The days of stay of some products, of all.
    fn of_stay(&self, products: &Parameter<Vec<Arc<str>>>) -> Found {
        let products = self.get(products)?;
        let stay = || self.figures.sums.iter().filter(|sum| sum.service == "budget" && sum.unit == DAY_AND_NIGHT);
        let days = stay().map(|sum| sum.quantity).fold(0, i64::saturating_add);
        let of_these = stay().filter(|sum| among(&products, &sum.product));
        Ok(Some(Parts::of(of_these.map(|sum| sum.quantity).fold(0, i64::saturating_add), days)))
    }

    fn night(&self) -> Found {
        let products = self.get(&rules::NIGHT_PRODUCTS)?;
        let of_night = self.figures.sums.iter().filter(|sum| among(&products, &sum.product));
        Ok(Some(Parts::of(of_night.map(|sum| sum.lines).fold(0, i64::saturating_add), self.lines())))
    }

    fn round(&self) -> Found {
        let of = i64::from(self.get(&rules::ROUND_MINUTES)?.max(1));
        let (mut round, mut all) = (0_i64, 0_i64);
        for duration in &self.figures.durations {
            let Some(unit) = minutes(&duration.unit).filter(|unit| *unit < of) else { continue };
            all = all.saturating_add(duration.lines);
            if unit.saturating_mul(duration.quantity) % of == 0 {
                round = round.saturating_add(duration.lines);
            }
        }
        Ok(Some(Parts::of(round, all)))
    }

    fn number(&self, kind: FactKind) -> Option<Decimal> {
        self.figures.fact(kind, self.period.last_day)?.value.parse().ok()
    }

    fn euros(&self, kind: FactKind) -> Option<Money> {
        Money::from_euros(self.number(kind)?, Rounding::HalfAwayFromZero).ok()
    }

    fn of_revenue(&self, kind: FactKind) -> Option<Parts> {
        Some(Parts::of(self.euros(kind)?, self.euros(FactKind::Revenue)?))
    }
}
