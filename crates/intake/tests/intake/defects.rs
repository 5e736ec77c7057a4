//! What is wrong with a file gets its code where it stands, and leaves the right trace.

use testkit::on_both_engines;

use crate::support::*;

/// The middle line.
const LINE: usize = 5;
const TRAILER: usize = 8;

fn broken(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut file = good_file();
    change(&mut file);
    file
}

on_both_engines! {
    async fn a_file_without_faults_is_granted(engine) {
        let setup = Setup::new(engine).await;
        let answer = setup.send(&good_file()).await;
        assert_eq!(answer.header_codes(), ["0200"]);
        let records = answer.records();
        assert_eq!((&records[1], &records[2]), (&refused("0200"), &refused("0200")));
        assert_eq!(answer.lines(), [granted(1000), granted(2000), granted(3000), granted(-2000)]);
        assert_eq!(records[7].1, 4000);
        let result = answer.result;
        assert!(!result.rejected && !result.resubmitted && !result.file_id.is_empty());
        assert_eq!((result.lines, result.granted_lines, result.total_findings), (4, 4, 0));
        assert_eq!((result.agb.as_str(), result.invoice_number.as_str()), ("41410001", "F1"));
        assert_eq!(setup.rows().await, [1, 1, 4, 0]);
    }

    async fn a_fault_of_the_file_leaves_no_trace(engine) {
        let setup = Setup::new(engine).await;
        let line = (LINE - 1) * FULL;
        let files: [(&str, &str, Vec<u8>); 6] = [
            ("total", "0150", broken(|file| put(file, TRAILER, 34, "00000004001"))),
            ("count99", "0158", broken(|file| put(file, TRAILER, 15, "000005"))),
            ("length", "0804", broken(|file| { file.remove(line + 309); })),
            ("nocrlf", "8095", broken(|file| file.truncate(file.len() - 2))),
            ("blank", "8095", broken(|file| { file.splice(line..line, *b"\r\n"); })),
            ("order", "0002", broken(|file| (0..FULL).for_each(|at| file.swap(FULL + at, line + at)))),
        ];
        for (name, code, file) in files {
            let answer = setup.send(&file).await;
            assert!(answer.result.rejected && answer.result.file_id.is_empty(), "{name}");
            assert_eq!(answer.header_codes()[..2], ["0001", code], "{name}");
            assert_eq!(answer.result.findings[0].return_code, code, "{name}");
            assert!(!answer.result.findings[0].text_nl.is_empty(), "{name}");
            assert_eq!(answer.records().len(), 2, "{name}: header and trailer only");
            assert_eq!(setup.rows().await, [0; 4], "{name}");
            assert_eq!(setup.send(&file).await, answer, "{name}: again the same");
        }
    }

    async fn a_fault_of_a_line_refuses_that_line(engine) {
        let files: [(&str, &str, &str, Vec<u8>); 7] = [
            ("bsn", "0435", "0403", broken(|file| put(file, LINE, 15, "123456789"))),
            ("uzovi", "0423", "0404", broken(|file| put(file, LINE, 24, "0000"))),
            ("tariff", "0611", "0425", broken(|file| put(file, LINE, 165, "00001001"))),
            ("amount", "8032", "0426", broken(|file| put(file, LINE, 173, "00002100"))),
            ("date", "8007", "0414", broken(|file| put(file, LINE, 106, "20230231"))),
            ("future", "8007", "0414", broken(|file| put(file, LINE, 106, "2099123120991231"))),
            ("dupref", "8021", "0431", broken(|file| put(file, LINE, 195, "R1                  "))),
        ];
        for (name, code, field, file) in files {
            let setup = Setup::new(engine).await;
            let answer = setup.send(&file).await;
            assert_eq!(answer.header_codes(), ["0200"], "{name}");
            let lines = answer.lines();
            assert_eq!(lines[1].0[0], code, "{name}");
            // the credit line has lost its debit
            assert_eq!((&lines[0], &lines[2], &lines[3]), (&granted(1000), &granted(3000), &refused("8017")), "{name}");
            let expected = (code.to_owned(), LINE as i64, field.to_owned());
            assert_eq!(answer.findings()[0], expected, "{name}");
            assert_eq!(answer.result.findings[0].byte_offset as usize, (LINE - 1) * FULL, "{name}");
            assert_eq!(answer.result.granted_lines, 2, "{name}");
            assert_eq!(setup.rows().await, [1, 1, 4, 0], "{name}");
        }
    }

    async fn a_credit_without_debit_is_refused(engine) {
        let setup = Setup::new(engine).await;
        let answer = setup.send(&broken(|file| put(file, 7, 215, "ELSE"))).await;
        assert_eq!(answer.lines(), [granted(1000), granted(2000), granted(3000), refused("8017")]);
        assert_eq!(answer.findings(), [("8017".to_owned(), 7, "0432".to_owned())]);
    }

    async fn a_fault_of_a_person_refuses_the_lines_and_is_remembered(engine) {
        let setup = Setup::new(engine).await;
        let file = broken(|file| put(file, 2, 62, "3"));
        let answer = setup.send(&file).await;
        assert_eq!(answer.records()[1], refused("0351"));
        assert_eq!(answer.lines(), vec![refused("0351"); 4]);
        assert_eq!(setup.rows().await, [1, 1, 4, 1]);
        assert_eq!(setup.send(&file).await.aw320, answer.aw320);
    }

    async fn bytes_that_no_text_holds_refuse_their_line_only(engine) {
        let setup = Setup::new(engine).await;
        let file = broken(|file| { put(file, 4, 195, "R\0"); put(file, 5, 125, "\0"); put(file, 7, 215, "\0") });
        let answer = setup.send(&file).await;
        assert_eq!(answer.lines(), [refused("8021"), refused("0582"), granted(3000), refused("0651")]);
        assert!(setup.send(&broken(|file| put(file, 1, 81, "F\0"))).await.result.rejected);
    }

    async fn the_decider_may_reject_and_other_messages_are_not_taken(engine) {
        let setup = Setup::new(engine).await;
        let answer = send(&setup.intake, "none", &good_file(), 1000, 0).await.unwrap();
        assert_eq!(answer.header_codes(), ["0001", "8022"]);
        let mut intake = setup.intake.clone();
        intake.messages = &[vektis::Message::HomeCare];
        let answer = send(&intake, "vgz", &good_file(), 1000, 0).await.unwrap();
        assert_eq!(answer.header_codes(), ["0001", "0010"]);
        assert_eq!(setup.rows().await, [0; 4]);
    }
}
