//! Forecast and click, through the public calls.

use contract::{budget as proto, common};
use testkit::on_both_engines;
use tonic_types::StatusExt;

use crate::office::{Office, VGZ, cents, date, money};

/// The worked example: budgets and forecasts of three providers, in cents.
const WORKED: [(&str, i64, i64); 3] = [
    ("41410001", 400_000_000, 430_000_000),
    ("41410002", 300_000_000, 270_000_000),
    ("41410003", 260_000_000, 290_000_001),
];

const CLICK: proto::RoundKind = proto::RoundKind::Click;

/// An office whose budgets and forecasts are those of the worked example, on the day of the click.
pub async fn worked(engine: testkit::Engine) -> Office {
    let mut office = Office::open(engine).await;
    office.import_tariffs().await;
    for (agb, ..) in WORKED {
        office.contract(agb).await;
    }
    office.caught_up().await;
    office.room(1_000_000_000).await;
    for (agb, budget, _) in WORKED {
        // What is filed is 98% rounded down: this base gives exactly the budget.
        office.base(agb, (budget * 100 + 97) / 98).await;
    }
    let (filed, _) = office.file_budgets().await;
    let budgets: Vec<i64> = filed.iter().map(|budget| cents(&budget.filed)).collect();
    assert_eq!(budgets, WORKED.map(|(_, budget, _)| budget));
    office.set("2023-05-20");
    assert_eq!(forecasts(&mut office, CLICK).await.len(), 3);
    for (agb, _, forecast) in WORKED {
        settle(&mut office, (agb, CLICK), forecast).await;
    }
    office.set("2023-06-15");
    office
}

/// Makes the forecasts, to be answered until 9 June.
pub async fn forecasts(office: &mut Office, round: proto::RoundKind) -> Vec<proto::Forecast> {
    let request = proto::MakeForecastRequest {
        request_id: office.id(),
        office: VGZ.to_owned(),
        year: 2023,
        answer_due_date: date("2023-06-09"),
        round: round.into(),
    };
    office.budget.make_forecast(request).await.unwrap().into_inner().forecasts
}

pub async fn settle(office: &mut Office, (agb, round): (&str, proto::RoundKind), forecast: i64) {
    let request = proto::SettleForecastRequest {
        request_id: office.id(),
        office: VGZ.to_owned(),
        year: 2023,
        agb: agb.to_owned(),
        forecast: money(forecast),
        motivation: "agreed in the talk".to_owned(),
        round: round.into(),
    };
    let settled = office.budget.settle_forecast(request).await.unwrap().into_inner().forecast.unwrap();
    assert_eq!(settled.state(), proto::ForecastState::Settled);
}

pub fn after(providers: &[proto::RoundProvider]) -> Vec<i64> {
    providers.iter().map(|provider| cents(&provider.after)).collect()
}

pub fn reason(status: &tonic::Status) -> String {
    status.get_error_details().error_info().unwrap().reason.clone()
}

on_both_engines! {
    async fn bud_07_the_worked_click_to_the_cent(engine) {
        let mut office = worked(engine).await;
        let simulated = office.simulated(CLICK, true).await.unwrap();
        let simulation = simulated.simulation.unwrap();
        let providers = office.providers(&simulation).await;
        assert_eq!(after(&providers), [425_000_000, 270_000_000, 285_000_000]);
        let totals = simulation.totals.unwrap();
        let amounts = [&totals.available, &totals.to_share, &totals.granted, &totals.unfunded, &totals.left];
        assert_eq!(amounts.map(cents), [980_000_000, 50_000_000, 50_000_000, 10_000_001, 0]);
        let unfunded: Vec<i64> = providers.iter().map(|provider| cents(&provider.unfunded)).collect();
        assert_eq!(unfunded, [5_000_000, 0, 5_000_001]);
        let texts = simulated.explanation.unwrap().steps.into_iter().map(|step| step.text_en).collect::<Vec<_>>();
        assert_eq!(texts, [
            "Available is 1 × (EUR 10,000,000.00 - reserve EUR 200,000.00) = EUR 9,800,000.00.",
            "All forecasts together, EUR 9,900,000.01, exceed EUR 9,800,000.00; after lowering under-production the \
             budgets ask EUR 9,300,000.00 and EUR 500,000.00 is left to share.",
            "Of EUR 500,000.00, EUR 500,000.00 goes to over-production of EUR 600,000.01 in all.",
            "Of EUR 9,800,000.00, EUR 0.00 is left.",
        ]);

        let proposed = office.propose(&simulation).await.unwrap();
        assert!(proposed.round.unwrap().committed_time.is_none());
        assert_eq!(cents(&office.lot(None).await.agreed), 960_000_000);
        office.take(&proposed.proposal.unwrap()).await;
        let request = proto::GetRoundRequest { round_id: simulation.round_id.clone() };
        let round = office.budget.get_round(request).await.unwrap().into_inner().round.unwrap();
        assert_eq!(round.committed_simulation_id, simulation.simulation_id);
        let committed = office.explain(&round.decision_id).await.steps.into_iter().map(|step| step.text_en);
        assert_eq!(committed.collect::<Vec<_>>(), texts);
        let providers = office.providers(&simulation).await;
        let own = office.explain(&providers[0].decision_id).await.steps;
        assert_eq!(own[0].text_nl, "De prognose € 4.300.000,00 is hoger dan het budget € 4.000.000,00; van \
            € 500.000,00 krijgt de zorgaanbieder naar evenredigheid van de overproductie een deel en het budget wordt \
            € 4.250.000,00.");

        // Once: another is refused, and nothing else changed.
        let status = office.simulated(CLICK, true).await.unwrap_err();
        assert_eq!(reason(&status), "ROUND_COMMITTED");
        let status = office.propose(&simulation).await.unwrap_err();
        assert_eq!(reason(&status), "ROUND_COMMITTED");
        let lot = office.lot(None).await;
        assert_eq!([&lot.agreed, &lot.free].map(cents), [980_000_000, 0]);
        office.close().await;
    }

    async fn bud_07_with_the_reserve_released_the_shortage_is_borne_by_underproduction(engine) {
        let mut office = worked(engine).await;
        let request = proto::ReleaseReserveRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            amount: money(20_000_000),
            motivation: "growth".to_owned(),
        };
        office.budget.release_reserve(request).await.unwrap();
        let simulation = office.simulated(CLICK, true).await.unwrap().simulation.unwrap();
        assert_eq!(after(&office.providers(&simulation).await), [430_000_000, 279_999_999, 290_000_001]);
        let totals = simulation.totals.unwrap();
        assert_eq!([&totals.left, &totals.shortage].map(cents), [0, 20_000_001]);
        office.close().await;
    }

    async fn bud_07_forecasts_that_fit_raise_in_full(engine) {
        let mut office = worked(engine).await;
        let forecasts = [("41410001", 410_000_000), ("41410002", 295_000_000), ("41410003", 270_000_000)];
        for (agb, forecast) in forecasts {
            settle(&mut office, (agb, CLICK), forecast).await;
        }
        let simulation = office.simulated(CLICK, true).await.unwrap().simulation.unwrap();
        assert_eq!(after(&office.providers(&simulation).await), [410_000_000, 300_000_000, 270_000_000]);
        assert_eq!(cents(&simulation.totals.unwrap().left), 0);
        office.close().await;
    }

    async fn bud_07_budgets_beyond_the_room_are_shown_and_not_committed(engine) {
        let mut office = worked(engine).await;
        let request = proto::ChangeRoomRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            lot: proto::Lot::Zin.into(),
            amount: money(-500_000_000),
            kind: proto::RoomChangeKind::Transfer.into(),
            motivation: "transfer to another office".to_owned(),
            day: None,
        };
        office.budget.change_room(request).await.unwrap();
        let lot = office.lot(None).await;
        assert_eq!([&lot.free, &lot.shortage].map(cents), [0, 480_000_000]);
        let simulation = office.simulated(CLICK, true).await.unwrap().simulation.unwrap();
        assert_eq!(cents(&simulation.totals.unwrap().unfunded_commitment), 450_000_000);
        let status = office.propose(&simulation).await.unwrap_err();
        assert_eq!(reason(&status), "ROOM_EXCEEDED");
        office.close().await;
    }

    async fn bud_07_ten_commits_at_once_are_one_click(engine) {
        let mut office = worked(engine).await;
        let simulation = office.simulated(CLICK, true).await.unwrap().simulation.unwrap();
        let mut proposals = Vec::new();
        for _ in 0..10 {
            proposals.push(office.propose(&simulation).await.unwrap().proposal.unwrap());
        }
        let mut commits = Vec::new();
        for (number, proposal) in proposals.into_iter().enumerate() {
            let mut request = tonic::Request::new(proto::DecideProposalRequest {
                request_id: office.id(),
                proposal_id: proposal.proposal_id,
                verdict: common::Verdict::Take.into(),
                motivation: "seen".to_owned(),
            });
            request.metadata_mut().insert("zorginkoop-identity", format!("second-{number}").parse().unwrap());
            let mut client = office.budget.clone();
            commits.push(tokio::spawn(async move { client.decide_proposal(request).await.is_ok() }));
        }
        let mut committed = 0;
        for commit in commits {
            committed += u32::from(commit.await.unwrap());
        }
        assert_eq!(committed, 1);
        office.close().await;
    }

    async fn bud_06_silence_accepts_only_after_the_last_day(engine) {
        let mut office = worked(engine).await;
        office.set("2023-06-01");
        forecasts(&mut office, CLICK).await;
        for (now, open) in [("2023-06-09", true), ("2023-06-10", false)] {
            office.set(now);
            let simulation = office.simulated(CLICK, true).await.unwrap().simulation.unwrap();
            let outcome = office.propose(&simulation).await;
            assert_eq!(outcome.err().map(|status| reason(&status)).as_deref(), open.then_some("FORECAST_OPEN"), "{now}");
        }
        office.close().await;
    }

    async fn bud_06_a_provider_agrees_or_files_its_own_until_the_last_day(engine) {
        let mut office = worked(engine).await;
        let answer = |office: &Office, agb: &str, own: &str| proto::AnswerForecastRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: agb.to_owned(),
            own_volumes: match own {
                "" => Vec::new(),
                volume => vec![proto::ProductVolume {
                    product: "CENT".to_owned(),
                    volume: Some(common::Decimal { value: volume.to_owned() }),
                }],
            },
            motivation: "a new location".to_owned(),
            round: 0,
        };
        office.set("2023-06-09");
        let request = answer(&office, "41410001", "");
        let agreed = office.budget.answer_forecast(request).await.unwrap().into_inner().forecast.unwrap();
        assert_eq!(agreed.state(), proto::ForecastState::Agreed);
        let request = answer(&office, "41410002", "310000000");
        let disputed = office.budget.answer_forecast(request).await.unwrap().into_inner().forecast.unwrap();
        assert_eq!(disputed.state(), proto::ForecastState::Disputed);
        assert_eq!([&disputed.provider_forecast, &disputed.holding].map(cents), [310_000_000, 0]);
        let simulation = office.simulated(CLICK, true).await.unwrap().simulation.unwrap();
        let status = office.propose(&simulation).await.unwrap_err();
        assert_eq!(status.message(), "no forecast holds yet for 41410002");
        office.set("2023-06-10");
        let request = answer(&office, "41410003", "");
        let status = office.budget.answer_forecast(request).await.unwrap_err();
        assert_eq!(reason(&status), "ANSWER_TOO_LATE");
        office.close().await;
    }
}
