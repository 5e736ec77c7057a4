//! Removing what was kept long enough, and nothing else.
//!
//! A kind of record says with statements what is due and how it is removed. A purge runs them in one transaction:
//!
//! 1. It takes a permit for each table. Without one, the trigger of an append-only table refuses DELETE; see
//!    [`Migration::purgeable`](crate::Migration::purgeable). A second purge waits here for the first one.
//! 2. It finds what is due and lists it in `purge_item`.
//! 3. It removes what is listed. Every statement names the office and the day again, so that nothing else can go.
//! 4. It gives its permits back. A transaction that holds one can't commit.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Column, DatabaseError, Engine, Kind, Rows, Table, Tx, execute, fetch_all, fetch_one};

/// A kind of record that is removed when it was kept long enough.
#[derive(Clone, Copy, Debug)]
pub struct Perishable {
    /// Its name.
    pub kind: &'static str,
    /// What its time is counted from.
    pub counted: Counted,
    /// What of an office `$1` was counted before `$2`.
    pub due: Due,
    /// A statement without parameters that keeps writers of the listed things away until the purge ends, where one
    /// could take them for being there still.
    pub lock: Option<&'static str>,
    /// What is removed of the listed things of an office `$1`, counted before `$2`, in this order.
    pub removals: &'static [Removal],
    /// What remains of them.
    pub remains: Remains,
}

/// What the time of a kind of record is counted from, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// A DATE.
    Day,
    /// A TIMESTAMPTZ.
    Moment,
}

/// What remains of things that are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remains {
    /// A tombstone for each.
    Each,
    /// One tombstone for all that go at a time: they have no name that anybody would ask for.
    Together,
}

/// The statements that find what is due. Made by [`due!`](crate::due).
#[derive(Clone, Copy, Debug)]
pub struct Due {
    page: &'static str,
    overview: &'static str,
}

/// A statement that removes rows of a table.
#[derive(Clone, Copy, Debug)]
pub struct Removal {
    /// The table.
    pub table: &'static str,
    /// The DELETE.
    pub sql: &'static str,
}

/// The first day that is kept, also as the moment at which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// The day.
    pub day: NaiveDate,
    /// When it begins.
    pub moment: DateTime<Utc>,
}

/// What the time of one thing is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountedFrom {
    /// A day.
    Day(NaiveDate),
    /// A moment.
    Moment(DateTime<Utc>),
}

/// A thing that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueObject {
    /// Its id.
    pub object_id: String,
    /// What its time is counted from.
    pub counted: CountedFrom,
    /// How many rows it has.
    pub rows: i64,
}

/// How much is removed at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurgeLimits {
    /// The most things.
    pub objects: u32,
    /// The most rows; one thing that has more goes alone.
    pub rows: i64,
}

/// What is or was removed at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// The things.
    pub objects: Vec<DueObject>,
    /// Their rows.
    pub rows: i64,
    /// Whether more is due.
    pub more: bool,
}

/// Finds what is due: `due!("SELECT ... AS object_id, ... AS counted, ... AS row_count FROM ... WHERE office = $1 AND
/// ... < $2")`.
#[macro_export]
macro_rules! due {
    ($sql:literal) => {
        $crate::Due::new(concat!($sql, " LIMIT $3"), concat!("SELECT COUNT(*), MIN(counted) FROM (", $sql, ") AS due"))
    };
}

impl Due {
    #[doc(hidden)]
    pub const fn new(page: &'static str, overview: &'static str) -> Due {
        Due { page, overview }
    }
}

static ITEM: Table = Table {
    name: "purge_item",
    columns: &[Column::new("object_id", Kind::Text), Column::new("nothing_id", Kind::Int)],
};

const PERMIT: &str = "INSERT INTO purge_permit (table_name, nothing_id) VALUES ($1, 0)";
const NO_ITEMS: &str = "DELETE FROM purge_item";
const NO_PERMITS: &str = "DELETE FROM purge_permit";
// The list is short and the tables are long: each of its entries is to be looked up. Without statistics on rows that
// were just inserted, PostgreSQL would read a whole table and compare.
const PLANNING: &str = "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)";
const USUAL_PLANNING: &str = "SELECT set_config('enable_hashjoin', 'on', true),
    set_config('enable_mergejoin', 'on', true)";

impl Tx {
    /// How many things of an office are due, and from when the oldest is counted.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn overview_of_due(
        &mut self,
        kind: &Perishable,
        office: &str,
        before: Before,
    ) -> Result<(i64, Option<CountedFrom>), DatabaseError> {
        let sql = kind.due.overview;
        Ok(match kind.counted {
            Counted::Day => {
                let (count, oldest) = fetch_one!(self, sql, office, before.day => (i64, Option<NaiveDate>))?;
                (count, oldest.map(CountedFrom::Day))
            }
            Counted::Moment => {
                let (count, oldest) = fetch_one!(self, sql, office, before.moment => (i64, Option<DateTime<Utc>>))?;
                (count, oldest.map(CountedFrom::Moment))
            }
        })
    }

    /// What a purge would remove now.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn due(
        &mut self,
        kind: &Perishable,
        office: &str,
        before: Before,
        limits: PurgeLimits,
    ) -> Result<Purged, DatabaseError> {
        let (sql, limit) = (kind.due.page, i64::from(limits.objects) + 1);
        let found: Vec<DueObject> = match kind.counted {
            Counted::Day => {
                let rows = fetch_all!(self, sql, office, before.day, limit => (String, NaiveDate, i64))?;
                rows.into_iter().map(|row| due_object(row.0, CountedFrom::Day(row.1), row.2)).collect()
            }
            Counted::Moment => {
                let rows = fetch_all!(self, sql, office, before.moment, limit => (String, DateTime<Utc>, i64))?;
                rows.into_iter().map(|row| due_object(row.0, CountedFrom::Moment(row.1), row.2)).collect()
            }
        };
        Ok(cut(found, limits))
    }

    /// Removes what is due, as far as the limits go. Two purges of the same kind follow each other.
    ///
    /// # Errors
    /// [`DatabaseError::PurgeMet`] when somebody changed what was being removed; what the engine reports.
    pub async fn purge(
        &mut self,
        kind: &Perishable,
        office: &str,
        before: Before,
        limits: PurgeLimits,
    ) -> Result<Purged, DatabaseError> {
        self.permit_deletes(kind.removals.iter().map(|removal| removal.table)).await?;
        let mut purged = self.due(kind, office, before, limits).await?;
        if !purged.objects.is_empty() {
            let removed = self.remove(kind, office, before, &purged.objects).await?;
            if kind.remains == Remains::Each && removed != purged.rows {
                return Err(DatabaseError::PurgeMet { kind: kind.kind });
            }
            purged.rows = removed;
        }
        self.end_permits().await?;
        Ok(purged)
    }

    async fn remove(
        &mut self,
        kind: &Perishable,
        office: &str,
        before: Before,
        objects: &[DueObject],
    ) -> Result<i64, DatabaseError> {
        let mut items = Rows::new(self.engine(), &ITEM);
        for object in objects {
            items.text(&object.object_id).int(0).end_row();
        }
        self.insert_many(items).await?;
        self.plan(PLANNING).await?;
        if let Some(lock) = kind.lock {
            execute!(self, lock)?;
        }
        let mut removed = 0;
        for removal in kind.removals {
            removed += match kind.counted {
                Counted::Day => execute!(self, removal.sql, office, before.day)?,
                Counted::Moment => execute!(self, removal.sql, office, before.moment)?,
            };
        }
        self.plan(USUAL_PLANNING).await?;
        Ok(removed.cast_signed())
    }

    async fn plan(&mut self, settings: &'static str) -> Result<(), DatabaseError> {
        if self.engine() == Engine::Postgres {
            execute!(self, settings)?;
        }
        Ok(())
    }

    /// Lets this transaction delete from tables. Of two at a time the second waits for the first.
    pub(crate) async fn permit_deletes(
        &mut self,
        tables: impl Iterator<Item = &'static str>,
    ) -> Result<(), DatabaseError> {
        let mut permitted: Vec<&str> = tables.collect();
        // In the same order by everybody, so that two purges never wait for each other.
        permitted.sort_unstable();
        permitted.dedup();
        for table in permitted {
            execute!(self, PERMIT, table)?;
        }
        Ok(())
    }

    pub(crate) async fn end_permits(&mut self) -> Result<(), DatabaseError> {
        execute!(self, NO_ITEMS)?;
        execute!(self, NO_PERMITS)?;
        Ok(())
    }
}

fn due_object(object_id: String, counted: CountedFrom, rows: i64) -> DueObject {
    DueObject { object_id, counted, rows }
}

/// Cuts what was found to the limits: whole things only, and at least one.
fn cut(mut found: Vec<DueObject>, limits: PurgeLimits) -> Purged {
    let (mut rows, mut taken) = (0, 0);
    for object in found.iter().take(limits.objects as usize) {
        if taken > 0 && rows + object.rows > limits.rows {
            break;
        }
        rows += object.rows;
        taken += 1;
    }
    let more = taken < found.len();
    found.truncate(taken);
    Purged { objects: found, rows, more }
}
