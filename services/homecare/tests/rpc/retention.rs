//! Claim files go when they were kept long enough, and what they decided stays.

use contract::{
    homecare as claims,
    retention::{self as proto, retention_service_client::RetentionServiceClient},
};
use futures::TryStreamExt;
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

async fn purge(world: &World, office: &str) -> Vec<proto::PurgedKind> {
    let mut client = RetentionServiceClient::connect(world.running.url()).await.unwrap();
    let request = proto::PurgeRecordsRequest {
        request_id: runtime::Ids::random().next().to_string(),
        office: office.to_owned(),
        dry_run: false,
    };
    client.purge_records(request).await.unwrap().into_inner().kinds
}

async fn tombstones(world: &World, office: &str) -> Vec<proto::Tombstone> {
    let mut client = RetentionServiceClient::connect(world.running.url()).await.unwrap();
    let request = proto::ListTombstonesRequest { office: office.to_owned(), ..Default::default() };
    client.list_tombstones(request).await.unwrap().into_inner().tombstones
}

async fn files(world: &World, office: &str) -> Vec<String> {
    let request = claims::ListClaimFilesRequest { office: office.to_owned(), ..Default::default() };
    let files = world.client().list_claim_files(request).await.unwrap().into_inner().files;
    files.into_iter().map(|file| file.file_id).collect()
}

fn of_kind(kinds: Vec<proto::PurgedKind>, kind: &str) -> Option<(i64, i64)> {
    kinds.into_iter().find(|purged| purged.kind == kind).map(|purged| (purged.objects, purged.rows))
}

on_both_engines! {
    async fn scr_03_claim_files_go_seven_years_after_the_end_of_their_year(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 100_000).await;
        let lines = [debit("R1", 1), debit("R2", 2)];
        let first = world.submit("F1", &lines).await;
        let elsewhere = send_to(world.client(), "dsw", file("F1", &lines)).await.unwrap();
        let spent = world.amounts().await;
        let decisions = world.decisions().await;

        // 31 December 2031 in Amsterdam, and an hour and a half later the year after
        world.clock.set("2031-12-31T22:30:00Z".parse().unwrap());
        assert_eq!(of_kind(purge(&world, "vgz").await, "claim_file"), None);
        world.clock.set("2032-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(of_kind(purge(&world, "vgz").await, "claim_file"), Some((1, 3)));
        assert!(files(&world, "vgz").await.is_empty());
        assert_eq!(files(&world, "dsw").await, [elsewhere.result.file_id]);
        let stones = tombstones(&world, "vgz").await;
        let stone = stones.iter().find(|stone| stone.kind == "claim_file").unwrap();
        assert_eq!((&stone.object_id, stone.rows, stone.years), (&first.result.file_id, 3, 7));
        assert_eq!(stone.counted_from.unwrap().year, 2024);
        assert!(stone.source.starts_with("Algemene wet inzake rijksbelastingen"), "{}", stone.source);

        // What was decided with it stays, and its lines are gone.
        assert_eq!((world.amounts().await, world.decisions().await), (spent, decisions));
        let request = claims::StreamClaimLinesRequest { file_id: first.result.file_id };
        let gone = world.client().stream_claim_lines(request).await;
        let gone = match gone {
            Ok(lines) => lines.into_inner().try_collect::<Vec<_>>().await.unwrap_err(),
            Err(status) => status,
        };
        assert_eq!(gone.code(), Code::NotFound);

        // The same file again is not granted again.
        let again = world.submit("F1", &lines).await;
        assert_eq!((again.result.resubmitted, again.lines()), (false, vec![returned("0586", 0); 2]));
        assert_eq!(world.amounts().await, spent);
        // It is of that year too, and goes as well.
        assert_eq!(of_kind(purge(&world, "vgz").await, "claim_file"), Some((1, 3)));
    }
}
