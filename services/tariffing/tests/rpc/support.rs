//! The service in this process, a client of it, and short ways to say what a test needs.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDateTime, Utc};
use contract::{
    common::{Date, Decimal, Explanation, Money, Proposal, Sector, Verdict},
    tariffing::{self as proto, evidence::Value, tariffing_service_client::TariffingServiceClient},
};
use runtime::{Clock, Ids, Running, Settings};
use tempfile::TempDir;
use testkit::{Engine, TestDb};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;

/// The office most tests use.
pub const VGZ: &str = "vgz";
/// The provider most tests use.
pub const AGB: &str = "41410001";

const TABLE: &str = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n";

/// A service with a database, a clock and an address of its own.
pub struct World {
    pub client: TariffingServiceClient<Channel>,
    pub clock: Clock,
    pub db: TestDb,
    ids: Ids,
    requests: AtomicU64,
    _running: Running,
    _files: TempDir,
}

impl World {
    /// A service with the built-in rules; it is 1 October 2022.
    pub async fn open(engine: Engine) -> World {
        World::with_rules(engine, str::to_owned).await
    }

    /// A service with the built-in rules changed.
    pub async fn with_rules(engine: Engine, change: impl Fn(&str) -> String) -> World {
        let db = TestDb::open(engine, tariffing::store::MIGRATIONS).await;
        World::over(db, Clock::manual(utc("2022-10-01 10:00:00")), Ids::series(), change).await
    }

    /// The same database, time and ids under a service with other rules.
    pub async fn again_with_rules(self, change: impl Fn(&str) -> String) -> World {
        let World { db, clock, ids, requests, .. } = self;
        World { requests, ..World::over(db, clock, ids, change).await }
    }

    async fn over(db: TestDb, clock: Clock, ids: Ids, change: impl Fn(&str) -> String) -> World {
        let files = tempfile::tempdir().unwrap();
        for (name, text) in tariffing::rules::FILES {
            std::fs::write(files.path().join(name), change(text)).unwrap();
        }
        let rules = Some(files.path().to_owned());
        let settings = Settings { database: db.url().to_owned(), rules, ..Settings::default() };
        let running = tariffing::start(settings, clock.clone(), ids.clone(), CancellationToken::new()).await.unwrap();
        let client = TariffingServiceClient::connect(running.url()).await.unwrap();
        World { client, clock, db, ids, requests: AtomicU64::new(0), _running: running, _files: files }
    }

    /// A client of its own.
    pub fn client(&self) -> TariffingServiceClient<Channel> {
        self.client.clone()
    }

    /// A request id that was not used before.
    pub fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("00000000-0000-4000-8000-{number:012x}")
    }

    /// Imports lines of a table of maximum tariffs for an office.
    pub async fn import(&self, office: &str, lines: &str) -> Result<proto::ImportMaximumTariffsResponse, Status> {
        let request = proto::ImportMaximumTariffsRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            source: "example".to_owned(),
            csv: format!("{TABLE}{lines}").into_bytes(),
        };
        Ok(self.client().import_maximum_tariffs(request).await?.into_inner())
    }

    /// A quote with its explanation asked of the provider most tests use.
    pub fn asked(office: &str, sector: Sector, product: &str, on: &str) -> proto::QuoteRequest {
        proto::QuoteRequest {
            office: office.to_owned(),
            sector: sector.into(),
            agb: AGB.to_owned(),
            product: product.to_owned(),
            care_date: Some(date(on)),
            explain: true,
            ..Default::default()
        }
    }

    pub async fn quote(
        &self,
        office: &str,
        sector: Sector,
        product: &str,
        on: &str,
    ) -> Result<proto::QuoteResponse, Status> {
        Ok(self.client().quote(World::asked(office, sector, product, on)).await?.into_inner())
    }

    /// Records a percentage that was agreed before.
    pub async fn record(
        &self,
        office: &str,
        sector: Sector,
        year: i32,
        percentage: &str,
        basis: proto::PercentageBasis,
    ) -> Result<proto::AgreedPercentage, Status> {
        let request = proto::RecordPercentageRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            sector: sector.into(),
            agb: AGB.to_owned(),
            year,
            percentage: decimal(percentage),
            basis: basis.into(),
            motivation: "as agreed".to_owned(),
        };
        Ok(self.client().record_percentage(request).await?.into_inner().agreed.unwrap())
    }

    pub async fn standing(&self, office: &str, sector: Sector, year: i32, standing: proto::Standing) {
        let request = proto::RecordStandingRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            sector: sector.into(),
            agb: AGB.to_owned(),
            year,
            standing: standing.into(),
            motivation: "seen".to_owned(),
        };
        self.client().record_standing(request).await.unwrap();
    }

    /// Records a judgement for elderly care in 2024.
    pub async fn judge(
        &self,
        office: &str,
        key: &str,
        points: Option<&str>,
    ) -> Result<proto::RecordJudgementResponse, Status> {
        let request = proto::RecordJudgementRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            sector: Sector::Vv.into(),
            agb: AGB.to_owned(),
            year: 2024,
            key: key.to_owned(),
            points: points.and_then(decimal),
            form: String::new(),
            motivation: format!("seen: {key}"),
        };
        Ok(self.client().record_judgement(request).await?.into_inner())
    }

    pub async fn position(
        &self,
        office: &str,
        sector: Sector,
        year: i32,
        known_time: Option<prost_types::Timestamp>,
    ) -> proto::Position {
        let request = proto::GetPositionRequest {
            office: office.to_owned(),
            sector: sector.into(),
            agb: AGB.to_owned(),
            year,
            known_time,
        };
        self.client().get_position(request).await.unwrap().into_inner().position.unwrap()
    }

    /// A request to agree the percentage of the provider.
    pub fn agreement(&self, office: &str, sector: Sector, year: i32) -> proto::AgreePercentageRequest {
        proto::AgreePercentageRequest {
            request_id: self.request_id(),
            office: office.to_owned(),
            sector: sector.into(),
            agb: AGB.to_owned(),
            year,
            from_date: None,
            note: String::new(),
        }
    }

    pub async fn agree(
        &self,
        office: &str,
        sector: Sector,
        year: i32,
    ) -> Result<proto::AgreePercentageResponse, Status> {
        Ok(self.client().agree_percentage(self.agreement(office, sector, year)).await?.into_inner())
    }

    /// A filing with all the evidence that VGZ asks of disabled care in 2023.
    pub fn filing(&self, key: &str, points: Option<&str>, initiative: &str) -> proto::FileTariffProposalRequest {
        let yes = || Value::Yes(true);
        let stated = [
            ("registration", Value::Text("R1".to_owned())),
            ("smart", yes()),
            ("business_case", yes()),
            ("cost_benefit", yes()),
            ("investment", Value::Amount(Money { cents: 2_500_000 })),
            ("subject", Value::Text("good_employership".to_owned())),
            ("growth_in", Value::Text("vpt".to_owned())),
            ("own_costs_fall", Value::Yes(false)),
        ];
        proto::FileTariffProposalRequest {
            request_id: self.request_id(),
            office: VGZ.to_owned(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            year: 2023,
            key: key.to_owned(),
            initiative: initiative.to_owned(),
            points: points.and_then(decimal),
            form: String::new(),
            evidence: evidence(&stated),
        }
    }

    /// Files a proposal of disabled care at VGZ for 2023.
    pub async fn file(
        &self,
        key: &str,
        points: &str,
        initiative: &str,
    ) -> Result<proto::FileTariffProposalResponse, Status> {
        self.file_by(VGZ, Sector::Gz, 2023, key, Some(points), initiative).await
    }

    pub async fn file_by(
        &self,
        office: &str,
        sector: Sector,
        year: i32,
        key: &str,
        points: Option<&str>,
        initiative: &str,
    ) -> Result<proto::FileTariffProposalResponse, Status> {
        let request = proto::FileTariffProposalRequest {
            office: office.to_owned(),
            sector: sector.into(),
            year,
            ..self.filing(key, points, initiative)
        };
        Ok(self.client().file_tariff_proposal(request).await?.into_inner())
    }

    /// Files a proposal, judged positively on everything; only its results are not agreed. Gives its id.
    pub async fn all_but_results(&self, key: &str, points: Option<&str>, initiative: &str) -> String {
        let filed = self.file_by(VGZ, Sector::Gz, 2023, key, points, initiative).await.unwrap();
        let id = filed.tariff_proposal.unwrap().tariff_proposal_id;
        self.judge_all(&id).await;
        id
    }

    async fn judge_all(&self, id: &str) {
        for name in ["not_covered", "proportional", "financial_position", "friction_of_region"] {
            let judgement =
                proto::ProposalJudgement { name: name.to_owned(), positive: true, motivation: "seen".to_owned() };
            let request = proto::JudgeTariffProposalRequest {
                request_id: self.request_id(),
                tariff_proposal_id: id.to_owned(),
                judgement: Some(judgement),
            };
            self.client().judge_tariff_proposal(request).await.unwrap();
        }
    }

    /// A proposal of disabled care at VGZ for 2023 that was granted.
    pub async fn granted(&self, key: &str, points: &str, initiative: &str) -> proto::GrantTariffProposalResponse {
        self.granted_by(VGZ, Sector::Gz, 2023, key, Some(points), initiative).await
    }

    pub async fn granted_by(
        &self,
        office: &str,
        sector: Sector,
        year: i32,
        key: &str,
        points: Option<&str>,
        initiative: &str,
    ) -> proto::GrantTariffProposalResponse {
        let filed = self.file_by(office, sector, year, key, points, initiative).await.unwrap();
        let tariff_proposal_id = filed.tariff_proposal.unwrap().tariff_proposal_id;
        self.judge_all(&tariff_proposal_id).await;
        let result = proto::ResultAgreement {
            measure: "verstoringen".to_owned(),
            start: decimal("4"),
            target: decimal("2.5"),
            date: Some(Date { year, month: 12, day: 31 }),
            measured_by: "zorgaanbieder".to_owned(),
            ..Default::default()
        };
        let request = proto::AgreeResultsRequest {
            request_id: self.request_id(),
            tariff_proposal_id: tariff_proposal_id.clone(),
            results: vec![result],
        };
        self.client().agree_results(request).await.unwrap();
        let request = proto::GrantTariffProposalRequest { request_id: self.request_id(), tariff_proposal_id };
        let answer = self.client().grant_tariff_proposal(request).await.unwrap().into_inner();
        assert!(answer.grant.is_some() || answer.proposal.is_some(), "{:?}", answer.assessment);
        answer
    }

    /// Takes or rejects a proposal under a name.
    pub async fn decide(&self, name: &str, proposal_id: &str, verdict: Verdict) -> Result<Proposal, Status> {
        let mut request = tonic::Request::new(proto::DecideProposalRequest {
            request_id: self.request_id(),
            proposal_id: proposal_id.to_owned(),
            verdict: verdict.into(),
            motivation: "seen".to_owned(),
        });
        // Without a name it is who calls everything else.
        if !name.is_empty() {
            request.metadata_mut().insert("zorginkoop-identity", name.parse().unwrap());
        }
        Ok(self.client().decide_proposal(request).await?.into_inner().proposal.unwrap())
    }

    pub async fn explained(&self, decision_id: &str) -> Explanation {
        let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
        self.client().explain(request).await.unwrap().into_inner().explanation.unwrap()
    }
}

pub fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap().and_utc()
}

pub fn date(text: &str) -> Date {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().unwrap()).collect();
    Date { year: parts[0], month: parts[1], day: parts[2] }
}

pub fn decimal(text: &str) -> Option<Decimal> {
    Some(Decimal { value: text.to_owned() })
}

pub fn euros(cents: i64) -> Option<Money> {
    Some(Money { cents })
}

/// What a provider states, for the contract.
pub fn evidence(stated: &[(&str, Value)]) -> Vec<proto::Evidence> {
    let one = |(name, value): &(&str, Value)| proto::Evidence { name: (*name).to_owned(), value: Some(value.clone()) };
    stated.iter().map(one).collect()
}

/// The steps of an explanation: rule and English text.
pub fn steps(explanation: &Explanation) -> Vec<(&str, &str)> {
    explanation.steps.iter().map(|step| (step.rule_id.as_str(), step.text_en.as_str())).collect()
}

/// The fields a status calls wrong.
pub fn wrong_fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let violations = status.get_error_details().bad_request().unwrap().field_violations.clone();
    violations.into_iter().map(|violation| violation.field).collect()
}

/// The code and the reason of a status.
pub fn refused(status: &Status) -> (Code, String) {
    (status.code(), status.get_error_details().error_info().unwrap().reason.clone())
}

/// The code and the reason of a status, to compare with.
pub fn reason(code: Code, reason: &str) -> (Code, String) {
    (code, reason.to_owned())
}
