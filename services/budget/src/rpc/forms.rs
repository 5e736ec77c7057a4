//! The forms of the NZa, and who signed them (BUD-04, BUD-11).

use std::collections::BTreeMap;

use calendar::amsterdam_date;
use contract::budget as proto;
use database::Tx;
use edge::{Begun, Call, EdgeError, Write};
use identifiers::Agb;
use money::Money;

use super::{Rpc, ledger::NewEntry, rounds::precondition};
use crate::{
    convert,
    convert::Committed,
    decide::Against,
    domain::{Account, EntryKind, FormKind, Lot, OfficeYear, Party, Posting, RoundKind, RoundProvider, Signature},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn list_forms(
        &self,
        call: &Call,
        request: proto::ListFormsRequest,
    ) -> Result<proto::ListFormsResponse, Error> {
        let asked = convert::list_forms(&request)?;
        let mut tx = self.core.read(call).await?;
        let committed = committed(&mut tx, &asked.year, asked.kind).await?;
        let signatures = store::signatures(&mut tx, (&asked.year, asked.kind), &asked.agb).await?;
        let wanted = |one: &&RoundProvider| {
            let agb = one.agb.to_string();
            agb > asked.page.after[0] && (asked.agb.is_empty() || agb == asked.agb)
        };
        let providers = committed.outcome.providers.iter().filter(wanted);
        let mut page: Vec<&RoundProvider> =
            providers.take(usize::try_from(asked.page.limit()).unwrap_or(usize::MAX)).collect();
        let next_page_token = asked.page.cut(&mut page, |one| vec![one.agb.to_string()]);
        let mut forms = Vec::with_capacity(page.len());
        for provider in page {
            forms.push(form(&committed, provider, signatures.get(&provider.agb))?);
        }
        Ok(proto::ListFormsResponse { forms, next_page_token })
    }

    pub(super) async fn sign_form(
        &self,
        call: &Call,
        request: proto::SignFormRequest,
    ) -> Result<proto::SignFormResponse, Error> {
        let asked = convert::sign_form(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let mut balances = self.taken(&mut write, &asked.year).await?;
        let committed = committed(&mut write.tx, &asked.year, asked.kind).await?;
        let provider = committed.outcome.providers.iter().find(|one| one.agb == asked.agb);
        let provider = provider.ok_or_else(|| no_form(&asked.year, asked.agb))?;
        let sha256 = convert::form_of(&committed, provider)?.1;
        if sha256 != asked.sha256 {
            let message = format!("the form is {sha256}: it is not the one that was signed");
            return Err(precondition("OTHER_FORM", asked.agb.to_string(), message));
        }
        if asked.one_sided && !store::is_investigated(&mut write.tx, &asked.year, asked.agb).await? {
            let message = "no material control or fraud investigation is open".to_owned();
            return Err(precondition("NOT_INVESTIGATED", asked.agb.to_string(), message));
        }
        let of = (&asked.year, asked.kind, asked.agb);
        let signature = Signature {
            party: asked.party,
            signed_by: asked.signed_by,
            sha256,
            one_sided: asked.one_sided,
            signed: now,
        };
        if !store::add_signature(&mut write.tx, of, &signature).await? {
            let message = format!("the {} signed before", asked.party.as_str());
            return Err(precondition("ALREADY_SIGNED", asked.agb.to_string(), message));
        }
        let signatures = store::signatures(&mut write.tx, (&asked.year, asked.kind), &asked.agb.to_string()).await?;
        let form = form(&committed, provider, signatures.get(&asked.agb))?;
        let settles = asked.kind == FormKind::Reconciliation && form.r#final;
        if settles {
            self.settle_year(&mut write, &asked.year, provider, (&committed, &mut balances)).await?;
        }
        Ok(write.commit(proto::SignFormResponse { form: Some(form), settled: settles }).await?)
    }

    /// Settles a year with a provider: what was paid becomes exactly what is acceptable.
    async fn settle_year(
        &self,
        write: &mut Write,
        year: &OfficeYear,
        provider: &RoundProvider,
        (committed, balances): (&Committed, &mut crate::decide::Balances),
    ) -> Result<(), Error> {
        let agb = provider.agb;
        let decision_id = store::round_decisions(&mut write.tx, &committed.round_id).await?.remove(&agb);
        let decision_id = decision_id.ok_or_else(|| no_form(year, agb))?;
        let of = |account| balances.of(Lot::Zin, account);
        let (settled, advance) = (of(Account::Settled(agb)), of(Account::Advance(agb)));
        let part = |account, amount| Posting { lot: Lot::Zin, account, amount };
        let parts = [
            part(Account::Settled(agb), provider.after.minus(settled)?),
            part(Account::Advance(agb), Money::ZERO.minus(advance)?),
        ];
        let entry = NewEntry {
            kind: EntryKind::Reconciled,
            day: amsterdam_date(write.now),
            motivation: "nacalculatie ondertekend",
            decision_id: Some(&decision_id),
        };
        self.post(write, year, balances, entry, (&parts, Against::Paid)).await?;
        Ok(())
    }
}

fn no_form(year: &OfficeYear, agb: Agb) -> EdgeError {
    EdgeError::NotFound { what: "the form of", id: format!("{year} {agb}") }
}

/// The committed round that a form is made from.
async fn committed(tx: &mut Tx, year: &OfficeYear, kind: FormKind) -> Result<Committed, Error> {
    let round = match kind {
        FormKind::Budget => RoundKind::BaseProduction,
        FormKind::Reconciliation => RoundKind::Reconciliation,
    };
    let id = store::committed_simulation(tx, year, round).await?;
    let Some(id) = id else {
        let message = format!("the {} round of this year was not committed", round.as_str());
        return Err(precondition("ROUND_NOT_COMMITTED", year.to_string(), message));
    };
    let simulation = store::simulation(tx, &id).await?;
    let found = store::round(tx, &simulation.round_id).await?;
    let inputs = store::inputs(tx, &found.id).await?;
    Ok(Committed { year: found.year, round_id: found.id, kind, inputs, outcome: simulation.outcome })
}

/// A form with its signatures.
fn form(
    committed: &Committed,
    provider: &RoundProvider,
    signatures: Option<&Vec<Signature>>,
) -> Result<proto::Form, Error> {
    let (csv, sha256) = convert::form_of(committed, provider)?;
    let signatures = signatures.map_or(&[][..], |signatures| signatures);
    let by: BTreeMap<Party, bool> = signatures.iter().map(|one| (one.party, one.one_sided)).collect();
    let is_final = by.len() == 2 || by.get(&Party::Office).is_some_and(|one_sided| *one_sided);
    let signatures = signatures.iter().map(convert::signature).collect();
    Ok(proto::Form { agb: provider.agb.to_string(), csv, sha256, signatures, r#final: is_final })
}
