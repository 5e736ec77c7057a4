//! Where the demo plays: clients, the clock, and files on the way.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use calendar::{Cutoff, Deadline};
use chrono::{Datelike, NaiveDate};
use contract::{budget, common, homecare, registration, screening, tariffing};
use runtime::{Clock, Ids};
use tonic::Request;

use super::cast::Cast;
use crate::{
    claims::{Answer, Taker, submit_bytes},
    endpoints::Clients,
    failure::Failure,
};

/// The office of the demo.
pub const OFFICE: &str = "vgz";
/// The office where some providers had an agreement before.
pub const ELSEWHERE: &str = "cz";
/// How long a follower may take to catch up before the demo gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why the decider of the demo takes what was proposed.
const MOTIVATION: &str = "voorbeeld: nagerekend en akkoord";

/// The services and everything needed to call them.
#[derive(Debug)]
pub struct Stage {
    /// Who plays.
    pub cast: Cast,
    clock: Clock,
    ids: Ids,
    out: PathBuf,
    files: u64,
}

impl Stage {
    /// A stage that writes its files below `out`.
    pub fn new(cast: Cast, clock: Clock, ids: Ids, out: PathBuf) -> Stage {
        Stage { cast, clock, ids, out, files: 0 }
    }

    /// A new request id.
    pub fn request_id(&self) -> String {
        self.ids.next().to_string()
    }

    /// Moves the clock to noon in Amsterdam on a day; it never goes back.
    pub fn at(&self, date: NaiveDate) {
        let noon = date.and_hms_opt(12, 0, 0).unwrap_or_default();
        let moment = Deadline { local: noon, cutoff: Cutoff::Inclusive }.moment();
        if moment > self.clock.now() {
            self.clock.set(moment);
        }
    }

    /// Submits a file and keeps its return.
    pub async fn submit(&mut self, taker: Taker, name: &str, file: Vec<u8>) -> Result<Answer, Failure> {
        let answer = submit_bytes(&mut self.cast.adapter, taker, OFFICE, file).await?;
        if answer.result.rejected {
            return Err(Failure::Invariant(format!("{name} was rejected: {:?}", answer.result.findings)));
        }
        fs::write(self.out.join("aw320").join(format!("{name}.aw320")), &answer.aw320)?;
        self.files += 1;
        Ok(answer)
    }

    /// The folder of the demo.
    pub fn folder(&self) -> &Path {
        &self.out
    }

    /// Files submitted so far.
    pub fn files(&self) -> u64 {
        self.files
    }

    /// Somebody else than who proposed takes a decision of registration.
    pub async fn take_in_registration(&mut self, proposal: &common::Proposal) -> Result<(), Failure> {
        let request = registration::DecideProposalRequest {
            request_id: self.request_id(),
            proposal_id: proposal.proposal_id.clone(),
            verdict: common::Verdict::Take.into(),
            motivation: MOTIVATION.to_owned(),
        };
        self.cast.decider.registration.decide_proposal(request).await?;
        Ok(())
    }

    /// Somebody else than who proposed takes a decision of budget.
    pub async fn take_in_budget(&mut self, proposal: &common::Proposal) -> Result<(), Failure> {
        let request = budget::DecideProposalRequest {
            request_id: self.request_id(),
            proposal_id: proposal.proposal_id.clone(),
            verdict: common::Verdict::Take.into(),
            motivation: MOTIVATION.to_owned(),
        };
        self.cast.decider.budget.decide_proposal(request).await?;
        Ok(())
    }

    /// Somebody else than who proposed takes a decision of home care.
    pub async fn take_in_homecare(&mut self, proposal: &common::Proposal) -> Result<(), Failure> {
        let request = homecare::DecideProposalRequest {
            request_id: self.request_id(),
            proposal_id: proposal.proposal_id.clone(),
            verdict: common::Verdict::Take.into(),
            motivation: MOTIVATION.to_owned(),
        };
        self.cast.decider.homecare.decide_proposal(request).await?;
        Ok(())
    }

    /// Waits until budget has everything registration and tariffing made known.
    pub async fn budget_caught_up(&mut self) -> Result<(), Failure> {
        let Clients { registration, tariffing, .. } = &mut self.cast.purchaser;
        let registered = registration.get_progress(registration::GetProgressRequest {}).await?.into_inner();
        let tariffed = tariffing.get_progress(tariffing::GetProgressRequest {}).await?.into_inner();
        let wanted = [("registration", registered.last_sequence), ("tariffing", tariffed.last_sequence)];
        let mut client = self.cast.purchaser.budget.clone();
        wait("budget", &wanted, async || {
            let request = Request::new(budget::GetProgressRequest {});
            Ok(client.get_progress(request).await?.into_inner().feeds)
        })
        .await
    }

    /// Waits until screening has everything budget and home care made known.
    pub async fn screening_caught_up(&mut self) -> Result<(), Failure> {
        let Clients { budget, homecare, .. } = &mut self.cast.purchaser;
        let budgeted = budget.get_progress(budget::GetProgressRequest {}).await?.into_inner();
        let cared = homecare.get_progress(homecare::GetProgressRequest {}).await?.into_inner();
        let wanted = [("budget", budgeted.last_sequence), ("homecare", cared.last_sequence)];
        let mut client = self.cast.purchaser.screening.clone();
        wait("screening", &wanted, async || {
            let request = Request::new(screening::GetProgressRequest {});
            Ok(client.get_progress(request).await?.into_inner().feeds)
        })
        .await
    }
}

async fn wait(
    name: &str,
    wanted: &[(&str, i64)],
    mut progress: impl AsyncFnMut() -> Result<Vec<common::FeedProgress>, Failure>,
) -> Result<(), Failure> {
    let started = tokio::time::Instant::now();
    loop {
        let feeds = progress().await?;
        let reached = |(service, last): &(&str, i64)| {
            *last == 0 || feeds.iter().any(|feed| feed.service == *service && feed.sequence >= *last)
        };
        if wanted.iter().all(reached) {
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            return Err(Failure::Invariant(format!("{name} did not catch up: wanted {wanted:?}, got {feeds:?}")));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A date of the contract.
pub fn date(date: NaiveDate) -> Option<common::Date> {
    Some(common::Date { year: date.year(), month: date.month().cast_signed(), day: date.day().cast_signed() })
}

/// A period of the contract.
pub fn period(first: NaiveDate, last: NaiveDate) -> Option<common::Period> {
    Some(common::Period { first_day: date(first), last_day: date(last) })
}

/// An amount of the contract.
pub fn money(cents: i64) -> Option<common::Money> {
    Some(common::Money { cents })
}
