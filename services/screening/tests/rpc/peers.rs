//! The comparison of providers with their peers, through the calls (SCR-05).

use contract::screening as proto;
use proto::{PeerMeasure, PeerStanding};
use runtime::Ids;
use testkit::on_both_engines;
use tonic::Code;
use tonic_types::StatusExt;

use crate::alone::*;

fn period(year: i32, quarter: i32) -> Option<proto::PeerPeriod> {
    Some(proto::PeerPeriod { year, quarter })
}

/// Runs the first quarter of 2024: providers, signals raised and withdrawn.
async fn run(world: &Alone) -> (i64, i64, i64) {
    let request = proto::RunPeersRequest {
        request_id: Ids::random().next().to_string(),
        office: "vgz".to_owned(),
        period: period(2024, 1),
    };
    let mut answers = world.client.clone().run_peers(request).await.unwrap().into_inner();
    let mut last = None;
    while let Some(answer) = answers.message().await.unwrap() {
        last = Some(answer);
    }
    let last = last.unwrap();
    assert!(last.done);
    (last.providers, last.raised, last.withdrawn)
}

async fn figures(world: &Alone, measure: PeerMeasure) -> Vec<proto::PeerFigure> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = proto::ListPeerFiguresRequest {
            office: "vgz".to_owned(),
            period: period(2024, 1),
            measure: measure.into(),
            page_size: 3,
            page_token,
        };
        let answer = world.client.clone().list_peer_figures(request).await.unwrap().into_inner();
        all.extend(answer.figures);
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

async fn position(world: &Alone, agb: &str) -> proto::GetPeerPositionResponse {
    let request =
        proto::GetPeerPositionRequest { office: "vgz".to_owned(), agb: agb.to_owned(), period: period(2024, 1) };
    world.client.clone().get_peer_position(request).await.unwrap().into_inner()
}

fn number(decimal: &Option<contract::common::Decimal>) -> &str {
    decimal.as_ref().map_or("", |decimal| decimal.value.as_str())
}

/// Providers 1, 2, 3 ... with one client each who costs so many euros.
async fn clients(world: &Alone, euros: &[i64]) {
    let lines: Vec<_> = (1..)
        .zip(euros)
        .map(|(number, euros)| {
            let (reference, client) = (format!("R{number}"), format!("client{number:016}"));
            line(&reference, &agb(number), &client, ("2024-03-04", "2024-03-04"), euros * 100, (2, "04"))
        })
        .collect();
    world.grant(&lines).await;
}

on_both_engines! {
    async fn scr_05_a_figure_far_from_that_of_peers_is_a_signal_that_says_how_far(engine) {
        let world = Alone::open(engine).await;
        clients(&world, &[100, 110, 120, 130, 140, 150, 160, 900]).await;
        assert_eq!(run(&world).await, (8, 1, 0));
        let signals = world.standing("").await;
        assert_eq!(signals.len(), 1);
        let signal = &signals[0];
        assert_eq!((signal.rule_id.as_str(), signal.rule.as_str(), signal.agb.as_str()), ("SCR-05", "cost_per_client", "41410008"));
        assert_eq!((signal.kind(), signal.at_stake.unwrap().cents), (proto::SignalKind::Signal, 0));
        assert!(signal.evidence.is_empty() && signal.client.is_empty());
        // The median is 135, the deviations 35, 25, 15, 5, 5, 15, 25, 765: 765 / (1.4826 x 20) = 25.80.
        assert_eq!(
            world.told(&signal.decision_id, true).await,
            [
                "De sector is niet vastgelegd; naar de toegekende producten is het home_care: € 900,00 van € 900,00.",
                "Met 1 cliënt(en) hoort de aanbieder bij de kleine aanbieders van sector home_care, tot en met 24 \
                 cliënten: groep home_care small.",
                "Kosten per cliënt: aan zorgaanbieder 41410008 is € 900,00 toegekend voor 1 cliënt(en), dat is € 900,00 \
                 per cliënt.",
                "In groep home_care small hebben 8 zorgaanbieders een uitkomst (ten minste 8 nodig). De mediaan is \
                 € 135,00; de mediaan van de afwijkingen daarvan (MAD) is € 20,00.",
                "De uitkomst ligt 25,8 maal de gebruikelijke spreiding boven de mediaan van 8 zorgaanbieders, € 135,00; \
                 een signaal is er boven 3,5.",
                "De uitkomst is ongebruikelijk; er kan een goede reden voor zijn. Dit vraagt om een nadere blik.",
                "Een afwijking van vergelijkbare zorgaanbieders is geen bedrag: er staat € 0,00 ter discussie.",
            ]
        );
        let english = world.told(&signal.decision_id, false).await;
        assert_eq!(
            english[4],
            "The figure lies 25.8 times the usual spread above the median of 8 providers, EUR 135.00; above 3.5 there \
             is a signal."
        );
        // Run again it stays as it is.
        assert_eq!(run(&world).await, (8, 0, 0));
        assert_eq!(world.standing("").await, signals);
        let listed = figures(&world, PeerMeasure::CostPerClient).await;
        assert_eq!(listed.len(), 8);
        let last = listed.last().unwrap();
        assert_eq!((last.agb.as_str(), last.standing(), last.group.as_str(), last.group_size), ("41410008", PeerStanding::Unusual, "home_care small", 8));
        assert_eq!([&last.value, &last.median, &last.mad, &last.z].map(number), ["900", "135", "20", "25.8"]);
        assert!(listed[..7].iter().all(|figure| figure.standing() == PeerStanding::Usual));
        assert_eq!(number(&listed[0].z), "-1.18");
    }

    async fn scr_07_a_figure_that_a_provider_is_heard_about_stays_while_it_stands_out(engine) {
        let world = Alone::open(engine).await;
        clients(&world, &[100, 110, 120, 130, 140, 150, 160, 900]).await;
        assert_eq!(run(&world).await, (8, 1, 0));
        let signal = world.standing("").await.remove(0);
        world.open_case(&agb(8), &signal.signal_id).await;
        // Late lines of somebody else move the median.
        let late = line("late", &agb(1), "client0000000000000001", ("2024-03-05", "2024-03-05"), 2_500, (2, "04"));
        world.grant(&[late]).await;
        assert_eq!(run(&world).await, (8, 0, 0));
        assert_eq!(world.standing("").await, [signal]);
        // Its own do not stand out any more once the others are as far.
        let others: Vec<_> = (1..8).map(|number| {
            let (reference, client) = (format!("more{number}"), format!("client{number:016}"));
            line(&reference, &agb(number), &client, ("2024-03-06", "2024-03-06"), 77_000, (2, "04"))
        }).collect();
        world.grant(&others).await;
        assert_eq!(run(&world).await.2, 1);
    }

    async fn scr_05_a_group_that_is_one_too_small_is_not_compared(engine) {
        let world = Alone::open(engine).await;
        clients(&world, &[100, 110, 120, 130, 140, 150, 900]).await;
        assert_eq!(run(&world).await, (7, 0, 0));
        let position = position(&world, "41410007").await;
        let cost = &position.figures[0];
        assert_eq!((cost.standing(), cost.group_size, number(&cost.value), number(&cost.z)), (PeerStanding::GroupTooSmall, 7, "900", ""));
        let told = words(position.explanation.unwrap(), true);
        assert_eq!(told[3], "In groep home_care small hebben 7 zorgaanbieder(s) een uitkomst; onder 8 wordt niet vergeleken.");
        // One of another size is no peer; one of the same is.
        let many: Vec<_> = (0..25).map(|number| {
            line(&format!("L{number}"), &agb(9), &format!("many{number:018}"), ("2024-02-05", "2024-02-05"), 10_000, (1, "04"))
        }).collect();
        world.grant(&many).await;
        assert_eq!(run(&world).await, (8, 0, 0));
        world.grant(&[line("R8", &agb(8), "client8000000000000000", ("2024-03-31", "2024-03-31"), 16_000, (2, "04"))]).await;
        assert_eq!(run(&world).await, (9, 1, 0));
        // Its own sector, once it is stated, has too few: the signal goes, and says why.
        let sector = "agb,value,from,until,withdrawn\n41410008,vv,2024-01-01,,\n";
        world.facts("sector", sector).await.unwrap();
        let signal = world.standing("").await.remove(0);
        assert_eq!(run(&world).await, (9, 0, 1));
        let request = proto::GetSignalRequest { signal_id: signal.signal_id };
        let ended = world.client.clone().get_signal(request).await.unwrap().into_inner().signal.unwrap();
        assert_eq!(
            world.told(&ended.withdrawal_decision_id, true).await,
            ["De uitkomst van kosten per cliënt van zorgaanbieder 41410007 kan nu niet meer worden vergeleken: het \
              signaal vervalt; er stond € 0,00 ter discussie."]
        );
        let stated = crate::peers::position(&world, "41410008").await;
        assert_eq!(stated.figures[0].group, "vv small");
        assert_eq!(words(stated.explanation.unwrap(), true)[0], "De sector is vv, zoals is vastgelegd (a test).");
    }

    async fn scr_05_just_under_the_threshold_is_usual_and_just_over_it_is_not(engine) {
        let world = Alone::open(engine).await;
        // Median 130, MAD 20: 3.5 x 1.4826 x 20 = 103.782.
        let even = [100, 110, 120, 130, 130, 140, 150];
        let figures = |last: i64| {
            let cents = |number: usize, euros: i64| {
                line(&format!("R{number}"), &agb(number as u32), &format!("client{number:016}"), ("2024-03-04", "2024-03-04"), euros, (2, "04"))
            };
            let mut lines: Vec<_> = even.iter().enumerate().map(|(at, euros)| cents(at + 1, euros * 100)).collect();
            lines.push(cents(8, 15_000));
            lines.push(cents(9, last));
            lines
        };
        let lines = figures(13_000 + 10_378);
        world.grant(&lines).await;
        assert_eq!(run(&world).await, (9, 0, 0));
        world.credit(&lines[8]).await;
        world.grant(&[line("R10", &agb(9), "client0000000000000009", ("2024-03-05", "2024-03-05"), 13_000 + 10_379, (2, "04"))]).await;
        assert_eq!(run(&world).await, (9, 1, 0));
        let signal = world.standing("").await.remove(0);
        assert_eq!((signal.rule.as_str(), signal.agb.as_str()), ("cost_per_client", "41410009"));
        // With more of it, it is unusual otherwise: one signal goes, and another comes.
        world.grant(&[line("R11", &agb(9), "client0000000000000009", ("2024-03-06", "2024-03-06"), 10_000, (2, "04"))]).await;
        let before = signal.signal_id;
        assert_eq!(run(&world).await, (9, 1, 1));
        let rules: Vec<_> = world.standing("").await.into_iter().map(|signal| signal.rule).collect();
        assert_eq!(rules, ["cost_per_client"]);
        assert_ne!(world.standing("").await[0].signal_id, before);
        // Four hours, where all others have two, can't be measured: that is told, and no signal.
        let position = position(&world, "41410009").await;
        assert_eq!((position.figures[1].standing(), number(&position.figures[1].value)), (PeerStanding::NoSpread, "4"));
        let told = words(position.explanation.unwrap(), false);
        assert!(told.contains(&"At least half of the 9 providers have the same figure, 2: there is no spread to measure with, and so no signal.".to_owned()), "{told:#?}");
        // Where the rule file says so, the mean deviation is measured with.
        let (name, text) = changed("peers.toml", "value = \"none\"", "value = \"mean_deviation\"");
        let world = world.again_with(&[(&name, text)]).await;
        assert_eq!(run(&world).await, (9, 1, 0));
        let signal = world.standing("hours_per_client").await.remove(0);
        assert_eq!(world.told(&signal.decision_id, true).await[4], "De mediaan van de afwijkingen is nul; de gemiddelde afwijking van de 9 zorgaanbieders, 0,22, komt ervoor in de plaats.");
    }

    async fn scr_05_what_no_source_states_is_waited_for_and_bad_input_is_told_at_once(engine) {
        let world = Alone::open(engine).await;
        clients(&world, &[100; 9]).await;
        let position = position(&world, "41410001").await;
        let waits: Vec<_> = position.figures.iter().map(|figure| (figure.standing(), figure.waits_for.as_str())).filter(|(_, waits)| !waits.is_empty()).collect();
        let waiting = ["packages_with_treatment", "peer_night_products", "vv10_products"];
        assert_eq!(waits, waiting.map(|parameter| (PeerStanding::Waiting, parameter)));
        assert_eq!(position.figures.len(), 12);
        assert_eq!((position.figures[3].standing(), position.figures[4].standing()), (PeerStanding::NoValue, PeerStanding::NoSpread));
        // Facts about the provider make the figures that lines do not.
        let stated = |value: &str| format!("agb,value,from,until,withdrawn\n41410001,{value},2024-01-01,2024-12-31,\n");
        for (kind, value) in [("staff_fte", "0.5"), ("revenue", "1000"), ("result", "-50.5"), ("dividend", "25"), ("subcontracting_share", "33")] {
            world.facts(kind, &stated(value)).await.unwrap();
        }
        let figures = crate::peers::position(&world, "41410001").await.figures;
        let values: Vec<_> = figures[7..11].iter().map(|figure| number(&figure.value)).collect();
        assert_eq!(values, ["2", "33", "-5.05", "2.5"]);
        for (kind, value) in [("sector", "dental"), ("staff_fte", "-1"), ("subcontracting_share", "100.01"), ("revenue", "1.005"), ("result", "1-2")] {
            assert_eq!(world.facts(kind, &stated(value)).await.unwrap_err().code(), Code::InvalidArgument, "{kind}");
        }
        let request = proto::RunPeersRequest { request_id: "x".to_owned(), office: "VGZ".to_owned(), period: period(1, 5) };
        let status = world.client.clone().run_peers(request).await.unwrap_err();
        let fields: Vec<_> = status.get_error_details().bad_request().unwrap().field_violations.iter().map(|wrong| wrong.field.clone()).collect();
        assert_eq!(fields, ["request_id", "office", "period.year", "period.quarter"]);
        let request = proto::GetPeerPositionRequest { office: "vgz".to_owned(), agb: agb(77), period: period(2024, 0) };
        assert_eq!(world.client.clone().get_peer_position(request).await.unwrap_err().code(), Code::NotFound);
    }

    async fn scr_05_signals_against_peers_and_of_claim_rules_leave_each_other_alone(engine) {
        let world = Alone::open(engine).await;
        // Signals about a quarter begin on the first day of a month too.
        clients(&world, &[100, 110, 120, 130, 140, 150, 160, 900]).await;
        world.grant(&[line("J", &agb(8), "client0000000000000008", ("2024-01-02", "2024-01-02"), 100, (1, "04"))]).await;
        assert_eq!(run(&world).await.1, 1);
        let request = proto::RunClaimRulesRequest { request_id: Ids::random().next().to_string(), office: "vgz".to_owned() };
        let mut answers = world.client.clone().run_claim_rules(request).await.unwrap().into_inner();
        while let Some(answer) = answers.message().await.unwrap() {
            assert_eq!((answer.raised, answer.withdrawn), (0, 0));
        }
        assert_eq!(world.standing("").await.len(), 1);
        // Another period has signals of its own, and leaves these.
        let request = proto::RunPeersRequest { request_id: Ids::random().next().to_string(), office: "vgz".to_owned(), period: period(2024, 0) };
        let mut answers = world.client.clone().run_peers(request).await.unwrap().into_inner();
        while answers.message().await.unwrap().is_some() {}
        assert_eq!(world.standing("").await.len(), 2);
        assert_eq!(run(&world).await, (8, 0, 0));
    }
}
