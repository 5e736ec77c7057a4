//! Clients, hours and forecasts: from what was granted, and as known at a moment.

use contract::homecare::{self as proto, CeilingDecisionKind, ForecastMethod};
use testkit::on_both_engines;
use tonic::Code;
use vektis::{Sign, layout::PerformanceFields};

use crate::support::*;

/// A line of product 1000 on a day, for a client.
fn care(reference: &str, (bsn, day): (&'static str, &'static str), quantity: u32) -> Line {
    Line { bsn, days: (day, day), ..debit(reference, quantity) }
}

/// Product 1005 by five minutes at EUR 5.00, product 1006 by the minute at EUR 1.00.
fn in_unit(line: Line, product: &str, (time_unit, cents): (u32, i64), quantity: u32) -> Line {
    let fields = PerformanceFields { product: product.into(), time_unit, ..line.fields };
    Line { fields: fields.priced(cents, quantity, Sign::Debit), ..line }
}

fn hours_of(used: &proto::Consumption) -> (String, String, bool, i64) {
    let hours = used.hours.clone().unwrap();
    let average = hours.per_client_month.map(|average| average.value).unwrap_or_default();
    (average, hours.total.unwrap().value, hours.kept, hours.client_months)
}

fn forecast_of(asked: proto::GetConsumptionRequest) -> proto::ForecastYearRequest {
    let proto::GetConsumptionRequest { office, agb, year, as_of_time } = asked;
    proto::ForecastYearRequest { office, agb, year, as_of_time }
}

const ONE: &str = "123456782";
const OTHER: &str = "111222333";

on_both_engines! {
    async fn hom_05_hours_come_from_quantity_and_unit_per_client_and_month(engine) {
        let world = World::open(engine).await;
        let in_units = |product, unit: &str, cents| proto::ProductTariff { unit: unit.to_owned(), ..tariff(product, cents) };
        let request = proto::ConcludeAgreementRequest {
            tariffs: vec![tariff("1000", TARIFF), in_units("1005", "07", 500), in_units("1006", "01", 100)],
            ..world.agreement(2024, 10_000_000)
        };
        world.client().conclude_agreement(request).await.unwrap();
        assert_eq!(hours_of(&world.consumption().await), (String::new(), "0.00".to_owned(), true, 0));
        let lines = [
            care("R1", (ONE, "2024-01-10"), 10),
            in_unit(care("R2", (ONE, "2024-01-11"), 1), "1005", (7, 500), 7),
            in_unit(care("R3", (ONE, "2024-02-11"), 1), "1006", (1, 100), 61),
            care("R4", (OTHER, "2024-02-12"), 30),
            // Without citizen service number: paid, and counted neither in clients nor in hours.
            care("R5", ("999999999", "2024-02-12"), 30),
        ];
        let paid: i64 = world.submit("F1", &lines).await.lines().iter().map(|(_, cents)| cents).sum();
        assert_eq!((paid, world.amounts().await.0), (70 * TARIFF + 3_500 + 6_100, paid));
        // 10 h and 35 minutes, 61 minutes and 30 h: 41 h and 36 minutes over three client-months.
        let used = world.consumption().await;
        assert_eq!(hours_of(&used), ("13.87".to_owned(), "41.60".to_owned(), false, 3));
        assert_eq!((used.clients, used.hours.unwrap().agreed.unwrap().value), (2, "12.5".to_owned()));
        let back = Line { bsn: OTHER, days: ("2024-02-12", "2024-02-12"), ..credit("C4", 30, "R4") };
        world.submit("F2", &[back]).await;
        let used = world.consumption().await;
        assert_eq!(hours_of(&used), ("5.80".to_owned(), "11.60".to_owned(), true, 2));
        assert_eq!(used.clients, 1);
    }

    async fn hom_05_use_and_hours_are_had_as_known_at_a_moment(engine) {
        let world = World::open(engine).await;
        let start = world.clock.now();
        let hour = chrono::TimeDelta::hours(1);
        world.conclude(2024, 100_000).await;
        world.clock.set(start + hour);
        world.submit("F1", &[care("R1", (ONE, "2024-03-01"), 2)]).await;
        let first = world.consumption().await;
        world.clock.set(start + hour * 2);
        let back = Line { days: ("2024-03-01", "2024-03-01"), ..credit("C1", 2, "R1") };
        world.submit("F2", &[back, care("R2", (OTHER, "2024-04-01"), 20)]).await;
        world.clock.set(start + hour * 3);
        let at = |moment: chrono::DateTime<chrono::Utc>| proto::GetConsumptionRequest {
            as_of_time: Some(prost_types::Timestamp { seconds: moment.timestamp(), nanos: 0 }),
            ..asked(2024)
        };
        let client = || world.client();
        let then = client().get_consumption(at(start + hour)).await.unwrap().into_inner().consumption.unwrap();
        assert_eq!(then, first);
        assert_eq!((then.spent.unwrap().cents, hours_of(&then).1.as_str()), (2 * TARIFF, "2.00"));
        let agreed = client().get_consumption(at(start)).await.unwrap().into_inner().consumption.unwrap();
        assert_eq!((agreed.ceiling.unwrap().cents, agreed.spent.unwrap().cents, agreed.clients), (100_000, 0, 0));
        let early = client().get_consumption(at(start - hour)).await.unwrap_err();
        assert_eq!(refused(&early), (Code::NotFound, "NOT_FOUND".to_owned()));
        let list = proto::ListConsumptionRequest {
            office: "vgz".to_owned(),
            year: 2024,
            as_of_time: at(start + hour).as_of_time,
            ..proto::ListConsumptionRequest::default()
        };
        assert_eq!(client().list_consumption(list).await.unwrap().into_inner().consumption, [first]);
        let now = world.consumption().await;
        assert_eq!((now.clients, hours_of(&now).1.as_str(), hours_of(&now).3), (1, "20.00", 1));
    }

    async fn hom_05_a_year_is_forecast_by_days_and_by_last_years_season(engine) {
        let world = World::open(engine).await;
        for year in [2024, 2025] {
            world.conclude(year, 200 * TARIFF).await;
        }
        let day = |year, month| -> &'static str { format!("{year}-{month:02}-10").leak() };
        // Twice as much in the first half of 2024 as in the second.
        let lines: Vec<Line> = (1..=12)
            .map(|month| care(&format!("A{month}"), (ONE, day(2024, month)), if month <= 6 { 10 } else { 5 }))
            .collect();
        world.submit("F1", &lines).await;
        world.clock.set("2025-05-12T10:00:00Z".parse().unwrap());
        let later = [care("B1", (ONE, day(2025, 1)), 11), care("B2", (ONE, day(2025, 2)), 11), care("B3", (ONE, day(2025, 3)), 11)];
        let answer = send(world.client(), invoiced("F2", "2025-05-01", &later)).await.unwrap();
        assert_eq!(answer.lines().len(), 3);
        let answer = world.client().forecast_year(forecast_of(asked(2025))).await.unwrap().into_inner();
        let made = answer.forecast.unwrap();
        assert_eq!((made.method(), made.through_month), (ForecastMethod::Seasonal, 3));
        let texts: Vec<String> = answer.explanation.unwrap().steps.into_iter().map(|step| step.text_en).collect();
        assert_eq!(
            texts,
            [
                "Through 2025-03, EUR 2,401.08 is granted. Later months are not over, or nothing is granted of them yet; a \
                 month of which nothing is granted 90 days after its end counts as a month without care.",
                "Last year EUR 2,157.71 of EUR 6,523.31 was granted in these months, each at the length it has this year: in \
                 that proportion EUR 2,401.08 becomes EUR 7,259.08 over the year.",
                "The forecast of EUR 7,259.08 stays EUR 7,292.92 below the ceiling of EUR 14,552.00.",
            ]
        );
        let used = world.client().get_consumption(asked(2025)).await.unwrap().into_inner().consumption.unwrap();
        assert_eq!(used.forecast, Some(made));
        let before = world.client().forecast_year(forecast_of(asked(2024))).await.unwrap().into_inner().forecast.unwrap();
        assert_eq!((before.method(), before.amount.unwrap().cents), (ForecastMethod::Realised, 90 * TARIFF));
    }

    async fn hom_05_a_forecast_above_the_ceiling_and_hours_above_the_agreement_are_signalled_once(engine) {
        let world = World::open(engine).await;
        world.clock.set("2024-04-20T10:00:00Z".parse().unwrap());
        world.conclude(2024, 100 * TARIFF).await;
        let day = |month| -> &'static str { format!("2024-{month:02}-10").leak() };
        let months: Vec<Line> = (1..=2).map(|month| care(&format!("R{month}"), (ONE, day(month)), 14)).collect();
        send(world.client(), invoiced("F1", "2024-04-01", &months)).await.unwrap();
        // Two months are no ground yet, though both are above.
        assert!(world.decisions().await.is_empty());
        send(world.client(), invoiced("F2", "2024-04-02", &[care("R3", (ONE, day(3)), 14)])).await.unwrap();
        let decisions = world.decisions().await;
        let kinds: Vec<_> = decisions.iter().map(proto::CeilingDecision::kind).collect();
        assert_eq!(kinds, [CeilingDecisionKind::HoursAbove, CeilingDecisionKind::ForecastAbove]);
        assert_eq!(
            world.explained(&decisions[0].decision_id).await,
            [
                "In 3 months, 42.00 hours are granted over 3 client-months: 14.00 hours per client per month on average.",
                "At most 12.5 hours per client per month were agreed; the average of 14.00 is above. This is signalled once a \
                 year from 3 months on; it was compared without rounding.",
            ]
        );
        let texts = world.explained(&decisions[1].decision_id).await;
        assert_eq!(texts[1], "EUR 3,055.92 over 91 days is EUR 12,290.84 over the 366 days of the year.");
        assert_eq!(
            texts[3],
            "The forecast is made from 3 months, at least 3: that it is above the ceiling is signalled once a year."
        );
        // It falls back below and rises again: no signal a second time.
        let back = Line { days: (day(3), day(3)), ..credit("C3", 14, "R3") };
        send(world.client(), invoiced("F3", "2024-04-03", &[back])).await.unwrap();
        send(world.client(), invoiced("F4", "2024-04-04", &[care("R4", (ONE, day(3)), 14)])).await.unwrap();
        assert_eq!(world.decisions().await, decisions);
    }

    async fn hom_05_wrong_questions_name_every_field(engine) {
        let world = World::open(engine).await;
        let as_of_time = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 });
        let wrong = proto::ForecastYearRequest { office: "VGZ".to_owned(), agb: "1".to_owned(), year: 1, as_of_time };
        let status = world.client().forecast_year(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["office", "agb", "year", "as_of_time"]);
        let missing = world.client().forecast_year(forecast_of(asked(2024))).await.unwrap_err();
        assert_eq!(refused(&missing), (Code::NotFound, "NOT_FOUND".to_owned()));
    }

    async fn hom_05_the_use_of_a_year_comes_in_pages_by_provider(engine) {
        let world = World::open(engine).await;
        let agbs = ["41410003", "41410001", "41410005", "41410002", "41410004"];
        for (number, agb) in agbs.iter().enumerate() {
            let request = world.agreement(2024, 100_000 + i64::try_from(number).unwrap());
            let request = proto::ConcludeAgreementRequest { agb: (*agb).to_owned(), ..request };
            world.client().conclude_agreement(request).await.unwrap();
        }
        world.submit("F1", &[debit("R1", 2)]).await;
        let page = async |page_size, page_token: &str| {
            let request = proto::ListConsumptionRequest {
                office: "vgz".to_owned(),
                year: 2024,
                page_size,
                page_token: page_token.to_owned(),
                ..Default::default()
            };
            world.client().list_consumption(request).await.map(tonic::Response::into_inner)
        };
        let all = page(0, "").await.unwrap();
        assert_eq!((all.consumption.len(), all.next_page_token.as_str()), (5, ""));
        assert_eq!((all.consumption[0].agb.as_str(), all.consumption[0].spent.unwrap().cents), (AGB, 2 * TARIFF));
        let (mut token, mut sizes, mut paged) = (String::new(), Vec::new(), Vec::new());
        loop {
            let answer = page(2, &token).await.unwrap();
            sizes.push(answer.consumption.len());
            paged.extend(answer.consumption);
            token = answer.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!((sizes, paged), (vec![2, 2, 1], all.consumption));
        assert_eq!(wrong_fields(&page(1_001, "?").await.unwrap_err()), ["page_size", "page_token"]);
    }
}
