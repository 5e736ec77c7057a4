//! Lines against the register of insured persons: 0320 and 0506, and the import of that register.

use bytes::Bytes;
use contract::{budget::ImportInsuredResponse, common};
use database::{Before, PurgeLimits, execute, fetch_all};
use futures::{TryStreamExt as _, stream};
use identifiers::{Bsn, PseudonymKeys};
use intake::{InsuredPart, Intake, Limits};
use sha2::{Digest, Sha256};
use testkit::{Engine, on_both_engines};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use vektis::{aw319::FileWriter, layout::PerformanceFields};

use crate::support::*;

const BSN: &str = "123456782";
const OTHER: &str = "111222333";
const NOBODY: &str = "999999999";

fn date(text: &str) -> Option<common::Date> {
    use chrono::Datelike as _;
    let day: chrono::NaiveDate = text.parse().unwrap();
    let number = |number: u32| i32::try_from(number).unwrap();
    Some(common::Date { year: day.year(), month: number(day.month()), day: number(day.day()) })
}

/// An extract of the register that covers 2023 up to the day it was drawn up.
fn extract(rows: &[&str]) -> Vec<u8> {
    format!("bsn,from,until\n{}\n", rows.join("\n")).into_bytes()
}

fn start(reference: &str, first: &str, file: &[u8]) -> common::InsuredStart {
    common::InsuredStart {
        office: "vgz".to_owned(),
        reference_date: date(reference),
        first_day: date(first),
        sha256: Sha256::digest(file).to_vec(),
    }
}

async fn send_parts(intake: &Intake, parts: Vec<Result<InsuredPart, Status>>) -> Result<common::InsuredResult, Status> {
    use contract::budget::import_insured_response::Part;
    let answer = intake.import_insured::<_, _, ImportInsuredResponse>(arrival(intake), stream::iter(parts));
    let parts: Vec<ImportInsuredResponse> = answer.try_collect().await?;
    let Some(Part::Result(result)) = parts.into_iter().next_back().and_then(|last| last.part) else {
        panic!("the result comes last")
    };
    Ok(result)
}

async fn send_register(
    intake: &Intake,
    start: common::InsuredStart,
    file: &[u8],
    piece: usize,
) -> Result<common::InsuredResult, Status> {
    let pieces = file.chunks(piece).map(|piece| InsuredPart::Chunk(Bytes::copy_from_slice(piece)));
    send_parts(intake, std::iter::once(InsuredPart::Start(start)).chain(pieces).map(Ok).collect()).await
}

/// Imports a register that covers 1 January 2023 through the reference date.
async fn import(intake: &Intake, reference: &str, rows: &[&str]) -> common::InsuredImport {
    let file = extract(rows);
    let answer = send_register(intake, start(reference, "2023-01-01", &file), &file, 11).await.unwrap();
    assert_eq!((answer.total_faults, answer.imported_before), (0, false), "{:?}", answer.faults);
    answer.import.unwrap()
}

/// A line of a person: reference, days, and the reference it takes back.
type Line = (&'static str, &'static str, [&'static str; 2], Option<&'static str>);

fn claims(invoice: &str, lines: &[Line]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header(invoice)).unwrap();
    for (bsn, reference, [begin, end], previous) in lines {
        writer.insured(&insured(bsn)).unwrap();
        let fields = line_fields(&TestLine(reference, 1, *previous));
        let (begin, end) = (begin.parse().ok(), end.parse().ok());
        writer.performance(&PerformanceFields { begin, end, ..fields }).unwrap();
    }
    writer.finish().unwrap();
    out
}

async fn codes(intake: &Intake, invoice: &str, lines: &[Line]) -> Vec<String> {
    let answer = send(intake, "vgz", &claims(invoice, lines), 100_000, NONE).await.unwrap();
    answer.lines().into_iter().map(|(codes, _)| codes.join(" ")).collect()
}

fn keys(versions: &[u8]) -> PseudonymKeys {
    let line = |version: &u8| format!("{version} {}\n", format!("{version:02x}").repeat(32));
    PseudonymKeys::parse(&versions.iter().map(line).collect::<String>(), "claims").unwrap()
}

async fn stored(setup: &Setup) -> Vec<(i64, String)> {
    let mut tx = setup.db.read().await.unwrap();
    fetch_all!(tx, "SELECT number, periods FROM insured_person ORDER BY number, periods" => (i64, String)).unwrap()
}

on_both_engines! {
    async fn bud_05_a_line_of_days_on_which_the_client_is_not_insured_is_refused(engine) {
        let setup = Setup::new(engine).await;
        // Before the first import nothing is held against it.
        assert_eq!(codes(&setup.intake, "F0", &[(BSN, "R0", ["2023-01-02", "2023-01-03"], None)]).await, ["8001"]);
        // Periods that touch are one; rows of a person may stand apart.
        let rows = [
            "123456782,2022-05-01,2023-02-09",
            "111222333,2023-02-01,",
            "123456782,2023-02-10,2023-02-20",
        ];
        let made = import(&setup.intake, "2023-05-31", &rows).await;
        assert_eq!((made.number, made.rows, made.persons, made.changed_persons, made.gone_persons), (1, 3, 2, 2, 0));
        let lines: [Line; 8] = [
            (BSN, "R1", ["2023-02-08", "2023-02-20"], None),
            (BSN, "R2", ["2023-02-20", "2023-02-21"], None),
            (BSN, "R3", ["2023-02-21", "2023-02-21"], None),
            (OTHER, "R4", ["2023-01-30", "2023-02-02"], None),
            (OTHER, "R5", ["2023-01-30", "2023-01-31"], None),
            (OTHER, "R6", ["2023-02-01", "2023-02-28"], None),
            // who has no number can't be found
            (NOBODY, "R7", ["2023-02-01", "2023-02-28"], None),
            (OTHER, "R8", ["2023-02-01", "2023-02-01"], None),
        ];
        let expected = ["8001", "0506", "0320", "0506", "0320", "8001", "8001", "8001"];
        assert_eq!(codes(&setup.intake, "F1", &lines).await, expected);
        // A client whom the register never named.
        let stranger: [Line; 1] = [("100000009", "R9", ["2023-02-01", "2023-02-01"], None)];
        assert_eq!(codes(&setup.intake, "F2", &stranger).await, ["0320"]);
    }

    async fn bud_05_what_is_refused_is_told_as_other_refusals_are_and_may_come_again(engine) {
        let setup = Setup::new(engine).await;
        let made = import(&setup.intake, "2023-05-31", &["111222333,2023-01-01,"]).await;
        let file = claims("F1", &[(BSN, "R1", ["2023-02-01", "2023-02-02"], None)]);
        let answer = setup.send(&file).await;
        assert_eq!(answer.lines(), [refused("0320")]);
        assert_eq!(answer.findings(), [("0320".to_owned(), 3, String::new())]);
        assert_eq!(answer.result.findings[0].text_nl, "Cliënt is niet verzekerd.");
        let mut tx = setup.db.read().await.unwrap();
        let on_record = intake::claim_file(&mut tx, &answer.result.file_id).await.unwrap().unwrap();
        assert_eq!(on_record.to_proto().insured_import_id, made.import_id);
        tx.rollback().await.unwrap();

        // Insured by a newer extract: what was decided stays, and the line may come again.
        import(&setup.intake, "2023-06-01", &["111222333,2023-01-01,", "123456782,2023-01-01,"]).await;
        let again = setup.send(&file).await;
        assert_eq!((again.result.resubmitted, &again.aw320), (true, &answer.aw320));
        assert_eq!(codes(&setup.intake, "F2", &[(BSN, "R1", ["2023-02-01", "2023-02-02"], None)]).await, ["8001"]);
    }

    async fn bud_05_days_that_the_register_does_not_cover_are_not_held_against_it(engine) {
        let setup = Setup::new(engine).await;
        import(&setup.intake, "2023-02-10", &["111222333,2020-01-01,", "123456782,2023-02-05,2023-02-10"]).await;
        let lines: [Line; 7] = [
            (BSN, "R1", ["2022-12-30", "2022-12-31"], None),
            (BSN, "R2", ["2023-02-11", "2023-02-12"], None),
            // of the days that it covers, on all of them
            (BSN, "R3", ["2023-02-09", "2023-02-15"], None),
            (BSN, "R4", ["2023-02-04", "2023-02-15"], None),
            (BSN, "R5", ["2022-12-31", "2023-01-01"], None),
            (OTHER, "R6", ["2022-12-31", "2023-03-01"], None),
            // neither are the days of who came later
            ("100000009", "R7", ["2023-02-11", "2023-02-11"], None),
        ];
        let expected = ["8001", "8001", "8001", "0506", "0320", "8001", "8001"];
        assert_eq!(codes(&setup.intake, "F1", &lines).await, expected);
    }

    async fn bud_05_a_credit_takes_back_what_was_granted_whatever_the_register_says_since(engine) {
        let setup = Setup::new(engine).await;
        let days = ["2023-02-01", "2023-02-02"];
        assert_eq!(codes(&setup.intake, "F1", &[(BSN, "R1", days, None)]).await, ["8001"]);
        import(&setup.intake, "2023-05-31", &["111222333,2023-01-01,"]).await;
        let lines: [Line; 2] = [(BSN, "C1", days, Some("R1")), (BSN, "R2", days, None)];
        assert_eq!(codes(&setup.intake, "F2", &lines).await, ["8001", "0320"]);
    }

    async fn a_newer_extract_is_the_newer_state_and_the_older_one_can_still_be_told(engine) {
        let setup = Setup::new(engine).await;
        let both = ["123456782,2023-01-01,", "111222333,2023-01-01,2023-02-28"];
        import(&setup.intake, "2023-03-31", &both).await;
        // Nothing else is said of the one, and the other is gone.
        let second = import(&setup.intake, "2023-04-30", &["123456782,2023-01-01,"]).await;
        assert_eq!((second.persons, second.changed_persons, second.gone_persons), (1, 0, 1));
        let third = import(&setup.intake, "2023-04-30", &["123456782,2023-01-01,2023-02-15", both[1]]).await;
        assert_eq!((third.number, third.persons, third.changed_persons, third.gone_persons), (3, 2, 2, 0));
        let expected = [
            (1, "2023-01-01/"),
            (1, "2023-01-01/2023-02-28"),
            (2, ""),
            (3, "2023-01-01/2023-02-15"),
            (3, "2023-01-01/2023-02-28"),
        ];
        assert_eq!(stored(&setup).await, expected.map(|(number, periods)| (number, periods.to_owned())));
        let lines: [Line; 2] =
            [(BSN, "R1", ["2023-02-15", "2023-02-16"], None), (OTHER, "R2", ["2023-02-28", "2023-02-28"], None)];
        assert_eq!(codes(&setup.intake, "F1", &lines).await, ["0506", "8001"]);
        let mut tx = setup.db.read().await.unwrap();
        let left = fetch_all!(tx, "SELECT client FROM insured_row" => (String,)).unwrap();
        assert!(left.is_empty());
    }

    async fn the_same_extract_again_changes_nothing_and_an_older_one_is_not_taken(engine) {
        let setup = Setup::new(engine).await;
        let send = async |reference: &str, rows: &[&str]| {
            let file = extract(rows);
            send_register(&setup.intake, start(reference, "2023-01-01", &file), &file, 1_000).await
        };
        let (a, b) = (["123456782,2023-01-01,"], ["111222333,2023-01-01,"]);
        let first = send("2023-03-31", &a).await.unwrap();
        let again = send("2023-03-31", &a).await.unwrap();
        assert_eq!((again.imported_before, &again.import), (true, &first.import));
        send("2023-04-30", &b).await.unwrap();
        // The same as the older one: known, and changes nothing. Another one of that time is not taken.
        let again = send("2023-03-31", &a).await.unwrap();
        assert_eq!((again.imported_before, &again.import), (true, &first.import));
        let status = send("2023-04-29", &b).await.unwrap_err();
        let reason = status.get_error_details().error_info().unwrap().reason.clone();
        assert_eq!((status.code(), reason.as_str()), (Code::FailedPrecondition, "REGISTER_NOT_NEWER"));
        // Of one day, the last one that came holds: also when it takes back what came between.
        send("2023-04-30", &a).await.unwrap();
        let back = send("2023-04-30", &b).await.unwrap();
        assert_eq!((back.imported_before, back.import.unwrap().number), (false, 4));
        assert_eq!(stored(&setup).await.len(), 7);
    }

    async fn a_file_that_is_wrong_leaves_no_trace(engine) {
        let setup = Setup::new(engine).await;
        let file = extract(&["123456782,2023-01-01,", "123456789,2023-02-30,x", "123456782,2023-02-01,2023-01-31"]);
        let answer = send_register(&setup.intake, start("2023-03-31", "2023-01-01", &file), &file, 9).await.unwrap();
        let found: Vec<(i64, &str)> =
            answer.faults.iter().map(|fault| (fault.line, fault.column.as_str())).collect();
        assert_eq!(found, [(3, "bsn"), (3, "from"), (3, "until"), (4, "until")]);
        assert_eq!((answer.total_faults, answer.import), (4, None));
        assert!(stored(&setup).await.is_empty());
        assert_eq!(codes(&setup.intake, "F1", &[(OTHER, "R1", ["2023-01-02", "2023-01-03"], None)]).await, ["8001"]);
    }

    async fn rows_without_number_or_outside_the_days_are_counted_and_not_kept(engine) {
        let setup = Setup::new(engine).await;
        let rows = ["999999999,2023-01-01,", "123456782,2020-01-01,2022-12-31", "111222333,2023-01-01,"];
        let made = import(&setup.intake, "2023-05-31", &rows).await;
        assert_eq!((made.rows, made.persons, made.unnamed_rows, made.outside_rows), (3, 1, 1, 1));
        assert_eq!(stored(&setup).await.len(), 1);
        let lines: [Line; 1] = [(BSN, "R1", ["2023-01-01", "2023-01-01"], None)];
        assert_eq!(codes(&setup.intake, "F1", &lines).await, ["0320"]);
    }

    async fn a_register_of_an_older_key_is_found_by_it_and_holds_no_more_when_that_is_gone(engine) {
        let setup = Setup::new(engine).await;
        let under = |versions: &[u8]| Intake { keys: keys(versions), ..setup.intake.clone() };
        let rows = ["123456782,2023-01-01,2023-02-10"];
        import(&under(&[1]), "2023-05-31", &rows).await;
        let lines = |references: [&'static str; 3]| -> [Line; 3] {
            [
                (BSN, references[0], ["2023-02-10", "2023-02-10"], None),
                (BSN, references[1], ["2023-02-10", "2023-02-11"], None),
                (OTHER, references[2], ["2023-02-10", "2023-02-10"], None),
            ]
        };
        assert_eq!(codes(&under(&[1]), "F1", &lines(["A1", "A2", "A3"])).await, ["8001", "0506", "0320"]);
        assert_eq!(codes(&under(&[1, 2]), "F2", &lines(["B1", "B2", "B3"])).await, ["8001", "0506", "0320"]);
        assert_eq!(codes(&under(&[2]), "F3", &lines(["C1", "C2", "C3"])).await, ["8001", "8001", "8001"]);
        // Handed in again under the newer key, it is another state with the same persons.
        let made = import(&under(&[2]), "2023-05-31", &rows).await;
        assert_eq!((made.number, made.changed_persons, made.gone_persons), (2, 1, 1));
        assert_eq!(codes(&under(&[2]), "F4", &lines(["D1", "D2", "D3"])).await, ["8001", "0506", "0320"]);
    }

    async fn a_file_of_several_batches_is_held_against_a_register_of_several_batches(engine) {
        let setup = Setup::new(engine).await;
        // More rows than are stored at a time, of the one person of the file who is insured among others.
        let others = (200_000_000_u32..).map(|number| number.to_string()).filter(|text| text.parse::<Bsn>().is_ok());
        let rows: Vec<String> = std::iter::once(BSN.to_owned())
            .chain(others.take(52_000))
            .map(|bsn| format!("{bsn},2022-01-01,"))
            .collect();
        let file = extract(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let answer = send_register(&setup.intake, start("2023-05-31", "2023-01-01", &file), &file, 100_000).await;
        let made = answer.unwrap().import.unwrap();
        assert_eq!((made.rows, made.persons, made.changed_persons), (52_001, 52_001, 52_001));
        let answer = setup.send(&large_file("F1", 1_200, 10)).await;
        assert_eq!((answer.result.lines, answer.result.granted_lines), (12_000, 6_000));
        assert!(answer.result.findings.iter().all(|finding| finding.return_code == "0320"));
    }

    async fn scr_03_what_was_said_of_a_person_goes_together_when_it_is_about_no_later_day(engine) {
        let setup = Setup::new(engine).await;
        import(&setup.intake, "2023-03-31", &["123456782,2023-01-01,", "111222333,2023-01-01,2023-02-28"]).await;
        import(&setup.intake, "2023-04-30", &["111222333,2023-01-01,2023-02-28"]).await;
        let purge = async |before: &str| {
            let day: chrono::NaiveDate = before.parse().unwrap();
            let before = Before { day, moment: day.and_time(chrono::NaiveTime::MIN).and_utc() };
            let mut tx = setup.db.write().await.unwrap();
            let limits = PurgeLimits { objects: 10, rows: 100 };
            let purged = tx.purge(&intake::INSURED_KEPT.records, "vgz", before, limits).await.unwrap();
            tx.commit(setup.intake.core.clock.now()).await.unwrap();
            (purged.objects.len(), purged.rows)
        };
        // The one is of the day of the extract that still named it, the other of that which did no more.
        assert_eq!(purge("2023-03-31").await, (0, 0));
        assert_eq!(purge("2023-04-01").await, (1, 1));
        assert_eq!(purge("2023-05-01").await, (1, 2));
        assert!(stored(&setup).await.is_empty());
    }

    async fn what_an_import_said_is_not_changed_and_not_removed_by_hand(engine) {
        let setup = Setup::new(engine).await;
        import(&setup.intake, "2023-03-31", &["123456782,2023-01-01,"]).await;
        for table in ["insured_import", "insured_person"] {
            for statement in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET office = 'x'")] {
                let mut tx = setup.db.write().await.unwrap();
                let statement: &'static str = Box::leak(statement.into_boxed_str());
                let error = execute!(tx, statement).unwrap_err();
                assert!(format!("{error:?}").contains("append-only"), "{statement}: {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_import_that_is_wrong_as_a_call_is_told_what_is_wrong() {
    let mut setup = Setup::new(Engine::Sqlite).await;
    setup.intake.limits = Limits { file_bytes: 2_000, ..Limits::default() };
    let file = extract(&["123456782,2023-01-01,"]);
    let good = start("2023-03-31", "2023-01-01", &file);
    let chunk = |bytes: &[u8]| InsuredPart::Chunk(Bytes::copy_from_slice(bytes));
    let started = |change: fn(&mut common::InsuredStart)| {
        let mut start = good.clone();
        change(&mut start);
        InsuredPart::Start(start)
    };
    let calls: Vec<(Vec<InsuredPart>, Code, &[&str])> = vec![
        (vec![], Code::InvalidArgument, &["start"]),
        (vec![chunk(&file)], Code::InvalidArgument, &["start"]),
        (vec![InsuredPart::Nothing], Code::InvalidArgument, &["start"]),
        (vec![started(|start| start.office = "V G Z".to_owned())], Code::InvalidArgument, &["start.office"]),
        (
            vec![started(|start| {
                (start.reference_date, start.first_day) = (date("2023-06-02"), None);
                start.sha256.clear();
            })],
            Code::InvalidArgument,
            &["start.reference_date", "start.first_day", "start.sha256"],
        ),
        (vec![started(|start| start.first_day = date("2023-04-01"))], Code::InvalidArgument, &["start.first_day"]),
        // cut short
        (vec![started(|_| {}), chunk(&file[..20])], Code::InvalidArgument, &["start.sha256"]),
        (vec![started(|_| {}), chunk(&file), started(|_| {})], Code::InvalidArgument, &["part"]),
        (vec![started(|_| {}), chunk(&[b' '; 1_048_577])], Code::InvalidArgument, &["chunk"]),
        (vec![started(|_| {}), chunk(&[b' '; 2_001])], Code::FailedPrecondition, &[]),
    ];
    for (parts, code, fields) in calls {
        let named = format!("{parts:?}").chars().take(80).collect::<String>();
        let status = send_parts(&setup.intake, parts.into_iter().map(Ok).collect()).await.unwrap_err();
        assert_eq!(status.code(), code, "{named}: {status}");
        let wrong = status.get_error_details().bad_request().map(|wrong| wrong.field_violations.clone());
        let wrong: Vec<String> = wrong.unwrap_or_default().into_iter().map(|violation| violation.field).collect();
        assert_eq!(wrong, fields, "{named}");
    }
    assert!(stored(&setup).await.is_empty());
}
