//! What the audit log keeps of an import of the register of insured persons, and what it doesn't.

use bytes::Bytes;
use contract::{
    access::Role,
    budget::{self as proto, budget_service_client::BudgetServiceClient, import_insured_request::Part},
    common,
};
use sha2::{Digest, Sha256};
use testkit::on_both_engines;
use tonic::{Code, Request, Status};

use crate::world::{OTHER, OWN, Which, World, reason};

async fn import(world: &World, office: &str, rows: &str, role: Role) -> Result<common::InsuredResult, Status> {
    let file = format!("bsn,from,until\n{rows}");
    let day = Some(common::Date { year: 2023, month: 1, day: 1 });
    let sha256 = Sha256::digest(&file).to_vec();
    let start = common::InsuredStart { office: office.to_owned(), reference_date: day, first_day: day, sha256 };
    let parts = [Part::Start(start), Part::Chunk(Bytes::from(file))];
    let parts = parts.map(|part| proto::ImportInsuredRequest { part: Some(part) });
    let mut call = Request::new(tokio_stream::iter(parts));
    let bearer = format!("Bearer {}", world.token(role, OWN));
    call.metadata_mut().insert("authorization", bearer.parse().unwrap());
    let mut answers = BudgetServiceClient::new(world.channel.clone()).import_insured(call).await?.into_inner();
    let mut result = None;
    while let Some(answer) = answers.message().await? {
        if let Some(proto::import_insured_response::Part::Result(found)) = answer.part {
            result = Some(found);
        }
    }
    Ok(result.unwrap())
}

on_both_engines! {
    async fn an_import_is_logged_with_who_did_it_and_nobody_who_is_in_it(engine) {
        let world = World::open(engine, Which::Budget).await;
        let rows = "123456782,2022-01-01,\n";
        let made = import(&world, OWN, rows, Role::Purchaser).await.unwrap().import.unwrap();
        assert!(import(&world, OWN, rows, Role::Purchaser).await.unwrap().imported_before);
        let faulty = import(&world, OWN, "123456789,2022-01-01,\n", Role::Purchaser).await.unwrap();
        assert_eq!(faulty.total_faults, 1);
        let elsewhere = import(&world, OTHER, rows, Role::Purchaser).await.unwrap_err();
        assert_eq!(reason(&elsewhere), (Code::PermissionDenied, "OFFICE_NOT_GRANTED".to_owned()));
        let provider = import(&world, OWN, rows, Role::Adapter).await.unwrap_err();
        assert_eq!(reason(&provider), (Code::PermissionDenied, "ROLE_NOT_ADMITTED".to_owned()));
        let log = world.log().await;
        let (import, again) = (format!("import {}", made.import_id), format!("import {} again", made.import_id));
        let told: Vec<&str> = log.iter().map(|row| row.detail.as_str()).collect();
        assert_eq!(told, [&import, &again, "1 fault(s)", "OFFICE_NOT_GRANTED", "ROLE_NOT_ADMITTED"]);
        assert!(log.iter().all(|row| row.event_code == "ImportInsured" && row.object_type == "insured_register"));
        assert_eq!((log[0].actor.as_str(), log[0].office.as_str()), (made.imported_by.as_str(), OWN));
        assert!(log.iter().all(|row| !format!("{:?}", (&row.detail, &row.object_id)).contains("12345678")));
        world.close().await;
    }
}
