//! 2022 and 2023 under the Wlz: registration, tariffs, budgets, claims, click.

use std::collections::BTreeMap;

use calendar::CareMonth;
use chrono::Days;
use contract::{budget, common, registration, tariffing};
use fastrand::Rng;
use vektis::{Message, layout::PerformanceFields};

use super::{
    claim_files::ClaimFile,
    day,
    office::{Flaw, Kind, PGB_CENTS, PRODUCTS, Provider, ROOM_CENTS, World},
    stage::{OFFICE, Stage, date, money, period},
    tables::Report,
};
use crate::{
    claims::{Answer, Taker},
    failure::Failure,
    progress::Progress,
};

/// The region of the demo's office: Nijmegen.
const REGION: &str = "5508";

/// What the year left to be checked.
#[derive(Debug, Default)]
pub struct Played {
    /// What the files claimed and were granted, by year of the file, in cents.
    pub granted: BTreeMap<i32, i64>,
    /// A file and its return, to be submitted once more.
    pub sample: Option<(Vec<u8>, Vec<u8>)>,
    /// The budgets as filed.
    pub filed: Vec<budget::Budget>,
    /// The click.
    pub click: Option<budget::Click>,
    /// Lines that were refused, by return code.
    pub refused: BTreeMap<String, u64>,
    /// Lines that the demo claimed at a wrong tariff.
    pub mispriced: u64,
}

type Tariffs = BTreeMap<(String, i32, String), i64>;

struct Wlz<'a> {
    stage: &'a mut Stage,
    world: &'a World,
    report: &'a mut Report,
    rng: Rng,
    tariffs: Tariffs,
    last_lines: BTreeMap<(String, usize), PerformanceFields>,
    played: Played,
}

/// Plays the Wlz part.
pub async fn play(stage: &mut Stage, world: &World, report: &mut Report) -> Result<Played, Failure> {
    let mut wlz = Wlz {
        stage,
        world,
        report,
        rng: Rng::with_seed(41),
        tariffs: Tariffs::new(),
        last_lines: BTreeMap::new(),
        played: Played::default(),
    };
    wlz.opening().await?;
    wlz.months("claims of January-June 2022", month(2022, 1), month(2022, 6), true).await?;
    let registrations = wlz.register_all().await?;
    wlz.months("claims of July 2022", month(2022, 7), month(2022, 7), true).await?;
    wlz.assess_all(registrations).await?;
    wlz.budgets().await?;
    wlz.months("claims of January-April 2023", month(2023, 1), month(2023, 4), false).await?;
    wlz.forecasts().await?;
    wlz.click().await?;
    wlz.months("claims of May-December 2023", month(2023, 5), month(2023, 12), false).await?;
    wlz.closing().await?;
    Ok(wlz.played)
}

fn month(year: i32, month: u32) -> CareMonth {
    CareMonth::of(day(year, month, 1))
}

impl Wlz<'_> {
    /// January 2022: who is here already, and the tariffs.
    async fn opening(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2022, 1, 4));
        for provider in &self.world.providers {
            let request = registration::CreateProviderRequest {
                request_id: self.stage.request_id(),
                provider: Some(registration::Provider {
                    agb: provider.agb.clone(),
                    name: provider.name.clone(),
                    kvk: provider.kvk.clone(),
                }),
            };
            self.stage.clients.registration.create_provider(request).await?;
            self.recorded(provider).await?;
        }
        let csv = PRODUCTS.iter().fold(
            "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n".to_owned(),
            |csv, product| csv + &tariff_lines(product),
        );
        let request = tariffing::ImportMaximumTariffsRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            source: "Example tariffs of the demo; not figures of the NZa".to_owned(),
            csv: csv.into_bytes(),
        };
        self.stage.clients.tariffing.import_maximum_tariffs(request).await?;
        for provider in self.world.providers.iter().filter(|provider| provider.existing()) {
            self.agree(provider, 2022).await?;
        }
        self.stage.budget_caught_up().await
    }

    /// Agreements from before, here or elsewhere.
    async fn recorded(&mut self, provider: &Provider) -> Result<(), Failure> {
        let (office, last) = match provider.kind {
            Kind::Running => (OFFICE, day(2023, 12, 31)),
            Kind::Expiring => (OFFICE, day(2022, 12, 31)),
            Kind::Elsewhere => ("cz", day(2022, 12, 31)),
            Kind::New => return Ok(()),
        };
        let first = day(2021, 1, 1);
        let request = registration::RecordAgreementRequest {
            request_id: self.stage.request_id(),
            office: office.to_owned(),
            act: common::Act::Wlz.into(),
            sector: provider.sector.into(),
            agb: provider.agb.clone(),
            period: period(first, last),
            claiming_since: date(first),
            extended: false,
            region: REGION.to_owned(),
        };
        self.stage.clients.registration.record_agreement(request).await?;
        Ok(())
    }

    async fn agree(&mut self, provider: &Provider, year: i32) -> Result<(), Failure> {
        let adjustments = match provider.points {
            0 => Vec::new(),
            points => vec![tariffing::Adjustment {
                theme: "zorg dichtbij huis".to_owned(),
                points: Some(common::Decimal { value: format!("0.{points:02}") }),
                motivation: "voorbeeld: groei van zorg thuis".to_owned(),
            }],
        };
        let request = tariffing::AgreePercentageRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            sector: provider.sector.into(),
            agb: provider.agb.clone(),
            year,
            adjustments,
        };
        let answer = self.stage.clients.tariffing.agree_percentage(request).await?.into_inner();
        for tariff in answer.agreed.unwrap_or_default().tariffs {
            let cents = tariff.tariff.map_or(0, |tariff| tariff.cents);
            self.tariffs.insert((provider.agb.clone(), year, tariff.product), cents);
        }
        Ok(())
    }

    /// July 2022: who registers for 2023, in time or late; each with the id of its registration.
    async fn register_all(&mut self) -> Result<Vec<(usize, String)>, Failure> {
        self.stage.at(day(2022, 7, 15));
        let mut rounds = BTreeMap::new();
        for sector in [common::Sector::Vv, common::Sector::Gz, common::Sector::Ggz] {
            let request = registration::OpenRoundRequest {
                request_id: self.stage.request_id(),
                office: OFFICE.to_owned(),
                act: common::Act::Wlz.into(),
                sector: sector.into(),
                year: 2023,
            };
            let answer = self.stage.clients.registration.open_round(request).await?.into_inner();
            rounds.insert(sector as i32, answer.round.unwrap_or_default().round_id);
        }
        let mut registrations = Vec::new();
        let (in_time, late): (Vec<usize>, Vec<usize>) =
            (0..self.world.providers.len()).partition(|index| self.world.providers[*index].flaw != Some(Flaw::Late));
        for index in in_time {
            registrations.push((index, self.register(&self.world.providers[index], &rounds).await?));
        }
        self.stage.at(day(2022, 8, 2));
        for index in late {
            registrations.push((index, self.register(&self.world.providers[index], &rounds).await?));
        }
        registrations.sort_unstable();
        Ok(registrations)
    }

    /// October 2022: assess, award, agree the percentage of 2023.
    async fn assess_all(&mut self, registrations: Vec<(usize, String)>) -> Result<(), Failure> {
        self.stage.at(day(2022, 10, 3));
        for (index, registration_id) in registrations {
            let provider = &self.world.providers[index];
            let request = registration::AssessRegistrationRequest {
                request_id: self.stage.request_id(),
                registration_id: registration_id.clone(),
            };
            let answer = self.stage.clients.registration.assess_registration(request).await?.into_inner();
            let assessed = answer.registration.unwrap_or_default();
            let admissible = assessed.state() == registration::RegistrationState::Admissible;
            self.report.registration(provider, &assessed);
            if admissible == provider.flaw.is_some() {
                let message = format!("registration of {}: {:?}", provider.agb, assessed.reasons);
                return Err(Failure::Invariant(message));
            }
            if admissible {
                self.award(provider, registration_id).await?;
                self.agree(provider, 2023).await?;
            }
        }
        self.report.registrations_done();
        self.stage.budget_caught_up().await
    }

    async fn register(&mut self, provider: &Provider, rounds: &BTreeMap<i32, String>) -> Result<String, Failure> {
        let mut documents = documents(provider.kind);
        if provider.flaw == Some(Flaw::Incomplete) {
            documents.pop();
        }
        let document = |kind: registration::DocumentKind| registration::Document {
            kind: kind.into(),
            content_sha256: vec![provider.agb.len() as u8; 32],
        };
        let request = registration::SubmitRegistrationRequest {
            request_id: self.stage.request_id(),
            round_id: rounds.get(&(provider.sector as i32)).cloned().unwrap_or_default(),
            agb: provider.agb.clone(),
            region: REGION.to_owned(),
            products: codes(provider),
            documents: documents.into_iter().map(document).collect(),
        };
        let answer = self.stage.clients.registration.submit_registration(request).await?.into_inner();
        Ok(answer.registration.unwrap_or_default().registration_id)
    }

    async fn award(&mut self, provider: &Provider, registration_id: String) -> Result<(), Failure> {
        let request = registration::AwardAgreementRequest {
            request_id: self.stage.request_id(),
            registration_id,
            period: period(day(2023, 1, 1), day(2023, 12, 31)),
            products: codes(provider),
        };
        self.stage.clients.registration.award_agreement(request).await?;
        Ok(())
    }

    /// November 2022: the room, base production that can't be computed, and the filing.
    async fn budgets(&mut self) -> Result<(), Failure> {
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
        self.stage.clients.budget.establish_room(request).await?;
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
            self.stage.clients.budget.record_base_production(request).await?;
        }
        let request =
            budget::FileBudgetsRequest { request_id: self.stage.request_id(), office: OFFICE.to_owned(), year: 2023 };
        let answer = self.stage.clients.budget.file_budgets(request).await?.into_inner();
        self.report.filing(self.world, &answer);
        self.played.filed = answer.budgets;
        Ok(())
    }

    /// The files of every provider for a range of months, each submitted ten days after the month.
    async fn months(&mut self, title: &str, first: CareMonth, last: CareMonth, base: bool) -> Result<(), Failure> {
        let months: Vec<CareMonth> = first.through(last).collect();
        let providers = self.world.providers.len() as u64;
        let mut progress = Progress::new(title, months.len() as u64 * providers, "files");
        for month in months {
            self.stage.at(month.last_day() + Days::new(10));
            for provider in &self.world.providers {
                if provider.flaw.is_none() && (!base || provider.existing()) {
                    self.month_of(provider, month).await?;
                }
                progress.step();
            }
        }
        Ok(())
    }

    async fn month_of(&mut self, provider: &Provider, month: CareMonth) -> Result<(), Failure> {
        let mut file = ClaimFile::new(Message::LongTermCare, &provider.agb, month)?;
        for (number, client) in provider.clients.iter().enumerate() {
            let code = PRODUCTS[client.product].code.to_owned();
            let tariff = self.tariffs.get(&(provider.agb.clone(), month.year(), code)).copied().unwrap_or_default();
            // One in three hundred is claimed at a wrong tariff, and refused.
            let wrong = self.rng.u32(..300) == 0;
            let Some(line) = file.wlz_line(&mut self.rng, client, tariff + i64::from(wrong), number) else { continue };
            self.played.mispriced += u64::from(wrong);
            let key = (provider.agb.clone(), number);
            let mut lines = Vec::new();
            // One in a hundred is corrected the month after: a credit, and the care claimed again with one unit less.
            if let Some(earlier) = self.last_lines.remove(&key)
                && earlier.quantity > 1
                && self.rng.u32(..100) == 0
            {
                lines.push(file.credit(&earlier, number));
                lines.push(file.again(&earlier, number));
            }
            if !wrong {
                self.last_lines.insert(key, line.clone());
            }
            lines.push(line);
            file.add(client, lines);
        }
        if file.is_empty() {
            return Ok(());
        }
        let bytes = file.write()?;
        let name = format!("wlz-{}-{month}", provider.agb);
        let answer = self.stage.submit(Taker::Budget, &name, bytes.clone()).await?;
        self.count(month.year(), &answer);
        self.played.sample.get_or_insert((bytes, answer.aw320));
        Ok(())
    }

    fn count(&mut self, year: i32, answer: &Answer) {
        let granted = answer.result.granted.map_or(0, |amount| amount.cents);
        *self.played.granted.entry(year).or_default() += granted;
        for finding in &answer.result.findings {
            *self.played.refused.entry(finding.return_code.clone()).or_default() += 1;
        }
    }

    /// May 2023: the office's forecasts, and what the providers say to them.
    async fn forecasts(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2023, 5, 22));
        let due = day(2023, 6, 9);
        let request = budget::MakeForecastRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: 2023,
            answer_due_date: date(due),
        };
        let forecasts = self.stage.clients.budget.make_forecast(request).await?.into_inner().forecasts;
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
            self.stage.clients.budget.answer_forecast(request).await?;
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
                self.stage.clients.budget.settle_forecast(request).await?;
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
    async fn click(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2023, 6, 15));
        for fund_overproduction in [false, true] {
            let request = budget::SimulateClickRequest {
                office: OFFICE.to_owned(),
                year: 2023,
                choices: Some(budget::ClickChoices { fund_overproduction }),
            };
            let answer = self.stage.clients.budget.simulate_click(request).await?.into_inner();
            self.report.simulation(fund_overproduction, &answer);
        }
        let request = budget::CommitClickRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: 2023,
            choices: Some(budget::ClickChoices { fund_overproduction: true }),
        };
        let answer = self.stage.clients.budget.commit_click(request).await?.into_inner();
        let click = answer.click.unwrap_or_default();
        let decision_id = click.decision_id.clone();
        let request = budget::ExplainRequest { decision_id };
        let explanation = self.stage.clients.budget.explain(request).await?.into_inner().explanation;
        self.report.click(&click, explanation.as_ref());
        self.played.click = Some(click);
        Ok(())
    }

    /// January 2024: where the money went.
    async fn closing(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2024, 1, 11));
        let request = budget::GetRoomRequest { office: OFFICE.to_owned(), year: 2023, as_of_time: None };
        let room = self.stage.clients.budget.get_room(request).await?.into_inner().room;
        self.report.room(room.as_ref(), &self.played);
        Ok(())
    }
}

fn codes(provider: &Provider) -> Vec<String> {
    provider.products().into_iter().map(|index| PRODUCTS[index].code.to_owned()).collect()
}

fn tariff_lines(product: &super::office::Product) -> String {
    let sector = match product.sector {
        common::Sector::Vv => "VV",
        common::Sector::Gz => "GZ",
        _ => "GGZ",
    };
    let euro = |cents: i64| money::Money::from_cents(cents).to_string();
    let line = |maximum: i64, year: i32| {
        format!(
            "{},\"{}\",{sector},{},{:02},{},{},{},{year}-01-01,{year}-12-31\n",
            product.code,
            product.name,
            product.form,
            product.unit,
            euro(maximum),
            euro(product.nhc),
            euro(product.nic),
        )
    };
    line(product.maximum_2022, 2022) + &line(product.maximum_2023, 2023)
}

/// The documents a category hands in (REG-03).
fn documents(kind: Kind) -> Vec<registration::DocumentKind> {
    use registration::DocumentKind as Document;
    let declaration = [Document::BoardDeclaration, Document::Annex2Subcontracting];
    match kind {
        Kind::Running => vec![Document::ConsentDeclaration, Document::Annex1Subcontracting],
        Kind::Expiring => declaration.to_vec(),
        Kind::Elsewhere => [&declaration[..], &[Document::CompanyPlan, Document::FinancialPlan]].concat(),
        Kind::New => [
            &declaration[..],
            &[
                Document::CompanyPlan,
                Document::FinancialPlan,
                Document::MissionAndStrategy,
                Document::Organogram,
                Document::KvkExtract,
                Document::UboExtract,
                Document::WtzaPermit,
                Document::VogRp,
                Document::Statutes,
                Document::LiabilityPolicy,
                Document::IgjQuestionnaire,
            ],
        ]
        .concat(),
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
