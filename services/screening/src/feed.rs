//! What screening makes known, and what it follows.

use contract::{
    budget, common,
    feed::After,
    homecare, registration,
    screening::{CaseDecided, Event, Integrity, Signal, event::Fact},
};
use database::{FeedRow, Tx};
use edge::{Core, EdgeError, to_proto};
use futures::{StreamExt, future::BoxFuture};
use prost::Message;
use registration::registration_service_client::RegistrationServiceClient;
use runtime::{
    Peer,
    follow::{ApplyError, Feed, Followed, Follower},
};
use tonic::{Code, Status};

use crate::{apply, store, subjects};

/// A signal was raised or withdrawn.
pub fn signal_changed(signal: Signal) -> database::Event {
    event_of(signal.office.clone(), "signal_changed", Fact::SignalChanged(told(signal)))
}

/// What others are told of a signal: that there is one, and no more. Who may see what it says, asks for it (SCR-03).
fn told(signal: Signal) -> Signal {
    let Signal { signal_id, office, kind, raised_time, withdrawn, withdrawn_time, .. } = signal;
    Signal { signal_id, office, kind, raised_time, withdrawn, withdrawn_time, ..Signal::default() }
}

/// The integrity of a provider comes to something else.
pub fn integrity_stated(integrity: Integrity) -> database::Event {
    event_of(integrity.office.clone(), "integrity_stated", Fact::IntegrityStated(integrity))
}

/// A case was decided.
pub fn case_decided(decided: CaseDecided) -> database::Event {
    event_of(decided.office.clone(), "case_decided", Fact::CaseDecided(decided))
}

fn event_of(office: String, kind: &'static str, fact: Fact) -> database::Event {
    // Its place and time are those of its row; see `event`.
    let payload = Event { office: office.clone(), fact: Some(fact), ..Event::default() }.encode_to_vec();
    database::Event { office, kind, payload }
}

/// A row of the feed as the contract's event.
///
/// # Errors
/// As [`edge::feed::whole`].
pub fn event(row: FeedRow) -> Result<Event, EdgeError> {
    let mut event: Event = edge::feed::whole(&row)?;
    if let Some(Fact::SignalChanged(signal)) = &mut event.fact {
        // An event of an earlier version has all of it.
        *signal = told(std::mem::take(signal));
    }
    let (recorded_time, trace_parent) = (to_proto::time(row.recorded_time), row.trace_parent.unwrap_or_default());
    Ok(Event { sequence: row.sequence, recorded_time, kind: row.kind, trace_parent, ..event })
}

// Both contracts have the same messages under names of their own.
macro_rules! claims_of {
    ($(#[$doc:meta])* $follower:ident, $service:ident, $client:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $follower {
            /// A client of the service.
            pub client: $client,
            /// Where what is found is recorded.
            pub core: Core,
        }

        impl Follower for $follower {
            const FEED: &'static str = stringify!($service);
            type Event = $service::Event;

            fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>> {
                edge::feed::open(self.client.watch($service::WatchRequest::from(after)))
            }

            fn apply<'a>(
                &'a mut self,
                tx: &'a mut Tx,
                followed: &'a Followed<Self::Event>,
            ) -> BoxFuture<'a, Result<(), ApplyError>> {
                Box::pin(async move {
                    let Some($service::event::Fact::ClaimFileCommitted(file)) = &followed.event.fact else {
                        return Ok(());
                    };
                    let request = $service::StreamClaimLinesRequest { file_id: file.file_id.clone() };
                    let pages = match self.client.stream_claim_lines(request).await {
                        // A file is made known when it is on record: it was removed since, after its time.
                        Err(status) if status.code() == Code::NotFound => return Ok(()),
                        pages => pages?.into_inner(),
                    };
                    let pages = pages.map(|page| page.map(|page| page.lines));
                    let mut applying = apply::File::begin(&self.core, tx, Self::FEED, file).await?;
                    apply_pages(&mut applying, pages.boxed()).await?;
                    applying.finish().await?;
                    Ok(())
                })
            }
        }
    };
}
claims_of! {
    /// Keeps the lines that budget grants.
    Budget, budget, budget::budget_service_client::BudgetServiceClient<Peer>
}
claims_of! {
    /// Keeps the lines that home care grants.
    Homecare, homecare, homecare::homecare_service_client::HomecareServiceClient<Peer>
}

type Pages = futures::stream::BoxStream<'static, Result<Vec<common::ClaimLine>, Status>>;

async fn apply_pages(file: &mut apply::File<'_>, mut pages: Pages) -> Result<(), ApplyError> {
    while let Some(page) = pages.next().await {
        file.page(&page?).await?;
    }
    Ok(())
}

/// Keeps who is to be screened: organisations by name, and providers of which registration asks for the integrity, with
/// their people as they come and go (REG-13, SCR-01).
#[derive(Clone, Debug)]
pub struct Registration {
    /// Registration.
    pub client: RegistrationServiceClient<Peer>,
    /// The service.
    pub core: Core,
}

impl Follower for Registration {
    const FEED: &'static str = "registration";
    type Event = registration::Event;

    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>> {
        edge::feed::open(self.client.watch(registration::WatchRequest::from(after)))
    }

    fn apply<'a>(
        &'a mut self,
        tx: &'a mut Tx,
        followed: &'a Followed<Self::Event>,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            match &followed.event.fact {
                Some(registration::event::Fact::ProviderRecorded(provider)) => {
                    store::save_organisation(tx, &provider.agb, &provider.name, &provider.kvk).await?;
                }
                Some(registration::event::Fact::IntegrityAsked(asked)) => {
                    let people = self.people(&followed.event.office, &asked.agb).await?;
                    subjects::asked(&self.core, tx, &followed.event.office, asked, &people).await?;
                }
                Some(registration::event::Fact::PersonChanged(changed)) => {
                    subjects::person_changed(&self.core, tx, &followed.event.office, changed).await?;
                }
                _ => {}
            }
            Ok(())
        })
    }
}

impl Registration {
    /// The people of a provider: of each only the id and the position stay.
    async fn people(&mut self, office: &str, agb: &str) -> Result<Vec<(String, i32)>, Status> {
        let mut people = Vec::new();
        let mut page_token = String::new();
        loop {
            let (office, agb) = (office.to_owned(), agb.to_owned());
            let request = registration::ListPeopleRequest { office, agb, page_size: 1_000, page_token };
            let answer = self.client.list_people(request).await?.into_inner();
            people.extend(answer.people.into_iter().map(|person| (person.person_id, person.position)));
            if answer.next_page_token.is_empty() {
                return Ok(people);
            }
            page_token = answer.next_page_token;
        }
    }
}
