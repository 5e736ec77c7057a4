//! Digits, numbers and dates at fixed places of a record, eight bytes at a time.

/// The `N` bytes of `record` from `P` on, counted from 0. Out of range is a compile error.
#[inline(always)]
pub(crate) fn at<const P: usize, const N: usize, const W: usize>(record: &[u8; W]) -> &[u8; N] {
    const { assert!(P + N <= W, "field lies outside the record") };
    match record[P..].first_chunk::<N>() {
        Some(bytes) => bytes,
        // can't be, by the assertion above; the compiler leaves it out
        None => const { &[0; N] },
    }
}

/// Up to eight digits, right-aligned in zeros.
#[inline(always)]
fn word<const N: usize>(bytes: &[u8; N]) -> u64 {
    const { assert!(N <= 8) };
    let mut padded = [b'0'; 8];
    padded[8 - N..].copy_from_slice(bytes);
    u64::from_le_bytes(padded)
}

/// Value of a word of eight ASCII digits; some number if they aren't all digits.
#[inline(always)]
const fn value_of(word: u64) -> u32 {
    // neighbours are joined three times: 8 x 1 digit -> 4 x 2 -> 2 x 4 -> 1 x 8
    let word = word.wrapping_sub(0x3030_3030_3030_3030);
    let word = word.wrapping_mul(10).wrapping_add(word >> 8);
    let odd = (word & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let even = ((word >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    (odd.wrapping_add(even) >> 32) as u32
}

/// Value of at most eight digits that are known to be digits.
#[inline(always)]
pub(crate) fn value<const P: usize, const N: usize>(record: &[u8; 310]) -> u32 {
    value_of(word(at::<P, N, 310>(record)))
}

/// Value of twelve digits that are known to be digits.
#[inline(always)]
pub(crate) fn value12<const P: usize>(record: &[u8; 310]) -> u64 {
    let bytes = at::<P, 12, 310>(record);
    let (high, low) = bytes.split_at(4);
    let (Some(high), Some(low)) = (high.first_chunk::<4>(), low.first_chunk::<8>()) else {
        return 0;
    };
    u64::from(value_of(word(high))) * 100_000_000 + u64::from(value_of(word(low)))
}

/// Value of a text of at most 18 digits; none if there is anything else in it.
pub(crate) fn parse(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0_u64, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 { None } else { value.checked_mul(10)?.checked_add(u64::from(digit)) }
    })
}

const DAYS: [u8; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Whether a number yyyymmdd is a day of the Gregorian calendar, from 1800 on.
#[inline(always)]
pub(crate) fn is_date(number: u32) -> bool {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    if !(1800..=9999).contains(&year) || month > 12 || day == 0 {
        return false;
    }
    let leap = month == 2 && year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    day <= u32::from(DAYS[month as usize]) + u32::from(leap)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_have_the_value_of_their_digits(number in 0_u64..1_000_000_000_000) {
            let mut record = [b'x'; 310];
            record[3..15].copy_from_slice(format!("{number:012}").as_bytes());
            prop_assert_eq!(value12::<3>(&record), number);
            prop_assert_eq!(u64::from(value::<7, 8>(&record)), number % 100_000_000);
            prop_assert_eq!(u64::from(value::<12, 3>(&record)), number % 1000);
        }

        #[test]
        fn dates_are_those_of_the_calendar(year in 1800_i32..2200, month in 0_u32..20, day in 0_u32..40) {
            let number = year as u32 * 10_000 + month * 100 + day;
            prop_assert_eq!(is_date(number), NaiveDate::from_ymd_opt(year, month, day).is_some());
        }
    }
}
