//! The feeds: whom each service follows, and how far behind it is.

use axum::{extract::State, response::Response};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{budget, common, homecare, registration, screening, tariffing};
use maud::{Markup, html};

use crate::{
    asker::{Asker, Language},
    calls::{Clients, call},
    layout::{
        Column::{Number, Text},
        Here, Page, answer, head, table,
    },
    problem::Problem,
    server::Console,
    show::instant,
    terms,
    words::fill,
};

/// How far a service is: the last fact it made known, and how far it followed others.
#[derive(Debug)]
pub struct Progress {
    service: &'static str,
    found: Result<(i64, Vec<common::FeedProgress>), Problem>,
}

/// How far all five are.
pub async fn all(clients: &Clients) -> Vec<Progress> {
    macro_rules! of {
        ($service:ident) => {
            async {
                let answer = call!(clients.$service.get_progress($service::GetProgressRequest {}));
                Progress { service: stringify!($service), found: answer.map(|one| (one.last_sequence, one.feeds)) }
            }
        };
    }
    let (one, two, three, four, five) =
        tokio::join!(of!(registration), of!(tariffing), of!(budget), of!(homecare), of!(screening));
    vec![one, two, three, four, five]
}

/// The feeds of all services.
pub async fn page(State(console): State<Console>, asker: Asker) -> Response {
    let (language, w) = (asker.language, asker.language.words());
    let progress = all(&console.clients(&asker)).await;
    let now = (console.now)();
    let body = html! {
        p.lead { (w.feeds_lead) }
        (summary(&progress, now, language))
        section aria-labelledby="own" {
            h2 id="own" { (w.own_feeds) }
            (table(w.own_feeds, head(&[Text(w.service), Number(w.facts_told)]), html! {
                @for one in &progress {
                    tr {
                        th scope="row" { (terms::service(one.service, w)) }
                        td.number {
                            @match &one.found {
                                Ok((last, _)) => (language.count(*last)),
                                Err(problem) => (problem.title(w)),
                            }
                        }
                    }
                }
            }))
        }
    };
    answer(&asker, Here::Feeds, now, Ok(Page { title: w.feeds.to_owned(), body }))
}

/// How far a follower is behind whom it follows.
#[derive(Debug, PartialEq, Eq)]
struct Lag {
    /// How many facts it has not applied; unknown when the other does not tell how many there are.
    facts: Option<i64>,
    /// How long ago the newest fact it has was recorded, while it lacks any.
    time: Option<TimeDelta>,
}

impl Lag {
    fn of(feed: &common::FeedProgress, progress: &[Progress], now: DateTime<Utc>) -> Lag {
        let followed = progress.iter().find(|one| one.service == feed.service);
        let last = followed.and_then(|one| one.found.as_ref().ok()).map(|(last, _)| *last);
        // Asked at the same time: what was applied between the two answers is not behind.
        let facts = last.map(|last| (last - feed.sequence).max(0));
        let time = facts.filter(|facts| *facts > 0);
        let time = time.and_then(|_| feed.as_of_time.as_ref().and_then(instant)).map(|as_of| now - as_of);
        Lag { facts, time }
    }

    fn told(&self, language: Language) -> String {
        let w = language.words();
        match (self.facts, self.time) {
            (None, _) => w.lag_unknown.to_owned(),
            (Some(0), _) => w.up_to_date.to_owned(),
            (Some(_), None) => w.nothing_applied.to_owned(),
            (Some(_), Some(time)) => language.duration(time),
        }
    }
}

/// Who follows whom, and how far behind; services that don't tell are told so.
pub fn summary(progress: &[Progress], now: DateTime<Utc>, language: Language) -> Markup {
    let w = language.words();
    html! {
        (table(
            w.who_follows,
            head(&[
                Text(w.service), Text(w.follows), Number(w.applied), Number(w.behind), Text(w.behind_time),
                Text(w.newest),
            ]),
            html! {
                @for one in progress {
                    @for feed in one.found.iter().flat_map(|(_, feeds)| feeds) {
                        @let lag = Lag::of(feed, progress, now);
                        tr {
                            th scope="row" { (terms::service(one.service, w)) }
                            td { (terms::service(&feed.service, w)) }
                            td.number { (language.count(feed.sequence)) }
                            td.number { (lag.facts.map_or_else(|| "–".to_owned(), |facts| language.count(facts))) }
                            td { (lag.told(language)) }
                            td { (language.moment(feed.as_of_time.as_ref())) }
                        }
                    }
                }
            },
        ))
        @let silent: Vec<&Progress> = progress.iter().filter(|one| one.found.is_err()).collect();
        @if silent.is_empty() { p.fine { (fill(w.all_answer, &[("n", &progress.len().to_string())])) } }
        @for one in silent { @if let Err(problem) = &one.found { (problem.notice(w)) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_follower_is_behind_by_what_the_other_told_since() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let progress = vec![
            Progress { service: "registration", found: Ok((10, Vec::new())) },
            Progress { service: "tariffing", found: Err(Problem::missing("tariffing")) },
        ];
        let feed = |service: &str, sequence, seconds| common::FeedProgress {
            service: service.to_owned(),
            sequence,
            as_of_time: Some(prost_types::Timestamp { seconds, nanos: 0 }),
        };
        let lag = |feed: &common::FeedProgress| Lag::of(feed, &progress, now);
        let told = |feed: &common::FeedProgress| lag(feed).told(Language::English);
        let w = Language::English.words();
        assert_eq!(told(&feed("registration", 10, 1)), w.up_to_date);
        assert_eq!(told(&feed("registration", 11, 1)), w.up_to_date);
        assert_eq!(lag(&feed("registration", 7, 999_940)), Lag { facts: Some(3), time: Some(TimeDelta::minutes(1)) });
        assert_eq!(told(&feed("registration", 7, 999_940)), "1 min");
        assert_eq!(told(&feed("tariffing", 7, 999_940)), w.lag_unknown);
        assert_eq!(told(&common::FeedProgress { as_of_time: None, ..feed("registration", 0, 0) }), w.nothing_applied);
    }
}
