//! Home care follows registration: what is accepted there becomes an agreement with a ceiling here (HOM-04).

use std::time::Duration;

use calendar::amsterdam_date;
use chrono::{DateTime, NaiveDate, Utc};
use contract::{
    common::{self, Act, Sector},
    homecare::{
        self as proto, homecare_service_client::HomecareServiceClient, preview_offers_response::Part,
        submit_claims_request,
    },
    registration::{self, registration_service_client::RegistrationServiceClient},
};
use database::Migration;
use explain::{RuleFile, Rules};
use futures::{StreamExt, TryStreamExt};
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use runtime::{Clock, Ids, Running, Settings};
use testkit::{Engine, TestDb, on_both_engines};
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use vektis::{
    Message, Sign,
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

const AGB: &str = "41410001";
const TARIFF: i64 = 7_000;

/// Registration, and home care that follows it.
struct Care {
    clock: Clock,
    ids: Ids,
    registration: RegistrationServiceClient<Channel>,
    homecare: HomecareServiceClient<Channel>,
    running: Vec<Running>,
    _databases: Vec<TestDb>,
    _key: tempfile::NamedTempFile,
}

impl Care {
    /// It is 1 June 2023: the round for 2024 is open.
    async fn open(engine: Engine) -> Care {
        static NONE: &[Migration] = &[];
        let clock = Clock::manual(utc("2023-06-01T10:00:00Z"));
        let (ids, stop) = (Ids::random(), CancellationToken::new());
        let key = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(key.path(), format!("1 {}\n", "07".repeat(32))).unwrap();
        let databases = vec![TestDb::open(engine, NONE).await, TestDb::open(engine, NONE).await];
        let settings = |index: usize| Settings {
            database: databases[index].url().to_owned(),
            pseudonym_key_file: Some(key.path().to_owned()),
            ..Settings::default()
        };
        let registration = registration_start(settings(0), &clock, &ids, &stop).await;
        let mut followed = settings(1);
        followed.peers.insert("registration".to_owned(), registration.url());
        let homecare = ::homecare::start(followed, clock.clone(), ids.clone(), stop).await.unwrap();
        Care {
            registration: RegistrationServiceClient::connect(registration.url()).await.unwrap(),
            homecare: HomecareServiceClient::connect(homecare.url()).await.unwrap(),
            running: vec![registration, homecare],
            clock,
            ids,
            _databases: databases,
            _key: key,
        }
    }

    fn id(&self) -> String {
        self.ids.next().to_string()
    }

    fn set(&self, moment: &str) {
        self.clock.set(utc(moment));
    }

    /// A provider with an agreement in 2023 registers for 2024 and is found admissible.
    async fn registered(&mut self) -> String {
        let provider =
            registration::Provider { agb: AGB.to_owned(), name: "De Linde".to_owned(), kvk: "12345678".to_owned() };
        let request = registration::CreateProviderRequest { request_id: self.id(), provider: Some(provider) };
        self.registration.create_provider(request).await.unwrap();
        let request = registration::RecordAgreementRequest {
            request_id: self.id(),
            office: "vgz".to_owned(),
            act: Act::Zvw.into(),
            sector: Sector::HomeCare.into(),
            agb: AGB.to_owned(),
            period: period(2023),
            ..Default::default()
        };
        self.registration.record_agreement(request).await.unwrap();
        let (office, act, sector) = ("vgz".to_owned(), Act::Zvw.into(), Sector::HomeCare.into());
        let request = registration::OpenRoundRequest { request_id: self.id(), office, act, sector, year: 2024 };
        let round = self.registration.open_round(request).await.unwrap().into_inner().round.unwrap();
        let request = registration::CreateRegistrationRequest {
            request_id: self.id(),
            round_id: round.round_id.clone(),
            agb: AGB.to_owned(),
            procedure: registration::Procedure::Regular.into(),
            content: Some(content(&round, amsterdam_date(self.clock.now()))),
        };
        let drafted = self.registration.create_registration(request).await.unwrap().into_inner().registration.unwrap();
        let registration_id = drafted.registration_id;
        let request = registration::SubmitRegistrationRequest { request_id: self.id(), registration_id };
        let sent = self.registration.submit_registration(request).await.unwrap().into_inner().registration.unwrap();
        self.assessed(sent.registration_id).await
    }

    async fn assessed(&mut self, registration_id: String) -> String {
        let request = registration::AskIntegrityRequest {
            request_id: self.id(),
            registration_id: registration_id.clone(),
            due_date: Some(common::Date { year: 2023, month: 7, day: 15 }),
        };
        self.registration.ask_integrity(request).await.unwrap();
        let request = registration::RecordIntegrityRequest {
            request_id: self.id(),
            registration_id: registration_id.clone(),
            result: registration::IntegrityResult::NoObjection.into(),
            conditions: Vec::new(),
            reference: "screening 1".to_owned(),
        };
        self.registration.record_integrity(request).await.unwrap();
        let request =
            registration::AssessRegistrationRequest { request_id: self.id(), registration_id: registration_id.clone() };
        let assessed = self.registration.assess_registration(request).await.unwrap().into_inner();
        assert_eq!(assessed.registration.unwrap().state(), registration::RegistrationState::Admissible);
        registration_id
    }

    /// Offers a client-following agreement of EUR 100,000.00 for 2024.
    async fn offered(&mut self) {
        let previous = proto::PreviousTerms {
            r#type: proto::AgreementType::ClientFollowing.into(),
            ceiling: money(10_000_000),
            hours_per_client_month: number("12.5"),
            first_year: 2023,
            tariffs: vec![proto::ProductTariff {
                product: "1000".to_owned(),
                unit: "04".to_owned(),
                tariff: money(TARIFF),
            }],
        };
        let stated = proto::OfferInputs {
            agb: AGB.to_owned(),
            previous: Some(previous),
            turnover: money(10_000_000),
            forecast: money(10_000_000),
            realised_hours: number("12"),
            clients: Some(8),
            index_percentage: number("0"),
            ..Default::default()
        };
        let (office, year, run_id, providers) = ("vgz".to_owned(), 2024, String::new(), vec![stated]);
        let request = proto::PreviewOffersRequest {
            office: office.clone(),
            year,
            run_id: run_id.clone(),
            providers: providers.clone(),
        };
        let parts = self.homecare.preview_offers(request).await.unwrap().into_inner();
        let parts: Vec<_> = parts.try_collect().await.unwrap();
        let totals = parts.into_iter().find_map(|part| match part.part {
            Some(Part::Totals(totals)) => Some(totals),
            _ => None,
        });
        let offers_sha256 = totals.unwrap().offers_sha256;
        let request =
            proto::MakeOffersRequest { request_id: self.id(), office, year, run_id, providers, offers_sha256 };
        let proposed = self.homecare.make_offers(request).await.unwrap().into_inner().proposal.unwrap();
        let mut request = tonic::Request::new(proto::DecideProposalRequest {
            request_id: self.id(),
            proposal_id: proposed.proposal_id,
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        self.homecare.decide_proposal(request).await.unwrap();
    }

    async fn agreements(&mut self, year: i32) -> Vec<proto::Agreement> {
        let request = proto::ListAgreementsRequest { office: "vgz".to_owned(), year, ..Default::default() };
        self.homecare.list_agreements(request).await.unwrap().into_inner().agreements
    }

    /// Waits until home care has what registration made known.
    async fn caught_up(&mut self) {
        let wanted = self.registration.get_progress(registration::GetProgressRequest {}).await.unwrap();
        let wanted = wanted.into_inner().last_sequence;
        for _ in 0..600 {
            let feeds = self.homecare.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner().feeds;
            if feeds.iter().any(|feed| feed.service == "registration" && feed.sequence >= wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("home care did not catch up");
    }

    /// Claims hours in January 2024; what is granted, in eurocents.
    async fn claimed(&mut self, quantity: u32) -> i64 {
        use proto::submit_claims_response::Part;
        let start = submit_claims_request::Part::Start(common::ClaimsStart { office: "vgz".to_owned() });
        let parts = [start, submit_claims_request::Part::Chunk(file(quantity).into())];
        let parts = parts.map(|part| proto::SubmitClaimsRequest { part: Some(part) });
        let mut answers = self.homecare.submit_claims(futures::stream::iter(parts)).await.unwrap().into_inner();
        while let Some(answer) = answers.next().await {
            if let Some(Part::Result(result)) = answer.unwrap().part {
                return result.granted.unwrap().cents;
            }
        }
        panic!("there was no result");
    }

    async fn close(self) {
        for running in self.running.into_iter().rev() {
            running.stop().await.unwrap();
        }
    }
}

async fn registration_start(settings: Settings, clock: &Clock, ids: &Ids, stop: &CancellationToken) -> Running {
    ::registration::start(settings, clock.clone(), ids.clone(), stop.clone()).await.unwrap()
}

/// What a provider says so that every requirement of its round is met.
pub fn content(round: &registration::Round, received: NaiveDate) -> registration::Content {
    use ::registration::{convert, domain, rules, sample::Sample};
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
    let rules = Rules::load(files.collect(), &rules::SCHEMA).unwrap();
    let round = domain::Round {
        round_id: round.round_id.clone(),
        office: round.office.parse().unwrap(),
        sector: edge::Sector::from_proto(round.sector).unwrap(),
        year: round.year,
    };
    let sample = Sample {
        round: &round,
        category: domain::Category::from_proto(registration::Category::ExistingExpiring.into()).unwrap(),
        kvk: "12345678".parse().unwrap(),
        region: "5508".parse().unwrap(),
        products: &["1000"],
        modules: &[],
        received,
    };
    convert::content(&sample.content(&rules)).unwrap()
}

fn file(quantity: u32) -> Vec<u8> {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let header = HeaderFields {
        message_code: Message::HomeCare.code(),
        production_or_test: "P".into(),
        uzovi: Uzovi::parse("5508").ok(),
        institution: Agb::parse(AGB).ok(),
        payee: 4,
        period_begin: day("2024-01-01"),
        period_end: day("2024-01-31"),
        invoice_number: "F1".into(),
        invoice_date: day("2024-02-01"),
        ..HeaderFields::default()
    };
    let mut out = Vec::new();
    let mut writer = FileWriter::new(&mut out, &header).unwrap();
    let insured = InsuredFields {
        bsn: Bsn::parse("123456782").ok(),
        uzovi: Uzovi::parse("5508").ok(),
        birth_date: day("1940-05-06"),
        gender: 2,
        name_1: "JANSEN".into(),
        initials: "A".into(),
        name_use_3: 1,
        postcode: Postcode::parse("6511AB").ok(),
        deceased: 2,
        ..InsuredFields::default()
    };
    writer.insured(&insured).unwrap();
    let line = PerformanceFields {
        product_list: 65,
        product: "1000".into(),
        time_unit: 4,
        begin: day("2024-01-04"),
        end: day("2024-01-05"),
        executor: Agb::parse(AGB).ok(),
        reference: "R1".into(),
        ..PerformanceFields::default()
    };
    writer.performance(&line.priced(TARIFF, quantity, Sign::Debit)).unwrap();
    writer.finish().unwrap();
    out
}

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn money(cents: i64) -> Option<common::Money> {
    Some(common::Money { cents })
}

fn number(text: &str) -> Option<common::Decimal> {
    Some(common::Decimal { value: text.to_owned() })
}

pub fn period(year: i32) -> Option<common::Period> {
    let day = |month, day| Some(common::Date { year, month, day });
    Some(common::Period { first_day: day(1, 1), last_day: day(12, 31) })
}

on_both_engines! {
    async fn hom_04_what_is_awarded_and_accepted_in_registration_is_an_agreement_with_a_ceiling(engine) {
        let mut care = Care::open(engine).await;
        let registration_id = care.registered().await;
        // The agreement of the year before is no acceptance: there was no offer with a ceiling.
        care.caught_up().await;
        assert!(care.agreements(2023).await.is_empty());
        care.set("2023-09-20T10:00:00Z");
        care.offered().await;
        let content = registration::GetRegistrationRequest { registration_id: registration_id.clone() };
        let content = care.registration.get_registration(content).await.unwrap().into_inner().registration.unwrap().content.unwrap();
        let request = registration::AwardAgreementRequest {
            request_id: care.id(),
            registration_id,
            period: period(2024),
            products: content.products,
            modules: content.modules,
            refusals: Vec::new(),
        };
        let offer = care.registration.award_agreement(request).await.unwrap().into_inner().offer.unwrap();
        care.caught_up().await;
        assert!(care.agreements(2024).await.is_empty(), "an award is not accepted yet");
        care.set("2023-11-01T10:00:00Z");
        let request = registration::AcceptOfferRequest { request_id: care.id(), offer_id: offer.offer_id };
        care.registration.accept_offer(request).await.unwrap();
        care.caught_up().await;
        let agreements = care.agreements(2024).await;
        assert_eq!((agreements.len(), agreements[0].ceiling), (1, money(10_000_000)));
        assert_eq!(agreements[0].r#type(), proto::AgreementType::ClientFollowing);

        // Its tariffs are what claims are granted by.
        care.set("2024-02-02T10:00:00Z");
        assert_eq!(care.claimed(30).await, 30 * TARIFF);
        care.close().await;
    }
}
