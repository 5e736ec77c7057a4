//! Percentages agreed with providers (TAR-10).

use contract::tariffing as proto;
use edge::{Begun, Call};
use explain::Trace;

use super::Rpc;
use crate::{convert, decide, decide::PercentageFacts, domain::AgreedPercentage, error::Error, feed, store};

impl Rpc {
    pub(super) async fn agree_percentage(
        &self,
        call: &Call,
        request: proto::AgreePercentageRequest,
    ) -> Result<proto::AgreePercentageResponse, Error> {
        let (request_id, subject, adjustments) = convert::agree(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let (first, last) = decide::days_of(subject.year);
        let rows = store::tariffs_between(&mut write.tx, &subject.office, first, last).await?;
        let maxima = decide::timeline(rows, first, last);

        let facts = PercentageFacts { subject, adjustments, as_of: now };
        let mut trace = Trace::new();
        let percentage = decide::derive_percentage(&facts, &self.core.rules, &mut trace)?;
        let tariffs = decide::tariffs(&facts.subject, &maxima, &percentage, now, &self.core.rules)?;

        let name = facts.subject.to_string();
        let decided = (&facts.subject.office, "percentage", name.as_str());
        let decision_id = self.record(&mut write, decided, &facts, trace).await?;
        store::add_percentage(&mut write.tx, &facts.subject, percentage.value, &decision_id, now).await?;
        let agreed = AgreedPercentage { subject: facts.subject, percentage: percentage.value, tariffs, decision_id };
        write.tx.publish(feed::percentage_agreed(&agreed));
        let reply = proto::AgreePercentageResponse { agreed: Some(convert::agreed(&agreed)) };
        Ok(write.commit(reply).await?)
    }

    pub(super) async fn list_percentages(
        &self,
        call: &Call,
        request: proto::ListPercentagesRequest,
    ) -> Result<proto::ListPercentagesResponse, Error> {
        let (office, year, page) = convert::list_percentages(&request)?;
        let mut rows = store::percentages(&mut self.core.read(call).await?, &office, year, &page).await?;
        let key = |row: &AgreedPercentage| vec![row.subject.agb.to_string(), row.subject.sector.to_string()];
        let next_page_token = page.cut(&mut rows, key);
        let percentages = rows.iter().map(convert::agreed).collect();
        Ok(proto::ListPercentagesResponse { percentages, next_page_token })
    }
}
