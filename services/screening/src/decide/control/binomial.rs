//! Exact binomial bounds (SCR-09): how many draws a statement takes, and between which rates the true one lies
//! (Clopper-Pearson). In decimals, by bisection, rounded away from the optimistic side.

use money::Decimal;

/// The decimals in which rates are told.
const DIGITS: u32 = 8;
/// One, in the last of those decimals.
const UNITS: i64 = 100_000_000;

/// The probability of at most so many errors among so many draws, when this rate of what is drawn from is wrong.
///
/// A power of what is right would vanish below the last decimal long before its sum with many terms does. Its factors
/// are therefore applied one by one, whenever the sum passes one.
pub fn at_most(errors: u64, draws: u64, rate: Decimal) -> Decimal {
    if errors >= draws || rate.is_zero() {
        return Decimal::ONE;
    }
    let right = Decimal::ONE - rate;
    if right.is_zero() {
        return Decimal::ZERO;
    }
    let odds = rate / right;
    let (mut term, mut sum, mut left) = (Decimal::ONE, Decimal::ONE, draws);
    for error in 0..errors {
        term = term * odds * Decimal::from(draws - error) / Decimal::from(error + 1);
        sum += term;
        while sum > Decimal::ONE && left > 0 {
            (sum, term, left) = (sum * right, term * right, left - 1);
        }
    }
    (sum * power(right, left)).min(Decimal::ONE)
}

/// The power of a number up to one.
fn power(mut base: Decimal, mut exponent: u64) -> Decimal {
    let mut product = Decimal::ONE;
    while exponent > 0 {
        if exponent % 2 == 1 {
            product *= base;
        }
        base *= base;
        exponent /= 2;
    }
    product
}

/// The least draws after which so many errors tell, with at most this chance to be mistaken, that less than this rate
/// is wrong; none where more than `most` are needed.
pub fn draws(errors: u64, rate: Decimal, mistaken: Decimal, most: u64) -> Option<u64> {
    let enough = |draws| at_most(errors, draws, rate) <= mistaken;
    if !enough(most) {
        return None;
    }
    // Of more draws the probability is never larger.
    let (mut less, mut more) = (0, most);
    while more - less > 1 {
        let between = less + (more - less) / 2;
        if enough(between) { more = between } else { less = between }
    }
    Some(more)
}

/// The rate that the true one does not exceed, but for this chance; rounded up.
pub fn upper(errors: u64, draws: u64, mistaken: Decimal) -> Decimal {
    if errors >= draws {
        return Decimal::ONE;
    }
    let (_, above) = bisect(|rate| at_most(errors, draws, rate) > mistaken);
    above
}

/// The rate that the true one is not below, but for this chance; rounded down.
pub fn lower(errors: u64, draws: u64, mistaken: Decimal) -> Decimal {
    if errors == 0 {
        return Decimal::ZERO;
    }
    let (below, _) = bisect(|rate| Decimal::ONE - at_most(errors - 1, draws, rate) <= mistaken);
    below
}

/// The last rate that something holds for and the first that it doesn't hold for.
fn bisect(holds: impl Fn(Decimal) -> bool) -> (Decimal, Decimal) {
    let (mut below, mut above) = (0, UNITS);
    while above - below > 1 {
        let between = below + (above - below) / 2;
        if holds(Decimal::new(between, DIGITS)) { below = between } else { above = between }
    }
    (Decimal::new(below, DIGITS), Decimal::new(above, DIGITS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn scr_09_sizes_are_those_of_the_tables_of_auditors() {
        let (mistaken, most) = (decimal("0.05"), 1_000_000);
        assert_eq!(draws(0, decimal("0.01"), mistaken, most), Some(299));
        assert_eq!(draws(1, decimal("0.01"), mistaken, most), Some(473));
        assert_eq!(draws(0, decimal("0.05"), mistaken, most), Some(59));
        assert_eq!(draws(1, decimal("0.05"), mistaken, most), Some(93));
        assert_eq!(draws(2, decimal("0.05"), mistaken, most), Some(124));
        assert_eq!(draws(0, decimal("0.01"), decimal("0.01"), most), Some(459));
        assert_eq!(draws(0, decimal("0.01"), mistaken, 298), None);
    }

    // Published Clopper-Pearson limits, as scipy.stats.beta.ppf gives them too.
    #[test]
    fn scr_09_bounds_are_those_of_clopper_and_pearson() {
        let near = |value: Decimal, expected: &str| {
            let off = (value - decimal(expected)).abs();
            assert!(off <= decimal("0.000001"), "{value} for {expected}");
        };
        near(upper(0, 59, decimal("0.05")), "0.049508");
        near(upper(0, 299, decimal("0.05")), "0.009969");
        near(upper(3, 59, decimal("0.05")), "0.126207");
        near(lower(3, 59, decimal("0.05")), "0.014001");
        near(upper(5, 10, decimal("0.025")), "0.812914");
        near(lower(5, 10, decimal("0.025")), "0.187086");
        assert_eq!((lower(0, 59, decimal("0.05")), upper(59, 59, decimal("0.05"))), (Decimal::ZERO, Decimal::ONE));
    }

    #[test]
    fn scr_09_many_draws_do_not_vanish_below_the_last_decimal() {
        // Half of 2,000 draws: 0.5 to the power 2,000 has 600 zeros.
        let half = at_most(1_000, 2_000, decimal("0.5"));
        assert!(half > decimal("0.5") && half < decimal("0.51"), "{half}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// All outcomes together are certain, and each is as likely as its counterpart.
        #[test]
        fn scr_09_errors_and_what_is_right_mirror_each_other(draws in 1..80_u64, at in 0..80_u64, rate in 1..1_000_i64) {
            let (errors, rate) = (at.min(draws - 1), Decimal::new(rate, 3));
            let mirrored = at_most(draws - errors - 1, draws, Decimal::ONE - rate);
            let sum = at_most(errors, draws, rate) + mirrored;
            prop_assert!((sum - Decimal::ONE).abs() < Decimal::new(1, 20), "{sum}");
        }

        /// The bounds enclose what was seen, and one error more moves both up.
        #[test]
        fn scr_09_bounds_enclose_what_was_seen(draws in 2..60_u64, at in 0..60_u64) {
            let (errors, mistaken) = (at % draws, Decimal::new(5, 2));
            let seen = Decimal::from(errors) / Decimal::from(draws);
            let (below, above) = (lower(errors, draws, mistaken), upper(errors, draws, mistaken));
            prop_assert!(below <= seen && seen <= above);
            prop_assert!(lower(errors + 1, draws, mistaken) >= below && upper(errors + 1, draws, mistaken) >= above);
        }
    }
}
