//! What budget makes known, and what it follows.

use contract::{
    budget::{Event, RoundCommitted, event::Fact},
    common,
    feed::After,
    registration, tariffing,
};
use database::{FeedRow, Tx};
use edge::{EdgeError, Fields, Office, Sector, to_proto};
use futures::future::BoxFuture;
use prost::Message;
use registration::registration_service_client::RegistrationServiceClient;
use runtime::{
    Peer,
    follow::{ApplyError, Feed, Followed, Follower},
};
use tariffing::tariffing_service_client::TariffingServiceClient;
use tonic::Status;

use crate::{
    domain::{Agreement, Tariff},
    store,
};

/// A claim file is on record.
pub fn claim_file_committed(file: common::ClaimFile) -> database::Event {
    event_of(file.office.clone(), "claim_file_committed", Fact::ClaimFileCommitted(file))
}

/// A round was committed.
pub fn round_committed(office: &Office, committed: RoundCommitted) -> database::Event {
    event_of(office.to_string(), "round_committed", Fact::RoundCommitted(committed))
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
    let event: Event = edge::feed::whole(&row)?;
    let (recorded_time, trace_parent) = (to_proto::time(row.recorded_time), row.trace_parent.unwrap_or_default());
    Ok(Event { sequence: row.sequence, recorded_time, kind: row.kind, trace_parent, ..event })
}

/// Keeps the agreements that registration makes known.
#[derive(Clone, Debug)]
pub struct Agreements(pub RegistrationServiceClient<Peer>);

impl Follower for Agreements {
    const FEED: &'static str = "registration";
    type Event = registration::Event;

    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>> {
        edge::feed::open(self.0.watch(registration::WatchRequest::from(after)))
    }

    fn apply<'a>(
        &'a mut self,
        tx: &'a mut Tx,
        followed: &'a Followed<Self::Event>,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            let Some(registration::event::Fact::AgreementConcluded(concluded)) = &followed.event.fact else {
                return Ok(());
            };
            let mut fields = Fields::new();
            let office = fields.office("office", &concluded.office);
            let sector = fields.sector("sector", concluded.sector);
            let agb = fields.agb("agb", &concluded.agb);
            let period = fields.period("period", concluded.period.as_ref());
            let (office, sector, agb, (first_day, last_day)) = fields.all((office, sector, agb, period))?;
            // Home care is bought under another act, by another service.
            if sector == Sector::HomeCare {
                return Ok(());
            }
            let (products, region) = (concluded.products.clone(), concluded.region.clone());
            let agreement = Agreement { agb, first_day, last_day, products, region };
            let id = &concluded.agreement_id;
            Ok(store::add_agreement(tx, id, office.as_str(), sector.as_str(), &agreement).await?)
        })
    }
}

/// Keeps the tariffs that tariffing makes known.
#[derive(Clone, Debug)]
pub struct Tariffs(pub TariffingServiceClient<Peer>);

impl Follower for Tariffs {
    const FEED: &'static str = "tariffing";
    type Event = tariffing::Event;

    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>> {
        edge::feed::open(self.0.watch(tariffing::WatchRequest::from(after)))
    }

    fn apply<'a>(
        &'a mut self,
        tx: &'a mut Tx,
        followed: &'a Followed<Self::Event>,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            let Some(tariffing::event::Fact::PercentageAgreed(agreed)) = &followed.event.fact else {
                return Ok(());
            };
            let mut fields = Fields::new();
            let office = fields.office("office", &agreed.office);
            let sector = fields.sector("sector", agreed.sector);
            let agb = fields.agb("agb", &agreed.agb);
            let year = fields.year("year", agreed.year);
            let tariffs = agreed.tariffs.iter().map(|tariff| read_tariff(&mut fields, &agreed.agb, tariff));
            let tariffs: Option<Vec<Tariff>> = tariffs.collect::<Vec<_>>().into_iter().collect();
            let (office, sector, agb, year, tariffs) = fields.all((office, sector, agb, year, tariffs))?;
            let key = (office.as_str(), agb, year, sector.as_str());
            Ok(store::replace_tariffs(tx, key, &tariffs).await?)
        })
    }
}

fn read_tariff(fields: &mut Fields, agb: &str, tariff: &tariffing::ProductTariff) -> Option<Tariff> {
    let agb = fields.agb("agb", agb);
    let product = fields.product("product", &tariff.product);
    let amount = fields.money("tariff", tariff.tariff.as_ref());
    let (first_day, last_day) = fields.period("period", tariff.period.as_ref())?;
    let last_day = fields.required("period.last_day", last_day);
    let unit = tariff.unit.clone();
    Some(Tariff { agb: agb?, product: product?, unit, first_day, last_day: last_day?, tariff: amount? })
}
