//! The reserve (BUD-02).

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use money::{Money, Rounding};
use serde::{Deserialize, Serialize};

use crate::{domain::OfficeYear, error::Error, rules};

/// What the reserve is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReserveFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The ZIN lot.
    pub zin: Money,
    /// The PGB lot.
    pub pgb: Money,
    /// When it was decided.
    pub as_of: DateTime<Utc>,
}

/// The part of the room that is kept in reserve at the start of the year, rounded to the cent. It comes out of the ZIN
/// lot.
///
/// # Errors
/// A parameter without a value, or a reserve larger than the lot.
pub fn reserve(facts: &ReserveFacts, rules: &Rules, trace: &mut Trace) -> Result<Money, Error> {
    let scope = facts.year.scope();
    let percentage = rules.get(&rules::RESERVE_PERCENTAGE, &scope)?;
    let base = match &**rules.get(&rules::RESERVE_BASE, &scope)? {
        "total" => facts.zin.plus(facts.pgb)?,
        _ => facts.zin,
    };
    let base = Known::request("zin", base);
    let reserve = percentage.of(*base, Rounding::default())?;
    let reserve = trace.step(&rules::RESERVE).with("base", &base).with("percentage", &percentage).gives(reserve);
    let innovation = rules.get(&rules::INNOVATION_PERCENTAGE, &scope)?;
    let kept = if innovation.0.is_zero() {
        reserve.value
    } else {
        let kept = innovation.of(*base, Rounding::default())?;
        trace.step(&rules::INNOVATION).with("base", &base).with("percentage", &innovation).gives(kept);
        reserve.plus(kept)?
    };
    if kept > facts.zin {
        return Err(Error::ReserveTooLarge);
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixtures::{built_in, cents, changed, vgz};

    #[test]
    fn bud_02_two_percent_of_the_zin_lot() {
        let facts = ReserveFacts {
            year: vgz(2023),
            zin: cents(1_000_000_000),
            pgb: cents(500_000_000),
            as_of: DateTime::UNIX_EPOCH,
        };
        assert_eq!(reserve(&facts, &built_in(), &mut Trace::new()).unwrap(), cents(20_000_000));
        let total = changed("value = \"zin\" }]\n\n# --- BUD-03", "value = \"total\" }]\n\n# --- BUD-03");
        assert_eq!(reserve(&facts, &total, &mut Trace::new()).unwrap(), cents(30_000_000));
    }

    #[test]
    fn bud_13_dsw_keeps_one_percent_more_for_innovation() {
        let year = OfficeYear { office: "dsw".parse().unwrap(), year: 2024 };
        let facts = ReserveFacts { year, zin: cents(1_000_000_000), pgb: cents(0), as_of: DateTime::UNIX_EPOCH };
        let mut trace = Trace::new();
        assert_eq!(reserve(&facts, &built_in(), &mut trace).unwrap(), cents(30_000_000));
        assert_eq!(trace.len(), 2);
    }
}
