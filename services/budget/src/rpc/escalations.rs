//! What an office does about an overrun (BUD-08).

use calendar::amsterdam_date;
use contract::budget as proto;
use edge::{Begun, Call};
use explain::{Facts, Trace};
use money::Money;

use super::{Rpc, ledger::NewEntry, no_room, room::room_now};
use crate::{
    convert,
    decide::{self, Against, EscalationFacts},
    domain::{Account, EntryKind, Escalation, EscalationStep, Lot, Posting},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn escalate(
        &self,
        call: &Call,
        request: proto::EscalateRequest,
    ) -> Result<proto::EscalateResponse, Error> {
        let asked = convert::escalate(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let mut balances = self.taken(&mut write, &asked.year).await?;
        let before = store::escalations(&mut write.tx, &asked.year).await?;
        let facts = EscalationFacts {
            year: asked.year.clone(),
            step: asked.step,
            amount: asked.amount,
            forecast: store::forecast_total_at(&mut write.tx, &asked.year, now).await?,
            room: balances.room(Lot::Zin)?,
            reserve: balances.of(Lot::Zin, Account::Reserve),
            taken: before.iter().map(|one| one.step).collect(),
            as_of: now,
        };
        let mut trace = Trace::new();
        let overrun = decide::escalate(&facts, &mut trace)?;
        let of = (&asked.year.office, "escalation", asked.year.to_string());
        let decision_id = self.record(&mut write, (of.0, of.1, &of.2), (&Facts::new(&facts, now), trace)).await?;
        let parts = moved(asked.step, asked.amount)?;
        if !parts.is_empty() {
            let kind =
                if asked.step == EscalationStep::Consultation { EntryKind::NzaDecision } else { EntryKind::Transfer };
            let entry = NewEntry::of(kind, amsterdam_date(now), &asked.motivation);
            let entry = NewEntry { decision_id: Some(&decision_id), ..entry };
            self.post(&mut write, &asked.year, &mut balances, entry, (&parts, Against::Free)).await?;
        }
        let escalation = Escalation {
            number: u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_add(1),
            step: asked.step,
            amount: asked.amount,
            overrun,
            motivation: asked.motivation,
            decision_id,
            recorded: now,
        };
        store::add_escalation(&mut write.tx, &asked.year, &escalation).await?;
        let room = Some(room_now(&mut write.tx, &asked.year, &balances, now).await?);
        let escalation = Some(convert::escalation(&escalation));
        Ok(write.commit(proto::EscalateResponse { escalation, room }).await?)
    }

    pub(super) async fn list_escalations(
        &self,
        call: &Call,
        request: proto::ListEscalationsRequest,
    ) -> Result<proto::ListEscalationsResponse, Error> {
        let year = convert::office_year(&request.office, request.year)?;
        let mut tx = self.core.read(call).await?;
        store::regions(&mut tx, &year).await?.ok_or_else(|| no_room(&year))?;
        let escalations = store::escalations(&mut tx, &year).await?;
        Ok(proto::ListEscalationsResponse { escalations: escalations.iter().map(convert::escalation).collect() })
    }
}

/// What a step moves in the ledger; nothing where it brings nothing, or can't pay.
fn moved(step: EscalationStep, amount: Money) -> Result<Vec<Posting>, Error> {
    let given = |lot, amount| Posting { lot, account: Account::Room, amount };
    let to_zin = given(Lot::Zin, Money::ZERO.minus(amount)?);
    Ok(match step {
        _ if amount.is_zero() => Vec::new(),
        EscalationStep::PgbTransfer => vec![given(Lot::Pgb, amount), to_zin],
        EscalationStep::OfficeTransfer | EscalationStep::Consultation => vec![to_zin],
        EscalationStep::Unpaid => Vec::new(),
    })
}
