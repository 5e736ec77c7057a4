//! The money of 2023: room and filing, forecasts, the click.

use std::collections::BTreeMap;

use contract::{budget, common};

use super::{
    day,
    office::{PGB_CENTS, PRODUCTS, Provider, ROOM_CENTS},
    stage::{OFFICE, date, money},
    wlz::{REGION, Rounded, Wlz},
};
use crate::{commands::rounds::all_providers, failure::Failure};

impl Wlz<'_> {
    /// November 2022: the room, base production that can't be computed, and the filing.
    pub(super) async fn budgets(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2022, 11, 10));
        let request = budget::EstablishRoomRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: 2023,
            regions: vec![REGION.to_owned()],
            zin: money(ROOM_CENTS - PGB_CENTS),
            pgb: money(PGB_CENTS),
            motivation: "voorbeeld: een honderdste van de contracteerruimte".to_owned(),
        };
        self.stage.cast.purchaser.budget.establish_room(request).await?;
        for provider in self.world.providers.iter().filter(|provider| provider.flaw.is_none() && !provider.existing()) {
            let request = budget::RecordBaseProductionRequest {
                request_id: self.stage.request_id(),
                office: OFFICE.to_owned(),
                year: 2023,
                agb: provider.agb.clone(),
                kind: budget::BaseKind::New.into(),
                volumes: expected(provider),
                motivation: "voorbeeld: verwachte cliënten op 1 januari".to_owned(),
            };
            self.stage.cast.purchaser.budget.record_base_production(request).await?;
        }
        let simulation = self.simulate(budget::RoundKind::BaseProduction, true).await?.simulation.unwrap_or_default();
        self.committed(&simulation).await?;
        let request = budget::ListBudgetsRequest {
            office: OFFICE.to_owned(),
            year: 2023,
            page_size: 1_000,
            page_token: String::new(),
        };
        let budgets = self.stage.cast.purchaser.budget.list_budgets(request).await?.into_inner().budgets;
        self.report.filing(self.world, &budgets);
        self.played.filed = budgets;
        Ok(())
    }

    /// May: the office's forecasts, and what the providers say to them.
    pub(super) async fn forecasts(&mut self) -> Result<(), Failure> {
        self.stage.at(day(self.year, 5, 22));
        let due = day(self.year, 6, 9);
        let request = budget::MakeForecastRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: self.year,
            answer_due_date: date(due),
            round: budget::RoundKind::Click.into(),
        };
        let forecasts = self.stage.cast.purchaser.budget.make_forecast(request).await?.into_inner().forecasts;
        // One in five does not answer, one expects more; the others agree.
        for (number, forecast) in forecasts.iter().enumerate() {
            if number % 5 == 4 {
                continue;
            }
            let disputed = number == 2;
            let own_volumes = if disputed { self.more_than(&forecast.agb) } else { Vec::new() };
            let request = budget::AnswerForecastRequest {
                request_id: self.stage.request_id(),
                office: OFFICE.to_owned(),
                year: self.year,
                agb: forecast.agb.clone(),
                own_volumes,
                motivation: if disputed {
                    "voorbeeld: een nieuwe locatie in september".to_owned()
                } else {
                    String::new()
                },
                round: budget::RoundKind::Click.into(),
            };
            self.stage.cast.adapter.budget.answer_forecast(request).await?;
            if disputed {
                let office = forecast.office_forecast.map_or(0, |amount| amount.cents);
                let request = budget::SettleForecastRequest {
                    request_id: self.stage.request_id(),
                    office: OFFICE.to_owned(),
                    year: self.year,
                    agb: forecast.agb.clone(),
                    forecast: money(office + office / 100),
                    motivation: "voorbeeld: de locatie telt voor een deel van het jaar mee".to_owned(),
                    round: budget::RoundKind::Click.into(),
                };
                let answer = self.stage.cast.purchaser.budget.settle_forecast(request).await?.into_inner();
                if let Some(proposal) = &answer.proposal {
                    self.stage.take_in_budget(proposal).await?;
                }
            }
        }
        Ok(())
    }

    /// A tenth more than the clients of a provider need in a year.
    fn more_than(&self, agb: &str) -> Vec<budget::ProductVolume> {
        let provider = self.world.providers.iter().find(|provider| provider.agb == agb);
        provider.map_or_else(Vec::new, expected)
    }

    /// June: what each choice would do; gives the one that funds over-production.
    pub(super) async fn simulated_click(&mut self) -> Result<budget::Simulation, Failure> {
        self.stage.at(day(self.year, 6, 15));
        let mut simulation = budget::Simulation::default();
        for fund_overproduction in [false, true] {
            let answer = self.simulate(budget::RoundKind::Click, fund_overproduction).await?;
            simulation = answer.simulation.unwrap_or_default();
            self.report.simulation(fund_overproduction, &simulation);
        }
        Ok(simulation)
    }

    /// June 2023: the click.
    pub(super) async fn click(&mut self) -> Result<(), Failure> {
        let simulation = self.simulated_click().await?;
        let click = self.committed(&simulation).await?;
        let explanation = self.explained(&click.round.decision_id).await?;
        self.report.round("The click of June 2023 (BUD-07)", &click, explanation.as_ref());
        self.played.click = Some(click);
        Ok(())
    }

    /// October 2023: definitive agreements by product, from what was delivered until July (BUD-10).
    pub(super) async fn reallocation(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2023, 9, 18));
        let request = budget::MakeForecastRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: self.year,
            answer_due_date: date(day(2023, 9, 29)),
            round: budget::RoundKind::Reallocation.into(),
        };
        self.stage.cast.purchaser.budget.make_forecast(request).await?;
        // Nobody answers in time, so that the office's forecasts hold.
        self.stage.at(day(2023, 10, 2));
        let answer = self.simulate(budget::RoundKind::Reallocation, true).await?;
        let reallocation = self.committed(&answer.simulation.unwrap_or_default()).await?;
        let explanation = self.explained(&reallocation.round.decision_id).await?;
        self.report.round("The reallocation of October 2023 (BUD-10)", &reallocation, explanation.as_ref());
        self.played.reallocation = Some(reallocation);
        Ok(())
    }

    /// Opens a round and simulates it.
    pub(super) async fn simulate(
        &mut self,
        kind: budget::RoundKind,
        fund_overproduction: bool,
    ) -> Result<budget::SimulateRoundResponse, Failure> {
        let request = budget::OpenRoundRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: self.year,
            kind: kind.into(),
            cut_off_time: None,
        };
        let round = self.stage.cast.purchaser.budget.open_round(request).await?.into_inner().round.unwrap_or_default();
        let request = budget::SimulateRoundRequest {
            request_id: self.stage.request_id(),
            round_id: round.round_id,
            choices: Some(budget::RoundChoices { fund_overproduction }),
        };
        Ok(self.stage.cast.purchaser.budget.simulate_round(request).await?.into_inner())
    }

    /// Proposes a simulation and lets somebody else take it.
    pub(super) async fn committed(&mut self, simulation: &budget::Simulation) -> Result<Rounded, Failure> {
        let simulation_id = simulation.simulation_id.clone();
        let request = budget::CommitRoundRequest { request_id: self.stage.request_id(), simulation_id };
        let answer = self.stage.cast.purchaser.budget.commit_round(request).await?.into_inner();
        if let Some(proposal) = &answer.proposal {
            self.stage.take_in_budget(proposal).await?;
        }
        let client = &mut self.stage.cast.purchaser.budget;
        let request = budget::GetRoundRequest { round_id: simulation.round_id.clone() };
        let round = client.get_round(request).await?.into_inner().round.unwrap_or_default();
        let providers = all_providers(client, &simulation.simulation_id).await?;
        Ok(Rounded { round, totals: simulation.totals.unwrap_or_default(), providers })
    }

    async fn explained(&mut self, decision_id: &str) -> Result<Option<common::Explanation>, Failure> {
        let request = budget::ExplainRequest { decision_id: decision_id.to_owned() };
        Ok(self.stage.cast.purchaser.budget.explain(request).await?.into_inner().explanation)
    }
}

/// The volumes that a provider's clients need in 2023.
fn expected(provider: &Provider) -> Vec<budget::ProductVolume> {
    let mut volumes: BTreeMap<&str, u64> = BTreeMap::new();
    for client in provider.clients.iter().filter(|client| client.until > day(2023, 1, 1)) {
        let product = &PRODUCTS[client.product];
        let units = if product.unit == 14 { 365 } else { u64::from(client.hours) * 12 };
        *volumes.entry(product.code).or_default() += units;
    }
    let volume = |(code, units): (&str, u64)| budget::ProductVolume {
        product: code.to_owned(),
        volume: Some(common::Decimal { value: units.to_string() }),
    };
    volumes.into_iter().map(volume).collect()
}
