//! Refused attempts, in the audit log without letting anyone fill it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::call::Attempt;

/// Attempts that are alike get one entry in this time; how many more there were stands in the next one.
const WINDOW: TimeDelta = TimeDelta::seconds(60);
/// Kinds of attempts that are told apart at a time.
const REMEMBERED: usize = 10_000;

/// Counts attempts that are alike.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    seen: Mutex<HashMap<String, Seen>>,
}

#[derive(Debug)]
struct Seen {
    since: DateTime<Utc>,
    more: u64,
}

impl Refusals {
    /// Whether an attempt gets an entry now, and then how many like it got none.
    pub(super) fn note(&self, attempt: &Attempt<'_>, now: DateTime<Utc>) -> Option<u64> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.retain(|_, kind| now - kind.since < WINDOW);
        }
        let precise = [attempt.actor, attempt.method.path, attempt.reason, attempt.office, attempt.object];
        let full = seen.len() >= REMEMBERED && !seen.contains_key(&precise.join("\u{1f}"));
        // A flood of attempts that differ counts by RPC and reason only.
        let key = if full { [attempt.method.path, attempt.reason].join("\u{1f}") } else { precise.join("\u{1f}") };
        match seen.get_mut(&key) {
            Some(kind) if now - kind.since < WINDOW => {
                kind.more += 1;
                None
            }
            Some(kind) => {
                kind.since = now;
                Some(std::mem::take(&mut kind.more))
            }
            None => {
                seen.insert(key, Seen { since: now, more: 0 });
                Some(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::access::METHODS;

    use super::*;

    fn attempt(object: &str) -> Attempt<'_> {
        Attempt {
            actor: "anna",
            authentication: "token",
            method: &METHODS[0],
            office: "vgz",
            object,
            request_id: None,
            reason: "ROLE_NOT_ADMITTED",
        }
    }

    #[test]
    fn the_first_gets_an_entry_and_the_rest_is_counted() {
        let refusals = Refusals::default();
        let start = DateTime::UNIX_EPOCH;
        assert_eq!(refusals.note(&attempt("a"), start), Some(0));
        for second in 0..50 {
            assert_eq!(refusals.note(&attempt("a"), start + TimeDelta::seconds(second)), None);
        }
        assert_eq!(refusals.note(&attempt("b"), start), Some(0));
        assert_eq!(refusals.note(&attempt("a"), start + TimeDelta::seconds(61)), Some(50));
        assert_eq!(refusals.note(&attempt("a"), start + TimeDelta::seconds(200)), Some(0));
    }

    #[test]
    fn a_flood_of_different_attempts_does_not_fill_the_log() {
        let refusals = Refusals::default();
        let noted = (0..REMEMBERED * 2).filter_map(|number| {
            let object = number.to_string();
            refusals.note(&attempt(&object), DateTime::UNIX_EPOCH)
        });
        assert_eq!(noted.count(), REMEMBERED + 1);
        assert!(refusals.seen.lock().unwrap().len() <= REMEMBERED + 1);
    }
}
