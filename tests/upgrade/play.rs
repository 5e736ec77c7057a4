//! What is done with versions that run beside each other, and what must hold whichever did it.

use std::{collections::BTreeMap, time::Duration};

use contract::{
    audit::VerifyAuditRequest,
    budget::{self, BaseKind, ProductVolume},
    common::{Decimal, FeedProgress, Money, Verdict},
    homecare, registration, screening, tariffing,
};
use futures::{StreamExt, TryStreamExt};
use runtime::Ids;
use tonic::Request;

use crate::{
    calls::{self, OFFICE},
    office::{Line, claim_file, submit},
    process::{Clients, Place, SERVICES},
};

/// Who follows whom.
const FOLLOWED: [(&str, &[&str]); 5] = [
    ("registration", &["screening"]),
    ("tariffing", &["budget"]),
    ("budget", &["registration", "tariffing", "screening"]),
    ("homecare", &["registration", "screening"]),
    ("screening", &["registration", "budget", "homecare"]),
];

/// What was done until now.
pub struct Play {
    ids: Ids,
    agreements: usize,
    files: usize,
    /// Of tariffing.
    decisions: Vec<String>,
    round_id: String,
    proposal_id: String,
}

impl Play {
    /// What an office begins its year with, by one version: tariffs, contract room and base production, and the round on
    /// it, which waits for somebody else to take it.
    pub async fn begin(by: &Clients) -> Play {
        let (decisions, round_id, proposal_id) = (Vec::new(), String::new(), String::new());
        let mut play = Play { ids: Ids::random(), agreements: 0, files: 0, decisions, round_id, proposal_id };
        by.clone().tariffing.import_maximum_tariffs(calls::tariffs(play.id())).await.unwrap();
        let agb = play.conclude(by, by).await;
        caught_up(by).await;
        let mut budget = by.budget.clone();
        let (office, motivation) = (OFFICE.to_owned(), "test".to_owned());
        let money = |cents| Some(Money { cents });
        let room = budget::EstablishRoomRequest {
            request_id: play.id(),
            office: office.clone(),
            year: 2023,
            regions: vec!["5508".to_owned()],
            zin: money(1_000_000_000),
            pgb: money(0),
            motivation: motivation.clone(),
        };
        budget.establish_room(room).await.unwrap();
        let volume = Some(Decimal { value: "100000".to_owned() });
        let base = budget::RecordBaseProductionRequest {
            request_id: play.id(),
            office: office.clone(),
            year: 2023,
            agb,
            kind: BaseKind::FromPgb.into(),
            volumes: vec![ProductVolume { product: "CENT".to_owned(), volume }],
            motivation,
        };
        budget.record_base_production(base).await.unwrap();
        let kind = budget::RoundKind::BaseProduction.into();
        let open = budget::OpenRoundRequest { request_id: play.id(), office, year: 2023, kind, cut_off_time: None };
        play.round_id = budget.open_round(open).await.unwrap().into_inner().round.unwrap().round_id;
        let choices = Some(budget::RoundChoices { fund_overproduction: true });
        let (request_id, round_id) = (play.id(), play.round_id.clone());
        let simulate = budget::SimulateRoundRequest { request_id, round_id, choices };
        let simulation_id =
            budget.simulate_round(simulate).await.unwrap().into_inner().simulation.unwrap().simulation_id;
        let commit = budget::CommitRoundRequest { request_id: play.id(), simulation_id };
        play.proposal_id = budget.commit_round(commit).await.unwrap().into_inner().proposal.unwrap().proposal_id;
        play
    }

    fn id(&self) -> String {
        self.ids.next().to_string()
    }

    /// Has somebody else take the round, which another version proposed.
    pub async fn take(&self, by: &Clients) {
        let mut request = Request::new(budget::DecideProposalRequest {
            request_id: self.id(),
            proposal_id: self.proposal_id.clone(),
            verdict: Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        by.budget.clone().decide_proposal(request).await.unwrap();
    }

    /// Concludes an agreement with a new provider, by one version, and sends the same requests to another.
    pub async fn conclude(&mut self, by: &Clients, again: &Clients) -> String {
        let (mut by, mut again) = (by.clone(), again.clone());
        self.agreements += 1;
        let agb = calls::agb(self.agreements);
        let provider = calls::provider(self.id(), &agb);
        by.registration.create_provider(provider.clone()).await.unwrap();
        again.registration.create_provider(provider).await.unwrap();
        let agreement = calls::agreement(self.id(), &agb);
        let concluded =
            by.registration.record_agreement(agreement.clone()).await.unwrap().into_inner().agreement.unwrap();
        let answer = again.registration.record_agreement(agreement).await.unwrap().into_inner().agreement.unwrap();
        assert_eq!(answer.agreement_id, concluded.agreement_id);
        let percentage = calls::percentage(self.id(), &agb);
        let agreed = by.tariffing.record_percentage(percentage.clone()).await.unwrap().into_inner().agreed.unwrap();
        let answer = again.tariffing.record_percentage(percentage).await.unwrap().into_inner().agreed.unwrap();
        assert_eq!(answer.decision_id, agreed.decision_id);
        self.decisions.push(agreed.decision_id);
        agb
    }

    /// Hands in a claim file of a provider, and once more to another version: it is granted, and the return is the same.
    async fn claim(&mut self, agb: &str, by: &Clients, again: &Clients) {
        self.files += 1;
        let (invoice, reference) = (format!("F{}", self.files), format!("r{}", self.files));
        let file = claim_file(agb, &invoice, &[(&reference, Line::stay(1))]);
        let (result, aw320) = submit(&mut by.budget.clone(), &file, 1 << 18).await.unwrap();
        assert_eq!(result.granted_lines, 1, "{result:?}");
        assert_eq!(submit(&mut again.budget.clone(), &file, 1 << 18).await.unwrap().1, aw320);
    }

    /// Some of all of it, by all versions in turn, each answering again what another did.
    pub async fn go_on(&mut self, versions: &[&Clients]) {
        let turns = |turn: usize| (versions[turn % versions.len()], versions[(turn + 1) % versions.len()]);
        let mut agbs = Vec::new();
        for turn in 0..4 {
            let (by, again) = turns(turn);
            agbs.push(self.conclude(by, again).await);
        }
        caught_up(versions[0]).await;
        for (turn, agb) in agbs.iter().enumerate() {
            let (by, again) = turns(turn);
            self.claim(agb, by, again).await;
        }
    }

    /// What must hold, as each of the versions tells it.
    pub async fn holds(&self, place: &Place, versions: &[&Clients]) {
        let mut told = Vec::new();
        for version in versions {
            caught_up(version).await;
            for audit in &version.audits {
                let found = audit.clone().verify_audit(VerifyAuditRequest {}).await.unwrap().into_inner();
                assert_eq!(found.first_broken_sequence, 0, "{found:?}");
            }
            told.push((feeds(version).await, self.explanations(version).await));
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "they tell different things");
        let agreements = place.number("budget", "SELECT COUNT(*) FROM agreement").await;
        assert_eq!(agreements, self.agreements as i64);
        let files = place.number("screening", "SELECT COUNT(DISTINCT file_id) FROM claim").await;
        assert_eq!(files, self.files as i64);
        let events: Vec<String> =
            told[0].0.iter().map(|(service, events)| format!("{service} {}", events.len())).collect();
        println!("   {agreements} agreements, {files} claim files; events: {}", events.join(", "));
    }

    async fn explanations(&self, version: &Clients) -> Vec<contract::common::Explanation> {
        let mut told = Vec::new();
        for decision_id in self.decisions.iter().cloned() {
            let answer = version.tariffing.clone().explain(tariffing::ExplainRequest { decision_id }).await.unwrap();
            told.push(answer.into_inner().explanation.unwrap());
        }
        let mut budget = version.budget.clone();
        let round = budget::GetRoundRequest { round_id: self.round_id.clone() };
        let decision_id = budget.get_round(round).await.unwrap().into_inner().round.unwrap().decision_id;
        if !decision_id.is_empty() {
            let answer = budget.explain(budget::ExplainRequest { decision_id }).await.unwrap();
            told.push(answer.into_inner().explanation.unwrap());
        }
        told
    }
}

/// How far each service is, and how far it followed others.
async fn progress(version: &Clients) -> BTreeMap<&'static str, (i64, Vec<FeedProgress>)> {
    let mut found = BTreeMap::new();
    macro_rules! of {
        ($($service:ident)*) => {$(
            let answer = version.$service.clone().get_progress($service::GetProgressRequest {}).await.unwrap().into_inner();
            found.insert(stringify!($service), (answer.last_sequence, answer.feeds));
        )*};
    }
    of!(registration tariffing budget homecare screening);
    found
}

/// Waits until everybody followed everybody to the end.
async fn caught_up(version: &Clients) {
    for _ in 0..1_200 {
        let progress = progress(version).await;
        let reached = |service: &str, followed: &str| {
            let last = progress[followed].0;
            last == 0 || progress[service].1.iter().any(|feed| feed.service == followed && feed.sequence == last)
        };
        if FOLLOWED.iter().all(|(service, followed)| followed.iter().all(|other| reached(service, other))) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("they did not follow each other: {:?}", progress(version).await);
}

/// What each service made known: every place once, in order.
async fn feeds(version: &Clients) -> Vec<(&'static str, Vec<String>)> {
    let progress = progress(version).await;
    let mut told = Vec::new();
    macro_rules! of {
        ($($service:ident)*) => {$(
            let last = progress[stringify!($service)].0;
            let watch = $service::WatchRequest { after_sequence: 0, ..Default::default() };
            let events = version.$service.clone().watch(watch).await.unwrap().into_inner();
            let events = events.take(usize::try_from(last).unwrap()).map_ok(|answer| answer.event.unwrap());
            let events: Vec<$service::Event> = events.try_collect().await.unwrap();
            assert!(events.iter().map(|event| event.sequence).eq(1..=last), "a gap in the feed");
            let facts = events.into_iter().map(|event| format!("{} {:?}", event.office, event.fact.unwrap()));
            // Of a signal, earlier versions told others all.
            let alike = |fact: String| fact.split_once("SignalChanged(").map_or(fact.clone(), |(of, _)| of.to_owned());
            told.push((stringify!($service), facts.map(alike).collect()));
        )*};
    }
    of!(registration tariffing budget homecare screening);
    assert_eq!(told.len(), SERVICES.len());
    told
}
