//! 2022 and 2023 under the Wlz, in order of time; the tariffs and the claims. See `registering` and `budgeting` for the
//! other parts.

use std::collections::BTreeMap;

use calendar::CareMonth;
use chrono::{Days, NaiveDate};
use contract::{budget, common, registration, tariffing};
use fastrand::Rng;
use vektis::{Message, layout::PerformanceFields};

use super::{
    claim_files::ClaimFile,
    day,
    office::{Kind, PRODUCTS, Provider, World},
    stage::{ELSEWHERE, OFFICE, Stage, date, period},
    tables::Report,
};
use crate::{
    claims::{Answer, Taker},
    failure::Failure,
    progress::Progress,
};

/// The region of the demo's office: Nijmegen.
pub const REGION: &str = "5508";

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
    pub click: Option<Rounded>,
    /// The reallocation.
    pub reallocation: Option<Rounded>,
    /// Lines that were refused, by return code.
    pub refused: BTreeMap<String, u64>,
    /// Lines that the demo claimed at a wrong tariff.
    pub mispriced: u64,
}

impl Played {
    /// The decisions of the click and the reallocation, on all and on each provider.
    pub fn round_decisions(&self) -> impl Iterator<Item = &String> {
        let rounds = self.click.iter().chain(&self.reallocation);
        rounds
            .flat_map(|one| one.providers.iter().map(|provider| &provider.decision_id).chain([&one.round.decision_id]))
    }
}

/// A round that was committed.
#[derive(Debug)]
pub struct Rounded {
    /// The round.
    pub round: budget::Round,
    /// What it came to.
    pub totals: budget::RoundTotals,
    /// What it did to the providers.
    pub providers: Vec<budget::RoundProvider>,
}

type Tariffs = BTreeMap<(String, i32, String), i64>;

/// The play under way.
pub struct Wlz<'a> {
    /// Where it plays.
    pub stage: &'a mut Stage,
    /// Who plays.
    pub world: &'a World,
    /// What is told.
    pub report: &'a mut Report,
    /// What is left to be checked.
    pub played: Played,
    /// The year whose money is divided.
    pub(super) year: i32,
    rng: Rng,
    pub(super) tariffs: Tariffs,
    last_lines: BTreeMap<(String, usize), PerformanceFields>,
}

/// Plays the Wlz part.
pub async fn play(stage: &mut Stage, world: &World, report: &mut Report) -> Result<Played, Failure> {
    let mut wlz = Wlz::new(stage, world, report);
    wlz.until_november_2023().await?;
    wlz.months("claims of November-December 2023", month(2023, 11), month(2023, 12), false).await?;
    wlz.closing().await?;
    Ok(wlz.played)
}

fn month(year: i32, month: u32) -> CareMonth {
    CareMonth::of(day(year, month, 1))
}

impl<'a> Wlz<'a> {
    /// The play before its first day.
    pub fn new(stage: &'a mut Stage, world: &'a World, report: &'a mut Report) -> Wlz<'a> {
        Wlz {
            stage,
            world,
            report,
            year: 2023,
            rng: Rng::with_seed(41),
            tariffs: Tariffs::new(),
            last_lines: BTreeMap::new(),
            played: Played::default(),
        }
    }
}

impl Wlz<'_> {
    /// 2022, and 2023 until its reallocation is done and the claims of October are in.
    pub async fn until_november_2023(&mut self) -> Result<(), Failure> {
        self.opening().await?;
        self.months("claims of January-June 2022", month(2022, 1), month(2022, 6), true).await?;
        let registrations = self.register_all().await?;
        self.months("claims of July 2022", month(2022, 7), month(2022, 7), true).await?;
        self.assess_all(registrations).await?;
        self.budgets().await?;
        self.months("claims of January-April 2023", month(2023, 1), month(2023, 4), false).await?;
        self.forecasts().await?;
        self.click().await?;
        self.months("claims of May-August 2023", month(2023, 5), month(2023, 8), false).await?;
        self.reallocation().await?;
        self.months("claims of September-October 2023", month(2023, 9), month(2023, 10), false).await
    }

    /// The claims of one month of 2023 or later.
    pub async fn month(&mut self, month: CareMonth) -> Result<(), Failure> {
        self.months(&format!("claims of {month}"), month, month, false).await
    }

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
            self.stage.cast.purchaser.registration.create_provider(request).await?;
            self.held_before(provider).await?;
        }
        self.import_tariffs(2023).await?;
        for provider in self.world.providers.iter().filter(|provider| provider.existing()) {
            self.agree(provider, 2022).await?;
        }
        self.stage.budget_caught_up().await
    }

    /// The maximum tariffs from 2022 through a year.
    pub(super) async fn import_tariffs(&mut self, through: i32) -> Result<(), Failure> {
        let csv = PRODUCTS.iter().fold(
            "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n".to_owned(),
            |csv, product| csv + &tariff_lines(product, through),
        );
        let request = tariffing::ImportMaximumTariffsRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            source: "Example tariffs of the demo; not figures of the NZa".to_owned(),
            csv: csv.into_bytes(),
        };
        self.stage.cast.purchaser.tariffing.import_maximum_tariffs(request).await?;
        Ok(())
    }

    /// Agreements from before, here or elsewhere.
    async fn held_before(&mut self, provider: &Provider) -> Result<(), Failure> {
        let (office, last) = match provider.kind {
            Kind::Running => (OFFICE, day(2023, 12, 31)),
            Kind::Expiring => (OFFICE, day(2022, 12, 31)),
            Kind::Elsewhere => (ELSEWHERE, day(2022, 12, 31)),
            Kind::New => return Ok(()),
        };
        self.recorded(provider, office, (day(2021, 1, 1), last)).await
    }

    /// Records an agreement that was concluded elsewhere.
    pub(super) async fn recorded(
        &mut self,
        provider: &Provider,
        office: &str,
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<(), Failure> {
        let request = registration::RecordAgreementRequest {
            request_id: self.stage.request_id(),
            office: office.to_owned(),
            act: common::Act::Wlz.into(),
            sector: provider.sector.into(),
            agb: provider.agb.clone(),
            period: period(first, last),
            claiming_since: date(first),
            extended: false,
            conditional: false,
            region: REGION.to_owned(),
        };
        let cast = &mut self.stage.cast;
        let recording = if office == OFFICE { &mut cast.purchaser } else { &mut cast.elsewhere };
        recording.registration.record_agreement(request).await?;
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

    /// January 2024: where the money went.
    async fn closing(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2024, 1, 11));
        let request = budget::GetRoomRequest { office: OFFICE.to_owned(), year: 2023, as_of_time: None };
        let room = self.stage.cast.purchaser.budget.get_room(request).await?.into_inner().room;
        self.report.room(room.as_ref(), &self.played);
        Ok(())
    }
}

fn tariff_lines(product: &super::office::Product, through: i32) -> String {
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
    // After 2023 they rise by three percent a year.
    let risen = |year: i32| (2023..year).fold(product.maximum_2023, |maximum, _| maximum * 103 / 100);
    let later: String = (2023..=through).map(|year| line(risen(year), year)).collect();
    line(product.maximum_2022, 2022) + &later
}
