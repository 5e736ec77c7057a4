//! What tariffing makes known to others, and what it follows.

use contract::{
    budget::{self, budget_service_client::BudgetServiceClient},
    feed::After,
    tariffing::{Event, MaximumTariffsImported, PositionChanged, event::Fact},
};
use database::{FeedRow, Tx};
use edge::{EdgeError, Office, to_proto};
use futures::future::BoxFuture;
use prost::Message;
use runtime::{
    Peer,
    follow::{ApplyError, Feed, Followed, Follower},
};
use tonic::{Code, Status};

use crate::{
    approved, convert,
    domain::{
        AgreedPercentage, Subject,
        homecare::{HomeCareTariff, SettledNightCare},
    },
};

/// A percentage was agreed.
pub fn percentage_agreed(agreed: &AgreedPercentage) -> database::Event {
    event_of(&agreed.subject.office, "percentage_agreed", Fact::PercentageAgreed(convert::agreed(agreed)))
}

/// Something was recorded of a provider for some years.
pub fn position_changed(subject: &Subject, years: Vec<i32>) -> database::Event {
    let (sector, agb) = (subject.sector.to_proto(), subject.agb.to_string());
    event_of(&subject.office, "position_changed", Fact::PositionChanged(PositionChanged { sector, agb, years }))
}

/// A tariff of home care was agreed or changed.
pub fn home_care_tariff_changed(tariff: &HomeCareTariff) -> database::Event {
    let fact = Fact::HomeCareTariffChanged(convert::home_care_tariff(tariff));
    event_of(&tariff.subject.office, "home_care_tariff_changed", fact)
}

/// The night care of a region was settled.
pub fn night_care_settled(settled: &SettledNightCare) -> database::Event {
    event_of(&settled.of.office, "night_care_settled", Fact::NightCareSettled(convert::settlement(settled)))
}

/// A table of maximum tariffs was imported.
pub fn maximum_tariffs_imported(office: &Office, imported: MaximumTariffsImported) -> database::Event {
    event_of(office, "maximum_tariffs_imported", Fact::MaximumTariffsImported(imported))
}

fn event_of(office: &Office, kind: &'static str, fact: Fact) -> database::Event {
    let office = office.to_string();
    // Its place and time are those of its row; see `event`.
    let payload = Event { office: office.clone(), fact: Some(fact), ..Event::default() }.encode_to_vec();
    database::Event { office, kind, payload }
}

/// A row of the feed as the contract's event.
///
/// # Errors
/// As [`edge::feed::whole`].
pub fn event(row: FeedRow) -> Result<Event, EdgeError> {
    let event: Event = edge::feed::whole(&row)?;
    let (recorded_time, trace_parent) = (to_proto::time(row.recorded_time), row.trace_parent.unwrap_or_default());
    Ok(Event { sequence: row.sequence, recorded_time, kind: row.kind, trace_parent, ..event })
}

/// Takes the claims that budget approves into sums (TAR-15).
#[derive(Clone, Debug)]
pub struct Budget {
    /// A client of budget.
    pub client: BudgetServiceClient<Peer>,
}

impl Follower for Budget {
    const FEED: &'static str = "budget";
    type Event = budget::Event;

    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>> {
        edge::feed::open(self.client.watch(budget::WatchRequest::from(after)))
    }

    fn apply<'a>(
        &'a mut self,
        tx: &'a mut Tx,
        followed: &'a Followed<Self::Event>,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            let Some(budget::event::Fact::ClaimFileCommitted(file)) = &followed.event.fact else { return Ok(()) };
            let request = budget::StreamClaimLinesRequest { file_id: file.file_id.clone() };
            let mut pages = match self.client.stream_claim_lines(request).await {
                // A file is made known when it is on record: it was removed since, after its time.
                Err(status) if status.code() == Code::NotFound => return Ok(()),
                pages => pages?.into_inner(),
            };
            let mut applying = approved::File::begin(tx, file).await?;
            while let Some(page) = pages.message().await? {
                applying.page(&page.lines)?;
            }
            Ok(applying.finish().await?)
        })
    }
}
