//! The register of insured persons: what it refuses, as the AW320 tells the provider (Vektis AW319, control level N6).

use bytes::Bytes;
use contract::{
    budget::{self as proto, import_insured_request::Part, import_insured_response::Part as Answer},
    common,
};
use futures::{TryStreamExt, stream};
use sha2::{Digest, Sha256};
use testkit::on_both_engines;

use crate::{
    claims::{answers, office},
    office::{Line, Office, VGZ, cents, claim_file, date},
};

async fn import(office: &mut Office, rows: &str) -> common::InsuredImport {
    let file = format!("bsn,from,until\n{rows}");
    let start = common::InsuredStart {
        office: VGZ.to_owned(),
        reference_date: date("2023-03-09"),
        first_day: date("2022-01-01"),
        sha256: Sha256::digest(&file).to_vec(),
    };
    let parts = [Part::Start(start), Part::Chunk(Bytes::from(file))];
    let parts = parts.map(|part| proto::ImportInsuredRequest { part: Some(part) });
    let answers = office.budget.import_insured(stream::iter(parts)).await.unwrap().into_inner();
    let answers: Vec<proto::ImportInsuredResponse> = answers.try_collect().await.unwrap();
    let Some(Answer::Result(result)) = answers.last().and_then(|last| last.part.clone()) else { panic!("{answers:?}") };
    result.import.unwrap()
}

on_both_engines! {
    async fn bud_05_the_return_says_which_care_was_of_days_without_insurance(engine) {
        let mut office = office(engine).await;
        let register = import(&mut office, "123456782,2022-01-01,2023-02-03\n").await;
        let lines = [
            ("r1", Line::stay(2)),
            ("r2", Line { begin: "2023-02-03", end: "2023-02-04", ..Line::stay(2) }),
            ("r3", Line::hours(2, "2023-02-06", "2023-02-06")),
        ];
        let (result, aw320) = office.submit(&claim_file("41410001", "F1", &lines)).await.unwrap();
        assert_eq!((result.lines, result.granted_lines, cents(&result.granted)), (3, 1, 50_220));
        let records = answers(&aw320);
        let told = [2, 4, 6].map(|line| (records[line].0.join(" "), records[line].1));
        let expected = [("8001", 50_220), ("0506", 0), ("0320", 0)];
        assert_eq!(told, expected.map(|(code, cents)| (code.to_owned(), Some(cents))));
        let found: Vec<_> =
            result.findings.iter().map(|finding| (finding.return_code.as_str(), finding.record_number)).collect();
        assert_eq!(found, [("0506", 5), ("0320", 7)]);
        let request = proto::ListClaimFilesRequest { office: VGZ.to_owned(), ..Default::default() };
        let files = office.budget.list_claim_files(request).await.unwrap().into_inner().files;
        assert_eq!(files[0].insured_import_id, register.import_id);
        // Insured after all, what was refused comes again and is granted.
        import(&mut office, "123456782,2022-01-01,\n").await;
        let again = [("r2", Line { begin: "2023-02-03", end: "2023-02-04", ..Line::stay(2) })];
        let (result, _) = office.submit(&claim_file("41410001", "F2", &again)).await.unwrap();
        assert_eq!(result.granted_lines, 1);
        office.close().await;
    }
}
