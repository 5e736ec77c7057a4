//! Feature tables of the benchmark (HOM-02), as they come in.

use std::time::Duration;

use contract::homecare as proto;
use database::Rows;
use edge::{Arrival, Call, EdgeError, InvalidRequest, Office};
use intake::Spool;
use proto::import_feature_table_request::Part;
use sha2::{Digest, Sha256};
use tonic::{Status, Streaming};

use super::Rpc;
use crate::{
    convert::{self, TableStart},
    domain::{FeatureRow, FeatureTable},
    regression::{Read, TableReader},
    store,
};

/// The largest table taken, in bytes: some four million lines of forty characteristics.
const MOST_BYTES: u64 = 1 << 30;
/// Bytes of the spool that are read at a time.
const PIECE: usize = 1 << 20;
/// Rows that are inserted at a time.
const BATCH: u64 = 5_000;

/// A table that is in order, as it came.
struct Arrived {
    spool: Spool,
    read: Read,
    sha256: [u8; 32],
}

impl Rpc {
    pub(super) async fn take_feature_table(
        &self,
        arrival: Arrival,
        mut messages: Streaming<proto::ImportFeatureTableRequest>,
    ) -> Result<proto::ImportFeatureTableResponse, Status> {
        let patience = self.intake.limits.patience;
        let Some(Part::Start(start)) = next(&mut messages, patience).await? else {
            return Err(wrong("start", "is not the first message").into());
        };
        // Nothing is taken in of who may not, and who may not is told so before what is wrong with the start.
        let known = start.office.parse::<Office>().ok();
        let call = match &known {
            Some(office) => Some(arrival.knock(office.as_str()).await?),
            None => None,
        };
        let start = convert::table_start(&start)?;
        let call = call.ok_or_else(|| wrong("start.office", "expected an office"))?;
        let mut spool = Spool::new(self.intake.limits.memory_bytes);
        let mut reader = TableReader::new(&start.categories);
        let mut hash = Sha256::new();
        let mut received = 0;
        while let Some(part) = next(&mut messages, patience).await? {
            let Part::Chunk(chunk) = part else {
                return Err(wrong("start", "comes once, as the first message").into());
            };
            received += chunk.len() as u64;
            if received > MOST_BYTES {
                return Err(wrong("chunk", &format!("the table has more than {MOST_BYTES} bytes")).into());
            }
            hash.update(&chunk);
            reader.take(&chunk, &mut |_| {});
            spool.append(&chunk).await.map_err(unspooled)?;
        }
        if hash.clone().finalize().as_slice() != start.sha256 {
            return Err(wrong("start.sha256", "is not that of what arrived: the table broke off, or changed").into());
        }
        spool.finish().await.map_err(unspooled)?;
        let read = reader.finish(&mut |_| {}).map_err(|faults| EdgeError::from(InvalidRequest(faults)))?;
        // The same text is another table when other columns of it are categories.
        start.categories.iter().for_each(|name| hash.update(format!("\n{name}")));
        Ok(self.keep_table(&call, start, Arrived { spool, read, sha256: hash.finalize().into() }).await?)
    }

    async fn keep_table(
        &self,
        call: &Call,
        start: TableStart,
        mut arrived: Arrived,
    ) -> Result<proto::ImportFeatureTableResponse, EdgeError> {
        let now = self.core.clock.now();
        let mut tx = self.core.db().write().await?;
        let table = FeatureTable {
            id: self.core.ids.next().to_string(),
            year: start.year,
            first_day: start.first_day,
            last_day: start.last_day,
            source: start.source,
            columns: arrived.read.columns.clone(),
            rows: arrived.read.rows,
            providers: arrived.read.providers,
            sha256: arrived.sha256,
            imported: now,
        };
        if !store::add_table(&mut tx, &table).await? {
            let known = store::same_table(&mut tx, &table.year, &table.sha256).await?;
            tx.audit(call.done("the same table again"));
            tx.commit(now).await?;
            return Ok(proto::ImportFeatureTableResponse { table: known.as_ref().map(convert::table), known: true });
        }
        // Once more over the same bytes: in the order in which they came the categories get the same places.
        let mut reader = TableReader::new(&start.categories);
        let mut rows = Rows::new(tx.engine(), &store::FEATURE_ROW);
        let mut line = 0;
        let mut at = 0;
        while at < arrived.spool.len() {
            let length = usize::try_from(arrived.spool.len() - at).unwrap_or(PIECE).min(PIECE);
            let piece = arrived.spool.read(at, length).await.map_err(unspooled)?;
            at += piece.len() as u64;
            reader.take(&piece, &mut |row| encode(&mut rows, &table.id, &mut line, &row));
            if rows.len() >= BATCH {
                let full = std::mem::replace(&mut rows, Rows::new(tx.engine(), &store::FEATURE_ROW));
                tx.insert_many(full).await?;
            }
        }
        let last = reader.finish(&mut |row| encode(&mut rows, &table.id, &mut line, &row));
        last.map_err(InvalidRequest)?;
        tx.insert_many(rows).await?;
        tx.audit(call.done(&format!("feature table {}, {} rows", table.id, table.rows)));
        tx.commit(now).await?;
        Ok(proto::ImportFeatureTableResponse { table: Some(convert::table(&table)), known: false })
    }

    pub(super) async fn list_feature_tables(
        &self,
        call: &Call,
        request: proto::ListFeatureTablesRequest,
    ) -> Result<proto::ListFeatureTablesResponse, EdgeError> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::year_page((&request.office, request.year), asked)?;
        let mut tables = store::page_of_tables(&mut self.core.read(call).await?, &year, &page).await?;
        let next_page_token = page.cut(&mut tables, |table| vec![table.id.clone()]);
        Ok(proto::ListFeatureTablesResponse { tables: tables.iter().map(convert::table).collect(), next_page_token })
    }
}

fn encode(rows: &mut Rows, table_id: &str, line: &mut i64, row: &FeatureRow) {
    *line += 1;
    store::encode_row(rows, table_id, *line, row);
}

/// The next part of a table; a peer that stays silent is not waited for.
async fn next(
    messages: &mut Streaming<proto::ImportFeatureTableRequest>,
    patience: Duration,
) -> Result<Option<Part>, Status> {
    let message = tokio::time::timeout(patience, messages.message()).await;
    let message = message.map_err(|_| Status::deadline_exceeded("nothing was sent for too long"))??;
    match message {
        None => Ok(None),
        Some(message) => message.part.map(Some).ok_or_else(|| wrong("part", "is missing").into()),
    }
}

fn wrong(field: &str, problem: &str) -> EdgeError {
    InvalidRequest(vec![(field.to_owned(), problem.to_owned())]).into()
}

fn unspooled(error: std::io::Error) -> EdgeError {
    EdgeError::Stored(format!("the table could not be kept while it came in: {error}"))
}
