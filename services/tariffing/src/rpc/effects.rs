//! What an import of maximum tariffs changes in what was agreed (TAR-02), and the volumes that it is weighed with.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    pin::Pin,
};

use chrono::{DateTime, Utc};
use contract::tariffing as proto;
use database::Tx;
use edge::{Begun, Call, EdgeError, Office, Write};
use futures::{Stream, StreamExt, stream};
use money::Money;
use tonic::Status;

use super::Rpc;
use crate::{
    convert, decide,
    decide::TariffEffect,
    domain::{AgreedPercentage, Kept, MaximumTariff, Subject, Volumes},
    error::Error,
    feed,
    store::{self, Key},
};

/// What an import changes for one provider.
pub(super) struct Changed {
    agreed: AgreedPercentage,
    effects: Vec<TariffEffect>,
}

/// What an import comes to.
#[derive(Default)]
pub(super) struct Impact {
    pub agreements: usize,
    pub effect: Money,
    pub unweighed: usize,
}

/// The tables and agreements that an import is held against.
struct Change<'a> {
    office: &'a Office,
    before: &'a [MaximumTariff],
    after: &'a [MaximumTariff],
    agreed: BTreeMap<Key, Vec<Kept>>,
    volumes: HashMap<i32, Volumes>,
    as_of: DateTime<Utc>,
}

impl Rpc {
    pub(super) async fn import_volumes(
        &self,
        call: &Call,
        request: proto::ImportVolumesRequest,
    ) -> Result<proto::ImportVolumesResponse, Error> {
        let (request_id, office, year, source, volumes) = convert::import_volumes(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let version = store::add_volumes(&mut write.tx, (&office, year), &source, &volumes, now).await?;
        let lines = i32::try_from(volumes.len()).unwrap_or(i32::MAX);
        Ok(write.commit(proto::ImportVolumesResponse { version, lines }).await?)
    }

    /// Makes known the tariffs of every agreement that an import changes, and tells what it comes to.
    pub(super) async fn republish(
        &self,
        write: &mut Write,
        office: &Office,
        (before, after): (&[MaximumTariff], &[MaximumTariff]),
    ) -> Result<Impact, Error> {
        let as_of = write.now;
        let change = Change::load(&mut write.tx, office, (before, after), None, as_of).await?;
        let mut impact = Impact::default();
        for changed in self.changed(&change)? {
            impact.agreements += 1;
            impact.unweighed += changed.effects.iter().filter(|effect| effect.effect.is_none()).count();
            let known = changed.effects.iter().filter_map(|effect| effect.effect);
            impact.effect = impact.effect.plus(Money::total(known)?)?;
            write.tx.publish(feed::percentage_agreed(&changed.agreed));
        }
        Ok(impact)
    }

    /// The agreements whose tariffs differ before and after.
    fn changed(&self, change: &Change<'_>) -> Result<Vec<Changed>, Error> {
        let nothing = Volumes::new();
        let years: BTreeSet<i32> = change.agreed.keys().map(|key| key.2).collect();
        let timelines = |rows: &[MaximumTariff]| -> BTreeMap<i32, Vec<MaximumTariff>> {
            let of_year = |year: &i32| {
                let (first, last) = decide::days_of(*year);
                (*year, decide::timeline(rows.to_vec(), first, last))
            };
            years.iter().map(of_year).collect()
        };
        let (before, after) = (timelines(change.before), timelines(change.after));
        let mut all = Vec::new();
        for ((agb, sector, year), versions) in &change.agreed {
            let (Some(before), Some(after)) = (before.get(year), after.get(year)) else { continue };
            let subject = Subject { office: change.office.clone(), sector: *sector, agb: *agb, year: *year };
            let tariffs = |maxima: &[MaximumTariff]| {
                decide::year_tariffs(&subject, maxima, versions, change.as_of, &self.core.rules)
            };
            let (before, after) = (tariffs(before)?, tariffs(after)?);
            let volumes = change.volumes.get(year).unwrap_or(&nothing);
            let effects = decide::effects(&subject, &before, &after, volumes)?;
            if let (false, Some(kept)) = (effects.is_empty(), versions.last()) {
                all.push(Changed { agreed: AgreedPercentage { subject, kept: kept.clone(), tariffs: after }, effects });
            }
        }
        Ok(all)
    }

    pub(super) async fn stream_tariff_effects(
        &self,
        call: &Call,
        request: proto::StreamTariffEffectsRequest,
    ) -> Result<Effects, Error> {
        let (office, version) = convert::stream_effects(&request)?;
        let mut tx = self.core.read(call).await?;
        let imported = store::table_time(&mut tx, &office, version).await?;
        let no_table = || EdgeError::NotFound { what: "tariff table", id: version.to_string() };
        let imported = imported.ok_or_else(no_table)?;
        let rows = store::tariffs_of(&mut tx, &office, Some(imported)).await?;
        let (before, after): (Vec<_>, Vec<_>) =
            (rows.iter().filter(|row| row.version < version).cloned().collect(), rows);
        let change = Change::load(&mut tx, &office, (&before, &after), Some(imported), imported).await?;
        tx.rollback().await?;
        let changed = self.changed(&change)?;
        let answers = changed.into_iter().map(|changed| {
            let effects = changed.effects.iter().map(convert::tariff_effect).collect();
            let agb = changed.agreed.subject.agb.to_string();
            let sector = changed.agreed.subject.sector.to_proto();
            Ok(proto::StreamTariffEffectsResponse { agb, sector, year: changed.agreed.subject.year, effects })
        });
        Ok(stream::iter(answers).boxed())
    }
}

/// The effects of an import, a provider and year at a time.
pub(super) type Effects = Pin<Box<dyn Stream<Item = Result<proto::StreamTariffEffectsResponse, Status>> + Send>>;

impl<'a> Change<'a> {
    async fn load(
        tx: &mut Tx,
        office: &'a Office,
        (before, after): (&'a [MaximumTariff], &'a [MaximumTariff]),
        known: Option<DateTime<Utc>>,
        as_of: DateTime<Utc>,
    ) -> Result<Change<'a>, Error> {
        let mut agreed: BTreeMap<Key, Vec<Kept>> = BTreeMap::new();
        for (key, kept) in store::all_versions(tx, office, known).await? {
            agreed.entry(key).or_default().push(kept);
        }
        let mut volumes = HashMap::new();
        for year in agreed.keys().map(|key| key.2).collect::<BTreeSet<_>>() {
            volumes.insert(year, store::volumes(tx, office, year).await?);
        }
        Ok(Change { office, before, after, agreed, volumes, as_of })
    }
}
