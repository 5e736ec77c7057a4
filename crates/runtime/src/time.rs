//! Time and randomness as values that are handed in.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Tells the time: the system's, or one that a test or a demo moves.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<Mutex<Hands>>),
}

/// Where the hands of a manual clock are.
#[derive(Clone, Copy, Debug)]
enum Hands {
    /// They stand still at this time.
    Still(DateTime<Utc>),
    /// They go, this much behind the system's.
    Behind(TimeDelta),
}

impl Clock {
    /// The system's time.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands still until it is [set](Clock::set) or [advanced](Clock::advance); copies share the time.
    pub fn manual(start: DateTime<Utc>) -> Clock {
        Clock(Source::Manual(Arc::new(Mutex::new(Hands::Still(start)))))
    }

    /// A clock that goes as the system's does, this much behind it: to go on where a play that ended was.
    pub fn behind(by: TimeDelta) -> Clock {
        Clock(Source::Manual(Arc::new(Mutex::new(Hands::Behind(by)))))
    }

    /// The time, in whole microseconds, as every store keeps it.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Source::System => system_now(),
            Source::Manual(hands) => match *hands.lock().unwrap_or_else(PoisonError::into_inner) {
                Hands::Still(time) => time,
                Hands::Behind(by) => system_now() - by,
            },
        };
        database::to_micros(now)
    }

    /// Sets a manual clock; the system's can't be set, and stays what it is.
    pub fn set(&self, time: DateTime<Utc>) {
        if let Source::Manual(held) = &self.0 {
            *held.lock().unwrap_or_else(PoisonError::into_inner) = Hands::Still(time);
        }
    }

    /// Lets a manual clock go from the time it shows, as fast as the system's, and tells how far behind the system's it
    /// stays. The system's clock goes already.
    pub fn go_on(&self) -> TimeDelta {
        let by = system_now() - self.now();
        if let Source::Manual(held) = &self.0 {
            *held.lock().unwrap_or_else(PoisonError::into_inner) = Hands::Behind(by);
        }
        by
    }

    /// Moves a manual clock forward.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place where the system's time is read")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}

/// Makes identifiers: random ones, or a fixed series for tests.
#[derive(Clone, Debug)]
pub struct Ids(Option<Arc<Mutex<u128>>>);

impl Ids {
    /// Random identifiers that sort by the time they were made.
    pub fn random() -> Ids {
        Ids(None)
    }

    /// The series 1, 2, 3 ... as identifiers, the same in every run.
    pub fn series() -> Ids {
        Ids(Some(Arc::new(Mutex::new(0))))
    }

    /// The next identifier.
    pub fn next(&self) -> Uuid {
        match &self.0 {
            #[allow(clippy::disallowed_methods, reason = "the one place where identifiers are drawn")]
            None => Uuid::now_v7(),
            Some(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                *last += 1;
                Uuid::from_u128(*last)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told_and_copies_agree() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        let copy = clock.clone();
        clock.advance(TimeDelta::days(1));
        assert_eq!(copy.now(), DateTime::UNIX_EPOCH + TimeDelta::days(1));
        assert_eq!(copy.now(), clock.now());
    }

    #[test]
    fn a_clock_that_goes_on_goes_from_where_it_stood_and_another_goes_with_it() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        let copy = clock.clone();
        let by = clock.go_on();
        let (first, second) = (copy.now(), copy.now());
        assert!(
            DateTime::UNIX_EPOCH <= first && first <= second && second < DateTime::UNIX_EPOCH + TimeDelta::hours(1)
        );
        let later = Clock::behind(by).now();
        assert!(second <= later && later < second + TimeDelta::hours(1));
        clock.set(DateTime::UNIX_EPOCH);
        assert_eq!(copy.now(), DateTime::UNIX_EPOCH);
    }

    #[test]
    fn a_series_of_ids_repeats() {
        let (first, second) = (Ids::series(), Ids::series());
        assert_eq!([first.next(), first.next()], [second.next(), second.next()]);
        assert!(Ids::random().next() < Ids::random().next());
    }
}
