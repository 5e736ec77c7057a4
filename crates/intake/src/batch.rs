//! [`Reader`]: the spool again, in batches of records with their technical checks.

use std::collections::BTreeSet;

use edge::EdgeError;
use identifiers::{Pseudonym, PseudonymKeys};
use vektis::{
    check::{Checked, Checker, Finding},
    codes::Codes,
    framing::Frame,
    layout::{Performance, RECORD},
};

use crate::{
    Decider,
    findings::{FULL, place},
    receive::{Received, spool_failed},
};

/// Records read, looked up and inserted at a time.
pub(crate) const RECORDS: usize = 5_000;

/// Some records of an accepted file.
#[derive(Default)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    pub(crate) lines: Vec<Line>,
    /// Codes on insured and comment records, with the number of the record.
    pub(crate) remarks: Vec<(u64, Codes)>,
    pub(crate) findings: Vec<Finding>,
    /// Clients and their pseudonyms of earlier keys; empty with one key.
    pub(crate) links: BTreeSet<(Pseudonym, Pseudonym)>,
}

/// Where a line stands, and what is known of it that isn't in its record.
pub(crate) struct Line {
    at: usize,
    pub(crate) record_number: u64,
    /// Codes of the technical checks.
    pub(crate) codes: Codes,
    pub(crate) client: Option<Pseudonym>,
    /// Whether the service says that its days can be bought once.
    pub(crate) days_once: bool,
}

impl Batch {
    /// Asks the service of which lines in order the days can be bought once.
    pub(crate) fn mark_days(&mut self, decider: &mut impl Decider) {
        for line in self.lines.iter_mut().filter(|line| line.codes.is_empty() && line.client.is_some()) {
            let record = Performance::new(self.bytes[line.at..].first_chunk().unwrap_or(&[b' '; RECORD]));
            let asked = record.begin().zip(record.time_unit());
            line.days_once = asked.is_some_and(|(first_day, unit)| decider.days_once(first_day, unit));
        }
    }

    pub(crate) fn record(&self, line: &Line) -> Performance<'_> {
        // lines are made below, from whole records
        Performance::new(self.bytes[line.at..].first_chunk().unwrap_or(&[b' '; RECORD]))
    }
}

/// Reads a received file that was accepted. Every record then has its place by its number alone.
pub(crate) struct Reader<'k> {
    checker: Checker,
    keys: &'k PseudonymKeys,
    /// That of the insured record the next lines belong to.
    client: Option<Pseudonym>,
    records: u64,
}

impl<'k> Reader<'k> {
    /// The checks are those of the first pass: same bytes, same day.
    pub(crate) fn new(received: &Received, keys: &'k PseudonymKeys) -> Self {
        Self { checker: Checker::new(received.today), keys, client: None, records: 0 }
    }

    /// The next batch; none at the end of the file.
    pub(crate) async fn next(&mut self, received: &mut Received) -> Result<Option<Batch>, EdgeError> {
        let bytes = received.spool.read(self.records * FULL as u64, RECORDS * FULL).await.map_err(spool_failed)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let mut batch = Batch { lines: Vec::with_capacity(RECORDS), ..Batch::default() };
        for at in (0..bytes.len()).step_by(FULL) {
            self.records += 1;
            let Some(record) = bytes[at..].first_chunk() else { break };
            let frame = Frame::Record { place: place(self.records), bytes: record };
            match self.checker.check(&frame, &mut batch.findings) {
                Checked::Performance(_, codes) => {
                    batch.lines.push(Line {
                        at,
                        record_number: self.records,
                        codes,
                        client: self.client,
                        days_once: false,
                    });
                }
                Checked::Insured(insured, codes) => {
                    // once per person rather than per line; those without a number stay apart from each other
                    let bsn = insured.bsn().filter(|bsn| !bsn.is_none());
                    self.client = bsn.as_ref().map(|bsn| self.keys.pseudonym(bsn));
                    if let Some((bsn, client)) = bsn.as_ref().zip(self.client).filter(|_| self.keys.has_earlier()) {
                        batch.links.extend(self.keys.earlier(bsn).map(|earlier| (client, earlier)));
                    }
                    batch.remark(self.records, codes);
                }
                Checked::Comment(_, codes) => batch.remark(self.records, codes),
                Checked::Header(_) | Checked::Trailer(_) | Checked::Unreadable => {}
            }
        }
        batch.bytes = bytes;
        Ok(Some(batch))
    }
}

impl Batch {
    fn remark(&mut self, record_number: u64, codes: Codes) {
        if !codes.is_empty() {
            self.remarks.push((record_number, codes));
        }
    }
}
