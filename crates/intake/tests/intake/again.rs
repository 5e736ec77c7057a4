//! Files that come again, at once, or not at all.

use std::pin::pin;

use chrono::TimeDelta;
use contract::budget::SubmitClaimsResponse;
use edge::Office;
use futures::{FutureExt as _, StreamExt as _, stream};
use testkit::on_both_engines;

use crate::support::*;

on_both_engines! {
    async fn the_same_file_again_gets_the_same_answer_and_changes_nothing(engine) {
        let setup = Setup::new(engine).await;
        // a refused line, one in part and one over the ceiling, over several batches
        let mut file = large_file("F1", 1200, 10);
        put(&mut file, 5, 106, "20230231");
        let first = setup.send_in(&file, 70_000, 1_000_500).await;
        assert_eq!(first.lines()[502], (vec!["0609".to_owned()], 0));
        assert_eq!(first.result.total_findings, 12_001 - 501);
        let rows = setup.rows().await;
        assert_eq!(rows, [1, 1, 12_000, 0]);
        setup.intake.core.clock.advance(TimeDelta::days(3));
        let again = setup.send_in(&file, 1000, 0).await;
        assert!(again.result.resubmitted);
        assert!(again.aw320 == first.aw320, "byte for byte");
        assert_eq!(again.result.file_id, first.result.file_id);
        assert_eq!(again.result.total_findings, first.result.total_findings);
        assert_eq!(setup.rows().await, rows);
    }

    async fn another_file_under_the_same_invoice_number_is_rejected(engine) {
        let setup = Setup::new(engine).await;
        setup.send(&good_file()).await;
        let other = setup.send(&file("F1", &[TestLine("X1", 1, None)])).await;
        assert!(other.result.rejected);
        assert_eq!(other.header_codes(), ["0001", "0030"]);
        assert_eq!(other.findings(), [("0030".to_owned(), 1, "0116".to_owned())]);
        assert_eq!(setup.rows().await, [1, 1, 4, 0]);
        // another office has invoices of its own
        assert!(!send(&setup.intake, "dsw", &good_file(), 999, 10).await.unwrap().result.rejected);
    }

    async fn a_client_that_goes_away_leaves_nothing(engine) {
        let setup = Setup::new(engine).await;
        let file = large_file("F1", 1000, 50);
        // dropped while receiving, and at every report of progress while deciding
        for reports in 0..2 {
            let parts = stream::iter(parts("vgz", &file, 100_000));
            let answer = setup.intake.submit::<_, _, _, SubmitClaimsResponse>(arrival(&setup.intake), parts, |_: &Office| Ceiling(NONE));
            let mut answer = pin!(answer);
            for _ in 0..reports {
                answer.next().await.unwrap().unwrap();
            }
            for _ in 0..3 {
                let _ = answer.next().now_or_never();
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
        assert_eq!(setup.rows().await, [0; 4]);
        let answer = setup.send(&file).await;
        assert!(!answer.result.resubmitted);
        assert_eq!(answer.result.granted_lines, 50_000);
        assert_eq!(answer.progress.last().unwrap().decided_lines, 50_000);
    }

    async fn the_same_file_twice_at_once_is_stored_once(engine) {
        let setup = Setup::new(engine).await;
        let file = large_file("F1", 200, 10);
        let send = || {
            let (intake, file) = (shared(&setup), file.clone());
            testkit::tokio::spawn(async move { send(&intake, "vgz", &file, 10_000, NONE).await.unwrap() })
        };
        let (first, second) = (send(), send());
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        assert_ne!(first.result.resubmitted, second.result.resubmitted);
        assert!(first.aw320 == second.aw320);
        assert_eq!(setup.rows().await, [1, 1, 2000, 0]);
    }

    async fn chunks_do_not_matter(engine) {
        let expected = Setup::new(engine).await.send(&good_file()).await;
        for chunk in [1, 7, 311, 312, 313, 1_000_000] {
            let answer = Setup::new(engine).await.send_in(&good_file(), chunk, NONE).await;
            assert_eq!(answer.lines(), expected.lines(), "{chunk}");
            // all but the reference of the return, which is new each time
            assert_eq!(answer.aw320[372..], expected.aw320[372..], "{chunk}");
        }
    }
}
