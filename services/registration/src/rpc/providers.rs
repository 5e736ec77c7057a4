//! The register of providers.

use contract::registration as proto;
use edge::{Begun, Call, EdgeError};

use super::Rpc;
use crate::{convert, error::Error, feed, store};

impl Rpc {
    pub(super) async fn create_provider(
        &self,
        call: &Call,
        request: proto::CreateProviderRequest,
    ) -> Result<proto::CreateProviderResponse, Error> {
        let (request_id, provider) = convert::read_provider(&request.request_id, request.provider.as_ref())?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::add_provider(&mut write.tx, &provider, now).await? {
            return Err(EdgeError::AlreadyExists { what: "provider", id: provider.agb.to_string() }.into());
        }
        write.tx.publish(feed::provider_recorded(&provider));
        let reply = proto::CreateProviderResponse { provider: Some(convert::provider(&provider)) };
        Ok(write.commit(reply).await?)
    }

    pub(super) async fn update_provider(
        &self,
        call: &Call,
        request: proto::UpdateProviderRequest,
    ) -> Result<proto::UpdateProviderResponse, Error> {
        let (request_id, provider) = convert::read_provider(&request.request_id, request.provider.as_ref())?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::update_provider(&mut write.tx, &provider, now).await? {
            return Err(EdgeError::NotFound { what: "provider", id: provider.agb.to_string() }.into());
        }
        write.tx.publish(feed::provider_recorded(&provider));
        let reply = proto::UpdateProviderResponse { provider: Some(convert::provider(&provider)) };
        Ok(write.commit(reply).await?)
    }

    pub(super) async fn get_provider(
        &self,
        call: &Call,
        request: proto::GetProviderRequest,
    ) -> Result<proto::GetProviderResponse, Error> {
        let (agb, at) = convert::get_provider(&request)?;
        let found = store::provider(&mut self.core.read(call).await?, agb, at).await?;
        let provider = found.ok_or_else(|| EdgeError::NotFound { what: "provider", id: agb.to_string() })?;
        Ok(proto::GetProviderResponse { provider: Some(convert::provider(&provider)) })
    }

    pub(super) async fn list_providers(
        &self,
        call: &Call,
        request: proto::ListProvidersRequest,
    ) -> Result<proto::ListProvidersResponse, Error> {
        let page = convert::page(request.page_size, &request.page_token)?;
        let mut rows = store::providers(&mut self.core.read(call).await?, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.to_string()]);
        let providers = rows.iter().map(convert::provider).collect();
        Ok(proto::ListProvidersResponse { providers, next_page_token })
    }
}
