//! What a file adds: entries of production, refusals and corrections, and the present sums.

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute};
use edge::Office;
use identifiers::Agb;

use crate::{
    decide::FileCube,
    domain::{Cell, CellKey, Figures},
};

// In the order of the key, so that two files never wait for each other's rows.
const ADD: &str = "INSERT INTO production
        (office, year, agb, product, care_month, unit, submitted_lines, submitted_quantity, submitted_cents,
         approved_lines, approved_quantity, approved_cents, credited_lines, credited_quantity, credited_cents,
         refused_lines, refused_quantity, refused_cents)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
    ON CONFLICT (office, year, agb, product, care_month, unit) DO UPDATE SET
        submitted_lines = production.submitted_lines + excluded.submitted_lines,
        submitted_quantity = production.submitted_quantity + excluded.submitted_quantity,
        submitted_cents = production.submitted_cents + excluded.submitted_cents,
        approved_lines = production.approved_lines + excluded.approved_lines,
        approved_quantity = production.approved_quantity + excluded.approved_quantity,
        approved_cents = production.approved_cents + excluded.approved_cents,
        credited_lines = production.credited_lines + excluded.credited_lines,
        credited_quantity = production.credited_quantity + excluded.credited_quantity,
        credited_cents = production.credited_cents + excluded.credited_cents,
        refused_lines = production.refused_lines + excluded.refused_lines,
        refused_quantity = production.refused_quantity + excluded.refused_quantity,
        refused_cents = production.refused_cents + excluded.refused_cents";

macro_rules! table {
    ($name:literal: $($key:literal)* / $($figure:literal)* / $($stamp:literal $kind:ident)*) => {
        Table {
            name: $name,
            columns: &[
                Column::new("office", Kind::Text),
                Column::new("year", Kind::Int),
                Column::new("agb", Kind::Text),
                $(Column::new($key, Kind::Text),)*
                $(Column::new(concat!($figure, "_lines"), Kind::Int),
                  Column::new(concat!($figure, "_quantity"), Kind::Int),
                  Column::new(concat!($figure, "_cents"), Kind::Int),)*
                $(Column::new($stamp, Kind::$kind),)*
            ],
        }
    };
}
const PRODUCTION_ENTRY: Table = table!("production_entry": "product" "care_month" "unit" "file_id"
    / "submitted" "approved" "credited" "refused" / "received_date" Date "recorded_time" Time);
const CORRECTION: Table = table!("correction": "product" "care_month" "unit" "file_id"
    / "submitted" "approved" "credited" / "received_date" Date "recorded_time" Time);
const REFUSAL_ENTRY: Table = table!("refusal_entry": "product" "care_month" "unit" "return_code" "file_id"
    / "refused" / "recorded_time" Time);

/// The file that entries come from.
#[derive(Clone, Copy, Debug)]
pub struct EntryOf<'a> {
    /// The file.
    pub file_id: &'a str,
    /// The office.
    pub office: &'a Office,
    /// The provider.
    pub agb: Agb,
    /// The year that lines are counted under of which the days can't be read: that of the file's period.
    pub year: i32,
    /// The day it was received, in Amsterdam.
    pub received_date: NaiveDate,
    /// When its decisions were recorded.
    pub recorded_time: DateTime<Utc>,
}

/// Stores what a file adds.
pub async fn add_cube(tx: &mut Tx, of: &EntryOf<'_>, cube: &FileCube) -> Result<(), DatabaseError> {
    for (key, cell) in cube.production() {
        add(tx, of, key, cell).await?;
    }
    let agb = of.agb.to_string();
    for (table, cells) in [(&PRODUCTION_ENTRY, cube.production()), (&CORRECTION, cube.corrections())] {
        let mut rows = Rows::new(tx.engine(), table);
        for (key, cell) in cells {
            rows.text(of.office.as_str()).int(key.care_month.year().into()).text(&agb).text(key.product());
            rows.text(&key.care_month.to_string()).text(&key.unit()).text(of.file_id);
            write(&mut rows, cell.submitted);
            write(&mut rows, cell.approved);
            write(&mut rows, cell.credited);
            if table.name == PRODUCTION_ENTRY.name {
                write(&mut rows, cell.refused);
            }
            rows.date(of.received_date).time(of.recorded_time).end_row();
        }
        tx.insert_many(rows).await?;
    }
    let mut rows = Rows::new(tx.engine(), &REFUSAL_ENTRY);
    for ((key, code), refused) in cube.refusals() {
        let year = key.map_or(of.year, |key| key.care_month.year());
        rows.text(of.office.as_str()).int(year.into()).text(&agb);
        match key {
            Some(key) => rows.text(key.product()).text(&key.care_month.to_string()).text(&key.unit()),
            None => rows.text("").text("").text(""),
        };
        rows.text(&code.to_string()).text(of.file_id);
        write(&mut rows, *refused);
        rows.time(of.recorded_time).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

fn write(rows: &mut Rows, figures: Figures) {
    rows.int(figures.lines).int(figures.quantity).int(figures.cents);
}

async fn add(tx: &mut Tx, of: &EntryOf<'_>, key: &CellKey, cell: &Cell) -> Result<(), DatabaseError> {
    let (agb, care_month, unit) = (of.agb.to_string(), key.care_month.to_string(), key.unit());
    let Cell { submitted, approved, credited, refused } = *cell;
    execute!(
        tx,
        ADD,
        of.office.as_str(),
        key.care_month.year(),
        &agb,
        key.product(),
        &care_month,
        &unit,
        submitted.lines,
        submitted.quantity,
        submitted.cents,
        approved.lines,
        approved.quantity,
        approved.cents,
        credited.lines,
        credited.quantity,
        credited.cents,
        refused.lines,
        refused.quantity,
        refused.cents,
    )?;
    Ok(())
}
