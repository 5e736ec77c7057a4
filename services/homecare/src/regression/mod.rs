//! The regression of the benchmark (HOM-02): the one place of home care that computes in binary floating point, because
//! that is what least squares over many rows take. What comes out are decimals, and all that is decided on them in
//! [`decide::benchmark`](crate::decide::benchmark) can be added up by hand.
//!
//! A run goes over the rows twice: once to see which providers and which categories are in it ([`Totals`]), once to fit
//! and to add up each provider's own insured ([`Run`]).

mod ols;
mod table;

pub use ols::Unfit;
pub use table::{Read, TableReader};

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use identifiers::Agb;
use money::{Decimal, Money, MoneyError, Rounding};

use crate::domain::{Coefficient, FeatureColumn, FeatureRow, LeftOut, LeftOutReason, Measure, Model, RunOutcome};

/// The name of what is added for everybody.
const CONSTANT: &str = "(constant)";
/// The digits of what was fitted that mean something.
const DIGITS: u32 = 15;
/// The decimals of means.
const MEAN_DECIMALS: u32 = 10;

/// What a table holds of each provider.
#[derive(Clone, Debug, Default)]
pub struct Totals(BTreeMap<Agb, Total>);

#[derive(Clone, Debug, Default)]
struct Total {
    cost_cents: i64,
    /// The levels of each column that its insured have.
    levels: Vec<BTreeSet<usize>>,
}

impl Totals {
    /// Takes a row.
    pub fn take(&mut self, row: &FeatureRow, columns: &[FeatureColumn]) {
        let total = self.0.entry(row.agb).or_default();
        total.cost_cents += row.cost_cents;
        total.levels.resize(columns.len(), BTreeSet::new());
        for ((seen, column), value) in total.levels.iter_mut().zip(columns).zip(&row.features) {
            if column.levels.is_some() {
                seen.insert(*value as usize);
            }
        }
    }

    /// Which providers are in a run, and why the others are not.
    ///
    /// # Errors
    /// When a turnover does not fit.
    pub fn select(&self, among: &Among) -> Result<Selection, MoneyError> {
        let mut selection = Selection::default();
        for (agb, total) in &self.0 {
            let turnover = among.of_a_year(Money::from_cents(total.cost_cents))?;
            let reason = match () {
                () if !among.contracted.contains(agb) => Some(LeftOutReason::NotContracted),
                () if among.excluded.contains(agb) => Some(LeftOutReason::Excluded),
                () if turnover <= among.turnover_above => Some(LeftOutReason::SmallTurnover),
                () => None,
            };
            match reason {
                Some(reason) => selection.left_out.push(LeftOut { agb: *agb, reason, turnover }),
                None => {
                    selection.levels.resize(total.levels.len(), BTreeSet::new());
                    for (all, own) in selection.levels.iter_mut().zip(&total.levels) {
                        all.extend(own);
                    }
                    selection.providers.insert(*agb);
                }
            }
        }
        Ok(selection)
    }
}

/// Among which providers a run looks.
#[derive(Clone, Debug)]
pub struct Among {
    /// Those with an agreement in the year that was measured.
    pub contracted: BTreeSet<Agb>,
    /// Those excluded by a decision.
    pub excluded: BTreeSet<Agb>,
    /// Only a turnover above this one counts.
    pub turnover_above: Money,
    /// The first day that was measured.
    pub first_day: NaiveDate,
    /// The last one.
    pub last_day: NaiveDate,
}

impl Among {
    /// What was measured, as of 365 days.
    fn of_a_year(&self, cost: Money) -> Result<Money, MoneyError> {
        let days = (self.last_day - self.first_day).num_days() + 1;
        let whole = cost.times(Decimal::from(365), Rounding::default())?;
        whole.times(Decimal::ONE / Decimal::from(days.max(1)), Rounding::default())
    }
}

/// What is in a run.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The providers.
    pub providers: BTreeSet<Agb>,
    /// The others.
    pub left_out: Vec<LeftOut>,
    levels: Vec<BTreeSet<usize>>,
}

/// A column of the regression.
#[derive(Clone, Debug, PartialEq)]
struct DesignColumn {
    name: String,
    /// The characteristic; none for the constant.
    feature: Option<usize>,
    /// The level that it is 1 for; none for a number.
    level: Option<usize>,
}

/// A run while rows pass by for the second time.
#[derive(Debug)]
pub struct Run {
    selection: Selection,
    design: Vec<DesignColumn>,
    rows: ols::Rows,
    sums: BTreeMap<Agb, Sums>,
    row: Vec<f64>,
}

/// What is added up of a provider.
#[derive(Clone, Debug, Default)]
struct Sums {
    insured: u64,
    months_hundredths: i64,
    cost_cents: i64,
    hours_hundredths: i64,
    /// Months times each column.
    weighted: Vec<f64>,
}

/// What a provider's own insured are, on average over their months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The provider.
    pub agb: Agb,
    /// How many insured persons.
    pub insured: u64,
    /// Their months in care.
    pub months: Decimal,
    /// What was observed of each measure, a month.
    pub observed: Vec<Decimal>,
    /// The mean of each column.
    pub means: Vec<Decimal>,
}

impl Run {
    /// A run over a selection of a table.
    pub fn new(columns: &[FeatureColumn], selection: Selection) -> Run {
        let mut design = vec![DesignColumn { name: CONSTANT.to_owned(), feature: None, level: None }];
        for (feature, column) in columns.iter().enumerate() {
            let Some(levels) = &column.levels else {
                design.push(DesignColumn { name: column.name.clone(), feature: Some(feature), level: None });
                continue;
            };
            // In the order of their names, whatever the order of the rows; the first is what the others are held against.
            let present = selection.levels.get(feature).cloned().unwrap_or_default();
            let mut present: Vec<usize> = present.into_iter().collect();
            present.sort_by(|a, b| levels[*a].cmp(&levels[*b]));
            for level in present.into_iter().skip(1) {
                let name = format!("{}={}", column.name, levels[level]);
                design.push(DesignColumn { name, feature: Some(feature), level: Some(level) });
            }
        }
        let rows = ols::Rows::new(design.len(), Measure::ALL.len());
        Run { selection, design, rows, sums: BTreeMap::new(), row: Vec::new() }
    }

    /// Takes a row; those of providers that are not in the run pass by.
    pub fn take(&mut self, row: &FeatureRow) {
        if !self.selection.providers.contains(&row.agb) {
            return;
        }
        let months = row.months_hundredths as f64 / 100.0;
        self.row.clear();
        self.row.extend(self.design.iter().map(|column| match (column.feature, column.level) {
            (Some(feature), Some(level)) => f64::from(u8::from(row.features[feature] as usize == level)),
            (Some(feature), None) => row.features[feature],
            (None, _) => 1.0,
        }));
        let sums = self.sums.entry(row.agb).or_default();
        sums.insured += 1;
        sums.months_hundredths += row.months_hundredths;
        sums.cost_cents += row.cost_cents;
        sums.hours_hundredths += row.hours_hundredths;
        sums.weighted.resize(self.design.len(), 0.0);
        for (sum, value) in sums.weighted.iter_mut().zip(&self.row) {
            *sum += months * value;
        }
        self.row.push(row.cost_cents as f64 / 100.0 / months);
        self.row.push(row.hours_hundredths as f64 / 100.0 / months);
        self.rows.take(&self.row);
    }

    /// Fits, and tells what each provider's own insured are.
    ///
    /// # Errors
    /// Why there is no fit, in words that name the columns.
    pub fn finish(self) -> Result<(RunOutcome, Vec<Own>), String> {
        let names: Vec<&str> = self.design.iter().map(|column| column.name.as_str()).collect();
        let fitted = self.rows.fit().map_err(|unfit| in_words(&unfit, &names))?;
        let model = |(measure, fit): (&Measure, &ols::Fit)| {
            let each = names.iter().zip(&fit.coefficients).zip(&fit.standard_errors);
            let coefficients = each.map(|((name, value), error)| {
                let (value, standard_error) = (fitted_number(*value)?, fitted_number(*error)?);
                Ok(Coefficient { name: (*name).to_owned(), value, standard_error })
            });
            Ok(Model {
                measure: *measure,
                coefficients: coefficients.collect::<Result<_, String>>()?,
                r_squared: fitted_number(fit.r_squared)?,
                residual_error: fitted_number(fit.residual_error)?,
            })
        };
        let outcome = RunOutcome {
            models: Measure::ALL.iter().zip(&fitted.fits).map(model).collect::<Result<_, String>>()?,
            condition: fitted_number(fitted.condition)?,
            insured: fitted.rows,
            providers: u32::try_from(self.sums.len()).unwrap_or(u32::MAX),
            left_out: self.selection.left_out,
        };
        let own = self.sums.into_iter().map(|(agb, sums)| sums.own(agb)).collect::<Result<_, String>>()?;
        Ok((outcome, own))
    }
}

impl Sums {
    fn own(self, agb: Agb) -> Result<Own, String> {
        let months = Decimal::new(self.months_hundredths, 2);
        let over = |total: i64| Rounding::default().apply(Decimal::new(total, 2) / months, MEAN_DECIMALS);
        let mean = |sum: &f64| {
            let mean = fitted_number(sum / (self.months_hundredths as f64 / 100.0))?;
            Ok(Rounding::default().apply(mean, MEAN_DECIMALS).normalize())
        };
        Ok(Own {
            agb,
            insured: self.insured,
            months,
            observed: vec![over(self.cost_cents), over(self.hours_hundredths)],
            means: self.weighted.iter().map(mean).collect::<Result<_, String>>()?,
        })
    }
}

/// A number of a fit as a decimal.
fn fitted_number(value: f64) -> Result<Decimal, String> {
    let number = Decimal::from_f64_retain(value).and_then(|number| number.round_sf(DIGITS));
    number.map(|number| number.normalize()).ok_or_else(|| format!("{value} came out, which is out of bounds"))
}

/// Why there is no fit.
fn in_words(unfit: &Unfit, names: &[&str]) -> String {
    match unfit {
        Unfit::TooFew { rows, columns } => {
            format!("{rows} insured persons are in it, which is not more than the {columns} columns")
        }
        Unfit::Dependent(found) => {
            let one = |one: &ols::Dependent| {
                let on: Vec<&str> = one.on.iter().map(|column| names[*column]).collect();
                if on.is_empty() {
                    format!("{} is 0 for everybody", names[one.column])
                } else {
                    format!("{} follows from {}", names[one.column], on.join(", "))
                }
            };
            found.iter().map(one).collect::<Vec<_>>().join("; ")
        }
        Unfit::Constant { measure } => format!("the {} of everybody is the same", Measure::ALL[*measure].as_str()),
        Unfit::NotFinite => "a number is too large to compute with".to_owned(),
    }
}

#[cfg(test)]
mod tests;
