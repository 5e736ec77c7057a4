//! Days that a client can be granted once.

use chrono::{Days, NaiveDate};
use identifiers::{Bsn, PseudonymKeys};
use intake::Intake;
use testkit::on_both_engines;
use vektis::{
    Sign,
    aw319::FileWriter,
    layout::{InsuredFields, PerformanceFields},
};

use crate::support::*;

/// A day of stay, and the line it takes back.
fn day_of_stay(reference: String, on: NaiveDate, takes_back: Option<String>) -> PerformanceFields {
    let sign = if takes_back.is_some() { Sign::Credit } else { Sign::Debit };
    PerformanceFields {
        care_profile: 754,
        function_code: 0,
        begin: Some(on),
        end: Some(on),
        product: "Z053".into(),
        time_unit: 14,
        reference,
        previous_reference: takes_back.unwrap_or_default(),
        ..line_fields(&TestLine("", 1, None))
    }
    .priced(TARIFF, 1, sign)
}

/// A file of one day of stay of one client, on 3 February 2023.
fn one_day(invoice: &str, reference: &str, bsn: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header(invoice)).unwrap();
    writer.insured(&insured(bsn)).unwrap();
    writer.performance(&day_of_stay(reference.to_owned(), day(2, 3), None)).unwrap();
    writer.finish().unwrap();
    out
}

fn keys(versions: &[u32]) -> PseudonymKeys {
    let line = |version: &u32| format!("{version} {}\n", format!("{version:02x}").repeat(32));
    PseudonymKeys::parse(&versions.iter().map(line).collect::<String>(), "claims").unwrap()
}

on_both_engines! {
    async fn days_are_compared_across_batches_and_what_is_taken_back_is_free_again(engine) {
        const PERSONS: usize = 140;
        const DAYS: usize = 100;
        let setup = Setup::new(engine).await;
        let numbers = (100_000_000..).filter_map(|number: u32| Bsn::parse(&number.to_string()).ok());
        let persons: Vec<InsuredFields> =
            numbers.take(PERSONS).map(|bsn| InsuredFields { bsn: Some(bsn), ..insured("123456782") }).collect();
        let on = |day: usize| NaiveDate::from_ymd_opt(2022, 1, 1).unwrap() + Days::new(day as u64);
        let name = |person: usize, day: usize| format!("R{person}-{day}");
        let mut out = Vec::new();
        let mut writer = FileWriter::new(&mut out, &header("F1")).unwrap();
        let mut expected = Vec::new();
        for (number, person) in persons.iter().enumerate() {
            writer.insured(person).unwrap();
            for day in 0..DAYS {
                writer.performance(&day_of_stay(name(number, day), on(day), None)).unwrap();
                expected.push(granted(1000));
            }
        }
        // Once more, the last one first: of batches just before and long before.
        for (number, person) in persons.iter().enumerate().rev() {
            writer.insured(person).unwrap();
            let again = |series: &str, day: usize| day_of_stay(format!("{series}{number}"), on(day), None);
            let back = |series: &str, day: usize, of: String| day_of_stay(format!("{series}{number}"), on(day), Some(of));
            let lines = [
                (again("A", 7), refused("0587")),
                (back("B", 7, name(number, 7)), granted(-1000)),
                (again("C", 7), granted(1000)),
                (again("D", 7), refused("0587")),
                (back("E", 7, format!("C{number}")), granted(-1000)),
                (again("F", 7), granted(1000)),
                (again("G", 8), refused("0587")),
                (again("H", DAYS), granted(1000)),
            ];
            for (line, answer) in lines {
                writer.performance(&line).unwrap();
                expected.push(answer);
            }
        }
        writer.finish().unwrap();
        let lines = setup.send(&out).await.lines();
        let wrong = lines.iter().zip(&expected).position(|(found, expected)| found != expected);
        assert_eq!((lines.len(), wrong), (expected.len(), None), "{:?}", wrong.map(|at| (&lines[at], &expected[at])));
    }

    async fn a_client_under_a_newer_key_is_still_the_same(engine) {
        let setup = Setup::new(engine).await;
        let under = async |versions: &[u32], file: Vec<u8>| {
            let intake = Intake { keys: keys(versions), ..setup.intake.clone() };
            send(&intake, "vgz", &file, 100_000, NONE).await.unwrap().lines()
        };
        assert_eq!(under(&[1], one_day("F1", "R1", "123456782")).await, [granted(1000)]);
        assert_eq!(under(&[1, 2], one_day("F2", "R2", "123456782")).await, [refused("0587")]);
        // When the older key is gone, the links that were made are left.
        assert_eq!(under(&[2], one_day("F3", "R3", "123456782")).await, [refused("0587")]);
        assert_eq!(under(&[2], one_day("F4", "R4", "111222333")).await, [granted(1000)]);
    }

    async fn nobody_can_tell_whether_persons_without_number_are_the_same(engine) {
        let setup = Setup::new(engine).await;
        assert_eq!(setup.send(&one_day("F1", "R1", "999999999")).await.lines(), [granted(1000)]);
        assert_eq!(setup.send(&one_day("F2", "R2", "999999999")).await.lines(), [granted(1000)]);
    }
}
