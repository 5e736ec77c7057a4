//! Claim files through budget: what is granted, what is refused, and what leaves no trace (BUD-05).

use contract::{budget as proto, common};
use futures::StreamExt;
use testkit::on_both_engines;
use tonic::Code;
use vektis::{
    aw320::ReturnRecord,
    codes::Codes,
    framing::{Frame, ReturnSplitter},
};

use crate::office::{Line, Office, VGZ, cents, claim_file, submit};

const RECORD: usize = 312;

pub async fn office(engine: testkit::Engine) -> Office {
    let mut office = Office::open(engine).await;
    office.import_tariffs().await;
    office.contract("41410001").await;
    office.caught_up().await;
    office.set("2023-03-10");
    office
}

/// Three lines of a client, each with its insured record: records 2 to 7, lines are records 3, 5 and 7.
fn good() -> Vec<u8> {
    let hours = || Line::hours(2, "2023-02-06", "2023-02-06");
    claim_file("41410001", "F1", &[("r1", Line::stay(2)), ("r2", hours()), ("r3", Line::day("2023-02-03"))])
}

/// The file with bytes of a record replaced; positions count from 1 as in the standard.
fn edited(mut file: Vec<u8>, record: usize, position: usize, text: &str) -> Vec<u8> {
    let at = (record - 1) * RECORD + position - 1;
    file[at..at + text.len()].copy_from_slice(text.as_bytes());
    file
}

/// What the return says of each record: its codes, and of lines what was granted.
pub fn answers(aw320: &[u8]) -> Vec<(Vec<String>, Option<i64>)> {
    let mut found = Vec::new();
    let mut splitter = ReturnSplitter::new();
    let mut read = |frame: Frame<'_, 370>| {
        let Frame::Record { bytes, .. } = frame else { panic!("a faulty return") };
        let (codes, granted) = match ReturnRecord::read(bytes).expect("a record") {
            ReturnRecord::Header(record) => (record.codes(), None),
            ReturnRecord::Insured(record) => (record.codes(), None),
            ReturnRecord::Performance(record) => (record.codes(), record.granted_cents()),
            ReturnRecord::Comment(record) => (record.codes(), None),
            ReturnRecord::Trailer(record) => (Codes::none(), record.granted_cents()),
        };
        found.push((codes.iter().map(|code| code.to_string()).collect(), granted));
    };
    splitter.feed(aw320, &mut read);
    splitter.finish(&mut read);
    found
}

async fn files(office: &mut Office) -> usize {
    let request = proto::ListClaimFilesRequest { office: VGZ.to_owned(), ..Default::default() };
    office.budget.list_claim_files(request).await.unwrap().into_inner().files.len()
}

async fn realised(office: &mut Office) -> i64 {
    let request = proto::ListProductionRequest { office: VGZ.to_owned(), year: 2023, ..Default::default() };
    let rows = office.budget.list_production(request).await.unwrap().into_inner().production;
    rows.iter().map(|row| cents(&row.granted)).sum()
}

/// The file is rejected with this code and nothing of it is on record.
async fn rejected(office: &mut Office, file: &[u8], code: &str, record: i64) {
    let (result, aw320) = office.submit(file).await.unwrap();
    assert!(result.rejected, "{code}: {result:?}");
    let finding = result.findings.iter().find(|finding| finding.return_code == code);
    assert_eq!(finding.unwrap_or_else(|| panic!("{code}: {:?}", result.findings)).record_number, record, "{code}");
    let records = answers(&aw320);
    assert_eq!(records.len(), 2, "a rejected file is answered with header and trailer");
    assert!(records[0].0.contains(&"0001".to_owned()) && records[0].0.contains(&code.to_owned()), "{records:?}");
    assert_eq!((files(office).await, realised(office).await), (0, 0), "{code} left a trace");
}

/// Only the line in record 5 is refused, with this code.
async fn line_refused(engine: testkit::Engine, file: &[u8], code: &str) {
    let mut office = office(engine).await;
    let (result, aw320) = office.submit(file).await.unwrap();
    assert!(!result.rejected, "{code}: {:?}", result.findings);
    assert_eq!((result.lines, result.granted_lines), (3, 2), "{code}: {:?}", result.findings);
    let records = answers(&aw320);
    assert!(records[4].0.contains(&code.to_owned()) && records[4].1 == Some(0), "{code}: {:?}", records[4]);
    for line in [2, 6] {
        assert_eq!(records[line].0, ["8001"], "{code}");
    }
    assert_eq!(realised(&mut office).await, 3 * 25_110);
    office.close().await;
}

on_both_engines! {
    async fn bud_05_a_good_file_is_granted_in_full_and_counts_as_production(engine) {
        let mut office = office(engine).await;
        let (result, aw320) = office.submit(&good()).await.unwrap();
        assert_eq!((result.lines, result.granted_lines, cents(&result.granted)), (3, 3, 3 * 25_110 + 2 * 6_794));
        let records = answers(&aw320);
        assert_eq!(records[0].0, ["0200"]);
        assert_eq!(records[1].0, ["0200"]);
        assert_eq!(records[2], (vec!["8001".to_owned()], Some(50_220)));
        let request = proto::ListProductionRequest { office: VGZ.to_owned(), year: 2023, ..Default::default() };
        let rows = office.budget.list_production(request).await.unwrap().into_inner().production;
        let found: Vec<_> =
            rows.iter().map(|row| (row.product.as_str(), row.care_month.as_str(), row.quantity)).collect();
        assert_eq!(found, [("H126", "2023-02", 2), ("Z053", "2023-02", 3)]);
        office.close().await;
    }

    async fn bud_05_a_file_with_a_technical_fault_is_rejected_without_a_trace(engine) {
        let mut office = office(engine).await;
        let file = good();
        let trailer = file.len() / RECORD;
        rejected(&mut office, &edited(file.clone(), trailer, 34, "00000088919"), "0150", 8).await;
        rejected(&mut office, &edited(file.clone(), trailer, 15, "000004"), "0158", 8).await;
        let mut short = file.clone();
        short.remove(4 * RECORD + 309);
        rejected(&mut office, &short, "0804", 5).await;
        let mut blank = file.clone();
        blank.splice(4 * RECORD..4 * RECORD, *b"\r\n");
        rejected(&mut office, &blank, "8095", 5).await;
        rejected(&mut office, &file[..file.len() - 2], "8095", 8).await;
        let mut swapped = file.clone();
        let (second, fifth) = (file[RECORD..2 * RECORD].to_vec(), file[4 * RECORD..5 * RECORD].to_vec());
        swapped[RECORD..2 * RECORD].copy_from_slice(&fifth);
        swapped[4 * RECORD..5 * RECORD].copy_from_slice(&second);
        rejected(&mut office, &swapped, "0002", 2).await;
        rejected(&mut office, &edited(file.clone(), 1, 10, "T"), "8028", 1).await;
        // The same file without the fault is then taken as if nothing had been.
        assert_eq!(office.submit(&file).await.unwrap().0.granted_lines, 3);
        office.close().await;
    }

    async fn bud_05_a_wrong_citizen_service_number_refuses_its_line(engine) {
        line_refused(engine, &edited(good(), 5, 15, "123456789"), "0435").await;
    }

    async fn bud_05_another_uzovi_than_the_insureds_refuses_its_line(engine) {
        line_refused(engine, &edited(good(), 5, 24, "0000"), "0423").await;
    }

    async fn bud_05_a_day_that_does_not_exist_refuses_its_line(engine) {
        line_refused(engine, &edited(good(), 5, 106, "20230231"), "8007").await;
    }

    async fn bud_05_a_day_in_the_future_refuses_its_line(engine) {
        line_refused(engine, &edited(good(), 5, 106, "2099123120991231"), "8007").await;
    }

    async fn bud_05_another_tariff_than_agreed_refuses_its_line(engine) {
        line_refused(engine, &edited(good(), 5, 165, "00006795"), "0611").await;
    }

    async fn bud_05_an_amount_that_is_not_tariff_times_quantity_refuses_its_line(engine) {
        line_refused(engine, &edited(good(), 5, 173, "00013688"), "8032").await;
    }

    async fn bud_05_a_reference_used_before_refuses_its_line(engine) {
        line_refused(engine, &edited(good(), 5, 195, "r1"), "8021").await;
    }

    async fn bud_05_a_credit_without_its_debit_refuses_its_line(engine) {
        let credit = Line { credits: Some("NIETBESTAAND".to_owned()), ..Line::hours(2, "2023-02-06", "2023-02-06") };
        let file = claim_file("41410001", "F1", &[("r1", Line::stay(2)), ("r2", credit), ("r3", Line::day("2023-02-03"))]);
        line_refused(engine, &file, "8017").await;
    }

    async fn bud_05_a_line_outside_the_agreement_is_refused(engine) {
        let late = Line { begin: "2024-01-02", end: "2024-01-02", ..Line::hours(2, "2024-01-02", "2024-01-02") };
        let mut office = office(engine).await;
        office.set("2024-03-10");
        let file = claim_file("41410001", "F1", &[("r1", late)]);
        // The invoice is of March 2023; the care is after it and after the agreement.
        let (result, _) = office.submit(&file).await.unwrap();
        assert_eq!(result.granted_lines, 0);
        let unknown = claim_file("41410009", "F1", &[("r1", Line::stay(1))]);
        let (result, _) = office.submit(&unknown).await.unwrap();
        assert_eq!(result.findings[0].return_code, "8022");
        office.close().await;
    }

    async fn bud_05_a_credit_takes_its_debit_back_once(engine) {
        let mut office = office(engine).await;
        office.submit(&good()).await.unwrap();
        let credit = || Line { credits: Some("r2".to_owned()), ..Line::hours(2, "2023-02-06", "2023-02-06") };
        let (result, _) = office.submit(&claim_file("41410001", "F2", &[("c1", credit())])).await.unwrap();
        assert_eq!(cents(&result.granted), -2 * 6_794);
        let (result, _) = office.submit(&claim_file("41410001", "F3", &[("c2", credit())])).await.unwrap();
        assert_eq!(result.findings[0].return_code, "8017");
        assert_eq!(realised(&mut office).await, 3 * 25_110);
        office.close().await;
    }

    async fn bud_05_the_same_file_again_gets_the_same_return_whatever_the_pieces(engine) {
        let mut office = office(engine).await;
        let (first, aw320) = office.submit(&good()).await.unwrap();
        office.set("2023-04-20");
        for piece in [1, 311, 5_000] {
            let (again, same) = submit(&mut office.budget, &good(), piece).await.unwrap();
            assert!(again.resubmitted && again.file_id == first.file_id && same == aw320, "{piece}");
        }
        assert_eq!((files(&mut office).await, realised(&mut office).await), (1, 3 * 25_110 + 2 * 6_794));
        let other = claim_file("41410001", "F1", &[("r9", Line::stay(1))]);
        let (result, _) = office.submit(&other).await.unwrap();
        assert!(result.rejected && result.findings[0].return_code == "0030", "{result:?}");
        office.close().await;
    }

    async fn bud_05_lines_are_streamed_with_pseudonyms_only(engine) {
        let mut office = office(engine).await;
        let (result, _) = office.submit(&good()).await.unwrap();
        let request = proto::StreamClaimLinesRequest { file_id: result.file_id };
        let mut pages = office.budget.stream_claim_lines(request).await.unwrap().into_inner();
        let mut lines: Vec<common::ClaimLine> = Vec::new();
        while let Some(page) = pages.next().await {
            lines.extend(page.unwrap().lines);
        }
        let references: Vec<&str> = lines.iter().map(|line| line.reference.as_str()).collect();
        assert_eq!(references, ["r1", "r2", "r3"]);
        assert!(lines.iter().all(|line| line.client == lines[0].client && line.client.len() == 22));
        for database in &office.databases {
            if let Some(path) = database.url().strip_prefix("sqlite://") {
                let stored = std::fs::read(path).unwrap();
                let found = stored.windows(9).any(|bytes| bytes == b"123456782");
                assert!(!found, "a citizen service number is in {path}");
            }
        }
        office.close().await;
    }

    async fn a_submission_that_does_not_begin_with_its_start_is_refused(engine) {
        let mut office = office(engine).await;
        let chunk = proto::SubmitClaimsRequest {
            part: Some(proto::submit_claims_request::Part::Chunk(b"01187"[..].into())),
        };
        let mut answer = office.budget.submit_claims(futures::stream::iter([chunk])).await.unwrap().into_inner();
        let status = loop {
            match answer.next().await.expect("an error before the end") {
                Ok(_) => {}
                Err(status) => break status,
            }
        };
        assert_eq!(status.code(), Code::InvalidArgument);
        office.close().await;
    }
}
