//! The percentages of the providers: recorded where the rule files don't reach, derived where they do.

use contract::{common, tariffing};

use super::{
    office::{Kind, Provider},
    stage::OFFICE,
    wlz::Wlz,
};
use crate::failure::Failure;

/// The guide percentage of 2022 and 2023, in hundredths.
const GUIDE_HUNDREDTHS: i64 = 9580;
/// What a proposal states, as the rule files ask it of sensible care.
const STATED: [&str; 3] = ["smart", "business_case", "cost_benefit"];
/// What the office judges of it.
const JUDGED: [&str; 3] = ["not_covered", "proportional", "financial_position"];

impl Wlz<'_> {
    /// Agrees the percentage of a provider for a year, and remembers the tariffs that follow. What was agreed for 2022,
    /// and for nursing and care, stands outside the rule files and is recorded; for 2023 it is derived.
    pub(super) async fn agree(&mut self, provider: &Provider, year: i32) -> Result<(), Failure> {
        let derived = year == 2023 && provider.sector != common::Sector::Vv;
        let agreed = if derived { self.derived(provider, year).await? } else { self.carried(provider, year).await? };
        for tariff in agreed.tariffs {
            let cents = tariff.tariff.map_or(0, |tariff| tariff.cents);
            self.tariffs.insert((provider.agb.clone(), year, tariff.product), cents);
        }
        Ok(())
    }

    /// Records a percentage of the regional policy, above the guide percentage by the points of the provider.
    async fn carried(&mut self, provider: &Provider, year: i32) -> Result<tariffing::AgreedPercentage, Failure> {
        let percentage = GUIDE_HUNDREDTHS + provider.points;
        let request = tariffing::RecordPercentageRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            sector: provider.sector.into(),
            agb: provider.agb.clone(),
            year,
            percentage: Some(common::Decimal { value: format!("{}.{:02}", percentage / 100, percentage % 100) }),
            basis: tariffing::PercentageBasis::Regular.into(),
            motivation: format!("voorbeeld: regionaal beleid {year}"),
        };
        let answer = self.stage.cast.purchaser.tariffing.record_percentage(request).await?.into_inner();
        Ok(answer.agreed.unwrap_or_default())
    }

    /// Derives a percentage from what is on record; a provider with points files a proposal first, which is granted.
    async fn derived(&mut self, provider: &Provider, year: i32) -> Result<tariffing::AgreedPercentage, Failure> {
        if provider.kind == Kind::New {
            self.interviewed(provider, year).await?;
        }
        if provider.points > 0 {
            self.proposed(provider, year).await?;
        }
        let request = tariffing::AgreePercentageRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            sector: provider.sector.into(),
            agb: provider.agb.clone(),
            year,
            ..Default::default()
        };
        let answer = self.stage.cast.purchaser.tariffing.agree_percentage(request).await?.into_inner();
        Ok(answer.agreed.unwrap_or_default())
    }

    /// The interview with a new provider settles where it starts.
    async fn interviewed(&mut self, provider: &Provider, year: i32) -> Result<(), Failure> {
        let request = tariffing::RecordStandingRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            sector: provider.sector.into(),
            agb: provider.agb.clone(),
            year,
            standing: tariffing::Standing::New.into(),
            motivation: "voorbeeld: geen eerdere overeenkomst".to_owned(),
        };
        self.stage.cast.purchaser.tariffing.record_standing(request).await?;
        let request = tariffing::RecordInterviewRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            sector: provider.sector.into(),
            agb: provider.agb.clone(),
            year,
            percentage: Some(common::Decimal { value: "94.00".to_owned() }),
            motivation: "voorbeeld: beperkt spectrum van zorg".to_owned(),
        };
        self.stage.cast.purchaser.tariffing.record_interview(request).await?;
        Ok(())
    }

    /// A proposal for sensible care: filed, judged, with a result agreed, and granted.
    async fn proposed(&mut self, provider: &Provider, year: i32) -> Result<(), Failure> {
        let stated = STATED.map(|name| (name, tariffing::evidence::Value::Yes(true)));
        let investment = tariffing::evidence::Value::Amount(common::Money { cents: 2_500_000 });
        let fall = ("own_costs_fall", tariffing::evidence::Value::Yes(false));
        let evidence = stated.into_iter().chain([("investment", investment), fall]);
        let evidence = evidence.map(|(name, value)| tariffing::Evidence { name: name.to_owned(), value: Some(value) });
        let request = tariffing::FileTariffProposalRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            sector: provider.sector.into(),
            agb: provider.agb.clone(),
            year,
            key: "zinnige_zorg".to_owned(),
            initiative: "Slimme nachtzorg".to_owned(),
            points: Some(common::Decimal { value: format!("0.{:02}", provider.points) }),
            form: String::new(),
            evidence: evidence.collect(),
        };
        let filed = self.stage.cast.purchaser.tariffing.file_tariff_proposal(request).await?.into_inner();
        let tariff_proposal_id = filed.tariff_proposal.unwrap_or_default().tariff_proposal_id;
        for name in JUDGED {
            let judgement = tariffing::ProposalJudgement {
                name: name.to_owned(),
                positive: true,
                motivation: "voorbeeld: besproken in het inkoopgesprek".to_owned(),
            };
            let request = tariffing::JudgeTariffProposalRequest {
                request_id: self.stage.request_id(),
                tariff_proposal_id: tariff_proposal_id.clone(),
                judgement: Some(judgement),
            };
            self.stage.cast.purchaser.tariffing.judge_tariff_proposal(request).await?;
        }
        let number = |value: &str| Some(common::Decimal { value: value.to_owned() });
        let result = tariffing::ResultAgreement {
            measure: "nachtelijke verstoringen per client".to_owned(),
            start: number("4"),
            target: number("2.5"),
            date: Some(common::Date { year, month: 12, day: 31 }),
            measured_by: "zorgaanbieder".to_owned(),
            ..Default::default()
        };
        let request_id = self.stage.request_id();
        let results = vec![result];
        let request =
            tariffing::AgreeResultsRequest { request_id, tariff_proposal_id: tariff_proposal_id.clone(), results };
        self.stage.cast.purchaser.tariffing.agree_results(request).await?;
        let request = tariffing::GrantTariffProposalRequest { request_id: self.stage.request_id(), tariff_proposal_id };
        let answer = self.stage.cast.purchaser.tariffing.grant_tariff_proposal(request).await?.into_inner();
        if answer.grant.is_none() {
            return Err(Failure::Invariant(format!("the proposal of {} was not granted", provider.agb)));
        }
        Ok(())
    }
}
