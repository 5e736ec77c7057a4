//! What home care makes known, and what it follows.

use chrono::{DateTime, Datelike, Utc};
use contract::{
    common,
    feed::After,
    homecare::{Agreement, CeilingSignal, ClientStop, Event, Raise, YearEndEntry, event::Fact},
    registration,
};
use database::{FeedRow, Tx};
use edge::{EdgeError, Fields, Office, Sector, to_proto};
use futures::future::BoxFuture;
use prost::Message;
use registration::registration_service_client::RegistrationServiceClient;
use runtime::{
    Ids, Peer,
    follow::{ApplyError, Feed, Followed, Follower},
};
use tonic::Status;

use crate::{
    convert,
    domain::{self, Offer, OfferState, ProviderYear},
    store,
};

/// A claim file is on record.
pub fn claim_file_committed(file: common::ClaimFile) -> database::Event {
    event_of(file.office.clone(), "claim_file_committed", Fact::ClaimFileCommitted(file))
}

/// An agreement was concluded.
pub fn agreement_concluded(agreement: Agreement) -> database::Event {
    event_of(agreement.office.clone(), "agreement_concluded", Fact::AgreementConcluded(agreement))
}

/// A share of a ceiling was reached.
pub fn ceiling_reached(office: &Office, signal: CeilingSignal) -> database::Event {
    event_of(office.to_string(), "ceiling_reached", Fact::CeilingReached(signal))
}

/// A request to raise a ceiling was decided.
pub fn raise_decided(office: &Office, raise: Raise) -> database::Event {
    event_of(office.to_string(), "raise_decided", Fact::RaiseDecided(raise))
}

/// A stop for new clients was started or ended.
pub fn client_stop_changed(office: &Office, stop: ClientStop) -> database::Event {
    event_of(office.to_string(), "client_stop_changed", Fact::ClientStopChanged(stop))
}

/// The forecast is above a ceiling, or the hours are above the agreement.
pub fn ceiling_signalled(office: &Office, signal: CeilingSignal) -> database::Event {
    event_of(office.to_string(), "ceiling_signalled", Fact::CeilingSignalled(signal))
}

/// Something of a provider was breached or is not known when its year was closed (HOM-09).
pub fn year_end_listed(entry: YearEndEntry) -> database::Event {
    event_of(entry.office.clone(), "year_end_listed", Fact::YearEndListed(entry))
}

/// What is done about a provider on the list of a year was decided (HOM-09).
pub fn year_end_decided(entry: YearEndEntry) -> database::Event {
    event_of(entry.office.clone(), "year_end_decided", Fact::YearEndDecided(entry))
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

/// Closes an open offer with an agreement on its terms, and makes that known; none when the provider has one for that
/// year, and then nothing is changed.
///
/// # Errors
/// When the offer is open no more, or the store fails.
pub async fn accept(
    tx: &mut Tx,
    offer: Offer,
    (ids, now): (&Ids, DateTime<Utc>),
) -> Result<Option<(Offer, Agreement)>, EdgeError> {
    let agreement = domain::Agreement {
        agreement_id: ids.next().to_string(),
        of: offer.of.clone(),
        kind: offer.terms.kind,
        ceiling: offer.terms.ceiling,
        hours_per_client_month: offer.terms.hours,
        tariffs: offer.terms.tariffs.clone(),
    };
    if !store::add_agreement(tx, &agreement, now).await? {
        return Ok(None);
    }
    if !store::accept_offer(tx, &offer.id, &agreement.agreement_id).await? {
        let message = "the offer was accepted or replaced before".to_owned();
        return Err(EdgeError::Precondition { reason: "OFFER_CLOSED", subject: offer.id, message });
    }
    let known = convert::agreement(&agreement);
    tx.publish(agreement_concluded(known.clone()));
    let agreement_id = Some(agreement.agreement_id);
    Ok(Some((Offer { state: OfferState::Accepted, agreement_id, ..offer }, known)))
}

/// Takes an agreement on home care that registration concluded as the acceptance of the open offer of that provider and
/// year (HOM-04). Where there is none, or it had lapsed by then, nothing comes of it.
#[derive(Clone, Debug)]
pub struct Agreements {
    /// Registration.
    pub client: RegistrationServiceClient<Peer>,
    /// New identifiers.
    pub ids: Ids,
}

impl Follower for Agreements {
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
            let Some(registration::event::Fact::AgreementConcluded(concluded)) = &followed.event.fact else {
                return Ok(());
            };
            let mut fields = Fields::new();
            let office = fields.office("office", &concluded.office);
            let sector = fields.sector("sector", concluded.sector);
            let agb = fields.agb("agb", &concluded.agb);
            let period = fields.period("period", concluded.period.as_ref());
            let (office, sector, agb, (first_day, _)) = fields.all((office, sector, agb, period))?;
            if sector != Sector::HomeCare {
                return Ok(());
            }
            let of = ProviderYear { office, agb, year: first_day.year() };
            let open = store::open_offer(tx, &of).await?;
            if let Some(offer) = open.filter(|offer| !offer.lapsed(followed.recorded)) {
                accept(tx, offer, (&self.ids, followed.recorded)).await?;
            }
            Ok(())
        })
    }
}
