//! Whole years of an office, played from a seed: random providers, claims, credits, late files, payments and decisions,
//! with a restart between any two steps, and everything that must hold checked after each.
//!
//! A seed that fails is told; `ZORGINKOOP_YEAR_SEED=N cargo test -p budget --test years` plays it alone, and
//! `ZORGINKOOP_YEARS=N` plays that many in each of the ten tests.
#![cfg(test)]

mod checks;
mod office;

use std::panic::{AssertUnwindSafe, catch_unwind};

use office::Office;

/// Years in each of the ten tests, where nothing else is asked.
const YEARS: u64 = 1_000;

#[allow(clippy::disallowed_methods, reason = "which years are played is no setting of the program")]
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn play(part: u64) {
    if let Some(seed) = asked("ZORGINKOOP_YEAR_SEED") {
        return Office::new(seed).play();
    }
    let years = asked("ZORGINKOOP_YEARS").unwrap_or(YEARS);
    let mut rounds = 0;
    for seed in part * years..(part + 1) * years {
        let mut office = Office::new(seed);
        let played = catch_unwind(AssertUnwindSafe(|| office.play()));
        assert!(played.is_ok(), "seed {seed} fails: ZORGINKOOP_YEAR_SEED={seed} cargo test -p budget --test years");
        rounds += office.committed();
    }
    // Years in which nothing is ever agreed would prove nothing.
    assert!(rounds as u64 >= 2 * years, "{rounds} rounds in {years} years");
}

macro_rules! parts {
    ($($name:ident = $part:literal,)*) => {
        $(#[test]
        fn $name() {
            play($part);
        })*
    };
}

parts! {
    bud_14_the_first_tenth_of_the_years = 0,
    bud_14_the_second_tenth_of_the_years = 1,
    bud_14_the_third_tenth_of_the_years = 2,
    bud_14_the_fourth_tenth_of_the_years = 3,
    bud_14_the_fifth_tenth_of_the_years = 4,
    bud_14_the_sixth_tenth_of_the_years = 5,
    bud_14_the_seventh_tenth_of_the_years = 6,
    bud_14_the_eighth_tenth_of_the_years = 7,
    bud_14_the_ninth_tenth_of_the_years = 8,
    bud_14_the_last_tenth_of_the_years = 9,
}
