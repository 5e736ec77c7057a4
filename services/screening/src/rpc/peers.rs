//! Providers compared with their peers (SCR-05).

use contract::screening as proto;
use edge::{Call, EdgeError};
use explain::{Facts, Trace};
use futures::{Stream, stream};
use tonic::Status;

use super::Rpc;
use crate::{
    convert,
    domain::PeerMeasure,
    peers::{Compared, Groups, compare},
    store,
};

impl Rpc {
    /// A run: what it comes to is computed first, and then settled in batches that are committed each.
    pub(super) async fn compare_peers(
        &self,
        call: &Call,
        request: proto::RunPeersRequest,
    ) -> Result<impl Stream<Item = Result<proto::RunPeersResponse, Status>> + Send + use<>, EdgeError> {
        let (office, period) = convert::run_peers(&request)?;
        let mut tx = self.core.db().write().await?;
        tx.audit(call.done("begun"));
        tx.commit(self.core.clock.now()).await?;
        let begun = compare(&self.core, &office, period).await?;
        let core = self.core.clone();
        Ok(stream::unfold((core, Some(begun)), |(core, compared)| async move {
            let mut compared = compared?;
            let told = |compared: &Compared, done| proto::RunPeersResponse {
                providers: compared.providers,
                raised: compared.raised,
                withdrawn: compared.withdrawn,
                done,
            };
            if compared.is_settled() {
                return Some((Ok(told(&compared, true)), (core, None)));
            }
            match compared.settle(&core).await {
                Ok(()) => {
                    let answer = told(&compared, false);
                    Some((Ok(answer), (core, Some(compared))))
                }
                Err(error) => Some((Err(Status::from(error)), (core, None))),
            }
        }))
    }

    pub(super) async fn list_peer_figures(
        &self,
        call: &Call,
        request: proto::ListPeerFiguresRequest,
    ) -> Result<proto::ListPeerFiguresResponse, EdgeError> {
        let (office, period, measure, page) = convert::list_peer_figures(&request)?;
        let mut tx = self.core.read(call).await?;
        let groups = Groups::gather(&self.core, &mut tx, &office, period).await?;
        let figures = groups.page(&mut tx, &page.after[0], page.limit()).await?;
        let mut rows = Vec::with_capacity(figures.len());
        for figures in &figures {
            let position = groups.position(measure, figures, &mut Trace::new())?;
            rows.push(convert::peer_figure(figures.agb, &position));
        }
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.clone()]);
        Ok(proto::ListPeerFiguresResponse { figures: rows, next_page_token })
    }

    pub(super) async fn get_peer_position(
        &self,
        call: &Call,
        request: proto::GetPeerPositionRequest,
    ) -> Result<proto::GetPeerPositionResponse, EdgeError> {
        let (office, agb, period) = convert::get_peer_position(&request)?;
        let mut tx = self.core.read(call).await?;
        let of = store::figures(&mut tx, &office, period, &[agb]).await?.pop();
        let of = of.filter(|figures| !figures.sums.is_empty());
        let of = of.ok_or_else(|| EdgeError::NotFound { what: "provider", id: agb.to_string() })?;
        let groups = Groups::gather(&self.core, &mut tx, &office, period).await?;
        let (mut trace, mut figures) = (Trace::new(), Vec::new());
        for measure in PeerMeasure::ALL {
            let position = groups.position(*measure, &of, &mut trace)?;
            figures.push(convert::peer_figure(agb, &position));
        }
        let explanation = trace.finish(&self.core.rules, &Facts::new(&of, of.as_of()));
        let explanation = Some(self.core.explain_now(&explanation)?);
        Ok(proto::GetPeerPositionResponse { figures, explanation })
    }
}
