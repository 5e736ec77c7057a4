//! Registration for 2023: who registers, what is decided, who gets an agreement.

use ::registration::{
    convert,
    domain::{Category, Content, Round},
    rules::{FILES, SCHEMA},
    sample::Sample,
};
use chrono::NaiveDate;
use contract::{common, registration};
use edge::Sector;
use explain::{RuleFile, Rules};

use super::{
    day,
    office::{Flaw, Kind, PRODUCTS, Provider},
    stage::{OFFICE, date, period},
    wlz::{REGION, Wlz},
};
use crate::failure::Failure;

/// The year care is bought for.
const YEAR: i32 = 2023;

impl Wlz<'_> {
    /// July 2022: who registers for 2023, in time or late; each with the id of its registration.
    pub(super) async fn register_all(&mut self) -> Result<Vec<(usize, String)>, Failure> {
        self.stage.at(day(2022, 7, 15));
        for sector in [common::Sector::Vv, common::Sector::Gz, common::Sector::Ggz] {
            let request = registration::OpenRoundRequest {
                request_id: self.stage.request_id(),
                office: OFFICE.to_owned(),
                act: common::Act::Wlz.into(),
                sector: sector.into(),
                year: YEAR,
            };
            self.stage.cast.purchaser.registration.open_round(request).await?;
        }
        let rules = rules()?;
        let mut registrations = Vec::new();
        let (in_time, late): (Vec<usize>, Vec<usize>) =
            (0..self.world.providers.len()).partition(|index| self.world.providers[*index].flaw != Some(Flaw::Late));
        for (received, indexes) in [(day(2022, 7, 15), in_time), (day(2022, 8, 2), late)] {
            self.stage.at(received);
            for index in indexes {
                let content = content(&self.world.providers[index], received, &rules)?;
                registrations.push((index, self.register(&self.world.providers[index], content).await?));
            }
        }
        registrations.sort_unstable();
        Ok(registrations)
    }

    /// October 2022: assess, award, agree the percentage of 2023.
    pub(super) async fn assess_all(&mut self, registrations: Vec<(usize, String)>) -> Result<(), Failure> {
        self.stage.at(day(2022, 10, 3));
        for (index, registration_id) in registrations {
            let provider = &self.world.providers[index];
            // Who is new waits for the interview with its board.
            if self.assess(&registration_id).await? {
                self.interview(provider, &registration_id).await?;
                self.assess(&registration_id).await?;
            }
            let request = registration::GetRegistrationRequest { registration_id: registration_id.clone() };
            let answer = self.stage.cast.purchaser.registration.get_registration(request).await?.into_inner();
            let assessed = answer.registration.unwrap_or_default();
            let admissible = assessed.state() == registration::RegistrationState::Admissible;
            self.report.registration(provider, &assessed);
            if admissible == provider.flaw.is_some() {
                let message = format!("registration of {}: {:?}", provider.agb, assessed.reasons);
                return Err(Failure::Invariant(message));
            }
            if admissible {
                self.award(provider, registration_id).await?;
                self.agree(provider, YEAR).await?;
            }
        }
        self.report.registrations_done();
        self.stage.budget_caught_up().await
    }

    async fn register(&mut self, provider: &Provider, content: Content) -> Result<String, Failure> {
        let content = convert::content(&content).map_err(|error| Failure::Other(error.to_string()))?;
        let questionnaire = registration::Questionnaire {
            office: OFFICE.to_owned(),
            act: common::Act::Wlz.into(),
            sector: provider.sector.into(),
            year: YEAR,
            agb: provider.agb.clone(),
            procedure: registration::Procedure::Regular.into(),
            content: Some(content),
        };
        let request = registration::ImportRegistrationRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            agb: provider.agb.clone(),
            questionnaire: Some(questionnaire),
        };
        let answer = self.stage.cast.adapter.registration.import_registration(request).await?.into_inner();
        Ok(answer.registration.unwrap_or_default().registration_id)
    }

    /// Assesses a registration; somebody else takes what is proposed. Tells whether it waits for the interview.
    async fn assess(&mut self, registration_id: &str) -> Result<bool, Failure> {
        let request = registration::AssessRegistrationRequest {
            request_id: self.stage.request_id(),
            registration_id: registration_id.to_owned(),
        };
        let answer = self.stage.cast.purchaser.registration.assess_registration(request).await?.into_inner();
        if let Some(proposal) = &answer.proposal {
            self.stage.take_in_registration(proposal).await?;
        }
        let waits = answer.registration.unwrap_or_default().waits;
        Ok(waits.iter().any(|waiting| waiting.wait() == registration::Wait::Interview))
    }

    /// An interview that went well.
    async fn interview(&mut self, provider: &Provider, registration_id: &str) -> Result<(), Failure> {
        let request = registration::RecordInterviewRequest {
            request_id: self.stage.request_id(),
            registration_id: registration_id.to_owned(),
            held_date: date(day(2022, 9, 15)),
            location: provider.name.clone(),
            grounds: Vec::new(),
            motivation: "voorbeeld: het gesprek bevestigt het ondernemingsplan".to_owned(),
        };
        self.stage.cast.purchaser.registration.record_interview(request).await?;
        Ok(())
    }

    /// Awards all that was asked for; the provider accepts the offer that comes of it.
    async fn award(&mut self, provider: &Provider, registration_id: String) -> Result<(), Failure> {
        let request = registration::AwardAgreementRequest {
            request_id: self.stage.request_id(),
            registration_id,
            period: period(day(YEAR, 1, 1), day(YEAR, 12, 31)),
            products: codes(provider),
            modules: Vec::new(),
            refusals: Vec::new(),
        };
        let awarded = self.stage.cast.purchaser.registration.award_agreement(request).await?.into_inner();
        let request = registration::AcceptOfferRequest {
            request_id: self.stage.request_id(),
            offer_id: awarded.offer.unwrap_or_default().offer_id,
        };
        self.stage.cast.adapter.registration.accept_offer(request).await?;
        Ok(())
    }
}

fn codes(provider: &Provider) -> Vec<String> {
    provider.products().into_iter().map(|index| PRODUCTS[index].code.to_owned()).collect()
}

/// The rules of registration: they say what is asked of each category.
fn rules() -> Result<Rules, Failure> {
    let files = FILES.iter().map(|(name, text)| RuleFile { name: (*name).to_owned(), text: (*text).to_owned() });
    Rules::load(files.collect(), &SCHEMA).map_err(|faults| Failure::Other(faults.to_string()))
}

/// What a provider hands in (REG-03): all that is asked of its category, but for a flaw.
fn content(provider: &Provider, received: NaiveDate, rules: &Rules) -> Result<Content, Failure> {
    let wrong = |what: &str| Failure::Other(format!("{what} of provider {}", provider.agb));
    let round = Round {
        round_id: String::new(),
        office: OFFICE.parse().map_err(|_| wrong("the office"))?,
        sector: Sector::from_proto(provider.sector.into()).ok_or_else(|| wrong("the sector"))?,
        year: YEAR,
    };
    let products = codes(provider);
    let products: Vec<&str> = products.iter().map(String::as_str).collect();
    let sample = Sample {
        round: &round,
        category: match provider.kind {
            Kind::Running => Category::ExistingRunning,
            Kind::Expiring => Category::ExistingExpiring,
            Kind::Elsewhere => Category::ExistingElsewhere,
            Kind::New => Category::New,
        },
        kvk: provider.kvk.parse().map_err(|_| wrong("the KvK number"))?,
        region: REGION.parse().map_err(|_| wrong("the region"))?,
        products: &products,
        modules: &[],
        received,
    };
    let mut content = sample.content(rules);
    if provider.flaw == Some(Flaw::Incomplete) {
        content.documents.pop();
    }
    Ok(content)
}
