//! Removing claim files, and what comes again after that.

use chrono::{Datelike, NaiveDate, NaiveTime};
use database::{Before, CountedFrom, PurgeLimits, Purged, TombstoneRow, execute};
use testkit::on_both_engines;
use vektis::{
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

use crate::support::*;

const ALL: PurgeLimits = PurgeLimits { objects: 100, rows: 100_000 };

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Removes the files of the years before a day and leaves tombstones, as a service does.
async fn purge(setup: &Setup, office: &str, before: &str) -> Purged {
    let day = date(before);
    let before = Before { day, moment: day.and_time(NaiveTime::MIN).and_utc() };
    let mut tx = setup.db.write().await.unwrap();
    let purged = tx.purge(&intake::CLAIM_FILE_KEPT.records, office, before, ALL).await.unwrap();
    for object in &purged.objects {
        let row = TombstoneRow {
            tombstone_id: object.object_id.clone(),
            office: office.to_owned(),
            kind: "claim_file".to_owned(),
            object_id: object.object_id.clone(),
            objects: 1,
            row_count: object.rows,
            counted_from: end_of_year(object.counted),
            parameter: "claim_file_years".to_owned(),
            years: 7,
            source: "a test".to_owned(),
            purged_by: "olga".to_owned(),
            purged_time: setup.intake.core.clock.now(),
            sha256: None,
        };
        tx.add_tombstone(&row).await.unwrap();
    }
    tx.commit(setup.intake.core.clock.now()).await.unwrap();
    purged
}

fn end_of_year(counted: CountedFrom) -> NaiveDate {
    let CountedFrom::Day(day) = counted else { panic!("{counted:?}") };
    NaiveDate::from_ymd_opt(day.year(), 12, 31).unwrap()
}

/// A file with one line, of care on a day of 2023 or later.
fn one_line(invoice: &str, reference: &'static str, care: &str, until: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let period = HeaderFields { period_end: Some(date(until)), invoice_date: Some(date(until)), ..header(invoice) };
    let mut writer = FileWriter::new(&mut out, &period).unwrap();
    writer.insured(&insured("123456782")).unwrap();
    let line = line_fields(&TestLine(reference, 1, None));
    writer.performance(&PerformanceFields { begin: Some(date(care)), end: Some(date(care)), ..line }).unwrap();
    writer.finish().unwrap();
    out
}

/// A file with a code on its insured record.
fn with_remark(invoice: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header(invoice)).unwrap();
    writer.insured(&InsuredFields { gender: 7, ..insured("123456782") }).unwrap();
    for reference in ["A1", "A2"] {
        writer.performance(&line_fields(&TestLine(reference, 1, None))).unwrap();
    }
    writer.finish().unwrap();
    out
}

fn later(setup: &Setup, time: &str) {
    setup.intake.core.clock.set(time.parse().unwrap());
}

on_both_engines! {
    async fn scr_03_a_file_goes_with_its_lines_and_remarks_and_no_other(engine) {
        let setup = Setup::new(engine).await;
        let file = with_remark("F1");
        setup.send(&file).await;
        setup.send(&large_file("F2", 3, 2)).await;
        send(&setup.intake, "dsw", &file, 999, NONE).await.unwrap();
        let [_, files, lines, remarks] = setup.rows().await;
        let purged = purge(&setup, "vgz", "2024-01-01").await;
        let [_, files_left, lines_left, remarks_left] = setup.counted().await;
        assert_eq!((files - files_left, files_left), (2, 1));
        assert_eq!((lines_left, remarks, remarks_left), (2, 2, 1));
        assert_eq!(purged.rows, 2 + lines - lines_left + remarks - remarks_left);
        assert_eq!(purge(&setup, "vgz", "2024-01-01").await, Purged::default());
        // a reader of the other office's file gets the same return again
        assert!(send(&setup.intake, "dsw", &file, 999, NONE).await.unwrap().result.resubmitted);
        let mut tx = setup.db.write().await.unwrap();
        assert!(execute!(tx, "DELETE FROM claim_line").is_err());
    }

    async fn scr_03_what_was_removed_is_not_granted_again(engine) {
        let setup = Setup::new(engine).await;
        let first = setup.send(&one_line("F1", "R1", "2023-02-03", "2023-02-28")).await;
        assert_eq!(first.lines(), [granted(1000)]);
        purge(&setup, "vgz", "2024-01-01").await;
        later(&setup, "2031-06-01T10:00:00Z");
        // the same file, and the same line in another file
        let again = setup.send(&one_line("F1", "R1", "2023-02-03", "2023-02-28")).await;
        assert_eq!((again.result.resubmitted, again.lines()), (false, vec![refused("0586")]));
        let other = setup.send(&one_line("F2", "R9", "2023-12-31", "2024-02-28")).await;
        assert_eq!(other.lines(), [refused("0586")]);
        // younger care is decided as ever, under a reference that is free again
        let younger = setup.send(&one_line("F3", "R1", "2024-01-01", "2024-02-28")).await;
        assert_eq!(younger.lines(), [granted(1000)]);
        // and another office never removed anything
        let elsewhere = send(&setup.intake, "dsw", &one_line("F1", "R1", "2023-02-03", "2023-02-28"), 999, NONE).await;
        assert_eq!(elsewhere.unwrap().lines(), [granted(1000)]);
    }

    async fn a_file_is_counted_from_its_line_of_the_youngest_care(engine) {
        let setup = Setup::new(engine).await;
        later(&setup, "2024-06-01T10:00:00Z");
        let file = one_line("F1", "R1", "2023-12-31", "2023-12-31");
        setup.send(&file).await;
        // care of 2024 in a file of which the period ends in 2023
        let mut younger = one_line("F2", "R2", "2024-01-01", "2024-01-31");
        let end = "20240131";
        let at = younger.windows(8).position(|bytes| bytes == end.as_bytes()).unwrap();
        younger[at..at + 8].copy_from_slice(b"20231231");
        assert_eq!(setup.send(&younger).await.lines(), [granted(1000)]);
        assert_eq!(purge(&setup, "vgz", "2024-01-01").await.objects.len(), 1);
        assert_eq!(setup.counted().await[1], 1);
        assert_eq!(purge(&setup, "vgz", "2025-01-01").await.objects.len(), 1);
        later(&setup, "2032-06-01T10:00:00Z");
        assert_eq!(setup.send(&one_line("F3", "R2", "2024-12-31", "2024-12-31")).await.lines(), [refused("0586")]);
        assert_eq!(setup.send(&younger).await.lines(), [refused("0586")]);
    }
}
