//! Somebody who works: concludes agreements at registration, which budget and screening learn of by its feed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use contract::{
    budget::{self, budget_service_client::BudgetServiceClient},
    common,
    registration::{self, registration_service_client::RegistrationServiceClient},
    screening::{self, screening_service_client::ScreeningServiceClient},
};
use runtime::Ids;
use tokio::{task::JoinHandle, time::sleep};
use tonic::transport::Channel;
use tonic_types::StatusExt;

use crate::{site::Site, up::Up};

/// How often something is looked at that comes about by itself, and how long between.
const LOOKS: (usize, Duration) = (1_200, Duration::from_millis(50));

/// Who works at the services.
pub struct Office {
    /// Agreements that are on record.
    pub concluded: usize,
    registration: RegistrationServiceClient<Channel>,
    budget: BudgetServiceClient<Channel>,
    screening: ScreeningServiceClient<Channel>,
    ids: Ids,
}

/// An office that concludes agreements until it is told to stop.
pub struct AtWork {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Office>,
}

impl AtWork {
    pub async fn stop(self) -> Office {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

fn date(year: i32, month: i32, day: i32) -> Option<common::Date> {
    Some(common::Date { year, month, day })
}

impl Office {
    pub async fn of(up: &Up) -> Office {
        Office {
            concluded: 0,
            registration: RegistrationServiceClient::connect(up.address("registration")).await.unwrap(),
            budget: BudgetServiceClient::connect(up.address("budget")).await.unwrap(),
            screening: ScreeningServiceClient::connect(up.address("screening")).await.unwrap(),
            ids: Ids::random(),
        }
    }

    /// Concludes agreements until there are so many, with providers from 41410001 on.
    pub async fn conclude_to(&mut self, count: usize) {
        self.conclude(41_410_000, count).await;
    }

    /// As [`conclude_to`](Self::conclude_to), with other providers.
    pub async fn conclude_other_to(&mut self, count: usize) {
        self.conclude(42_420_000, count).await;
    }

    async fn conclude(&mut self, first: usize, count: usize) {
        while self.concluded < count {
            self.concluded += 1;
            let agb = (first + self.concluded).to_string();
            let request = registration::CreateProviderRequest {
                request_id: self.ids.next().to_string(),
                provider: Some(registration::Provider {
                    agb: agb.clone(),
                    name: "example".to_owned(),
                    kvk: "12345678".to_owned(),
                }),
            };
            self.registration.create_provider(request).await.unwrap();
            let request = registration::RecordAgreementRequest {
                request_id: self.ids.next().to_string(),
                office: "vgz".to_owned(),
                act: common::Act::Wlz.into(),
                sector: common::Sector::Gz.into(),
                agb,
                period: Some(common::Period { first_day: date(2023, 1, 1), last_day: date(2023, 12, 31) }),
                claiming_since: date(2023, 1, 1),
                extended: false,
                conditional: false,
                region: "5508".to_owned(),
            };
            self.registration.record_agreement(request).await.unwrap();
        }
    }

    /// Goes on concluding agreements, beside whoever called.
    pub fn keep_concluding(mut self) -> AtWork {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            while !told.load(Ordering::Relaxed) {
                self.conclude_to(self.concluded + 1).await;
            }
            self
        });
        AtWork { stop, task }
    }

    /// How many agreements registration has.
    pub async fn agreements(&mut self) -> usize {
        let request =
            registration::ListAgreementsRequest { office: "vgz".to_owned(), page_size: 500, ..Default::default() };
        let answer = self.registration.list_agreements(request).await.unwrap().into_inner();
        assert_eq!(answer.next_page_token, "", "one page");
        answer.agreements.len()
    }

    /// The last event of registration's feed.
    pub async fn made_known(&mut self) -> i64 {
        self.registration.get_progress(registration::GetProgressRequest {}).await.unwrap().into_inner().last_sequence
    }

    /// How far budget applied registration's feed.
    pub async fn applied(&mut self) -> i64 {
        let feeds = self.budget.get_progress(budget::GetProgressRequest {}).await.unwrap().into_inner().feeds;
        feeds.iter().find(|feed| feed.service == "registration").map_or(0, |feed| feed.sequence)
    }

    async fn screened(&mut self) -> i64 {
        let feeds = self.screening.get_progress(screening::GetProgressRequest {}).await.unwrap().into_inner().feeds;
        feeds.iter().find(|feed| feed.service == "registration").map_or(0, |feed| feed.sequence)
    }

    /// Waits until budget and screening have what registration made known.
    pub async fn caught_up(&mut self) {
        let last = self.made_known().await;
        for _ in 0..LOOKS.0 {
            if self.applied().await >= last && self.screened().await >= last {
                return;
            }
            sleep(LOOKS.1).await;
        }
        panic!("budget or screening did not catch up");
    }

    /// Why registration's feed can't be watched from there on.
    pub async fn watch_after(&mut self, after_sequence: i64) -> String {
        let refused = self
            .registration
            .watch(registration::WatchRequest { after_sequence, ..Default::default() })
            .await
            .unwrap_err();
        assert_eq!(refused.code(), tonic::Code::FailedPrecondition);
        refused.get_details_error_info().unwrap().reason
    }

    /// Waits until budget said that the feed is not the one that it applied.
    pub async fn wait_until_refused(&self, site: &Site) {
        for _ in 0..LOOKS.0 {
            let log = site.log();
            if log.lines().any(|line| line.contains("budget") && line.contains("is gone or another")) {
                return;
            }
            sleep(LOOKS.1).await;
        }
        panic!("budget did not notice: {}", site.log());
    }
}
