//! What goes in comes out, and what may not go in is told apart.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use database::{DatabaseError, execute, execute_in, fetch_all, fetch_in, fetch_one, fetch_optional, to_micros};
use testkit::{TestDb, on_both_engines};
use uuid::Uuid;

use crate::{ADD, MIGRATIONS, id, now};

#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Item {
    #[sqlx(try_from = "String")]
    item_id: Uuid,
    agb: String,
    cents: i64,
    day: Option<NaiveDate>,
    seen_time: Option<DateTime<Utc>>,
    raw: Option<Vec<u8>>,
    open: Option<bool>,
}

const ADD_ALL: &str = "INSERT INTO item (item_id, agb, cents, day, seen_time, raw, open)
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ONE: &str = "SELECT * FROM item WHERE item_id = $1";

on_both_engines! {
    async fn every_type_comes_back_as_written(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
        execute!(tx, ADD_ALL, id(1), "01234567", i64::MAX, day, now(), [7_u8; 32], true).unwrap();
        let nothing = (None::<NaiveDate>, None::<DateTime<Utc>>, None::<Vec<u8>>, None::<bool>);
        execute!(tx, ADD_ALL, id(2), "ÅŁ'\"\\", 0_i64, nothing.0, nothing.1, nothing.2, nothing.3).unwrap();
        let full = fetch_one!(tx, ONE, id(1) => Item).unwrap();
        assert_eq!(full, Item {
            item_id: id(1),
            agb: "01234567".to_owned(),
            cents: i64::MAX,
            day: Some(day),
            seen_time: Some(to_micros(now())),
            raw: Some(vec![7; 32]),
            open: Some(true),
        });
        let empty = fetch_optional!(tx, ONE, id(2) => Item).unwrap().unwrap();
        assert_eq!((empty.agb.as_str(), empty.day, empty.seen_time), ("ÅŁ'\"\\", None, None));
        assert_eq!(fetch_optional!(tx, ONE, id(3) => Item).unwrap(), None);
        assert!(matches!(fetch_one!(tx, ONE, id(3) => Item), Err(DatabaseError::NotFound)));
        // A missing row doesn't spoil the transaction.
        tx.commit(now()).await.unwrap();
    }

    /// SQLite keeps times as text whose number of digits varies: it must order as the times do.
    async fn times_and_dates_order_and_compare(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        let base = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let micros = [0, 1, 499_999, 500_000, 500_001, 999_000, 999_999, 1_000_000, 86_400_000_000];
        for (n, offset) in micros.iter().enumerate().rev() {
            let time = base + TimeDelta::microseconds(*offset);
            let day = time.date_naive();
            execute!(tx, ADD_ALL, id(n as u128), "", 0_i64, day, time, None::<Vec<u8>>, false).unwrap();
        }
        let ordered = fetch_all!(tx, "SELECT seen_time FROM item ORDER BY seen_time" => (DateTime<Utc>,)).unwrap();
        let expected: Vec<_> = micros.iter().map(|offset| (base + TimeDelta::microseconds(*offset),)).collect();
        assert_eq!(ordered, expected);
        let at = base + TimeDelta::milliseconds(500);
        let (upto,) = fetch_one!(tx, "SELECT COUNT(*) FROM item WHERE seen_time <= $1", at => (i64,)).unwrap();
        assert_eq!(upto, 4);
        let next_day = base.date_naive().succ_opt().unwrap();
        let (days,) = fetch_one!(tx, "SELECT COUNT(*) FROM item WHERE day >= $1", next_day => (i64,)).unwrap();
        assert_eq!(days, 1);
    }

    async fn violations_are_told_apart(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        let error = execute!(tx, ADD, "a", "01234567", -1_i64).unwrap_err();
        assert!(matches!(error, DatabaseError::Check { .. }), "{error:?}");
        let mut tx = replace(tx, &db).await;
        let error = execute!(tx, ADD, "a", None::<String>, 1_i64).unwrap_err();
        assert!(matches!(error, DatabaseError::Check { .. }), "{error:?}");
        let mut tx = replace(tx, &db).await;
        let error = execute!(tx, "INSERT INTO part (part_id, item_id) VALUES ($1, $2)", "p", "none").unwrap_err();
        assert!(matches!(error, DatabaseError::ForeignKey { .. }), "{error:?}");
        let mut tx = replace(tx, &db).await;
        let error = execute!(tx, "SELECT nothing FROM nowhere").unwrap_err();
        assert!(matches!(error, DatabaseError::Other(_)), "{error:?}");
        assert!(!error.to_string().contains("nowhere"));
    }

    async fn append_only_tables_refuse_change(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        execute!(tx, "INSERT INTO ledger (entry) VALUES ($1)", 1_i64).unwrap();
        tx.commit(now()).await.unwrap();
        for change in ["UPDATE ledger SET entry = 2", "DELETE FROM ledger"] {
            let mut tx = db.write().await.unwrap();
            let error = execute!(tx, change).unwrap_err();
            assert!(matches!(error, DatabaseError::AppendOnly(_)), "{error:?}");
        }
    }

    async fn many_keys_are_one_parameter(engine) {
        const FIND: &str = "SELECT item_id FROM item WHERE agb = $1 AND item_id IN ({keys}) ORDER BY item_id";
        const CLOSE: &str = "UPDATE item SET open = $1 WHERE item_id IN ({keys})";
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        for key in ["a", "b", "c\"\\", "d"] {
            execute!(tx, ADD, key, "01234567", 1_i64).unwrap();
        }
        let mut keys: Vec<String> = (0..20_000).map(|n| format!("k{n}")).collect();
        keys.extend(["b".to_owned(), "c\"\\".to_owned()]);
        let found = fetch_in!(tx, FIND, keys, "01234567" => (String,)).unwrap();
        assert_eq!(found, [("b".to_owned(),), ("c\"\\".to_owned(),)]);
        assert_eq!(fetch_in!(tx, FIND, keys, "76543210" => (String,)).unwrap(), []);
        assert_eq!(fetch_in!(tx, FIND, Vec::<String>::new(), "01234567" => (String,)).unwrap(), []);
        assert_eq!(execute_in!(tx, CLOSE, ["a", "x"], false).unwrap(), 1);
    }
}

async fn replace(tx: database::Tx, db: &TestDb) -> database::Tx {
    tx.rollback().await.unwrap();
    db.write().await.unwrap()
}
