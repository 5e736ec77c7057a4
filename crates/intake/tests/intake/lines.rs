//! References, credits, ceilings, clients, and reading back.

use contract::common;
use database::fetch_all;
use edge::{Fields, Page};
use futures::TryStreamExt as _;
use identifiers::{Bsn, PseudonymKey};
use testkit::on_both_engines;
use vektis::aw319::FileWriter;

use crate::support::*;

on_both_engines! {
    async fn a_credit_takes_back_once_what_was_granted(engine) {
        let setup = Setup::new(engine).await;
        let debits = file("F1", &[TestLine("R1", 5, None), TestLine("R2", 5, None), TestLine("R3", 1, None)]);
        let answer = setup.send_in(&debits, 1000, 7_000).await;
        assert_eq!(answer.lines(), [granted(5000), (vec!["0609".to_owned()], 2000), refused("0609")]);
        let credits = [
            TestLine("C1", 5, Some("R1")),
            TestLine("C2", 5, Some("R2")),
            TestLine("C3", 1, Some("R3")),
            TestLine("C4", 5, Some("R1")),
            TestLine("C5", 5, Some("C1")),
        ];
        let answer = setup.send(&file("F2", &credits)).await;
        let otherwise = (vec!["8059".to_owned()], -2000);
        assert_eq!(answer.lines(), [granted(-5000), otherwise, refused("8017"), refused("8017"), refused("8017")]);
        let late = [TestLine("C6", 5, Some("R1")), TestLine("D1", 4, None), TestLine("C7", 3, Some("D1"))];
        assert_eq!(setup.send(&file("F3", &late)).await.lines(), [refused("8017"), granted(4000), refused("8017")]);
    }

    async fn a_credit_gives_the_ceiling_room_for_later_lines(engine) {
        let setup = Setup::new(engine).await;
        let lines = [TestLine("R1", 5, None), TestLine("C1", 5, Some("R1")), TestLine("R2", 5, None)];
        let answer = setup.send_in(&file("F1", &lines), 1000, 5_000).await;
        assert_eq!(answer.lines(), [granted(5000), granted(-5000), granted(5000)]);
    }

    async fn a_refused_line_may_come_again_and_a_granted_one_may_not(engine) {
        let setup = Setup::new(engine).await;
        let mut first = file("F1", &[TestLine("R1", 1, None), TestLine("R2", 1, None), TestLine("R2", 1, None)]);
        put(&mut first, 4, 106, "20230231");
        assert_eq!(setup.send(&first).await.lines(), [refused("8007"), granted(1000), refused("8021")]);
        let second = file("F2", &[TestLine("R1", 1, None), TestLine("R2", 1, None)]);
        assert_eq!(setup.send(&second).await.lines(), [granted(1000), refused("8021")]);
        // other providers have references of their own
        let mut other = file("F2", &[TestLine("R2", 1, None)]);
        put(&mut other, 1, 55, "41410002");
        assert_eq!(setup.send(&other).await.lines(), [granted(1000)]);
    }

    async fn references_are_compared_across_batches(engine) {
        let setup = Setup::new(engine).await;
        let mut out = Vec::new();
        let mut writer = FileWriter::new(&mut out, &header("F1")).unwrap();
        writer.insured(&insured("123456782")).unwrap();
        let mut expected = Vec::new();
        // per thousand lines one that repeats a reference of 1, 4,000, 6,000 or 12,000 lines before, and a credit
        for number in 0..20_000_usize {
            let mut fields = line_fields(&TestLine("", 1, None));
            fields.reference = format!("R{number}");
            let back = [1, 4_000, 6_000, 12_000][number / 1000 % 4];
            let answer = match number % 1000 {
                900 if number >= 14_000 => {
                    fields.reference = format!("R{}", number - back);
                    // what repeats a repetition repeats the line before it
                    refused("8021")
                }
                950 | 951 if number >= 14_000 => {
                    fields = line_fields(&TestLine("", 1, Some("")));
                    fields.reference = format!("R{number}");
                    fields.previous_reference = format!("R{}", number / 10 * 10 - back);
                    if number % 10 == 0 { granted(-1000) } else { refused("8017") }
                }
                _ => granted(1000),
            };
            expected.push(answer);
            writer.performance(&fields).unwrap();
        }
        writer.finish().unwrap();
        let answer = setup.send(&out).await;
        let lines = answer.lines();
        let wrong = lines.iter().zip(&expected).position(|(found, expected)| found != expected);
        assert_eq!(wrong, None, "{:?}", wrong.map(|at| (&lines[at], &expected[at])));
    }

    async fn clients_are_known_by_pseudonym_and_those_without_number_not_at_all(engine) {
        let setup = Setup::new(engine).await;
        let mut out = Vec::new();
        let mut writer = FileWriter::new(&mut out, &header("F1")).unwrap();
        for (number, bsn) in ["123456782", "999999999", "123456782"].into_iter().enumerate() {
            writer.insured(&insured(bsn)).unwrap();
            let mut fields = line_fields(&TestLine("", 1, None));
            fields.reference = format!("R{number}");
            writer.performance(&fields).unwrap();
        }
        writer.finish().unwrap();
        setup.send(&out).await;
        let mut tx = setup.db.read().await.unwrap();
        let clients = fetch_all!(tx, "SELECT client FROM claim_line ORDER BY detail_number" => (String,)).unwrap();
        let expected = PseudonymKey::new(b"test", "claims").pseudonym(&Bsn::parse("123456782").unwrap()).to_string();
        assert_eq!(clients, [(expected.clone(),), (String::new(),), (expected,)]);
    }

    async fn what_is_on_record_is_listed_and_read_back(engine) {
        let setup = Setup::new(engine).await;
        let mut first = file("F1", &[TestLine("R1", 5, None), TestLine("R2", 3, None), TestLine("C1", 5, Some("R1"))]);
        put(&mut first, 5, 106, "20230231");
        let first = setup.send(&first).await.result;
        let second = setup.send(&large_file("F2", 701, 10)).await.result;
        let mut tx = setup.db.read().await.unwrap();
        let page = Page::read(&mut Fields::new(), 1, "", 1).unwrap();
        let office = "vgz".parse().unwrap();
        let (files, token) = intake::list_files(&mut tx, &office, None, &page).await.unwrap();
        assert_eq!((files.len(), &files[0].file_id), (1, &first.file_id));
        let page = Page::read(&mut Fields::new(), 1, &token, 1).unwrap();
        let agb = "41410001".parse().ok();
        let (files, token) = intake::list_files(&mut tx, &office, agb, &page).await.unwrap();
        assert_eq!((files[0].file_id.as_str(), token.as_str()), (second.file_id.as_str(), ""));
        assert_eq!((files[0].lines, files[0].granted.unwrap().cents), (7010, 7010 * 2 * TARIFF));

        let stored = intake::claim_file(&mut tx, &first.file_id).await.unwrap().unwrap();
        let large = intake::claim_file(&mut tx, &second.file_id).await.unwrap().unwrap();
        assert!(intake::claim_file(&mut tx, "none").await.unwrap().is_none());
        drop(tx);
        let lines: Vec<Vec<common::ClaimLine>> = intake::line_pages(&setup.db, &stored).try_collect().await.unwrap();
        let lines = lines.concat();
        let codes: Vec<&str> = lines.iter().map(|line| line.return_codes[0].as_str()).collect();
        assert_eq!(codes, ["8001", "8007", "8001"]);
        assert_eq!((lines[2].previous_reference.as_str(), lines[2].granted.unwrap().cents), ("R1", -5000));
        assert_eq!((lines[0].unit.as_str(), lines[0].quantity, lines[0].detail_number), ("04", 5, 2));
        assert_eq!(lines[1].period.unwrap().first_day, None);
        let pages: Vec<Vec<common::ClaimLine>> = intake::line_pages(&setup.db, &large).try_collect().await.unwrap();
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [5000, 2010]);
    }
}
