//! Claims against the register of insured persons (Vektis AW319, control level N6), and the import of it.

use bytes::Bytes;
use chrono::{Datelike, NaiveDate};
use contract::{
    budget::{self as proto, import_insured_request::Part},
    common,
};
use futures::stream;
use prost_types::Timestamp;
use sha2::{Digest, Sha256};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

/// The first day that the registers cover.
const FIRST_DAY: &str = "2022-01-01";

fn date(text: &str) -> Option<common::Date> {
    let day: NaiveDate = text.parse().unwrap();
    let number = |number: u32| i32::try_from(number).unwrap();
    Some(common::Date { year: day.year(), month: number(day.month()), day: number(day.day()) })
}

/// Hands in a register that covers 2022 and on, through the reference date.
async fn hand_in(world: &World, reference: &str, rows: &str) -> Result<common::InsuredResult, Status> {
    let file = format!("bsn,from,until\n{rows}");
    let start = common::InsuredStart {
        office: "vgz".to_owned(),
        reference_date: date(reference),
        first_day: date(FIRST_DAY),
        sha256: Sha256::digest(&file).to_vec(),
    };
    let parts = [Part::Start(start), Part::Chunk(Bytes::from(file))];
    let parts = parts.map(|part| proto::ImportInsuredRequest { part: Some(part) });
    let mut answers = world.client().import_insured(stream::iter(parts)).await?.into_inner();
    let mut result = None;
    while let Some(answer) = answers.message().await? {
        if let Some(proto::import_insured_response::Part::Result(found)) = answer.part {
            result = Some(found);
        }
    }
    Ok(result.unwrap())
}

async fn import(world: &World, reference: &str, rows: &str) -> common::InsuredImport {
    let answer = hand_in(world, reference, rows).await.unwrap();
    assert_eq!((answer.imported_before, answer.total_faults), (false, 0), "{:?}", answer.faults);
    answer.import.unwrap()
}

/// The import that held at a moment, or holds now, and whether it is of use.
async fn register(world: &World, as_of_time: Option<Timestamp>) -> (Option<common::InsuredImport>, bool) {
    let request = proto::GetInsuredRegisterRequest { office: "vgz".to_owned(), as_of_time };
    let answer = world.client().get_insured_register(request).await.unwrap().into_inner();
    (answer.import, answer.usable)
}

async fn page(world: &World, page_token: String) -> (Vec<common::InsuredImport>, String) {
    let request = proto::ListInsuredImportsRequest { office: "vgz".to_owned(), page_size: 1, page_token };
    let answer = world.client().list_insured_imports(request).await.unwrap().into_inner();
    (answer.imports, answer.next_page_token)
}

on_both_engines! {
    async fn bud_05_care_of_who_is_not_insured_is_refused_and_does_not_count(engine) {
        let world = World::open(engine).await;
        let lines = |dates: [(&'static str, &'static str); 4]| dates.map(|(first, last)| day_of_stay(first, last));
        // Before a register came in nobody is held against any.
        assert_eq!(world.codes("F0", &[day_of_stay("2023-01-31", "2023-02-01")]).await, ["8001"]);
        import(&world, "2023-03-31", "123456782,2022-06-01,2022-12-31\n123456782,2023-02-02,2023-02-10\n").await;
        let dates = [
            ("2023-02-02", "2023-02-05"),
            ("2023-02-10", "2023-02-12"),
            ("2023-02-11", "2023-02-11"),
            ("2023-01-02", "2023-01-03"),
        ];
        let answer = world.submit("F1", &lines(dates)).await;
        let wanted = [("8001", 4 * 25_110), ("0506", 0), ("0320", 0), ("0320", 0)];
        assert_eq!(answer, wanted.map(|(code, cents)| (code.to_owned(), cents)));
        let other = Line { bsn: OTHER_BSN, ..day_of_stay("2023-02-02", "2023-02-05") };
        // At another tariff too: what is not insured is held against nothing else.
        let dear = Line { tariff: 1, ..other.clone() };
        let nameless = Line { bsn: "999999999", ..other.clone() };
        assert_eq!(world.codes("F2", &[other, dear, nameless]).await, ["0320", "0320", "8001"]);
        let request = proto::ListProductionRequest { office: "vgz".to_owned(), year: 2023, ..Default::default() };
        let production = world.client().list_production(request).await.unwrap().into_inner().production;
        assert_eq!(production.iter().map(|row| row.granted.unwrap().cents).sum::<i64>(), 10 * 25_110);
        let request = proto::ListRefusalsRequest { office: "vgz".to_owned(), year: 2023, ..Default::default() };
        let refusals = world.client().list_refusals(request).await.unwrap().into_inner().refusals;
        let codes: Vec<&str> = refusals.iter().map(|row| row.return_code.as_str()).collect();
        assert!(codes.contains(&"0320") && codes.contains(&"0506"), "{refusals:?}");
    }

    async fn bud_05_a_register_that_changes_later_changes_no_earlier_decision(engine) {
        let world = World::open(engine).await;
        import(&world, "2023-03-30", "123456782,2023-01-01,\n").await;
        let [first, second] = ["2023-02-01", "2023-02-02"].map(|date| day_of_stay(date, date));
        let granted = world.submit("F1", std::slice::from_ref(&first)).await;
        import(&world, "2023-03-31", "111222333,2023-01-01,\n").await;
        assert_eq!(world.submit("F1", std::slice::from_ref(&first)).await, granted);
        let credit = Line { takes_back: "F1-0", ..first };
        assert_eq!(world.submit("F2", &[credit]).await, [("8001".to_owned(), -25_110)]);
        assert_eq!(world.codes("F3", &[second]).await, ["0320"]);
    }

    async fn a_register_can_be_told_as_it_was_and_the_same_file_again_changes_nothing(engine) {
        let world = World::open(engine).await;
        assert_eq!(register(&world, None).await, (None, false));
        let rows = "123456782,2022-01-01,\n999999999,2022-01-01,\n111222333,2020-01-01,2021-12-31\n";
        let first = import(&world, "2023-03-31", rows).await;
        let told = (first.rows, first.persons, first.unnamed_rows, first.outside_rows, first.imported_by.as_str());
        assert_eq!(told, (3, 1, 1, 1, "local"));
        assert_eq!(first.covers, Some(common::Period { first_day: date(FIRST_DAY), last_day: date("2023-03-31") }));
        assert_eq!(first.sha256, Sha256::digest(format!("bsn,from,until\n{rows}")).to_vec());
        let again = hand_in(&world, "2023-03-31", rows).await.unwrap();
        assert_eq!((again.imported_before, again.import), (true, Some(first.clone())));
        world.clock.set("2023-04-10T11:00:00Z".parse().unwrap());
        let second = import(&world, "2023-04-10", "123456782,2022-01-01,\n").await;
        assert_eq!((second.number, second.changed_persons, second.gone_persons), (2, 0, 0));
        assert_eq!(register(&world, None).await, (Some(second.clone()), true));
        assert_eq!(register(&world, first.recorded_time).await, (Some(first.clone()), true));
        assert_eq!(register(&world, Some(Timestamp { seconds: 0, nanos: 0 })).await, (None, false));
        let (newest, token) = page(&world, String::new()).await;
        assert_eq!(newest, [second]);
        assert_eq!(page(&world, token).await, (vec![first], String::new()));
        // What was drawn up before the one that holds is no newer state.
        let status = hand_in(&world, "2023-03-31", "123456782,2022-02-01,\n").await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "REGISTER_NOT_NEWER".to_owned()));
    }

    async fn a_register_with_faults_is_answered_with_all_of_them_and_not_taken(engine) {
        let world = World::open(engine).await;
        let answer = hand_in(&world, "2023-03-31", "123456789,2023-02-29,\n123456782,2023-02-02,2023-02-01\n").await.unwrap();
        let faults: Vec<(i64, &str)> =
            answer.faults.iter().map(|fault| (fault.line, fault.column.as_str())).collect();
        assert_eq!(faults, [(2, "bsn"), (2, "from"), (3, "until")]);
        assert_eq!((answer.total_faults, answer.import), (3, None));
        assert_eq!(register(&world, None).await, (None, false));
        assert_eq!(wrong_fields(&hand_in(&world, "2050-01-01", "").await.unwrap_err()), ["start.reference_date"]);
    }
}
