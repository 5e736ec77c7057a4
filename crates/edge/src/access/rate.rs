//! How many calls an identity may make.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Identities that are remembered; beyond, those that have their full allowance are forgotten.
const REMEMBERED: usize = 10_000;

/// An allowance per identity that fills up steadily: a second's worth may be used at once.
#[derive(Debug)]
pub(super) struct Rates {
    per_second: f64,
    left: Mutex<HashMap<String, (f64, Instant)>>,
}

impl Rates {
    /// Calls per second; 0 is no limit.
    pub(super) fn new(per_second: u32) -> Rates {
        Rates { per_second: f64::from(per_second), left: Mutex::default() }
    }

    /// Takes one call from the allowance of `who`, or says how long to wait.
    pub(super) fn take(&self, who: &str, now: Instant) -> Result<(), Duration> {
        if self.per_second == 0.0 {
            return Ok(());
        }
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            let full = |(left, since): &(f64, Instant)| self.filled(*left, *since, now) >= self.per_second;
            all.retain(|_, entry| !full(entry));
        }
        let Some((left, since)) = all.get_mut(who) else {
            all.insert(who.to_owned(), (self.per_second - 1.0, now));
            return Ok(());
        };
        let filled = self.filled(*left, *since, now);
        (*left, *since) = (filled, now);
        if filled < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - filled) / self.per_second));
        }
        *left -= 1.0;
        Ok(())
    }

    fn filled(&self, left: f64, since: Instant, now: Instant) -> f64 {
        (left + now.saturating_duration_since(since).as_secs_f64() * self.per_second).min(self.per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seconds_worth_at_once_and_then_as_it_fills_up() {
        let rates = Rates::new(10);
        let start = Instant::now();
        assert!((0..10).all(|_| rates.take("anna", start).is_ok()));
        let wait = rates.take("anna", start).unwrap_err();
        assert!(wait > Duration::from_millis(90) && wait <= Duration::from_millis(100), "{wait:?}");
        assert!(rates.take("bob", start).is_ok());
        let later = start + Duration::from_millis(205);
        assert!(rates.take("anna", later).is_ok() && rates.take("anna", later).is_ok());
        assert!(rates.take("anna", later).is_err());
        let much_later = start + Duration::from_secs(3600);
        assert_eq!((0..20).filter(|_| rates.take("anna", much_later).is_ok()).count(), 10);
    }

    #[test]
    fn zero_is_no_limit() {
        let rates = Rates::new(0);
        let now = Instant::now();
        assert!((0..100_000).all(|_| rates.take("anna", now).is_ok()));
    }

    #[test]
    fn memory_stays_bounded() {
        let rates = Rates::new(1);
        let start = Instant::now();
        for number in 0..REMEMBERED {
            let _ = rates.take(&number.to_string(), start);
        }
        let _ = rates.take("one more", start + Duration::from_secs(5));
        assert_eq!(rates.left.lock().unwrap().len(), 1);
    }
}
