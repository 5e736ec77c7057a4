//! Tables of maximum tariffs (TAR-02).

use contract::tariffing as proto;
use edge::{Begun, Call, to_proto};

use super::Rpc;
use crate::{convert, decide, domain::MaximumTariff, error::Error, feed, store};

impl Rpc {
    pub(super) async fn import_maximum_tariffs(
        &self,
        call: &Call,
        request: proto::ImportMaximumTariffsRequest,
    ) -> Result<proto::ImportMaximumTariffsResponse, Error> {
        let import = convert::import(&request)?;
        let begun = self.core.begin(call, import.request_id, &request).await?;
        let mut write = match begun {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let before = store::tariffs_of(&mut write.tx, &import.office, None).await?;
        let changed = decide::changed(&before, &import.tariffs);
        let version = store::add_table(&mut write.tx, &import.office, &import.source, &import.tariffs, now).await?;
        let imported = import.tariffs.iter().map(|tariff| MaximumTariff { version, ..tariff.clone() });
        let after: Vec<MaximumTariff> = before.iter().cloned().chain(imported).collect();
        let impact = self.republish(&mut write, &import.office, (&before, &after)).await?;
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let (tariffs, changed) = (count(import.tariffs.len()), count(changed));
        let imported = proto::MaximumTariffsImported { version, tariffs, changed };
        write.tx.publish(feed::maximum_tariffs_imported(&import.office, imported));
        let reply = proto::ImportMaximumTariffsResponse {
            version,
            tariffs,
            changed,
            agreements: count(impact.agreements),
            effect: to_proto::money(impact.effect),
            unweighed: count(impact.unweighed),
        };
        Ok(write.commit(reply).await?)
    }

    pub(super) async fn list_maximum_tariffs(
        &self,
        call: &Call,
        request: proto::ListMaximumTariffsRequest,
    ) -> Result<proto::ListMaximumTariffsResponse, Error> {
        let (office, date, page) = convert::list_tariffs(&request)?;
        let mut rows = store::tariffs_on(&mut self.core.read(call).await?, &office, date, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.product.clone()]);
        let tariffs = rows.into_iter().map(convert::maximum_tariff).collect();
        Ok(proto::ListMaximumTariffsResponse { tariffs, next_page_token })
    }
}
