//! People of providers: sealed at rest, opened for the roles that need them.

use contract::{
    access::Role,
    common,
    registration::{self as proto, Position},
};
use database::fetch_all;
use testkit::on_both_engines;
use tonic::Code;

use crate::{
    seed::seed,
    world::{AGB, OTHER, OWN, Which, World, new_id, reason},
};

const NAME: &str = "Wilhelmina Proefpersoon";

fn date(year: i32, month: i32, day: i32) -> Option<common::Date> {
    Some(common::Date { year, month, day })
}

fn record(office: &str) -> proto::RecordPersonRequest {
    proto::RecordPersonRequest {
        request_id: new_id(),
        office: office.to_owned(),
        agb: AGB.to_owned(),
        person: Some(proto::Person {
            person_id: String::new(),
            position: Position::BoardMember.into(),
            name: NAME.to_owned(),
            birth_date: date(1971, 4, 30),
            period: Some(common::Period { first_day: date(2020, 1, 1), last_day: None }),
        }),
    }
}

fn list(office: &str) -> proto::ListPeopleRequest {
    proto::ListPeopleRequest { office: office.to_owned(), agb: AGB.to_owned(), ..Default::default() }
}

on_both_engines! {
    async fn a_person_is_sealed_at_rest_and_opened_for_who_needs_it(engine) {
        let world = World::open(engine, Which::Registration).await;
        seed(&world, Which::Registration).await;
        // The seeded row is none that was sealed here: the list of the other provider's office stays out of this.
        let purchaser = world.token(Role::Purchaser, OTHER);
        let request = record(OTHER);
        let recorded: proto::RecordPersonResponse = world.ask(&request, &purchaser).await.unwrap();
        let again: proto::RecordPersonResponse = world.ask(&request, &purchaser).await.unwrap();
        assert_eq!(again, recorded);
        for role in [Role::Purchaser, Role::Decider, Role::Investigator] {
            let listed: proto::ListPeopleResponse = world.ask(&list(OTHER), &world.token(role, OTHER)).await.unwrap();
            assert_eq!(listed.people.len(), 1);
            assert_eq!((listed.people[0].name.as_str(), listed.people[0].birth_date), (NAME, date(1971, 4, 30)));
        }
        for role in [Role::Auditor, Role::Operator, Role::Adapter, Role::Service] {
            let refused = world.ask::<_, proto::ListPeopleResponse>(&list(OTHER), &world.token(role, OTHER)).await;
            assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied, "{role:?}");
        }
        let refused = world.ask::<_, proto::ListPeopleResponse>(&list(OTHER), &world.token(Role::Purchaser, OWN)).await;
        assert_eq!(reason(&refused.unwrap_err()).1, "OFFICE_NOT_GRANTED");
        let looks = world.log().await.into_iter().filter(|row| row.event_code == "ListPeople" && !row.role.is_empty()).count();
        assert_eq!(looks, 3, "every look is in the log");

        // Nothing of it is readable in the tables.
        let mut tx = world.db.read().await.unwrap();
        let rows = fetch_all!(tx, "SELECT sealed FROM person" => (Vec<u8>,)).unwrap();
        let kept = fetch_all!(tx, "SELECT payload_sha256, COALESCE(reply, payload_sha256) FROM request" =>
            (Vec<u8>, Vec<u8>)).unwrap();
        let bytes: Vec<u8> = rows.into_iter().flat_map(|(sealed,)| sealed)
            .chain(kept.into_iter().flat_map(|(payload, reply)| [payload, reply].concat())).collect();
        assert!(!bytes.windows(8).any(|part| part == &NAME.as_bytes()[..8]));
        world.close().await;
    }

    async fn a_last_day_is_recorded_once(engine) {
        let world = World::open(engine, Which::Registration).await;
        seed(&world, Which::Registration).await;
        let purchaser = world.token(Role::Purchaser, OTHER);
        let recorded: proto::RecordPersonResponse = world.ask(&record(OTHER), &purchaser).await.unwrap();
        let end = |day| proto::EndPersonRequest {
            request_id: new_id(),
            person_id: recorded.person_id.clone(),
            last_day: date(2025, 6, day),
        };
        world.ask::<_, proto::EndPersonResponse>(&end(30), &purchaser).await.unwrap();
        let refused = world.ask::<_, proto::EndPersonResponse>(&end(29), &purchaser).await.unwrap_err();
        assert_eq!(reason(&refused), (Code::FailedPrecondition, "PERSON_NOT_OPEN".to_owned()));
        let listed: proto::ListPeopleResponse = world.ask(&list(OTHER), &purchaser).await.unwrap();
        assert_eq!(listed.people[0].period.unwrap().last_day, date(2025, 6, 30));
        world.close().await;
    }

    async fn every_wrong_field_of_a_person_is_named_and_nothing_of_it_is_said(engine) {
        let world = World::open(engine, Which::Registration).await;
        let mut request = record(OWN);
        request.person = Some(proto::Person { name: "x".repeat(300), ..Default::default() });
        let status = world.ask::<_, proto::RecordPersonResponse>(&request, &world.token(Role::Purchaser, OWN)).await;
        let status = status.unwrap_err();
        let details = tonic_types::StatusExt::get_error_details(&status);
        let fields: Vec<_> = details.bad_request().unwrap().field_violations.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(fields, ["person.position", "person.name", "person.birth_date", "person.period"]);
        assert!(!format!("{status:?}").contains("xxx"));
        world.close().await;
    }

    async fn without_a_key_no_people_are_kept(engine) {
        let world = World::with(engine, Which::Registration, |settings| settings.people_key_file = None).await;
        let status = world.ask::<_, proto::RecordPersonResponse>(&record(OWN), &world.token(Role::Purchaser, OWN)).await;
        assert_eq!(reason(&status.unwrap_err()), (Code::FailedPrecondition, "PEOPLE_KEY_MISSING".to_owned()));
        world.close().await;
    }
}
