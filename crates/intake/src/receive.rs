//! First pass: bytes as they arrive, checked, hashed and spooled.

use chrono::NaiveDate;
use edge::{EdgeError, InvalidRequest};
use sha2::{Digest as _, Sha256};
use vektis::{
    check::{Checker, Finding, Summary},
    codes::Level,
    framing::{Frame, Splitter},
};

use crate::{Limits, findings::Findings, spool::Spool};

/// A chunk may be this long, as the contract says.
pub(crate) const LARGEST_CHUNK: usize = 1024 * 1024;

/// A file that was received as a whole.
pub(crate) struct Received {
    pub(crate) spool: Spool,
    pub(crate) sha256: [u8; 32],
    pub(crate) summary: Summary,
    /// What rejects the file. Findings about lines are made again with the decisions on them.
    pub(crate) findings: Findings,
    /// The day the file is judged on.
    pub(crate) today: NaiveDate,
}

/// A file that is being received.
pub(crate) struct Receiver {
    splitter: Splitter,
    checker: Checker,
    found: Vec<Finding>,
    findings: Findings,
    spool: Spool,
    hash: Sha256,
    today: NaiveDate,
    received: u64,
    largest: u64,
}

impl Receiver {
    pub(crate) fn new(today: NaiveDate, limits: &Limits) -> Self {
        Self {
            splitter: Splitter::new(),
            checker: Checker::new(today),
            found: Vec::new(),
            findings: Findings::default(),
            spool: Spool::new(limits.memory_bytes),
            hash: Sha256::new(),
            today,
            received: 0,
            largest: limits.file_bytes,
        }
    }

    /// Bytes received so far.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    pub(crate) async fn take(&mut self, chunk: &[u8]) -> Result<(), EdgeError> {
        if chunk.len() > LARGEST_CHUNK {
            return Err(invalid("chunk", format!("is longer than {LARGEST_CHUNK} bytes")));
        }
        self.received += chunk.len() as u64;
        if self.received > self.largest {
            return Err(EdgeError::Precondition {
                reason: "CLAIM_FILE_TOO_LARGE",
                subject: "chunk".to_owned(),
                message: format!("the claim file is larger than {} bytes", self.largest),
            });
        }
        self.hash.update(chunk);
        self.splitter.feed(chunk, |frame| {
            self.checker.check(&frame, &mut self.found);
        });
        keep_file_level(&mut self.found, &mut self.findings);
        // a rejected file is answered without its bytes
        if !self.checker.is_rejected() {
            self.spool.append(chunk).await.map_err(spool_failed)?;
        }
        Ok(())
    }

    pub(crate) async fn finish(self) -> Result<Received, EdgeError> {
        if self.received == 0 {
            return Err(invalid("chunk", "the file is empty"));
        }
        let Self { splitter, mut checker, mut found, mut findings, hash, mut spool, today, .. } = self;
        splitter.finish(|frame: Frame<'_>| {
            checker.check(&frame, &mut found);
        });
        let summary = checker.finish(&mut found);
        keep_file_level(&mut found, &mut findings);
        spool.finish().await.map_err(spool_failed)?;
        Ok(Received { spool, sha256: hash.finalize().into(), summary, findings, today })
    }
}

fn keep_file_level(found: &mut Vec<Finding>, findings: &mut Findings) {
    for finding in found.drain(..) {
        if finding.level == Level::File {
            findings.add(finding);
        }
    }
}

/// A request with one wrong field.
pub(crate) fn invalid(field: &str, problem: impl ToString) -> EdgeError {
    InvalidRequest(vec![(field.to_owned(), problem.to_string())]).into()
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn spool_failed(error: std::io::Error) -> EdgeError {
    EdgeError::Stored(format!("the spool: {error}"))
}
