//! What there is to share goes to over-production: in proportion, or to care at home first where the office says so
//! (BUD-07, BUD-13).

use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::{Money, split};

use super::{Adjusted, ClickFacts, total_weight};
use crate::{NAME, error::Error, rules};

/// The grants, in the order of the providers; together the funds. Funds are at most what is produced over the budgets.
pub(super) fn share(
    funds: Money,
    adjusted: &[Adjusted],
    over: &[(Agb, u64)],
    (facts, rules): (&ClickFacts, &Rules),
    trace: &mut Trace,
) -> Result<Vec<Money>, Error> {
    let parts =
        |funds: Money, weights: &[(Agb, u64)]| Ok(split(funds, weights).map_err(|_| Error::DuplicateProvider)?.parts);
    let at_home_first = rules.get(&rules::EXTRAMURAL_FIRST, &facts.year.scope())?;
    if !*at_home_first {
        return parts(funds, over);
    }
    let at_home = |(one, (agb, over)): (&Adjusted, &(Agb, u64))| {
        (*agb, (*over).min(one.extramural_growth.cents().unsigned_abs()))
    };
    let first: Vec<(Agb, u64)> = adjusted.iter().zip(over).map(at_home).collect();
    let growth = total_weight(&first)?;
    let to_home = funds.min(growth);
    let to_share = Known::fact(NAME, "funds", facts.as_of, funds);
    let growth = Known::fact(NAME, "growth at home", facts.as_of, growth);
    trace.step(&rules::AT_HOME_FIRST).with("funds", &to_share).with("growth", &growth).gives(to_home);
    let rest: Vec<(Agb, u64)> = over.iter().zip(&first).map(|((agb, all), (_, home))| (*agb, all - home)).collect();
    let (home, others) = (parts(to_home, &first)?, parts(funds.minus(to_home)?, &rest)?);
    home.into_iter().zip(others).map(|(home, other)| Ok(home.plus(other)?)).collect()
}
