//! What is measured of the intake: files and lines by how they end, money, and how long a file takes.

use std::{sync::LazyLock, time::Instant};

use telemetry::{Counter, Euros, Histogram, SERVICE};

use crate::results::{Outcome, Results};

/// Where the buckets end, in seconds: a file of a small provider, and one of millions of lines.
const BUCKETS: [f64; 9] = [0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 1_800.0, 7_200.0];
/// A code to count by, where a line has none.
const NO_CODE: &str = "none";

static FILES: LazyLock<Counter> =
    LazyLock::new(|| Counter::new("zorginkoop.claim.files", "{file}", "Claim files by how they ended."));
static LINES: LazyLock<Counter> = LazyLock::new(|| {
    let about = "Lines of accepted claim files by outcome and by the first code of their return.";
    Counter::new("zorginkoop.claim.lines", "{line}", about)
});
static GRANTED: LazyLock<Euros> =
    LazyLock::new(|| Euros::new("zorginkoop.claim.granted.euros", "What was granted on debit lines of claim files."));
static CREDITED: LazyLock<Euros> =
    LazyLock::new(|| Euros::new("zorginkoop.claim.credited.euros", "What credit lines of claim files took back."));
static DURATION: LazyLock<Histogram> = LazyLock::new(|| {
    let about = "From the last byte of a claim file to the end of its return.";
    Histogram::new("zorginkoop.claim.file.duration", "s", about, &BUCKETS)
});

/// How a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It is on record.
    Accepted,
    /// It was on record already, and its return was sent again.
    SentAgain,
    /// It was rejected as a whole.
    Rejected,
    /// It is on record, and its sender was gone before the end of its return: sent again, it is known.
    Unread,
}

impl Ended {
    fn as_str(self) -> &'static str {
        match self {
            Ended::Accepted => "accepted",
            Ended::SentAgain => "sent_again",
            Ended::Rejected => "rejected",
            Ended::Unread => "unread",
        }
    }
}

/// A file that was received whole and is being handled; one that is not ended by then failed.
pub(crate) struct Handling {
    service: &'static str,
    office: String,
    began: Instant,
    ended: Option<Ended>,
}

impl Handling {
    /// Of an office that the caller was admitted for: others are no labels.
    pub(crate) fn begins(service: &'static str, office: &str) -> Handling {
        Handling { service, office: office.to_owned(), began: Instant::now(), ended: None }
    }

    /// The file is on record; what may fail now is its sender's taking the return.
    pub(crate) fn is_on_record(&mut self) {
        self.ended = Some(Ended::Unread);
    }

    /// The file ended.
    pub(crate) fn ends(mut self, ended: Ended) {
        self.ended = Some(ended);
    }

    /// Counts the lines of a file that is on record now.
    pub(crate) fn count(&self, results: &Results) {
        for ((outcome, code), (lines, cents)) in results.totals() {
            let outcome = match outcome {
                Outcome::Refused => "refused",
                Outcome::Debit => "granted",
                Outcome::Credit => "credited",
            };
            let code = code.map_or_else(|| NO_CODE.to_owned(), |code| code.to_string());
            let labels = [(SERVICE, self.service), ("office", &self.office), ("outcome", outcome), ("code", &code)];
            LINES.add(lines, &labels);
            let of = [(SERVICE, self.service), ("office", self.office.as_str())];
            match u64::try_from(cents) {
                Ok(granted) => GRANTED.add_cents(granted, &of),
                Err(_) => CREDITED.add_cents(cents.unsigned_abs(), &of),
            }
        }
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        let outcome = self.ended.map_or("failed", Ended::as_str);
        let labels = [(SERVICE, self.service), ("office", &self.office), ("outcome", outcome)];
        FILES.add(1, &labels);
        DURATION.record(self.began.elapsed().as_secs_f64(), &labels);
    }
}
