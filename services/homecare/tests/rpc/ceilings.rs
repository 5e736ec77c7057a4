//! Ceilings: what is granted, given back, signalled and explained.

use contract::homecare::{self as proto, CeilingDecisionKind, event::Fact};
use futures::{StreamExt, future::join_all};
use testkit::on_both_engines;
use vektis::{Sign, layout::PerformanceFields};

use crate::support::*;

on_both_engines! {
    async fn hom_05_a_line_beyond_the_ceiling_is_granted_as_far_as_there_is_room(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 13 * TARIFF + 1_000).await;
        let answer = world.submit("F1", &[debit("R1", 13)]).await;
        assert_eq!(answer.lines(), [returned("8001", 13 * TARIFF)]);
        let answer = world.submit("F2", &[debit("R2", 1), debit("R3", 1)]).await;
        assert_eq!(answer.lines(), [returned("0584", 1_000), returned("0584", 0)]);
        assert_eq!(answer.result.granted.unwrap().cents, 1_000);
        assert_eq!(world.amounts().await, (13 * TARIFF + 1_000, 0, 6_276 + TARIFF));
        let used = world.consumption().await;
        assert_eq!((used.clients, used.used_percentage.unwrap().value.as_str()), (1, "100.00"));

        let beyond = &world.decisions().await[0];
        assert_eq!(beyond.kind(), CeilingDecisionKind::BeyondCeiling);
        assert_eq!((beyond.file_id.as_str(), beyond.beyond.unwrap().cents), (answer.result.file_id.as_str(), 13_552));
        assert_eq!(beyond.decided_time.unwrap().seconds, utc("2025-03-01 10:00:00"));
        let texts = world.explained(&beyond.decision_id).await;
        assert_eq!(
            texts,
            [
                "Before this file, EUR 945.88 of the ceiling of EUR 955.88 was granted: there was EUR 10.00 of room.",
                "Of EUR 145.52 in lines that are otherwise in order, EUR 10.00 is granted: there was EUR 10.00 of \
                 room and credits in this file gave back EUR 0.00. The lines were judged in the order of the file.",
                "Of EUR 145.52, EUR 10.00 is granted; EUR 135.52 is beyond the ceiling and is not paid.",
            ]
        );
    }

    async fn hom_05_a_credit_gives_back_what_was_granted(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 3_000).await;
        assert_eq!(world.submit("F1", &[debit("R1", 1)]).await.lines(), [returned("0584", 3_000)]);
        assert_eq!(world.submit("F2", &[debit("R2", 1)]).await.lines(), [returned("0584", 0)]);
        assert_eq!(world.amounts().await, (3_000, 0, 4_276 + 7_276));
        assert_eq!(world.submit("F3", &[credit("C1", 1, "R1")]).await.lines(), [returned("8059", -3_000)]);
        assert_eq!(world.amounts().await, (0, 3_000, 7_276));
        assert_eq!(world.consumption().await.clients, 0);
        // What was refused does not revive by itself, and may be submitted again.
        assert_eq!(world.submit("F4", &[debit("R2", 1)]).await.lines(), [returned("0584", 3_000)]);
        assert_eq!(world.amounts().await, (3_000, 0, 7_276 + 4_276));
    }

    async fn hom_05_the_worked_line_with_ten_euros_left_and_a_credit_of_thirty(engine) {
        let world = World::open(engine).await;
        let request = proto::ConcludeAgreementRequest {
            tariffs: vec![tariff("1000", TARIFF), tariff("1001", 3_000)],
            ..world.agreement(2024, 3_000 + 1_000)
        };
        world.client().conclude_agreement(request).await.unwrap();
        let thirty = |line: Line, sign| Line {
            fields: PerformanceFields { product: "1001".into(), ..line.fields }.priced(3_000, 1, sign),
            ..line
        };
        world.submit("F1", &[thirty(debit("R0", 1), Sign::Debit)]).await;
        let answer = world.submit("F2", &[debit("R1", 1)]).await;
        assert_eq!(answer.lines(), [returned("0584", 1_000)]);
        assert_eq!(world.amounts().await, (4_000, 0, 6_276));
        let answer = world.submit("F3", &[thirty(credit("C0", 1, "R0"), Sign::Credit)]).await;
        assert_eq!(answer.lines(), [returned("8001", -3_000)]);
        assert_eq!(world.amounts().await, (1_000, 3_000, 6_276));
        let answer = world.submit("F4", &[debit("R2", 1)]).await;
        assert_eq!(answer.lines(), [returned("0584", 3_000)]);
        assert_eq!(world.amounts().await, (4_000, 0, 6_276 + 4_276));
    }

    async fn hom_05_debits_and_credits_at_the_same_time_keep_to_the_ceiling(engine) {
        let world = World::open(engine).await;
        let ceiling = 25 * TARIFF + 1_234;
        world.conclude(2024, ceiling).await;
        let before: Vec<Line> = (0..20).map(|number| debit(&format!("B{number}"), 1)).collect();
        world.submit("B", &before).await;
        let submissions = (0..40).map(|number| {
            let line = match number % 2 {
                0 => debit(&format!("R{number}"), 1),
                _ => credit(&format!("C{number}"), 1, &format!("B{}", number / 2)),
            };
            send(world.client(), file(&format!("F{number}"), &[line]))
        });
        let mut granted = 20 * TARIFF;
        for answer in join_all(submissions).await {
            granted += answer.unwrap().lines()[0].1;
        }
        let (spent, room, beyond) = world.amounts().await;
        assert_eq!((spent, room), (granted, ceiling - granted));
        // Twenty lines were credited in full: what is spent and what went beyond is what the other twenty claimed.
        assert_eq!(spent + beyond, 20 * TARIFF);
        assert!(spent <= ceiling);
        // What was refused fits now: it is granted to the cent when it is claimed again, and no more than there is room.
        let again = world.submit("G", &[debit("G1", 20)]).await;
        assert_eq!(again.lines()[0].1, (20 * TARIFF).min(room));
    }

    async fn hom_05_a_credit_within_a_file_gives_room_to_the_lines_after_it(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, TARIFF).await;
        let lines = [debit("R1", 1), debit("R2", 1), credit("C1", 1, "R1"), debit("R3", 1)];
        let expected = [returned("8001", TARIFF), returned("0584", 0), returned("8001", -TARIFF), returned("8001", TARIFF)];
        assert_eq!(world.submit("F1", &lines).await.lines(), expected);
        assert_eq!(world.amounts().await, (TARIFF, 0, TARIFF));
    }

    async fn hom_05_at_the_same_time_never_a_cent_over_and_nothing_refused_that_fits(engine) {
        for ceiling in [100_000, 40 * TARIFF, 40 * TARIFF + 1] {
            let world = World::open(engine).await;
            world.conclude(2024, ceiling).await;
            let submissions = (0..40).map(|number| {
                send(world.client(), file(&format!("F{number}"), &[debit(&format!("R{number}"), 1)]))
            });
            let mut granted: Vec<i64> = Vec::new();
            for answer in join_all(submissions).await {
                granted.push(answer.unwrap().lines()[0].1);
            }
            let expected = ceiling.min(40 * TARIFF);
            assert_eq!(granted.iter().sum::<i64>(), expected);
            assert_eq!(world.amounts().await, (expected, ceiling - expected, 40 * TARIFF - expected));
            granted.sort_unstable();
            let mut lines = vec![0; 40];
            lines[..40].iter_mut().rev().zip(0..expected / TARIFF).for_each(|(line, _)| *line = TARIFF);
            if expected % TARIFF > 0 {
                let at = 39 - usize::try_from(expected / TARIFF).unwrap();
                lines[at] = expected % TARIFF;
            }
            assert_eq!(granted, lines, "all that fit, one in part, none of the rest");
        }
    }

    async fn hom_05_each_share_of_a_ceiling_is_signalled_once(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 10 * TARIFF).await;
        world.submit("F1", &[debit("R1", 6), debit("R1b", 1)]).await;
        world.submit("F2", &[credit("C1", 6, "R1")]).await;
        world.submit("F3", &[debit("R2", 7)]).await;
        world.submit("F4", &[debit("R3", 2)]).await;
        let decisions = world.decisions().await;
        let kinds: Vec<_> = decisions.iter().map(proto::CeilingDecision::kind).collect();
        let share = CeilingDecisionKind::ThresholdReached;
        assert_eq!(kinds, [CeilingDecisionKind::ForecastAbove, share, share]);

        let mut events = world.client().watch(proto::WatchRequest { after_sequence: 1, ..Default::default() }).await.unwrap().into_inner();
        let mut seen = Vec::new();
        while seen.len() < 7 {
            seen.push(events.next().await.unwrap().unwrap().event.unwrap().fact.unwrap());
        }
        let (mut files, mut signals, mut above) = (0, Vec::new(), Vec::new());
        for fact in seen {
            match fact {
                Fact::ClaimFileCommitted(_) => files += 1,
                Fact::CeilingReached(signal) => signals.push(signal),
                Fact::CeilingSignalled(signal) => above.push(signal.kind()),
                other => panic!("{other:?}"),
            }
        }
        let told: Vec<(&str, &str, &str)> = signals
            .iter()
            .map(|signal| {
                let used = signal.consumption.as_ref().unwrap().used_percentage.as_ref().unwrap();
                let threshold = signal.threshold_percentage.as_ref().unwrap();
                (threshold.value.as_str(), used.value.as_str(), signal.decision_id.as_str())
            })
            .collect();
        // The newest decision comes first in the list, the oldest on the feed.
        let (first, second) = (decisions[2].decision_id.as_str(), decisions[1].decision_id.as_str());
        assert_eq!((files, told), (4, vec![("70", "70.00", first), ("90", "100.00", second)]));
        assert_eq!(above, [proto::CeilingSignalKind::ForecastAbove]);
        assert!(signals.iter().all(|signal| signal.kind() == proto::CeilingSignalKind::ShareReached));
        let texts = world.explained(first).await;
        assert_eq!(
            texts,
            [
                "Of the ceiling of EUR 727.60, EUR 509.32 is granted, which is 70.00%: 70% is reached.",
                "Through 2024-11, EUR 509.32 is granted. Later months are not over, or nothing is granted of them yet; a \
                 month of which nothing is granted 90 days after its end counts as a month without care.",
                "EUR 509.32 over 335 days is EUR 556.45 over the 366 days of the year.",
                "The forecast of EUR 556.45 stays EUR 171.15 below the ceiling of EUR 727.60.",
                "The rest of the year will probably need EUR 47.13 and there is EUR 218.28 of room: the rest will probably \
                 suffice.",
            ]
        );
        assert_eq!(world.explained(second).await.len(), 1);
    }

    async fn hom_05_each_year_has_its_ceiling_and_a_credit_stays_within_it(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, TARIFF).await;
        world.conclude(2025, TARIFF).await;
        let over = Line { days: ("2024-12-31", "2025-01-01"), ..debit("R3", 1) };
        let later = Line { days: ("2025-01-01", "2025-01-02"), ..debit("R2", 1) };
        let answer = world.submit("F1", &[debit("R1", 1), later, over]).await;
        assert_eq!(answer.lines(), [returned("8001", TARIFF), returned("8001", TARIFF), returned("8022", 0)]);
        let other_year = Line { days: ("2025-01-01", "2025-01-02"), ..credit("C1", 1, "R1") };
        let answer = world.submit("F2", &[other_year]).await;
        assert_eq!(answer.lines(), [returned("8017", 0)]);
        assert_eq!(world.amounts().await, (TARIFF, 0, 0));
        let answer = world.submit("F3", &[credit("C1", 1, "R1")]).await;
        assert_eq!(answer.lines(), [returned("8001", -TARIFF)]);
    }
}
