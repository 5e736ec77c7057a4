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

/// An office whose budgets and forecasts are those of the worked example, on the day of the click.
async fn worked(engine: testkit::Engine) -> Office {
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
    let filed = office.file_budgets().await.budgets;
    let budgets: Vec<i64> = filed.iter().map(|budget| cents(&budget.filed)).collect();
    assert_eq!(budgets, WORKED.map(|(_, budget, _)| budget));
    office.set("2023-05-20");
    let request = proto::MakeForecastRequest {
        request_id: office.id(),
        office: VGZ.to_owned(),
        year: 2023,
        answer_due_date: date("2023-06-09"),
    };
    let forecasts = office.budget.make_forecast(request).await.unwrap().into_inner().forecasts;
    assert_eq!(forecasts.len(), 3);
    for (agb, _, forecast) in WORKED {
        settle(&mut office, agb, forecast).await;
    }
    office.set("2023-06-15");
    office
}

async fn settle(office: &mut Office, agb: &str, forecast: i64) {
    let request = proto::SettleForecastRequest {
        request_id: office.id(),
        office: VGZ.to_owned(),
        year: 2023,
        agb: agb.to_owned(),
        forecast: money(forecast),
        motivation: "agreed in the talk".to_owned(),
    };
    let settled = office.budget.settle_forecast(request).await.unwrap().into_inner().forecast.unwrap();
    assert_eq!(settled.state(), proto::ForecastState::Settled);
}

fn simulate(fund_overproduction: bool) -> proto::SimulateClickRequest {
    let choices = Some(proto::ClickChoices { fund_overproduction });
    proto::SimulateClickRequest { office: VGZ.to_owned(), year: 2023, choices }
}

fn commit(request_id: String) -> proto::CommitClickRequest {
    let choices = Some(proto::ClickChoices { fund_overproduction: true });
    proto::CommitClickRequest { request_id, office: VGZ.to_owned(), year: 2023, choices }
}

fn after(click: &proto::Click) -> Vec<i64> {
    click.providers.iter().map(|provider| cents(&provider.budget_after)).collect()
}

on_both_engines! {
    async fn bud_07_the_worked_click_to_the_cent(engine) {
        let mut office = worked(engine).await;
        let simulated = office.budget.simulate_click(simulate(true)).await.unwrap().into_inner();
        let request = commit(office.id());
        let proposed = office.budget.commit_click(request.clone()).await.unwrap().into_inner();
        let again = office.budget.commit_click(request).await.unwrap().into_inner();
        assert_eq!(again, proposed);
        assert_eq!(after(&proposed.click.unwrap()), [425_000_000, 270_000_000, 285_000_000]);
        office.take(&proposed.proposal.unwrap()).await;
        let request = proto::GetClickRequest { office: VGZ.to_owned(), year: 2023 };
        let click = office.budget.get_click(request).await.unwrap().into_inner().click.unwrap();
        assert_eq!(after(&click), [425_000_000, 270_000_000, 285_000_000]);
        assert_eq!(after(&simulated.click.unwrap()), after(&click));
        let totals = [&click.available, &click.to_share, &click.granted, &click.unfunded, &click.left].map(cents);
        assert_eq!(totals, [980_000_000, 50_000_000, 50_000_000, 10_000_001, 0]);
        let unfunded: Vec<i64> = click.providers.iter().map(|provider| cents(&provider.unfunded)).collect();
        assert_eq!(unfunded, [5_000_000, 0, 5_000_001]);

        let texts: Vec<String> =
            office.explain(&click.decision_id).await.steps.into_iter().map(|step| step.text_en).collect();
        assert_eq!(texts, [
            "Available is 1 × (EUR 10,000,000.00 - reserve EUR 200,000.00) = EUR 9,800,000.00.",
            "All forecasts together, EUR 9,900,000.01, exceed EUR 9,800,000.00; after lowering under-production the \
             budgets ask EUR 9,300,000.00 and EUR 500,000.00 is left to share.",
            "Of EUR 500,000.00, EUR 500,000.00 goes to over-production of EUR 600,000.01 in all.",
            "Of EUR 9,800,000.00, EUR 0.00 is left.",
        ]);
        let own = office.explain(&click.providers[0].decision_id).await.steps;
        assert_eq!(own[0].text_nl, "De prognose € 4.300.000,00 is hoger dan het budget € 4.000.000,00; van \
            € 500.000,00 krijgt de zorgaanbieder naar evenredigheid van de overproductie een deel en het budget wordt \
            € 4.250.000,00.");

        // Once: another is refused, and nothing else changed.
        let other = commit(office.id());
        let status = office.budget.commit_click(other).await.unwrap_err();
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "ALREADY_CLICKED");
        let request = proto::GetClickRequest { office: VGZ.to_owned(), year: 2023 };
        assert_eq!(office.budget.get_click(request).await.unwrap().into_inner().click.unwrap(), click);
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
        let click = office.budget.simulate_click(simulate(true)).await.unwrap().into_inner().click.unwrap();
        assert_eq!(after(&click), [430_000_000, 279_999_999, 290_000_001]);
        assert_eq!(cents(&click.left), 0);
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
        };
        office.budget.change_room(request).await.unwrap();
        let click = office.budget.simulate_click(simulate(true)).await.unwrap().into_inner().click.unwrap();
        assert_eq!(cents(&click.unfunded_commitment), 450_000_000);
        let request = commit(office.id());
        let status = office.budget.commit_click(request).await.unwrap_err();
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "ROOM_EXCEEDED");
        office.close().await;
    }

    async fn bud_07_ten_commits_at_once_are_one_click(engine) {
        let mut office = worked(engine).await;
        let mut proposals = Vec::new();
        for _ in 0..10 {
            let request = commit(office.id());
            proposals.push(office.budget.commit_click(request).await.unwrap().into_inner().proposal.unwrap());
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
        let request = proto::MakeForecastRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            answer_due_date: date("2023-06-09"),
        };
        office.budget.make_forecast(request).await.unwrap();
        for (now, open) in [("2023-06-09", true), ("2023-06-10", false)] {
            office.set(now);
            let request = commit(office.id());
            let outcome = office.budget.commit_click(request).await;
            let reason = outcome.err().map(|status| status.get_error_details().error_info().unwrap().reason.clone());
            assert_eq!(reason.as_deref(), open.then_some("FORECAST_OPEN"), "{now}");
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
        };
        office.set("2023-06-09");
        let request = answer(&office, "41410001", "");
        let agreed = office.budget.answer_forecast(request).await.unwrap().into_inner().forecast.unwrap();
        assert_eq!(agreed.state(), proto::ForecastState::Agreed);
        let request = answer(&office, "41410002", "310000000");
        let disputed = office.budget.answer_forecast(request).await.unwrap().into_inner().forecast.unwrap();
        assert_eq!(disputed.state(), proto::ForecastState::Disputed);
        assert_eq!([&disputed.provider_forecast, &disputed.holding].map(cents), [310_000_000, 0]);
        let request = commit(office.id());
        let status = office.budget.commit_click(request).await.unwrap_err();
        assert_eq!(status.message(), "no forecast holds yet for 41410002");
        office.set("2023-06-10");
        let request = answer(&office, "41410003", "");
        let status = office.budget.answer_forecast(request).await.unwrap_err();
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "ANSWER_TOO_LATE");
        office.close().await;
    }
}
