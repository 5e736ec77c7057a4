//! The contents of documents: taken in, given back, and nobody else's.

use contract::registration::{self as proto, Category, upload_document_request::Part};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::{awarding::Client, support::*};

fn parts(agb: &str, content: &[&'static [u8]]) -> Vec<proto::UploadDocumentRequest> {
    let start = Part::Start(proto::UploadStart { office: "vgz".to_owned(), agb: agb.to_owned() });
    let pieces = content.iter().map(|piece| Part::Content((*piece).into()));
    [start].into_iter().chain(pieces).map(|part| proto::UploadDocumentRequest { part: Some(part) }).collect()
}

async fn upload(
    client: &mut Client,
    parts: Vec<proto::UploadDocumentRequest>,
) -> Result<proto::UploadDocumentResponse, Status> {
    Ok(client.upload_document(futures::stream::iter(parts)).await?.into_inner())
}

async fn download(world: &World, registration_id: &str, kind: &str) -> Result<Vec<u8>, Status> {
    let (registration_id, kind) = (registration_id.to_owned(), kind.to_owned());
    let request = proto::DownloadDocumentRequest { registration_id, kind };
    let mut pieces = world.client().download_document(request).await?.into_inner();
    let mut content = Vec::new();
    while let Some(piece) = pieces.message().await? {
        content.extend_from_slice(&piece.content);
    }
    Ok(content)
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

on_both_engines! {
    async fn reg_03_the_content_of_a_document_comes_back_as_it_was_and_is_sealed_at_rest(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let content: [&'static [u8]; 3] = [b"uittreksel ", b"van ", b"De Linde"];
        let stored = upload(&mut world.client(), parts(AGB, &content)).await.unwrap();
        assert_eq!(stored.size_bytes, 23);
        let again = upload(&mut world.client(), parts(AGB, &content)).await.unwrap();
        assert_eq!(again, stored);
        let kept = files(&world.documents());
        assert_eq!(kept.len(), 1);
        assert!(!std::fs::read(&kept[0]).unwrap().windows(8).any(|bytes| bytes == b"De Linde"));

        let hash = stored.content_sha256.clone();
        let round = world.round("vgz", contract::common::Sector::Gz, 2022).await;
        let mut content = world.content(&round, Category::New);
        for document in content.documents.iter_mut().filter(|document| document.kind == "kvk_extract") {
            document.content_sha256 = hash.clone();
        }
        let id = world.create(world.creation(&round.round_id, content)).await.unwrap().registration_id;
        assert_eq!(download(&world, &id, "kvk_extract").await.unwrap(), b"uittreksel van De Linde");
        let status = download(&world, &id, "ubo_extract").await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "CONTENT_NOT_UPLOADED"));
        assert_eq!(download(&world, &id, "nothing").await.unwrap_err().code(), Code::NotFound);
    }

    async fn a_fingerprint_opens_nobody_elses_document(engine) {
        let world = World::open(engine).await;
        world.provider("41410002").await;
        let stored = upload(&mut world.client(), parts("41410002", &[b"vertrouwelijk"])).await.unwrap();
        world.provider(AGB).await;
        let round = world.round("vgz", contract::common::Sector::Gz, 2022).await;
        let mut content = world.content(&round, Category::New);
        content.documents[0].content_sha256 = stored.content_sha256;
        let kind = content.documents[0].kind.clone();
        let id = world.create(world.creation(&round.round_id, content)).await.unwrap().registration_id;
        let status = download(&world, &id, &kind).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "CONTENT_NOT_UPLOADED"));
    }

    async fn an_upload_that_is_wrong_leaves_nothing(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let mut client = world.client();
        assert_eq!(wrong_fields(&upload(&mut client, Vec::new()).await.unwrap_err()), ["start"]);
        assert_eq!(wrong_fields(&upload(&mut client, parts("1", &[b"x"])).await.unwrap_err()), ["start.agb"]);
        assert_eq!(wrong_fields(&upload(&mut client, parts(AGB, &[])).await.unwrap_err()), ["content"]);
        let twice = [parts(AGB, &[b"x"]), parts(AGB, &[b"y"])].concat();
        assert_eq!(wrong_fields(&upload(&mut client, twice).await.unwrap_err()), ["start"]);
        assert_eq!(upload(&mut client, parts("41410009", &[b"x"])).await.unwrap_err().code(), Code::NotFound);
        assert!(files(&world.documents()).is_empty());
    }
}
