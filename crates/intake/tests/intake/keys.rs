//! More than one key for pseudonyms.

use contract::common::ClaimLine;
use database::fetch_all;
use futures::TryStreamExt as _;
use identifiers::PseudonymKeys;
use intake::Intake;
use testkit::on_both_engines;

use crate::support::*;

fn keys(versions: &[(u32, u8)]) -> PseudonymKeys {
    let line = |(version, byte): &(u32, u8)| format!("{version} {}\n", format!("{byte:02x}").repeat(32));
    PseudonymKeys::parse(&versions.iter().map(line).collect::<String>(), "claims").unwrap()
}

async fn links(setup: &Setup) -> Vec<(String, String)> {
    let mut tx = setup.db.read().await.unwrap();
    fetch_all!(tx, "SELECT client, earlier FROM client_link ORDER BY client, earlier" => (String, String)).unwrap()
}

async fn under(setup: &Setup, versions: &[(u32, u8)], file: &[u8]) -> Vec<ClaimLine> {
    let intake = Intake { keys: keys(versions), ..setup.intake.clone() };
    let answer = send(&intake, "vgz", file, 100_000, NONE).await.unwrap();
    let mut tx = setup.db.read().await.unwrap();
    let stored = intake::claim_file(&mut tx, &answer.result.file_id).await.unwrap().unwrap();
    let pages: Vec<Vec<ClaimLine>> = intake::line_pages(&setup.db, &stored).try_collect().await.unwrap();
    pages.concat()
}

on_both_engines! {
    async fn with_one_key_nothing_is_linked(engine) {
        let setup = Setup::new(engine).await;
        let lines = under(&setup, &[(1, 1)], &large_file("F1", 2, 1)).await;
        assert!(lines.iter().all(|line| line.earlier_clients.is_empty()));
        assert!(links(&setup).await.is_empty());
    }

    async fn clients_are_linked_once_and_the_links_outlive_the_older_key(engine) {
        let setup = Setup::new(engine).await;
        let old = under(&setup, &[(1, 1)], &large_file("F1", 2, 1)).await;
        // two people, many times over several batches
        let new = under(&setup, &[(1, 1), (2, 2)], &large_file("F2", 600, 10)).await;
        assert_eq!(links(&setup).await.len(), 2);
        assert_ne!(new[0].client, old[0].client);
        assert!(new.iter().all(|line| line.earlier_clients.len() == 1));
        assert_eq!(new[0].earlier_clients, [old[0].client.clone()]);
        // a reader of the old file is told nothing new
        let only_new = under(&setup, &[(2, 2)], &large_file("F3", 2, 1)).await;
        assert_eq!((&only_new[0].client, &only_new[0].earlier_clients), (&new[0].client, &new[0].earlier_clients));
        // and a third key, when the first is gone, leads back over the second
        let third = under(&setup, &[(2, 2), (3, 3)], &large_file("F4", 2, 1)).await;
        assert_eq!(third[0].earlier_clients, [new[0].client.clone(), old[0].client.clone()]);
        assert_eq!(links(&setup).await.len(), 4);
        // the same file under another key is still the same file
        let intake = Intake { keys: keys(&[(4, 4)]), ..setup.intake.clone() };
        let again = send(&intake, "vgz", &large_file("F1", 2, 1), 999, NONE).await.unwrap();
        assert!(again.result.resubmitted);
    }

    async fn a_file_that_fails_links_nobody(engine) {
        let setup = Setup::new(engine).await;
        let intake = Intake { keys: keys(&[(1, 1), (2, 2)]), ..setup.intake.clone() };
        assert!(send(&intake, "none", &large_file("F1", 2, 1), 999, NONE).await.unwrap().result.rejected);
        assert!(links(&setup).await.is_empty());
    }
}
