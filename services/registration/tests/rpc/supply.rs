//! The public list of contracted supply (REG-19).

use contract::{
    common::Sector,
    registration::{self as proto, Contracted},
};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

async fn listed(world: &World, year: i32) -> Result<Vec<Contracted>, Status> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let office = "vgz".to_owned();
        let request = proto::ListSupplyRequest { office, year, page_size: 2, page_token, ..Default::default() };
        let answer = world.client().list_supply(request).await?.into_inner();
        found.extend(answer.contracted);
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return Ok(found);
        }
    }
}

async fn streamed(world: &World, year: i32) -> Result<Vec<Contracted>, Status> {
    let request = proto::StreamSupplyRequest { office: "vgz".to_owned(), year, sector: 0 };
    let mut rows = world.client().stream_supply(request).await?.into_inner();
    let mut found = Vec::new();
    while let Some(row) = rows.message().await? {
        found.push(row.contracted.unwrap());
    }
    Ok(found)
}

on_both_engines! {
    async fn reg_19_the_list_is_public_from_its_day_and_has_accepted_agreements_only(engine) {
        let world = World::open(engine).await;
        let id = world.home_care_admissible().await;
        let offer = world.award(&id, "2024-01-01", Some("2024-12-31")).await;
        world.clock.set(utc("2023-11-11 22:59:59"));
        let status = listed(&world, 2024).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "SUPPLY_NOT_PUBLISHED"));
        assert!(streamed(&world, 2024).await.is_err());
        world.clock.set(utc("2023-11-11 23:00:00"));
        assert_eq!(listed(&world, 2024).await.unwrap(), [], "the award was not accepted");
        world.accept(&offer.offer_id).await.unwrap();
        let found = listed(&world, 2024).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].agb.as_str(), found[0].name.as_str(), found[0].region.as_str()), (AGB, "De Linde", "5508"));
        assert_eq!(streamed(&world, 2024).await.unwrap(), found);
        // Ended agreements leave the list.
        world.clock.set(utc("2024-12-31 22:00:00"));
        assert_eq!(listed(&world, 2024).await.unwrap().len(), 1);
        assert!(listed(&world, 2025).await.is_err());
    }

    async fn reg_19_an_agreement_that_ended_is_not_on_the_list(engine) {
        let world = World::open(engine).await;
        world.round("vgz", Sector::Gz, 2022).await;
        world.round("vgz", Sector::Vv, 2022).await;
        for (index, last) in [None, Some("2022-06-30"), Some("2021-12-31"), Some("2023-12-31")].into_iter().enumerate() {
            let agb = format!("4141000{}", index + 1);
            world.provider(&agb).await;
            let sector = if index == 3 { Sector::Vv } else { Sector::Gz };
            world.agreement_of(&agb, ("vgz", sector), ("2021-01-01", last), None).await;
        }
        let agbs = async || {
            let found = listed(&world, 2022).await.unwrap();
            assert_eq!(streamed(&world, 2022).await.unwrap(), found);
            found.into_iter().map(|row| row.agb).collect::<Vec<_>>().join(" ")
        };
        world.clock.set(utc("2022-06-30 12:00:00"));
        assert_eq!(agbs().await.split(' ').count(), 3);
        world.clock.set(utc("2022-07-01 12:00:00"));
        let found = agbs().await;
        assert!(found.contains("41410001") && found.contains("41410004") && !found.contains("41410002"), "{found}");
        let request = proto::ListSupplyRequest {
            office: "vgz".to_owned(),
            year: 2022,
            sector: Sector::Vv.into(),
            ..Default::default()
        };
        let found = world.client().list_supply(request.clone()).await.unwrap().into_inner().contracted;
        assert_eq!(found.len(), 1);
        let none = proto::ListSupplyRequest { product: "H999".to_owned(), ..request };
        assert!(world.client().list_supply(none).await.unwrap().into_inner().contracted.is_empty());
    }
}
