//! What is double, what isn't, and what a credit ends.

use contract::{
    common::{Money, Period},
    screening::{self as proto, SignalKind, event::Fact},
};
use futures::StreamExt;
use testkit::on_both_engines;
use tonic::Code;
use vektis::layout::PerformanceFields;

use crate::support::*;

on_both_engines! {
    async fn scr_04_the_same_care_from_two_providers_is_a_double(engine) {
        let world = World::open(engine).await;
        let mut events = world.screening.clone().watch(proto::WatchRequest { after_sequence: 0, ..Default::default() }).await.unwrap().into_inner();
        let first = world.submit(FIRST, "F1", &[debit("A1", (4, 5), 3)]).await;
        let second = world.submit(SECOND, "F1", &[debit("B1", (5, 6), 2)]).await;
        world.caught_up().await;
        let signals = world.signals("").await;
        assert_eq!(signals.len(), 1);
        let signal = &signals[0];
        assert_eq!((signal.rule_id.as_str(), signal.rule.as_str(), signal.kind()), ("SCR-04", "double", SignalKind::Exact));
        assert_eq!((signal.agb.as_str(), signal.product.as_str(), signal.client.len()), (SECOND, "1000", 22));
        assert_eq!(signal.period, Some(Period { first_day: march(5), last_day: march(5) }));
        assert_eq!((signal.at_stake, signal.withdrawn), (Some(Money { cents: 2 * TARIFF }), false));
        let evidence = |agb: &str, file_id: &str, reference: &str, days: (i32, i32), units: i64| proto::Evidence {
            service: "homecare".to_owned(),
            file_id: file_id.to_owned(),
            detail_number: 2,
            agb: agb.to_owned(),
            period: Some(Period { first_day: march(days.0), last_day: march(days.1) }),
            granted: Some(Money { cents: units * TARIFF }),
            reference: reference.to_owned(),
        };
        let lines = [evidence(FIRST, &first, "A1", (4, 5), 3), evidence(SECOND, &second, "B1", (5, 6), 2)];
        assert_eq!(signal.evidence, lines);

        assert_eq!((world.signals(FIRST).await, world.signals(SECOND).await), (signals.clone(), signals.clone()));
        assert!(world.signals("41410003").await.is_empty());
        let get = proto::GetSignalRequest { signal_id: signal.signal_id.clone() };
        assert_eq!(world.screening.clone().get_signal(get).await.unwrap().into_inner().signal.as_ref(), Some(signal));
        let event = events.next().await.unwrap().unwrap().event.unwrap();
        // Others are told that there is a signal, and nothing of what it says.
        let told = |signal: &proto::Signal| proto::Signal {
            signal_id: signal.signal_id.clone(),
            office: "vgz".to_owned(),
            kind: signal.kind,
            raised_time: signal.raised_time,
            ..proto::Signal::default()
        };
        assert_eq!((event.sequence, event.fact), (1, Some(Fact::SignalChanged(told(signal)))));
        assert_eq!(
            world.explained(&signal.decision_id).await,
            [
                "Voor dezelfde cliënt is 1000 twee keer toegekend: regel A1 van zorgaanbieder 41410001 en later regel \
                 B1 van zorgaanbieder 41410002.",
                "De perioden van 4 maart 2024 tot en met 5 maart 2024 en van 5 maart 2024 tot en met 6 maart 2024 \
                 overlappen 1 dag(en).",
                "Toegekend is € 218,28 en € 145,52. Ter discussie staat het kleinste van de twee bedragen: € 145,52.",
                "Wat is vastgelegd spreekt de regel tegen: het signaal geldt als exact. Wat het betekent, is aan mensen.",
            ]
        );
    }

    async fn scr_04_the_same_provider_counts_and_other_days_products_and_clients_do_not(engine) {
        let world = World::open(engine).await;
        let of = |bsn, line: Line| Line { bsn, ..line };
        let other_product = debit("A3", (4, 5), 1);
        let fields = PerformanceFields { product: "1001".into(), ..other_product.fields.clone() };
        let lines = [
            debit("A1", (4, 5), 1),
            debit("A2", (6, 7), 1),
            Line { fields, ..other_product },
            of("111222333", debit("A4", (4, 5), 1)),
            // Persons without citizen service number: nobody knows whether they are one.
            of("999999999", debit("A5", (4, 5), 1)),
            of("999999999", debit("A6", (4, 5), 1)),
        ];
        world.submit(FIRST, "F1", &lines).await;
        world.caught_up().await;
        assert!(world.signals("").await.is_empty());
        world.submit(FIRST, "F2", &[debit("A7", (5, 6), 1), of("111222333", debit("A8", (5, 5), 1))]).await;
        world.caught_up().await;
        assert_eq!(world.standing().await, [pair("A1", "A7"), pair("A2", "A7"), pair("A4", "A8")]);
    }

    async fn scr_04_a_credit_ends_what_its_debit_was_evidence_of(engine) {
        let world = World::open(engine).await;
        let (a1, b1, b2) = (debit("A1", (4, 5), 1), debit("B1", (5, 6), 1), debit("B2", (5, 5), 1));
        world.submit(FIRST, "F1", std::slice::from_ref(&a1)).await;
        world.submit(SECOND, "F1", std::slice::from_ref(&b1)).await;
        world.submit(SECOND, "F2", &[credit("C1", &b1), b2]).await;
        world.caught_up().await;
        assert_eq!(world.standing().await, [pair("A1", "B2")]);
        let signals = world.signals("").await;
        assert_eq!(signals.len(), 2);
        let ended = &signals[1];
        assert_eq!((ended.withdrawn, ended.at_stake), (true, Some(Money { cents: 0 })));
        assert_eq!((ended.withdrawn_time, ended.evidence.len()), (ended.raised_time, 2));
        assert_eq!(
            world.explained(&ended.withdrawal_decision_id).await,
            ["Regel B1 van zorgaanbieder 41410002 is gecrediteerd: het signaal vervalt en € 72,76 staat niet meer ter \
              discussie."]
        );
        // Raised, withdrawn, raised.
        let mut events = world.screening.clone().watch(proto::WatchRequest { after_sequence: 1, ..Default::default() }).await.unwrap().into_inner();
        let event = events.next().await.unwrap().unwrap().event.unwrap();
        let told = proto::Signal {
            signal_id: ended.signal_id.clone(),
            office: "vgz".to_owned(),
            kind: ended.kind,
            raised_time: ended.raised_time,
            withdrawn: true,
            withdrawn_time: ended.withdrawn_time,
            ..proto::Signal::default()
        };
        assert_eq!((event.sequence, event.fact), (2, Some(Fact::SignalChanged(told))));
        assert_eq!(world.published().await, 3);

        // A line and its credit in one file raise nothing, and what was credited stays out of it.
        let a3 = debit("A3", (6, 6), 1);
        world.submit(FIRST, "F3", &[a3.clone(), credit("C3", &a3), credit("C4", &a1), debit("A5", (6, 6), 1)]).await;
        world.caught_up().await;
        assert_eq!(world.standing().await, []);
    }

    async fn scr_04_signals_come_in_pages_and_wrong_requests_are_told(engine) {
        let world = World::open(engine).await;
        let lines: Vec<Line> = (0..4).map(|number| debit(&format!("A{number}"), (4, 5), 1)).collect();
        world.submit(FIRST, "F1", &lines).await;
        world.caught_up().await;
        let mut client = world.screening.clone();
        let mut ids = Vec::new();
        let mut token = String::new();
        loop {
            let request = proto::ListSignalsRequest {
                office: "vgz".to_owned(),
                agb: FIRST.to_owned(),
                page_size: 4,
                page_token: token,
                ..proto::ListSignalsRequest::default()
            };
            let page = client.list_signals(request).await.unwrap().into_inner();
            ids.extend(page.signals.into_iter().map(|signal| signal.signal_id));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!((ids.len(), ids.is_sorted_by(|a, b| a > b)), (6, true));
        let request = proto::ListSignalsRequest { office: "V".to_owned(), ..proto::ListSignalsRequest::default() };
        assert_eq!(client.list_signals(request).await.unwrap_err().code(), Code::InvalidArgument);
        let request = proto::GetSignalRequest { signal_id: "none".to_owned() };
        assert_eq!(client.get_signal(request).await.unwrap_err().code(), Code::NotFound);
    }
}
