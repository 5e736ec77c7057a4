//! [`split`]: an amount over parties, to the cent.

use crate::Money;

/// The outcome of a [`split`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// What each party gets, in the order of the parties given.
    pub parts: Vec<Money>,
    /// What nobody gets: zero, or the whole amount when all weights are zero.
    pub undivided: Money,
}

/// Why an amount can not be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// Two parties have the same key, so that a tie between them has no fixed winner.
    #[error("two parties of a split have the same key")]
    DuplicateKey,
}

/// Divides `amount` over parties in proportion to their weights, by largest remainder.
///
/// Every party first gets its exact share without the fraction of a cent; the cents left over go one by one to
/// the largest fractions, ties to the lowest key. So the parts always add up to the amount, each is within a cent
/// of its exact share, and the order in which the parties are given does not matter. A negative amount is split
/// as its opposite. When all weights are zero nothing is split and the amount stays where it was.
///
/// # Errors
/// [`SplitError::DuplicateKey`] when two parties have the same key.
pub fn split<K: Ord>(amount: Money, parties: &[(K, u64)]) -> Result<Split, SplitError> {
    let mut by_key: Vec<usize> = (0..parties.len()).collect();
    by_key.sort_unstable_by_key(|&party| &parties[party].0);
    if by_key.windows(2).any(|pair| parties[pair[0]].0 == parties[pair[1]].0) {
        return Err(SplitError::DuplicateKey);
    }
    let total_weight: u128 = parties.iter().map(|(_, weight)| u128::from(*weight)).sum();
    if total_weight == 0 {
        return Ok(Split { parts: vec![Money::ZERO; parties.len()], undivided: amount });
    }

    let magnitude = u128::from(amount.cents().unsigned_abs());
    let mut shares: Vec<u64> = Vec::with_capacity(parties.len());
    let mut remainders: Vec<u128> = Vec::with_capacity(parties.len());
    let mut left = magnitude;
    for (_, weight) in parties {
        // A 64-bit amount times a 64-bit weight always fits in 128 bits.
        let product = magnitude * u128::from(*weight);
        let share = product / total_weight;
        left -= share;
        // A share is at most the amount, which fits.
        shares.push(share as u64);
        remainders.push(product % total_weight);
    }

    // The sort is stable and `by_key` is in key order, so that equal remainders keep the lowest key first.
    by_key.sort_by_key(|&party| std::cmp::Reverse(remainders[party]));
    // Fewer cents are left than there are parties with a remainder, so `left` fits and reaches no one else.
    for &party in by_key.iter().take(left as usize) {
        shares[party] += 1;
    }

    let negative = amount.is_negative();
    let signed = |share: u64| {
        if negative { 0i64.wrapping_sub_unsigned(share) } else { share as i64 }
    };
    let parts = shares.into_iter().map(|share| Money::from_cents(signed(share))).collect();
    Ok(Split { parts, undivided: Money::ZERO })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cents(parts: &[i64]) -> Vec<Money> {
        parts.iter().copied().map(Money::from_cents).collect()
    }

    #[test]
    fn a_tie_goes_to_the_lowest_key() {
        let outcome = split(Money::from_cents(100), &[("b", 1), ("a", 1), ("c", 1)]).unwrap();
        assert_eq!(outcome.parts, cents(&[33, 34, 33]));
    }

    #[test]
    fn the_cent_left_over_goes_to_the_largest_fraction_not_to_the_largest_party() {
        // Exact shares of 67 1/3 and 33 2/3 cents.
        let outcome = split(Money::from_cents(101), &[("a", 2), ("b", 1)]).unwrap();
        assert_eq!(outcome.parts, cents(&[67, 34]));
    }

    #[test]
    fn all_weights_zero_leave_the_amount_where_it_was() {
        let outcome = split(Money::from_cents(5), &[(1, 0), (2, 0)]).unwrap();
        assert_eq!(outcome, Split { parts: cents(&[0, 0]), undivided: Money::from_cents(5) });
        assert_eq!(split::<u8>(Money::from_cents(5), &[]).unwrap().undivided, Money::from_cents(5));
    }

    #[test]
    fn equal_keys_are_refused() {
        assert_eq!(split(Money::from_cents(5), &[(1, 1), (1, 1)]), Err(SplitError::DuplicateKey));
    }

    #[test]
    fn the_extremes_fit() {
        for amount in [i64::MIN, i64::MAX] {
            let outcome = split(Money::from_cents(amount), &[(1, u64::MAX), (2, 0)]).unwrap();
            assert_eq!(outcome.parts, cents(&[amount, 0]));
        }
    }

    fn parties() -> impl Strategy<Value = Vec<(u16, u64)>> {
        let weight = prop_oneof![Just(0), 1..100u64, any::<u64>()];
        proptest::collection::btree_map(any::<u16>(), weight, 1..40).prop_map(|map| map.into_iter().collect())
    }

    proptest! {
        #[test]
        fn the_parts_add_up_and_each_is_within_a_cent(amount: i64, parties in parties()) {
            let outcome = split(Money::from_cents(amount), &parties).unwrap();
            let sum: i128 = outcome.parts.iter().map(|part| i128::from(part.cents())).sum();
            prop_assert_eq!(sum + i128::from(outcome.undivided.cents()), i128::from(amount));

            let total: u128 = parties.iter().map(|(_, weight)| u128::from(*weight)).sum();
            for ((_, weight), part) in parties.iter().zip(&outcome.parts) {
                // |part - exact share| < 1 cent, compared without division; a zero total leaves all parts zero.
                let exact = u128::from(amount.unsigned_abs()) * u128::from(*weight);
                let floor = exact.checked_div(total).unwrap_or(0);
                let given = u128::from(part.cents().unsigned_abs());
                let ceiling = floor + u128::from(total != 0 && exact % total != 0);
                prop_assert!(given == floor || given == ceiling, "{given} is not {floor} or {ceiling}");
            }
        }

        #[test]
        fn the_order_of_the_parties_does_not_matter(amount: i64, parties in parties(), turn in 0usize..40) {
            let mut turned = parties.clone();
            turned.rotate_left(turn % parties.len());
            turned.reverse();
            let by_key = |parties: &[(u16, u64)]| {
                let parts = split(Money::from_cents(amount), parties).unwrap().parts;
                let mut keyed: Vec<_> = parties.iter().map(|(key, _)| *key).zip(parts).collect();
                keyed.sort_unstable();
                keyed
            };
            prop_assert_eq!(by_key(&parties), by_key(&turned));
        }

        #[test]
        fn a_larger_weight_never_gets_less(amount in 0..i64::MAX, parties in parties()) {
            let parts = split(Money::from_cents(amount), &parties).unwrap().parts;
            let mut weighed: Vec<_> = parties.iter().map(|(_, weight)| *weight).zip(parts).collect();
            weighed.sort_unstable();
            for pair in weighed.windows(2) {
                prop_assert!(pair[0].0 == pair[1].0 || pair[0].1 <= pair[1].1);
            }
        }
    }
}
