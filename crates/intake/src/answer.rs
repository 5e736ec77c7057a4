//! Third pass: the AW320.

use bytes::Bytes;
use edge::EdgeError;
use vektis::{
    aw320::{self, HeaderAnswer},
    layout::{Comment, DoesNotFit, Header, Insured, Performance, RECORD, RETURN_RECORD, Trailer},
};

use crate::{
    batch::RECORDS,
    findings::FULL,
    receive::{Received, spool_failed},
    results::Results,
    work::Progress,
};

/// Bytes sent at a time, about.
const CHUNK: usize = 256 * 1024;

/// Sends the return of an accepted file.
pub(crate) async fn send(
    received: &mut Received,
    results: &Results,
    header: &HeaderAnswer,
    progress: &Progress,
) -> Result<(), EdgeError> {
    let mut writer = Writer { results, header, submitted_cents: received.summary.claimed_cents, records: 0, lines: 0 };
    let mut out = Vec::new();
    loop {
        let at = writer.records * FULL as u64;
        let block = received.spool.read(at, RECORDS * FULL).await.map_err(spool_failed)?;
        if block.is_empty() {
            break;
        }
        for record in block.chunks(FULL) {
            let Some(record) = record.first_chunk() else { break };
            writer.record(record, &mut out).map_err(|error| EdgeError::Stored(error.to_string()))?;
            if out.len() >= CHUNK {
                let full = std::mem::replace(&mut out, Vec::with_capacity(CHUNK + RETURN_RECORD + 2));
                progress.aw320(Bytes::from(full)).await?;
            }
        }
    }
    if !out.is_empty() {
        progress.aw320(Bytes::from(out)).await?;
    }
    Ok(())
}

struct Writer<'a> {
    results: &'a Results,
    header: &'a HeaderAnswer,
    submitted_cents: i64,
    records: u64,
    lines: usize,
}

impl Writer<'_> {
    fn record(&mut self, record: &[u8; RECORD], out: &mut Vec<u8>) -> Result<(), DoesNotFit> {
        self.records += 1;
        match &record[..2] {
            b"04" => {
                let line = Performance::new(record);
                let answer = self.results.answer(self.lines, line).ok_or(DoesNotFit { field: "0402" })?;
                self.lines += 1;
                aw320::write_performance(out, line, answer)?;
            }
            b"02" => aw320::write_insured(out, Insured::new(record), self.results.codes_of(self.records)),
            b"98" => aw320::write_comment(out, Comment::new(record), self.results.codes_of(self.records)),
            b"01" => aw320::write_header(out, Header::new(record), self.header)?,
            _ => {
                aw320::write_trailer(out, Trailer::new(record), self.submitted_cents, self.results.granted_cents)?;
            }
        }
        Ok(())
    }
}
