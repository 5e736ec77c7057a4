//! What must hold after the demo, asked from the services themselves.

use std::{fs, path::Path};

use contract::{budget, homecare, registration, screening, tariffing};
use tokio_stream::StreamExt;

use super::{
    home_care,
    office::World,
    proofs,
    stage::{OFFICE, Stage},
    tables::Report,
    wlz,
};
use crate::{
    args::ServiceName,
    claims::{Taker, submit_bytes},
    commands::explain::explain,
    failure::Failure,
    output::cents,
};

/// Checks everything and tells each outcome; fails when anything does not hold.
pub async fn check(
    stage: &mut Stage,
    world: &World,
    wlz: &wlz::Played,
    home: &home_care::Played,
    report: &mut Report,
) -> Result<(), Failure> {
    stage.screening_caught_up().await?;
    let signals = signals(stage).await?;
    report.signals(&signals);
    let outcomes = vec![
        ("the room is reserve + agreed + free, in every lot", room(stage).await?),
        ("budgets stay within both 98% rules", filing(stage, wlz).await?),
        (
            "the click and the reallocation divide the room to the cent, and again when computed again",
            rounds(stage, wlz).await?,
        ),
        ("the ledger balances", ledger(stage).await?),
        ("what the files were granted is what production says", production(stage, wlz).await?),
        ("only the lines claimed at a wrong tariff were refused", refusals(wlz)),
        ("no ceiling is passed, and each is used for what was granted", ceilings(stage, home).await?),
        ("every home-care provider is on the year-end list, and no more is reclaimed than is at stake", year_end(home)),
        ("the same file again gets the same return", resubmission(stage, wlz).await?),
        ("the planted double claims are found, and nothing else", doubles(&signals, world, home)),
        ("every decision on money is explained", explained(stage, wlz, &signals).await?),
        ("every receipt verifies, and its replay is the same", proofs::receipts(stage, wlz, &signals).await?),
        ("every audit log is whole, and four eyes were on the click", proofs::audit_logs(stage).await?),
        ("no feed has a gap", feeds(stage).await?),
        ("no citizen service number is in a database", no_numbers(&stage.folder().join("data"), world)?),
    ];
    let failed: Vec<&str> = outcomes.iter().filter(|(_, holds)| !holds).map(|(name, _)| *name).collect();
    report.checks(&outcomes, stage.files());
    if failed.is_empty() { Ok(()) } else { Err(Failure::Invariant(format!("does not hold: {}", failed.join("; ")))) }
}

async fn signals(stage: &mut Stage) -> Result<Vec<screening::Signal>, Failure> {
    let request = screening::ListSignalsRequest { office: OFFICE.to_owned(), page_size: 1000, ..Default::default() };
    Ok(stage.cast.investigator.screening.list_signals(request).await?.into_inner().signals)
}

async fn room(stage: &mut Stage) -> Result<bool, Failure> {
    let request = budget::GetRoomRequest { office: OFFICE.to_owned(), year: 2023, as_of_time: None };
    let room = stage.cast.purchaser.budget.get_room(request).await?.into_inner().room.unwrap_or_default();
    let holds = |lot: &budget::LotUse| {
        let parts = [&lot.reserve, &lot.agreed, &lot.free].map(|amount| cents(amount.as_ref()));
        cents(lot.room.as_ref()) == parts.iter().sum::<i64>() && parts.iter().all(|part| *part >= 0)
    };
    let total: i64 = room.lots.iter().map(|lot| cents(lot.room.as_ref())).sum();
    Ok(room.lots.len() == 2 && room.lots.iter().all(holds) && total == super::office::ROOM_CENTS)
}

async fn filing(stage: &mut Stage, wlz: &wlz::Played) -> Result<bool, Failure> {
    let request = budget::GetRoomRequest { office: OFFICE.to_owned(), year: 2023, as_of_time: None };
    let room = stage.cast.purchaser.budget.get_room(request).await?.into_inner().room.unwrap_or_default();
    let zin = room.lots.iter().find(|lot| lot.lot() == budget::Lot::Zin).map_or(0, |lot| cents(lot.room.as_ref()));
    let scaled: i64 = wlz.filed.iter().map(|budget| cents(budget.scaled_production.as_ref())).sum();
    let each = |budget: &budget::Budget| {
        let (scaled, filed) = (cents(budget.scaled_production.as_ref()), cents(budget.filed.as_ref()));
        filed * 100 <= scaled * 98 && (filed + 1) * 100 > scaled * 98
    };
    Ok(!wlz.filed.is_empty() && wlz.filed.iter().all(each) && scaled * 100 <= zin * 98)
}

/// What each round made available was divided to the cent, and computed again it comes to the same.
async fn rounds(stage: &mut Stage, wlz: &wlz::Played) -> Result<bool, Failure> {
    let (Some(click), Some(reallocation)) = (&wlz.click, &wlz.reallocation) else { return Ok(false) };
    for committed in [click, reallocation] {
        let after: i64 = committed.providers.iter().map(|provider| cents(provider.after.as_ref())).sum();
        let totals = &committed.totals;
        let divided = after + cents(totals.left.as_ref()) == cents(totals.available.as_ref());
        let request = budget::ReplayRoundRequest { round_id: committed.round.round_id.clone() };
        let replayed = stage.cast.purchaser.budget.replay_round(request).await?.into_inner();
        if !divided || !replayed.same {
            return Ok(false);
        }
    }
    let request =
        budget::ListBudgetsRequest { office: OFFICE.to_owned(), year: 2023, page_size: 1000, ..Default::default() };
    let budgets = stage.cast.purchaser.budget.list_budgets(request).await?.into_inner().budgets;
    let same = |provider: &budget::RoundProvider| {
        let budget = budgets.iter().find(|budget| budget.agb == provider.agb);
        let products: i64 = provider.products.iter().map(|product| cents(product.amount.as_ref())).sum();
        let after = cents(provider.after.as_ref());
        products == after && budget.is_some_and(|budget| cents(budget.current.as_ref()) == after)
    };
    Ok(reallocation.providers.iter().all(same))
}

/// The balances that are kept are the sums of all postings.
async fn ledger(stage: &mut Stage) -> Result<bool, Failure> {
    let request = budget::GetLedgerRequest { office: OFFICE.to_owned(), year: 2023, as_of_time: None, day: None };
    let ledger = stage.cast.purchaser.budget.get_ledger(request).await?.into_inner();
    let sum: i64 = ledger.balances.iter().map(|one| cents(one.balance.as_ref())).sum();
    Ok(ledger.balanced && sum == 0 && !ledger.balances.is_empty())
}

async fn production(stage: &mut Stage, wlz: &wlz::Played) -> Result<bool, Failure> {
    let mut produced = 0;
    for year in [2022, 2023] {
        let mut page_token = String::new();
        loop {
            let request = budget::ListProductionRequest {
                office: OFFICE.to_owned(),
                year,
                page_size: 1000,
                page_token,
                ..Default::default()
            };
            let answer = stage.cast.purchaser.budget.list_production(request).await?.into_inner();
            produced += answer.production.iter().map(|row| cents(row.granted.as_ref())).sum::<i64>();
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
    }
    Ok(produced == wlz.granted.values().sum::<i64>())
}

fn refusals(wlz: &wlz::Played) -> bool {
    let refused: u64 = wlz.refused.values().sum();
    refused == wlz.mispriced && wlz.refused.keys().all(|code| code == "0611")
}

async fn ceilings(stage: &mut Stage, home: &home_care::Played) -> Result<bool, Failure> {
    let request = homecare::ListConsumptionRequest { office: OFFICE.to_owned(), year: 2024, ..Default::default() };
    let consumption = stage.cast.purchaser.homecare.list_consumption(request).await?.into_inner().consumption;
    let holds = |used: &homecare::Consumption| {
        let granted = home.granted.iter().find(|(agb, _)| *agb == used.agb).map(|(_, granted)| *granted);
        let (spent, ceiling) = (cents(used.spent.as_ref()), cents(used.ceiling.as_ref()));
        granted == Some(spent) && spent <= ceiling && spent + cents(used.room.as_ref()) == ceiling
    };
    let reached = consumption.iter().any(|used| cents(used.beyond.as_ref()) > 0);
    Ok(consumption.len() == home.granted.len() && consumption.iter().all(holds) && reached)
}

async fn resubmission(stage: &mut Stage, wlz: &wlz::Played) -> Result<bool, Failure> {
    let Some((file, aw320)) = &wlz.sample else { return Ok(false) };
    let answer = submit_bytes(&mut stage.cast.adapter, Taker::Budget, OFFICE, file.clone()).await?;
    Ok(answer.result.resubmitted && answer.aw320 == *aw320)
}

/// All four are listed; the stop that was not kept is reclaimed, and nothing that was not paid.
fn year_end(home: &home_care::Played) -> bool {
    use homecare::{YearEndFindingKind::ClientStop, YearEndFindingState::Breached, YearEndOutcome::Reclaim};
    let reclaimed = |entry: &homecare::YearEndEntry| {
        let decided = entry.decision.as_ref().filter(|decided| decided.outcome() == Reclaim);
        decided.map(|decided| cents(decided.amount.as_ref()))
    };
    let within = |entry: &homecare::YearEndEntry| reclaimed(entry).unwrap_or(0) <= cents(entry.at_stake.as_ref());
    let new_clients = |entry: &homecare::YearEndEntry| {
        entry.findings.iter().any(|finding| finding.kind() == ClientStop && finding.state() == Breached)
    };
    let raised = |state| home.raises.iter().filter(|raise| raise.state() == state).count() == 1;
    home.list.len() == home.granted.len()
        && home.list.iter().all(|entry| within(entry) && reclaimed(entry).is_some() == new_clients(entry))
        && home.list.iter().any(new_clients)
        && raised(homecare::RaiseState::Granted)
        && raised(homecare::RaiseState::Refused)
}

fn doubles(signals: &[screening::Signal], world: &World, home: &home_care::Played) -> bool {
    // Other claim rules find more than was put there on purpose.
    let doubles = || signals.iter().filter(|signal| matches!(signal.rule.as_str(), "double" | "beside_package"));
    let standing = doubles().filter(|signal| !signal.withdrawn).count();
    standing == world.doubles.len() + home.doubles && doubles().all(|signal| signal.evidence.len() == 2)
}

async fn explained(stage: &mut Stage, wlz: &wlz::Played, signals: &[screening::Signal]) -> Result<bool, Failure> {
    let budgets = wlz.filed.iter().map(|budget| &budget.decision_id);
    let of_budget = budgets.chain(wlz.round_decisions()).map(|id| (ServiceName::Budget, id));
    let of_screening = signals.iter().map(|signal| (ServiceName::Screening, &signal.decision_id));
    for (service, decision_id) in of_budget.chain(of_screening) {
        let explanation = explain(&mut stage.cast.auditor, service, decision_id).await?.unwrap_or_default();
        let told = |step: &contract::common::Step| !step.text_nl.contains('{') && !step.source.is_empty();
        if explanation.steps.is_empty() || !explanation.steps.iter().all(told) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Looks for the numbers of all clients in every file of the databases.
fn no_numbers(data: &Path, world: &World) -> Result<bool, Failure> {
    let numbers = world.bsns();
    for entry in fs::read_dir(data)? {
        let path = entry?.path();
        if path.is_dir() {
            continue;
        }
        let bytes = fs::read(path)?;
        let runs = bytes.windows(9).filter(|window| window.iter().all(u8::is_ascii_digit));
        if runs.filter_map(|run| std::str::from_utf8(run).ok()).any(|run| numbers.contains(run)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Follows each feed from the start to its last fact and sees every number once, in order.
async fn feeds(stage: &mut Stage) -> Result<bool, Failure> {
    let clients = &mut stage.cast.service;
    let mut sound = true;
    macro_rules! feed {
        ($client:ident, $service:ident) => {
            let last = clients.$client.get_progress($service::GetProgressRequest {}).await?.into_inner().last_sequence;
            let request = $service::WatchRequest { after_sequence: 0, ..Default::default() };
            let mut events = clients.$client.watch(request).await?.into_inner();
            let mut seen = 0;
            while seen < last {
                let event = events.next().await.transpose()?.and_then(|answer| answer.event);
                sound &= event.is_some_and(|event| event.sequence == seen + 1);
                seen += 1;
            }
            sound &= last > 0;
        };
    }
    feed!(registration, registration);
    feed!(tariffing, tariffing);
    feed!(budget, budget);
    feed!(homecare, homecare);
    feed!(screening, screening);
    Ok(sound)
}
