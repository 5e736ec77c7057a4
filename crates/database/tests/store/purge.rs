//! Removing what was kept long enough.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use database::{
    AuditCut, Before, BrokenLink, Counted, CountedFrom, DatabaseError, Db, Engine, Migration, Perishable, PurgeLimits,
    Remains, Removal, TombstoneRow, due, execute, fetch_all, to_micros,
};
use testkit::{TestDb, on_both_engines};

use crate::{audit::entry, later, now};

const MIGRATIONS: &[Migration] = &[
    Migration::new(
        100,
        "note",
        "CREATE TABLE note (note_id TEXT NOT NULL PRIMARY KEY, office TEXT NOT NULL, day DATE NOT NULL);
         CREATE TABLE note_line (note_id TEXT NOT NULL REFERENCES note (note_id), line BIGINT NOT NULL);
         CREATE TABLE kept (kept_id TEXT NOT NULL PRIMARY KEY);",
    ),
    Migration::append_only(101, "append_only", &["note", "note_line", "kept"]),
    Migration::purgeable(102, "purgeable", &["note", "note_line"]),
];

const NOTES: Perishable = Perishable {
    kind: "note",
    counted: Counted::Day,
    due: due!(
        "SELECT note_id AS object_id, day AS counted,
                1 + (SELECT COUNT(*) FROM note_line WHERE note_line.note_id = note.note_id) AS row_count
         FROM note WHERE office = $1 AND day < $2 ORDER BY note_id"
    ),
    lock: None,
    removals: &[
        Removal {
            table: "note_line",
            sql: "DELETE FROM note_line
                  WHERE note_id IN (SELECT note_id FROM note WHERE office = $1 AND day < $2
                                      AND note_id IN (SELECT object_id FROM purge_item))",
        },
        Removal {
            table: "note",
            sql: "DELETE FROM note WHERE office = $1 AND day < $2 AND note_id IN (SELECT object_id FROM purge_item)",
        },
    ],
    remains: Remains::Each,
};
const ALL: PurgeLimits = PurgeLimits { objects: 1_000, rows: 1_000 };

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn before(text: &str) -> Before {
    Before { day: day(text), moment: day(text).and_time(chrono::NaiveTime::MIN).and_utc() }
}

async fn note(db: &Db, id: &str, office: &str, on: &str, lines: i64) {
    let mut tx = db.write().await.unwrap();
    execute!(tx, "INSERT INTO note (note_id, office, day) VALUES ($1, $2, $3)", id, office, day(on)).unwrap();
    for line in 0..lines {
        execute!(tx, "INSERT INTO note_line (note_id, line) VALUES ($1, $2)", id, line).unwrap();
    }
    tx.commit(now()).await.unwrap();
}

async fn notes(db: &Db) -> Vec<String> {
    let mut tx = db.read().await.unwrap();
    let rows = fetch_all!(tx, "SELECT note_id FROM note ORDER BY note_id" => (String,)).unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

/// Purges, commits, and gives the ids, the rows and whether more is due.
async fn purge(db: &Db, office: &str, before: Before, limits: PurgeLimits) -> (Vec<String>, i64, bool) {
    let mut tx = db.write().await.unwrap();
    let purged = tx.purge(&NOTES, office, before, limits).await.unwrap();
    tx.commit(now()).await.unwrap();
    (purged.objects.into_iter().map(|object| object.object_id).collect(), purged.rows, purged.more)
}

async fn refused(db: &Db, statement: &'static str) -> bool {
    let mut tx = db.write().await.unwrap();
    let result = execute!(tx, statement);
    tx.rollback().await.unwrap();
    matches!(result, Err(DatabaseError::AppendOnly(_)))
}

async fn all_refused(db: &Db) {
    for statement in [
        "DELETE FROM note",
        "DELETE FROM note_line",
        "DELETE FROM audit",
        "DELETE FROM tombstone",
        "DELETE FROM kept",
        "UPDATE note SET office = 'x'",
        "UPDATE audit SET actor = 'x'",
        "UPDATE tombstone SET office = 'x'",
    ] {
        // SQLite's triggers look at rows, of which some tables have none.
        let is_empty = statement.ends_with("kept") || statement.contains("tombstone") || statement.contains("audit");
        assert!(refused(db, statement).await || (db.engine() == Engine::Sqlite && is_empty), "{statement}");
    }
}

/// Cuts off all entries of notes 0 and 1 and leaves the tombstone, as a service does.
async fn cut(db: &Db, limit: u32, seconds: i64) -> Option<AuditCut> {
    let mut tx = db.write().await.unwrap();
    let (found, _) = tx.due_audit(limit, |row| row.recorded_time < to_micros(later(100))).await.unwrap();
    if let Some(cut) = &found {
        tx.add_tombstone(&tombstone(cut.sequence, cut.sha256, cut.entries)).await.unwrap();
        tx.cut_audit(cut, entry(100)).await.unwrap();
    }
    tx.commit(later(seconds)).await.unwrap();
    found
}

fn tombstone(sequence: i64, sha256: [u8; 32], entries: i64) -> TombstoneRow {
    TombstoneRow {
        tombstone_id: format!("{sequence:06}"),
        office: String::new(),
        kind: "audit".to_owned(),
        object_id: sequence.to_string(),
        objects: entries,
        row_count: entries,
        counted_from: day("2026-09-21"),
        parameter: "audit_years".to_owned(),
        years: 5,
        source: "a test".to_owned(),
        purged_by: "olga".to_owned(),
        purged_time: to_micros(now()),
        sha256: Some(sha256.to_vec()),
    }
}

async fn write(db: &Db, count: i64, seconds: i64) {
    let mut tx = db.write().await.unwrap();
    for number in 0..count {
        tx.audit(entry(number));
    }
    tx.commit(later(seconds)).await.unwrap();
}

async fn broken(db: &Db) -> Option<BrokenLink> {
    db.check_audit().await.unwrap().broken
}

/// What somebody with rights on the tables could do.
async fn by_hand(db: &Db, changes: &[&'static str]) {
    let unlock: &[&str] = match db.engine() {
        Engine::Sqlite => &[
            "DROP TRIGGER audit_no_update",
            "DROP TRIGGER audit_no_delete",
            "DROP TRIGGER tombstone_no_update",
            "DROP TRIGGER tombstone_no_delete",
        ],
        Engine::Postgres => &["ALTER TABLE audit DISABLE TRIGGER ALL", "ALTER TABLE tombstone DISABLE TRIGGER ALL"],
    };
    let mut tx = db.write().await.unwrap();
    for statement in unlock.iter().chain(changes).copied() {
        execute!(tx, statement).unwrap();
    }
    tx.commit(now()).await.unwrap();
}

on_both_engines! {
    async fn scr_03_exactly_what_is_due_goes_to_the_day(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        note(&db, "a", "vgz", "2020-03-09", 2).await;
        note(&db, "b", "vgz", "2020-03-10", 3).await;
        note(&db, "c", "dsw", "2019-01-01", 1).await;
        note(&db, "d", "vgz", "2020-03-08", 0).await;
        let mut tx = db.read().await.unwrap();
        let oldest = Some(CountedFrom::Day(day("2020-03-08")));
        assert_eq!(tx.overview_of_due(&NOTES, "vgz", before("2020-03-10")).await.unwrap(), (2, oldest));
        assert_eq!(tx.overview_of_due(&NOTES, "cz", before("2020-03-10")).await.unwrap(), (0, None));
        drop(tx);
        let gone = purge(&db, "vgz", before("2020-03-10"), ALL).await;
        assert_eq!(gone, (vec!["a".to_owned(), "d".to_owned()], 4, false));
        assert_eq!(notes(&db).await, ["b", "c"]);
        assert_eq!(purge(&db, "vgz", before("2020-03-10"), ALL).await, (Vec::new(), 0, false));
    }

    async fn a_purge_is_bounded_and_says_whether_more_is_due(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        for (id, lines) in [("a", 1), ("b", 1), ("c", 50), ("d", 0)] {
            note(&db, id, "vgz", "2020-01-01", lines).await;
        }
        let limits = PurgeLimits { objects: 10, rows: 5 };
        let step = async || purge(&db, "vgz", before("2021-01-01"), limits).await;
        assert_eq!(step().await, (vec!["a".to_owned(), "b".to_owned()], 4, true));
        // A thing with more rows than that goes alone.
        assert_eq!(step().await, (vec!["c".to_owned()], 51, true));
        assert_eq!(step().await, (vec!["d".to_owned()], 1, false));
        note(&db, "e", "vgz", "2020-01-01", 0).await;
        let none = PurgeLimits { objects: 0, rows: 0 };
        assert_eq!(purge(&db, "vgz", before("2021-01-01"), none).await, (Vec::new(), 0, true));
    }

    async fn delete_by_hand_is_refused_before_and_after_a_purge(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        for id in ["a", "b"] {
            note(&db, id, "vgz", if id == "a" { "2020-01-01" } else { "2022-01-01" }, 1).await;
        }
        all_refused(&db).await;
        purge(&db, "vgz", before("2021-01-01"), ALL).await;
        assert_eq!(notes(&db).await, ["b"]);
        all_refused(&db).await;
    }

    async fn a_permit_is_never_committed_and_covers_its_table_only(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        note(&db, "a", "vgz", "2020-01-01", 1).await;
        let permit = "INSERT INTO purge_permit (table_name, nothing_id) VALUES ('note_line', 0)";
        let mut tx = db.write().await.unwrap();
        execute!(tx, permit).unwrap();
        execute!(tx, "DELETE FROM note_line").unwrap();
        assert!(matches!(execute!(tx, "DELETE FROM note"), Err(DatabaseError::AppendOnly(_))));
        tx.rollback().await.unwrap();
        let mut tx = db.write().await.unwrap();
        execute!(tx, permit).unwrap();
        execute!(tx, "DELETE FROM note_line").unwrap();
        assert!(matches!(tx.commit(now()).await, Err(DatabaseError::ForeignKey { .. })));
        assert!(refused(&db, "DELETE FROM note_line").await);
        let mut tx = db.write().await.unwrap();
        assert!(execute!(tx, "INSERT INTO purge_nothing (nothing_id) VALUES (0)").is_err());
    }

    async fn purges_at_once_remove_each_thing_once(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        for number in 0..20 {
            note(&db, &format!("{number:02}"), "vgz", "2020-01-01", 2).await;
        }
        let purges = (0..4).map(|_| {
            let db = Db::clone(&db);
            let limits = PurgeLimits { objects: 5, rows: 1_000 };
            tokio::spawn(async move { purge(&db, "vgz", before("2021-01-01"), limits).await })
        });
        let mut gone = Vec::new();
        for purge in purges.collect::<Vec<_>>() {
            gone.extend(purge.await.unwrap().0);
        }
        assert_eq!(gone.len(), 20);
        assert_eq!(gone.into_iter().collect::<BTreeSet<_>>().len(), 20);
        assert!(notes(&db).await.is_empty());
    }

    async fn the_audit_log_goes_on_after_a_cut(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        write(&db, 5, 0).await;
        write(&db, 3, 200).await;
        assert_eq!(broken(&db).await, None);
        // Two at a time, then what is left of what is due; younger entries stay.
        assert_eq!(cut(&db, 2, 300).await.unwrap().entries, 2);
        let check = db.check_audit().await.unwrap();
        assert_eq!((check.first, check.entries, check.broken), (3, 7, None));
        assert_eq!(cut(&db, 100, 301).await.unwrap().sequence, 5);
        assert_eq!(cut(&db, 100, 302).await, None);
        write(&db, 2, 303).await;
        let check = db.check_audit().await.unwrap();
        assert_eq!((check.first, check.entries, check.broken), (6, 7, None));
        all_audit_refused(&db).await;
    }

    async fn a_forged_or_missing_cut_is_found(engine) {
        let missing = Some(BrokenLink { sequence: 1, problem: "the entry is missing" });
        let unvouched = |sequence| {
            Some(BrokenLink { sequence, problem: "no entry says that those before it were removed" })
        };
        let forged = "INSERT INTO tombstone (tombstone_id, office, kind, object_id, objects, row_count, counted_from,
                                             parameter, years, source, purged_by, purged_time, sha256)
                      SELECT 'x', '', 'audit', '6', 6, 6, '2020-01-01', 'p', 5, 's', 'w', recorded_time, sha256
                      FROM audit WHERE sequence = 6";
        let cases: &[(&[&'static str], Option<BrokenLink>)] = &[
            // The tombstone is gone, or another.
            (&["DELETE FROM tombstone"], missing),
            (&["UPDATE tombstone SET object_id = '4'"], Some(BrokenLink { sequence: 5, problem: "the entry is missing" })),
            (&["UPDATE tombstone SET object_id = 'x'"], Some(BrokenLink {
                sequence: 1,
                problem: "the tombstone of the entries before it is broken",
            })),
            (&["UPDATE tombstone SET sha256 = (SELECT sha256 FROM audit WHERE sequence = 7)"], Some(BrokenLink {
                sequence: 6,
                problem: "the entry does not follow the one before",
            })),
            // More was cut off than the log says, with a tombstone that fits the chain, and without.
            (&[forged, "DELETE FROM audit WHERE sequence <= 6"], unvouched(7)),
            (&["DELETE FROM audit WHERE sequence <= 6"], Some(BrokenLink {
                sequence: 6,
                problem: "the entry is missing",
            })),
            // The entry that tells of the cut is changed or gone.
            (&["UPDATE audit SET detail = '' WHERE event_code = 'CutAuditLog'"], Some(BrokenLink {
                sequence: 9,
                problem: "the entry was changed",
            })),
            (&["DELETE FROM audit WHERE event_code = 'CutAuditLog'"], Some(BrokenLink {
                sequence: 9,
                problem: "the entry is missing",
            })),
        ];
        for (changes, found) in cases {
            let db = TestDb::open(engine, MIGRATIONS).await;
            write(&db, 5, 0).await;
            write(&db, 3, 200).await;
            assert_eq!(cut(&db, 100, 300).await.unwrap().sequence, 5);
            assert_eq!(broken(&db).await, None);
            by_hand(&db, changes).await;
            assert_eq!(broken(&db).await, *found, "{changes:?}");
        }
    }

    async fn entries_that_were_tampered_with_are_not_removed(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        write(&db, 5, 0).await;
        by_hand(&db, &["UPDATE audit SET actor = 'bob' WHERE sequence = 3"]).await;
        let mut tx = db.write().await.unwrap();
        let refused = tx.due_audit(100, |_| true).await.unwrap_err();
        assert!(matches!(refused, DatabaseError::BrokenAudit { sequence: 3, .. }), "{refused:?}");
    }
}

async fn all_audit_refused(db: &Db) {
    for statement in ["DELETE FROM audit", "UPDATE audit SET actor = 'x'", "DELETE FROM tombstone"] {
        assert!(refused(db, statement).await, "{statement}");
    }
}
