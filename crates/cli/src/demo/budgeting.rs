//! The money of 2023: room and filing, forecasts, the click.

use std::collections::BTreeMap;

use contract::{budget, common};

use super::{
    day,
    office::{PGB_CENTS, PRODUCTS, Provider, ROOM_CENTS},
    stage::{OFFICE, date, money},
    wlz::{REGION, Wlz},
};
use crate::failure::Failure;

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
        let request =
            budget::FileBudgetsRequest { request_id: self.stage.request_id(), office: OFFICE.to_owned(), year: 2023 };
        let answer = self.stage.cast.purchaser.budget.file_budgets(request).await?.into_inner();
        self.report.filing(self.world, &answer);
        self.played.filed = answer.budgets;
        Ok(())
    }

    /// May 2023: the office's forecasts, and what the providers say to them.
    pub(super) async fn forecasts(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2023, 5, 22));
        let due = day(2023, 6, 9);
        let request = budget::MakeForecastRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: 2023,
            answer_due_date: date(due),
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
                year: 2023,
                agb: forecast.agb.clone(),
                own_volumes,
                motivation: if disputed {
                    "voorbeeld: een nieuwe locatie in september".to_owned()
                } else {
                    String::new()
                },
            };
            self.stage.cast.adapter.budget.answer_forecast(request).await?;
            if disputed {
                let office = forecast.office_forecast.map_or(0, |amount| amount.cents);
                let request = budget::SettleForecastRequest {
                    request_id: self.stage.request_id(),
                    office: OFFICE.to_owned(),
                    year: 2023,
                    agb: forecast.agb.clone(),
                    forecast: money(office + office / 100),
                    motivation: "voorbeeld: de locatie telt voor een deel van het jaar mee".to_owned(),
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

    /// June 2023: what each choice would do, and the click.
    pub(super) async fn click(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2023, 6, 15));
        for fund_overproduction in [false, true] {
            let request = budget::SimulateClickRequest {
                office: OFFICE.to_owned(),
                year: 2023,
                choices: Some(budget::ClickChoices { fund_overproduction }),
            };
            let answer = self.stage.cast.purchaser.budget.simulate_click(request).await?.into_inner();
            self.report.simulation(fund_overproduction, &answer);
        }
        let request = budget::CommitClickRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: 2023,
            choices: Some(budget::ClickChoices { fund_overproduction: true }),
        };
        let answer = self.stage.cast.purchaser.budget.commit_click(request).await?.into_inner();
        if let Some(proposal) = &answer.proposal {
            self.stage.take_in_budget(proposal).await?;
        }
        let request = budget::GetClickRequest { office: OFFICE.to_owned(), year: 2023 };
        let answer = self.stage.cast.purchaser.budget.get_click(request).await?.into_inner();
        let click = answer.click.unwrap_or_default();
        let decision_id = click.decision_id.clone();
        let request = budget::ExplainRequest { decision_id };
        let explanation = self.stage.cast.purchaser.budget.explain(request).await?.into_inner().explanation;
        self.report.click(&click, explanation.as_ref());
        self.played.click = Some(click);
        Ok(())
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
