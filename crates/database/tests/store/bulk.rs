//! Bulk insert.

use chrono::NaiveDate;
use database::{Column, DatabaseError, Kind, Rows, Table, fetch_one, to_micros};
use testkit::{TestDb, on_both_engines};

use crate::{COUNT, MIGRATIONS, now};

static ITEM: Table = Table {
    name: "item",
    columns: &[
        Column::new("item_id", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("cents", Kind::Int),
        Column::new("day", Kind::Date),
        Column::new("seen_time", Kind::Time),
        Column::new("raw", Kind::Bytes),
        Column::new("open", Kind::Bool),
    ],
};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(1999, 12, 31).unwrap()
}

type Stored = (String, Option<NaiveDate>, chrono::DateTime<chrono::Utc>, Option<Vec<u8>>, Option<bool>);

on_both_engines! {
    async fn bulk_rows_equal_bound_rows(engine) {
        const ONE: &str = "SELECT agb, day, seen_time, raw, open FROM item WHERE item_id = $1";
        const SAME: &str = "SELECT COUNT(*) FROM item WHERE day = $1 AND seen_time = $2 AND raw = $3 AND open = $4";
        let db = TestDb::open(engine, MIGRATIONS).await;
        // Few rows and many go different ways on PostgreSQL.
        for more in [0, 1_000] {
            let mut rows = Rows::new(engine, &ITEM);
            rows.text("full").text("tab\t\"quote\" \\ \u{1} ë €").int(i64::MAX);
            rows.date(day()).time(now()).bytes(&[0, 255, 16]).bool(true).end_row();
            rows.text("empty").text("").int(0).null().time(now()).null().null().end_row();
            rows.text("blank").text("").int(0).date(day()).time(now()).bytes(&[]).bool(false).end_row();
            for n in 0..more {
                rows.text(&format!("{n}")).text("").int(n).null().null().null().null().end_row();
            }
            let mut tx = db.write().await.unwrap();
            assert_eq!(tx.insert_many(rows).await.unwrap(), 3 + more.unsigned_abs());
            let full = fetch_one!(tx, ONE, "full" => Stored).unwrap();
            let text = "tab\t\"quote\" \\ \u{1} ë €".to_owned();
            assert_eq!(full, (text, Some(day()), to_micros(now()), Some(vec![0, 255, 16]), Some(true)));
            let empty = fetch_one!(tx, ONE, "empty" => Stored).unwrap();
            assert_eq!(empty, (String::new(), None, to_micros(now()), None, None));
            let blank = fetch_one!(tx, ONE, "blank" => Stored).unwrap();
            assert_eq!((blank.3, blank.4), (Some(vec![]), Some(false)));
            // Stored as a bound parameter would be, so that conditions find it.
            let same = fetch_one!(tx, SAME, day(), now(), vec![0_u8, 255, 16], true => (i64,)).unwrap();
            assert_eq!(same, (1,));
        }
    }

    async fn many_slices_and_none(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.insert_many(Rows::new(engine, &ITEM)).await.unwrap(), 0);
        // Encoded elsewhere than where it's inserted, and ending exactly on a slice.
        let rows = tokio::task::spawn_blocking(move || {
            let mut rows = Rows::new(engine, &ITEM);
            for n in 0..15_000 {
                rows.text(&format!("{n}")).text("01234567").int(n);
                rows.null().null().null().null().end_row();
            }
            rows
        });
        assert_eq!(tx.insert_many(rows.await.unwrap()).await.unwrap(), 15_000);
        let sum = fetch_one!(tx, "SELECT CAST(SUM(cents) AS BIGINT) FROM item" => (i64,)).unwrap();
        assert_eq!(sum, (15_000 * 14_999 / 2,));
        tx.commit(now()).await.unwrap();
    }

    async fn wrong_rows_insert_nothing(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        let wrong: [fn(&mut Rows); 5] = [
            |rows| rows.text("few").end_row(),
            |rows| rows.int(1).text("").int(0).null().null().null().null().end_row(),
            |rows| rows.text("many").text("").int(0).null().null().null().null().null().end_row(),
            |rows| rows.text("n\0ul").text("").int(0).null().null().null().null().end_row(),
            |rows| {
                rows.text("open");
            },
        ];
        for mistake in wrong {
            let mut rows = Rows::new(engine, &ITEM);
            rows.text("good").text("").int(0).null().null().null().null().end_row();
            mistake(&mut rows);
            let error = tx.insert_many(rows).await.unwrap_err();
            assert!(matches!(error, DatabaseError::Rows { table: "item", .. }), "{error:?}");
        }
        assert_eq!(fetch_one!(tx, COUNT => (i64,)).unwrap(), (0,));
    }

    async fn a_bulk_conflict_is_a_unique_violation(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        let mut rows = Rows::new(engine, &ITEM);
        for _ in 0..2 {
            rows.text("same").text("").int(0).null().null().null().null().end_row();
        }
        let error = tx.insert_many(rows).await.unwrap_err();
        assert!(error.is_unique_on("item"), "{error:?}");
        assert!(matches!(tx.commit(now()).await, Err(DatabaseError::Aborted)));
    }
}
