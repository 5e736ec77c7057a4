//! Annual figures of providers (TAR-13, TAR-15).

use std::collections::HashMap;

use contract::tariffing as proto;
use edge::{Begun, Call};

use super::Rpc;
use crate::{convert, domain::AnnualFigures, error::Error, store};

impl Rpc {
    pub(super) async fn import_annual_figures(
        &self,
        call: &Call,
        request: proto::ImportAnnualFiguresRequest,
    ) -> Result<proto::ImportAnnualFiguresResponse, Error> {
        let import = convert::import_figures(&request)?;
        let mut write = match self.core.begin(call, import.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let before = store::figures_of(&mut write.tx, &import.office, import.year).await?;
        let of = (&import.office, import.year);
        let version = store::add_figures(&mut write.tx, of, &import.source, &import.figures, now).await?;
        let key = |line: &AnnualFigures| (line.agb, line.sector);
        let before: HashMap<_, _> = before.iter().map(|line| (key(line), line)).collect();
        let same = |line: &&AnnualFigures| before.get(&key(line)).is_some_and(|held| held.states_same(line));
        let unchanged = import.figures.iter().filter(same).count();
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let (lines, changed) = (count(import.figures.len()), count(import.figures.len() - unchanged));
        Ok(write.commit(proto::ImportAnnualFiguresResponse { version, lines, changed }).await?)
    }

    pub(super) async fn list_annual_figures(
        &self,
        call: &Call,
        request: proto::ListAnnualFiguresRequest,
    ) -> Result<proto::ListAnnualFiguresResponse, Error> {
        let (office, year, page) = convert::list_figures(&request)?;
        let mut rows = store::figures(&mut self.core.read(call).await?, &office, year, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.to_string(), row.sector.to_string()]);
        let figures = rows.iter().map(convert::annual_figures).collect();
        Ok(proto::ListAnnualFiguresResponse { figures, next_page_token })
    }
}
