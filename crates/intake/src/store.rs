//! The tables: statements, and what is read back from them.

use chrono::{DateTime, NaiveDate, Utc};
use contract::common;
use database::{Column, DatabaseError, Db, Kind, Rows, Table, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Office, Page, to_proto};
use futures::{Stream, stream};
use identifiers::Agb;
use vektis::codes::{Codes, ReturnCode};

use crate::{
    decider::FileSummary,
    judge::code_text,
    links,
    results::{Decided, Outcome, Results},
};

/// Lines read at a time.
const PAGE: i64 = 5_000;

pub(crate) const CLAIM_LINE: Table = Table {
    name: "claim_line",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("file_number", Kind::Int),
        Column::new("detail_number", Kind::Int),
        Column::new("client", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("function_code", Kind::Int),
        Column::new("care_profile", Kind::Int),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("quantity", Kind::Int),
        Column::new("time_unit", Kind::Int),
        Column::new("tariff_cents", Kind::Int),
        Column::new("claimed_cents", Kind::Int),
        Column::new("granted_cents", Kind::Int),
        Column::new("outcome", Kind::Int),
        Column::new("days_once", Kind::Int),
        Column::new("reference", Kind::Text),
        Column::new("previous_reference", Kind::Text),
        Column::new("codes", Kind::Text),
    ],
};

const CLAIM_REMARK: Table = Table {
    name: "claim_remark",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("file_number", Kind::Int),
        Column::new("record_number", Kind::Int),
        Column::new("codes", Kind::Text),
    ],
};

const ADD_SENDER: &str = "INSERT INTO claim_sender (office, agb, files) VALUES ($1, $2, 0)
                          ON CONFLICT (office, agb) DO NOTHING";
const TAKE_SENDER: &str = "UPDATE claim_sender SET files = files + $3 WHERE office = $1 AND agb = $2
                           RETURNING files";
const ADD_FILE: &str = "
    INSERT INTO claim_file (office, file_id, agb, file_number, payee_agb, message_code, invoice_number,
                            invoice_date, first_day, last_day, sha256, insurer_reference, lines, granted_lines,
                            submitted_cents, granted_cents, received_time, insured_import_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

/// Which lines are those of a file.
#[derive(Clone, Debug)]
pub(crate) struct LineKey {
    pub(crate) office: String,
    pub(crate) agb: String,
    pub(crate) file_number: i64,
}

/// Takes the rows of provider and payee, and gives the number of the provider's next file.
pub(crate) async fn take_senders(tx: &mut Tx, office: &Office, agb: Agb, payee: Agb) -> Result<i64, DatabaseError> {
    let mut file_number = 0;
    // in the same order by everybody, so that two transactions never wait for each other
    for sender in if agb == payee { vec![agb] } else { vec![agb.min(payee), agb.max(payee)] } {
        let code = sender.to_string();
        execute!(tx, ADD_SENDER, office.as_str(), code.as_str())?;
        let own = i64::from(sender == agb);
        let (files,) = fetch_one!(tx, TAKE_SENDER, office.as_str(), code.as_str(), own => (i64,))?;
        if sender == agb {
            file_number = files;
        }
    }
    Ok(file_number)
}

/// Holds the files of a provider: none of them is decided until the transaction ends, and what was decided before is
/// there to see. For who decides something that later lines are held against.
///
/// # Errors
/// What the store reports.
pub async fn hold_files(tx: &mut Tx, office: &Office, agb: Agb) -> Result<(), DatabaseError> {
    let agb = agb.to_string();
    execute!(tx, ADD_SENDER, office.as_str(), &agb)?;
    execute!(tx, TAKE_SENDER, office.as_str(), &agb, 0_i64)?;
    Ok(())
}

/// Stores a file and the codes on its insured and comment records.
pub(crate) async fn save_file(
    tx: &mut Tx,
    file: &FileSummary<'_>,
    results: &Results,
    sha256: &[u8; 32],
    insurer_reference: &str,
    key: &LineKey,
) -> Result<(), DatabaseError> {
    let header = file.header;
    execute!(
        tx,
        ADD_FILE,
        key.office.as_str(),
        &header.file_id,
        key.agb.as_str(),
        key.file_number,
        header.payee.to_string(),
        header.message.code(),
        &header.invoice_number,
        header.invoice_date,
        header.first_day,
        header.last_day,
        sha256,
        insurer_reference,
        header.lines.cast_signed(),
        file.granted_lines.cast_signed(),
        header.submitted_cents,
        file.granted_cents,
        header.received_time,
        file.insured_import_id,
    )?;
    let mut rows = Rows::new(tx.engine(), &CLAIM_REMARK);
    for (record_number, codes) in results.remarks() {
        rows.text(&key.office).text(&key.agb).int(key.file_number);
        rows.int(record_number.cast_signed()).text(&code_text(codes)).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// A claim file on record.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredFile {
    /// The file.
    pub file_id: String,
    /// The office it was submitted to.
    pub office: String,
    /// AGB code of the provider.
    pub agb: String,
    /// Code of the message: 187, 428 or 430.
    pub message_code: i64,
    /// The payee's invoice number.
    pub invoice_number: String,
    /// First day of the declaration period.
    pub first_day: NaiveDate,
    /// Last day of the declaration period.
    pub last_day: NaiveDate,
    /// Lines in the file.
    pub lines: i64,
    /// Net amount claimed, in eurocents.
    pub submitted_cents: i64,
    /// Net amount granted, in eurocents.
    pub granted_cents: i64,
    /// When it was received.
    pub received_time: DateTime<Utc>,
    pub(crate) file_number: i64,
    pub(crate) sha256: Vec<u8>,
    pub(crate) insurer_reference: String,
    pub(crate) insured_import_id: String,
}

macro_rules! files {
    ($rest:literal) => {
        concat!(
            "SELECT file_id, office, agb, message_code, invoice_number, first_day, last_day, lines, submitted_cents,
                    granted_cents, received_time, file_number, sha256, insurer_reference, insured_import_id
             FROM claim_file WHERE ",
            $rest
        )
    };
}
const FILE: &str = files!("file_id = $1");
const FILE_OF_INVOICE: &str = files!("office = $1 AND payee_agb = $2 AND invoice_number = $3");
const FILES: &str = files!("office = $1 AND ($2 = '' OR agb = $2) AND file_id > $3 ORDER BY file_id LIMIT $4");

impl StoredFile {
    /// The file as the contract has it.
    #[must_use]
    pub fn to_proto(&self) -> common::ClaimFile {
        common::ClaimFile {
            file_id: self.file_id.clone(),
            office: self.office.clone(),
            agb: self.agb.clone(),
            message_code: self.message_code.to_string(),
            invoice_number: self.invoice_number.clone(),
            period: to_proto::period(self.first_day, Some(self.last_day)),
            lines: self.lines,
            submitted: Some(common::Money { cents: self.submitted_cents }),
            granted: Some(common::Money { cents: self.granted_cents }),
            received_time: to_proto::time(self.received_time),
            insured_import_id: self.insured_import_id.clone(),
        }
    }

    pub(crate) fn key(&self) -> LineKey {
        LineKey { office: self.office.clone(), agb: self.agb.clone(), file_number: self.file_number }
    }
}

/// A file by its id.
///
/// # Errors
/// What the store reports.
pub async fn claim_file(tx: &mut Tx, file_id: &str) -> Result<Option<StoredFile>, DatabaseError> {
    fetch_optional!(tx, FILE, file_id => StoredFile)
}

/// A payee's file by its invoice number.
pub(crate) async fn file_of_invoice(
    tx: &mut Tx,
    office: &Office,
    payee: Agb,
    invoice_number: &str,
) -> Result<Option<StoredFile>, DatabaseError> {
    fetch_optional!(tx, FILE_OF_INVOICE, office.as_str(), payee.to_string(), invoice_number => StoredFile)
}

/// A page of the files of an office by their id, which is the order in which they came, and the token of the next
/// page. The page has a key of one part.
///
/// # Errors
/// What the store reports.
pub async fn list_files(
    tx: &mut Tx,
    office: &Office,
    agb: Option<Agb>,
    page: &Page,
) -> Result<(Vec<common::ClaimFile>, String), DatabaseError> {
    let agb = agb.map(|agb| agb.to_string()).unwrap_or_default();
    let after = page.after.first().map(String::as_str).unwrap_or_default();
    let mut files = fetch_all!(tx, FILES, office.as_str(), agb, after, page.limit() => StoredFile)?;
    let next = page.cut(&mut files, |file| vec![file.file_id.clone()]);
    Ok((files.iter().map(StoredFile::to_proto).collect(), next))
}

const LINES: &str = "
    SELECT detail_number, client, product, first_day, last_day, quantity, time_unit, claimed_cents, granted_cents,
           reference, previous_reference, outcome, codes, function_code, care_profile
    FROM claim_line
    WHERE office = $1 AND agb = $2 AND file_number = $3 AND detail_number > $4
    ORDER BY detail_number LIMIT $5";

#[derive(sqlx::FromRow)]
struct StoredLine {
    detail_number: i64,
    client: String,
    product: String,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    quantity: i64,
    time_unit: i64,
    claimed_cents: i64,
    granted_cents: i64,
    reference: String,
    previous_reference: String,
    outcome: i64,
    codes: String,
    function_code: i64,
    care_profile: i64,
}

impl StoredLine {
    fn into_proto(self) -> Result<common::ClaimLine, DatabaseError> {
        let decided = decided(self.outcome, self.granted_cents, &self.codes)?;
        let period = common::Period {
            first_day: self.first_day.and_then(to_proto::date),
            last_day: self.last_day.and_then(to_proto::date),
        };
        Ok(common::ClaimLine {
            detail_number: self.detail_number,
            client: self.client,
            product: self.product,
            period: Some(period),
            quantity: self.quantity,
            unit: format!("{:02}", self.time_unit),
            claimed: Some(common::Money { cents: self.claimed_cents }),
            granted: Some(common::Money { cents: self.granted_cents }),
            reference: self.reference,
            previous_reference: self.previous_reference,
            // Two and three digits in the standard.
            function_code: i32::try_from(self.function_code).unwrap_or_default(),
            care_profile: i32::try_from(self.care_profile).unwrap_or_default(),
            return_codes: decided.codes.iter().map(|code| code.to_string()).collect(),
            earlier_clients: Vec::new(),
        })
    }
}

/// The lines of a file in its order, granted and refused ones, 5,000 at a time. No transaction is open while the
/// receiver is slow: what is on record doesn't change.
pub fn line_pages(
    db: &Db,
    file: &StoredFile,
) -> impl Stream<Item = Result<Vec<common::ClaimLine>, EdgeError>> + Send + 'static {
    let start = Some((db.clone(), file.key(), 0_i64));
    stream::try_unfold(start, |state| async move {
        let Some((db, key, after)) = state else { return Ok(None) };
        let mut tx = db.read().await?;
        let args = (key.office.as_str(), key.agb.as_str());
        let lines = fetch_all!(tx, LINES, args.0, args.1, key.file_number, after, PAGE => StoredLine)?;
        let Some(last) = lines.last().map(|line| line.detail_number) else { return Ok(None) };
        let next = (lines.len() as i64 == PAGE).then_some((db, key, last));
        let lines: Result<Vec<_>, DatabaseError> = lines.into_iter().map(StoredLine::into_proto).collect();
        let mut lines = lines?;
        add_earlier_clients(&mut tx, &mut lines).await?;
        tx.rollback().await?;
        Ok(Some((lines, next)))
    })
}

/// Tells the earlier pseudonyms of clients that were seen under more than one key.
async fn add_earlier_clients(tx: &mut Tx, lines: &mut [common::ClaimLine]) -> Result<(), DatabaseError> {
    if !links::any(tx).await? {
        return Ok(());
    }
    let earlier = links::of(tx, lines.iter().map(|line| line.client.as_str())).await?;
    for line in lines {
        line.earlier_clients = earlier.get(&line.client).cloned().unwrap_or_default();
    }
    Ok(())
}

const DECISIONS: &str = "
    SELECT detail_number, outcome, granted_cents, codes FROM claim_line
    WHERE office = $1 AND agb = $2 AND file_number = $3 AND detail_number > $4
    ORDER BY detail_number LIMIT $5";
const REMARKS: &str = "
    SELECT record_number, codes FROM claim_remark
    WHERE office = $1 AND agb = $2 AND file_number = $3 AND record_number > $4
    ORDER BY record_number LIMIT $5";

/// The decisions that were taken on a file.
pub(crate) async fn results_of(db: &Db, file: &StoredFile) -> Result<Results, DatabaseError> {
    let mut results = Results::with_capacity(file.lines.unsigned_abs());
    let key = file.key();
    let (office, agb, number) = (key.office.as_str(), key.agb.as_str(), key.file_number);
    let mut tx = db.read().await?;
    let mut after = Some(0);
    while let Some(from) = after {
        let page = fetch_all!(tx, DECISIONS, office, agb, number, from, PAGE => (i64, i64, i64, String))?;
        after = page.last().map(|row| row.0).filter(|_| page.len() as i64 == PAGE);
        for (_, outcome, granted_cents, codes) in page {
            results.push(&decided(outcome, granted_cents, &codes)?);
        }
    }
    after = Some(0);
    while let Some(from) = after {
        let page = fetch_all!(tx, REMARKS, office, agb, number, from, PAGE => (i64, String))?;
        after = page.last().map(|row| row.0).filter(|_| page.len() as i64 == PAGE);
        for (record_number, codes) in page {
            results.remark(record_number.unsigned_abs(), read_codes(&codes)?);
        }
    }
    tx.rollback().await?;
    Ok(results)
}

fn decided(outcome: i64, granted_cents: i64, codes: &str) -> Result<Decided, DatabaseError> {
    let outcome = Outcome::from_stored(outcome).ok_or_else(|| DatabaseError::Stored("an outcome".to_owned()))?;
    let codes = if codes.is_empty() { Codes::one(ReturnCode::GRANTED) } else { read_codes(codes)? };
    Ok(Decided { outcome, granted_cents, codes })
}

fn read_codes(text: &str) -> Result<Codes, DatabaseError> {
    let unreadable = || DatabaseError::Stored("return codes".to_owned());
    text.split(' ').map(|code| ReturnCode::parse(code).ok_or_else(unreadable)).collect()
}
