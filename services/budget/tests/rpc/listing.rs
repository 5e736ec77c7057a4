//! The allocations that hold, now and as they were known.

use chrono::TimeDelta;
use contract::{budget as proto, common};
use iwlz::{DeliveryForm, testing};
use testkit::on_both_engines;

use crate::support::*;

fn date(text: &str) -> Option<common::Date> {
    edge::to_proto::date(day(text))
}

on_both_engines! {
    async fn an_allocation_is_told_as_the_message_said_it(engine) {
        let world = World::open(engine).await;
        let mut allocation = stay("2023-02-01", Some("2023-06-30"));
        allocation.nights = Some("4,5");
        world.allocate("A1", &allocation).await;
        let listed = world.listed(|_| {}).await;
        let one = &listed[0];
        assert_eq!((listed.len(), one.client.len(), one.earlier_clients.len()), (1, 22, 0));
        assert_eq!((one.agb.as_str(), one.office_code.as_str(), one.decision_number), (AGB, "5508", 1));
        assert_eq!((one.care_profile, one.function_code, one.delivery_form.as_str()), (754, 0, "4"));
        assert_eq!((one.kind.as_str(), one.nights.as_str(), one.care_class.as_str()), ("1", "4,5", ""));
        assert_eq!(one.percentage.clone().unwrap().value, "100");
        assert_eq!(one.period, Some(common::Period { first_day: date("2023-02-01"), last_day: date("2023-06-30") }));
        assert_eq!((one.decided.as_str(), one.withdrawal.as_str()), ("2023-02-01T00:00:00", ""));
        assert_eq!(one.recorded_time.unwrap().seconds, world.clock.now().timestamp());
    }

    async fn they_are_told_by_provider_by_day_and_as_they_were_known(engine) {
        let world = World::open(engine).await;
        let elsewhere = testing::allocation((nijmegen(), agb(OTHER_AGB)), 754, DeliveryForm::Stay, (day("2023-03-01"), None));
        world.take(&aw33("A1", &[(BSN, &[stay("2023-02-01", None), elsewhere])])).await;
        let before = world.clock.now();
        world.clock.advance(TimeDelta::days(1));
        let mut shorter = stay("2023-02-01", Some("2023-02-28"));
        shorter.decided += TimeDelta::days(1);
        world.allocate("A2", &shorter).await;
        let of = |agb: &str, care: &str, as_of| {
            let (agb, care_date) = (agb.to_owned(), if care.is_empty() { None } else { date(care) });
            let as_of_time: Option<chrono::DateTime<chrono::Utc>> = as_of;
            let world = &world;
            async move {
                let listed = world.listed(|request| {
                    (request.agb, request.care_date) = (agb.clone(), care_date);
                    request.as_of_time = as_of_time.and_then(edge::to_proto::time);
                });
                let told = |one: proto::Allocation| (one.agb, one.period.unwrap().last_day.is_some());
                listed.await.into_iter().map(told).collect::<Vec<_>>()
            }
        };
        let (own, other) = (|ends| (AGB.to_owned(), ends), (OTHER_AGB.to_owned(), false));
        assert_eq!(of("", "", None).await, [other.clone(), own(true)]);
        assert_eq!(of("", "", Some(before)).await, [own(false), other.clone()]);
        assert_eq!(of("", "", Some(before - TimeDelta::seconds(1))).await, []);
        assert_eq!(of(AGB, "", None).await, [own(true)]);
        assert_eq!(of("", "2023-02-28", None).await, [own(true)]);
        assert_eq!(of("", "2023-03-01", None).await, [other]);
        assert_eq!(of(AGB, "2023-03-01", None).await, []);
        assert_eq!(of(AGB, "2023-03-01", Some(before)).await, [own(false)]);
        // Another office's are not told.
        assert!(world.listed(|request| request.office = "cz".to_owned()).await.is_empty());
    }

    async fn they_come_in_pages(engine) {
        let world = World::open(engine).await;
        let months = ["2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01", "2023-05-01"];
        let all = months.map(|first| stay(first, None));
        world.take(&aw33("A1", &[(BSN, &all[..3])])).await;
        world.take(&aw33("A2", &[(BSN, &all[3..])])).await;
        let (mut token, mut seen) = (String::new(), Vec::new());
        loop {
            let request = proto::ListAllocationsRequest {
                office: "vgz".to_owned(),
                page_size: 2,
                page_token: token,
                ..Default::default()
            };
            let answer = world.client().list_allocations(request).await.unwrap().into_inner();
            assert!(answer.allocations.len() <= 2);
            seen.extend(answer.allocations.into_iter().map(|one| one.period.unwrap().first_day.unwrap().month));
            token = answer.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(seen, [1, 2, 3, 4, 5]);
    }
}
