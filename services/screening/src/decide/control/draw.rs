//! Draws a sample from a population that passes by once, in a fixed order (SCR-09): the same lines for the same seed.

use std::collections::BinaryHeap;

use money::Money;
use sha2::{Digest, Sha256};

use super::plan::{Plan, StratumPlan};
use crate::domain::{Drawn, PopulationLine, SampleMethod};

/// A draw under way.
#[derive(Debug)]
pub struct Draw {
    method: SampleMethod,
    seed: String,
    strata: Vec<Stratum>,
}

#[derive(Debug)]
struct Stratum {
    plan: StratumPlan,
    /// Attribute: the lowest ranks so far, the highest of them on top.
    lowest: BinaryHeap<Ranked>,
    /// Monetary units: cents that passed, the next cent that is hit, and the lines hit.
    passed: i64,
    next: i64,
    hit: Vec<Drawn>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ranked {
    rank: [u8; 32],
    drawn: Drawn,
}

/// What a line is ranked by: SHA-256 of the seed, a space, and the line's service, file and number apart by spaces.
fn rank(seed: &str, line: &PopulationLine) -> [u8; 32] {
    let key = &line.key;
    Sha256::digest(format!("{seed} {} {} {}", key.service, key.file_id, key.detail_number)).into()
}

/// The first cent of a stratum that is hit: SHA-256 of the seed, a space and the stratum's place, its first eight bytes
/// as a number, modulo the interval.
fn start(seed: &str, stratum: usize, interval: Money) -> i64 {
    let digest = Sha256::digest(format!("{seed} {stratum}"));
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let interval = u64::try_from(interval.cents().max(1)).unwrap_or(1);
    i64::try_from(number % interval).unwrap_or(0)
}

impl Draw {
    /// Begins to draw.
    pub fn new(method: SampleMethod, seed: &str, plan: &Plan) -> Draw {
        let stratum = |(place, plan): (usize, &StratumPlan)| Stratum {
            plan: plan.clone(),
            lowest: BinaryHeap::new(),
            passed: 0,
            next: start(seed, place, plan.interval),
            hit: Vec::new(),
        };
        Draw { method, seed: seed.to_owned(), strata: plan.strata.iter().enumerate().map(stratum).collect() }
    }

    /// The next line of the population, and the stratum it is in.
    pub fn offer(&mut self, place: usize, line: PopulationLine) {
        let Some(stratum) = self.strata.get_mut(place) else { return };
        let certain = stratum.plan.everything;
        match self.method {
            _ if certain => stratum.hit.push(Drawn { stratum: place, certain, line }),
            SampleMethod::MonetaryUnit => stratum.pass(place, line),
            SampleMethod::Attribute => {
                let ranked = Ranked { rank: rank(&self.seed, &line), drawn: Drawn { stratum: place, certain, line } };
                stratum.lowest.push(ranked);
                if stratum.lowest.len() as u64 > stratum.plan.draws {
                    stratum.lowest.pop();
                }
            }
        }
    }

    /// What was drawn: by stratum, in the order of rank or of the population.
    pub fn finish(self) -> Vec<Drawn> {
        let drawn = |stratum: Stratum| {
            let ranked = stratum.lowest.into_sorted_vec().into_iter().map(|ranked| ranked.drawn);
            ranked.chain(stratum.hit).collect::<Vec<_>>()
        };
        self.strata.into_iter().flat_map(drawn).collect()
    }
}

impl Stratum {
    /// A line whose cents are hit each interval. One as large as the interval is hit whatever the seed.
    fn pass(&mut self, place: usize, line: PopulationLine) {
        let (granted, interval) = (line.granted.cents(), self.plan.interval.cents().max(1));
        let until = self.passed.saturating_add(granted);
        self.passed = until;
        if self.next >= until {
            return;
        }
        let hits = (until - 1 - self.next) / interval + 1;
        self.next += hits * interval;
        self.hit.push(Drawn { stratum: place, certain: granted >= interval, line });
    }
}

/// The same for the same lines in the same order, and for nothing else.
pub fn sha256(drawn: &[Drawn]) -> String {
    let mut digest = Sha256::new();
    for drawn in drawn {
        let key = &drawn.line.key;
        digest.update(format!("{} {} {} {}\n", drawn.stratum, key.service, key.file_id, key.detail_number));
    }
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::LineKey;

    fn line(number: i64, cents: i64) -> PopulationLine {
        let day = "2024-03-01".parse().unwrap();
        PopulationLine {
            key: LineKey { service: "budget".to_owned(), file_id: "F".to_owned(), detail_number: number },
            agb: "41410001".parse().unwrap(),
            product: "Z053".to_owned(),
            first_day: day,
            last_day: day,
            granted: Money::from_cents(cents),
            reference: String::new(),
        }
    }

    proptest! {
        /// Over all starts a line is hit as often as it has cents: each euro is as likely as any other. One as large as
        /// the interval is there whatever the start.
        #[test]
        fn scr_09_each_euro_is_as_likely_as_any_other(
            amounts in prop::collection::vec(1..60_i64, 1..12),
            interval in 1..40_i64,
        ) {
            let mut times = vec![0_i64; amounts.len()];
            for start in 0..interval {
                let plan = StratumPlan { draws: 1, interval: Money::from_cents(interval), everything: false };
                let mut stratum =
                    Stratum { plan, lowest: BinaryHeap::new(), passed: 0, next: start, hit: Vec::new() };
                for (number, cents) in (0..).zip(&amounts) {
                    stratum.pass(0, line(number, *cents));
                }
                for drawn in &stratum.hit {
                    times[usize::try_from(drawn.line.key.detail_number).unwrap()] += 1;
                    prop_assert_eq!(drawn.certain, drawn.line.granted.cents() >= interval);
                }
            }
            for (times, cents) in times.iter().zip(&amounts) {
                prop_assert_eq!(*times, (*cents).min(interval));
            }
        }
    }
}
