//! The calls of retention.

use contract::retention::{self as proto, retention_service_server::RetentionService};
use database::TombstoneRow;
use tonic::{Request, Response, Status};

use super::purge::{Keeping, purge};
use crate::{Begun, Call, Core, EdgeError, Fields, Page, to_proto};

/// The calls over a core.
#[derive(Clone, Debug)]
pub struct Records {
    core: Core,
}

impl Records {
    /// The retention of a service.
    pub fn new(core: Core) -> Records {
        Records { core }
    }

    async fn list(
        &self,
        call: &Call,
        request: &proto::ListRetentionRequest,
    ) -> Result<proto::ListRetentionResponse, EdgeError> {
        let mut fields = Fields::new();
        let office = office(&mut fields, &request.office);
        let (office,) = fields.all((office,))?;
        let mut tx = self.core.read(call).await?;
        let kinds = Keeping::new(&self.core, &office).list(&mut tx).await?;
        Ok(proto::ListRetentionResponse { service: self.core.name().to_owned(), kinds })
    }

    async fn purge(
        &self,
        call: &Call,
        request: &proto::PurgeRecordsRequest,
    ) -> Result<proto::PurgeRecordsResponse, EdgeError> {
        let mut fields = Fields::new();
        let request_id = fields.request_id(&request.request_id);
        let office = office(&mut fields, &request.office);
        let (request_id, _) = fields.all((request_id, office))?;
        let mut write = match self.core.begin(call, request_id, request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let kinds = purge(&self.core, &mut write, request.dry_run).await?;
        let more_due = kinds.iter().any(|kind| kind.more_due);
        write.commit(proto::PurgeRecordsResponse { service: self.core.name().to_owned(), kinds, more_due }).await
    }

    async fn tombstones(
        &self,
        call: &Call,
        request: &proto::ListTombstonesRequest,
    ) -> Result<proto::ListTombstonesResponse, EdgeError> {
        let mut fields = Fields::new();
        let office = office(&mut fields, &request.office);
        let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
        let (office, page) = fields.all((office, page))?;
        let mut rows = self.core.read(call).await?.tombstones(&office, &page.after[0], page.limit()).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.tombstone_id.clone()]);
        Ok(proto::ListTombstonesResponse { tombstones: rows.into_iter().map(tombstone).collect(), next_page_token })
    }
}

/// An office, or none. Whoever named none was admitted for every office.
fn office(fields: &mut Fields, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    fields.office("office", text).map(|office| office.to_string())
}

fn tombstone(row: TombstoneRow) -> proto::Tombstone {
    proto::Tombstone {
        tombstone_id: row.tombstone_id,
        office: row.office,
        kind: row.kind,
        object_id: row.object_id,
        objects: row.objects,
        rows: row.row_count,
        counted_from: to_proto::date(row.counted_from),
        parameter: row.parameter,
        years: i32::try_from(row.years).unwrap_or(i32::MAX),
        source: row.source,
        purged_by: row.purged_by,
        purged_time: to_proto::time(row.purged_time),
        sha256: row.sha256.unwrap_or_default(),
    }
}

#[tonic::async_trait]
impl RetentionService for Records {
    async fn list_retention(
        &self,
        request: Request<proto::ListRetentionRequest>,
    ) -> Result<Response<proto::ListRetentionResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.list(&call, &request).await?))
    }

    async fn purge_records(
        &self,
        request: Request<proto::PurgeRecordsRequest>,
    ) -> Result<Response<proto::PurgeRecordsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.purge(&call, &request).await?))
    }

    async fn list_tombstones(
        &self,
        request: Request<proto::ListTombstonesRequest>,
    ) -> Result<Response<proto::ListTombstonesResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.tombstones(&call, &request).await?))
    }
}
