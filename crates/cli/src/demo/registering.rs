//! Registration for 2023: who registers, what is decided, who gets an agreement.

use std::collections::BTreeMap;

use contract::{common, registration};

use super::{
    day,
    office::{Flaw, Kind, PRODUCTS, Provider},
    stage::{OFFICE, period},
    wlz::{REGION, Wlz},
};
use crate::failure::Failure;

impl Wlz<'_> {
    /// July 2022: who registers for 2023, in time or late; each with the id of its registration.
    pub(super) async fn register_all(&mut self) -> Result<Vec<(usize, String)>, Failure> {
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
            let answer = self.stage.cast.purchaser.registration.open_round(request).await?.into_inner();
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
    pub(super) async fn assess_all(&mut self, registrations: Vec<(usize, String)>) -> Result<(), Failure> {
        self.stage.at(day(2022, 10, 3));
        for (index, registration_id) in registrations {
            let provider = &self.world.providers[index];
            let request = registration::AssessRegistrationRequest {
                request_id: self.stage.request_id(),
                registration_id: registration_id.clone(),
            };
            let answer = self.stage.cast.purchaser.registration.assess_registration(request).await?.into_inner();
            if let Some(proposal) = &answer.proposal {
                self.stage.take_in_registration(proposal).await?;
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
        let answer = self.stage.cast.adapter.registration.submit_registration(request).await?.into_inner();
        Ok(answer.registration.unwrap_or_default().registration_id)
    }

    async fn award(&mut self, provider: &Provider, registration_id: String) -> Result<(), Failure> {
        let request = registration::AwardAgreementRequest {
            request_id: self.stage.request_id(),
            registration_id,
            period: period(day(2023, 1, 1), day(2023, 12, 31)),
            products: codes(provider),
        };
        self.stage.cast.purchaser.registration.award_agreement(request).await?;
        Ok(())
    }
}

fn codes(provider: &Provider) -> Vec<String> {
    provider.products().into_iter().map(|index| PRODUCTS[index].code.to_owned()).collect()
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
