//! Applies the lines of a claim file: keeps what was granted, withdraws what a credit ends, raises what is double.

use std::collections::HashMap;

use calendar::amsterdam_date;
use chrono::{DateTime, Utc};
use contract::common;
use database::Tx;
use edge::{Core, Decided, EdgeError, Office};
use explain::{Facts, Trace};
use identifiers::Agb;

use crate::{
    convert,
    decide::double::{self, DoubleFacts, Pair, RULE_ID, WithdrawalFacts},
    domain::{Claim, Credit, Evidence, LineKey, Signal, Withdrawal},
    feed, store,
};

/// A file that is being applied, in the transaction that moves the cursor of its feed.
#[derive(Debug)]
pub struct File<'a> {
    core: &'a Core,
    tx: &'a mut Tx,
    service: &'static str,
    file_id: String,
    office: Office,
    agb: Agb,
    received_time: DateTime<Utc>,
}

impl<'a> File<'a> {
    /// Begins to apply a file of a service; waits for its turn.
    ///
    /// # Errors
    /// When the file can't be read, or what the store reports.
    pub async fn begin(
        core: &'a Core,
        tx: &'a mut Tx,
        service: &'static str,
        file: &common::ClaimFile,
    ) -> Result<File<'a>, EdgeError> {
        let (office, agb, received_time) = convert::claim_file(file)?;
        store::take_turn(tx).await?;
        Ok(File { core, tx, service, file_id: file.file_id.clone(), office, agb, received_time })
    }

    /// Applies some lines of the file. Which signals stand after it doesn't depend on the order of lines or files.
    ///
    /// # Errors
    /// When a line can't be read, a parameter has no value, or what the store reports.
    pub async fn page(&mut self, lines: &[common::ClaimLine]) -> Result<(), EdgeError> {
        let (mut claims, mut credits) = (Vec::new(), Vec::new());
        for line in lines {
            let granted_cents = line.granted.map_or(0, |granted| granted.cents);
            let key = LineKey {
                service: self.service.to_owned(),
                file_id: self.file_id.clone(),
                detail_number: line.detail_number,
            };
            if granted_cents > 0 {
                claims.push(convert::claim(line, key, self.agb, self.received_time)?);
            } else if granted_cents < 0 {
                let reference = line.previous_reference.clone();
                credits.push(Credit { key, credited_time: self.received_time, agb: self.agb, reference });
            }
        }
        store::add_claims(self.tx, &self.office, &claims).await?;
        store::add_credits(self.tx, &self.office, &credits).await?;
        self.withdraw(&credits).await?;
        self.raise(&claims).await
    }

    async fn withdraw(&mut self, credits: &[Credit]) -> Result<(), EdgeError> {
        let by_reference: HashMap<&str, &Credit> =
            credits.iter().map(|credit| (credit.reference.as_str(), credit)).collect();
        let references: Vec<&str> = credits.iter().map(|credit| credit.reference.as_str()).collect();
        let whose = (self.service, self.agb);
        for mut signal in store::standing_signals(self.tx, &self.office, whose, &references).await? {
            let mut own = signal.evidence.iter().filter(|line| line.agb == whose.1 && line.key.service == whose.0);
            let Some(credit) = own.find_map(|line| by_reference.get(line.reference.as_str())) else { continue };
            let facts = WithdrawalFacts {
                signal_id: signal.signal_id.clone(),
                credit: credit.key.clone(),
                agb: credit.agb,
                reference: credit.reference.clone(),
                credited_time: credit.credited_time,
                at_stake: signal.at_stake,
            };
            let mut trace = Trace::new();
            double::withdraw(&facts, &mut trace);
            let facts = Facts::new(&facts, self.received_time);
            let decision_id = self.record("double_withdrawn", &signal.signal_id, trace, &facts).await?;
            let withdrawal = Withdrawal { decision_id, time: self.core.clock.now() };
            store::add_withdrawal(self.tx, &signal.signal_id, &withdrawal).await?;
            signal.withdrawn = Some(withdrawal);
            self.tx.publish(feed::signal_changed(convert::signal(&signal)));
        }
        Ok(())
    }

    async fn raise(&mut self, claims: &[Claim]) -> Result<(), EdgeError> {
        let on_record = store::claims_like(self.tx, &self.office, claims).await?;
        let new = claims.iter().map(|claim| claim.key.clone()).collect();
        for Pair { way, earlier, later } in double::doubles(&on_record, &new) {
            let facts = DoubleFacts {
                office: self.office.clone(),
                way,
                earlier: earlier.clone(),
                later: later.clone(),
                date: amsterdam_date(later.granted_time),
            };
            let mut trace = Trace::new();
            let double = double::assess(&facts, &self.core.rules, &mut trace)?;
            let recorded = Facts::new(&facts, later.granted_time);
            let signal_id = self.core.ids.next().to_string();
            let decision_id = self.record(way.as_str(), &signal_id, trace, &recorded).await?;
            let (first_day, last_day) = Pair { way, earlier, later }.period();
            let signal = Signal {
                signal_id,
                office: self.office.clone(),
                rule_id: RULE_ID.to_owned(),
                rule: way.as_str().to_owned(),
                kind: double.kind,
                agb: later.agb,
                client: later.client.clone(),
                product: later.product.clone(),
                first_day,
                last_day,
                at_stake: double.at_stake,
                decision_id,
                raised_time: self.core.clock.now(),
                withdrawn: None,
                evidence: vec![Evidence::from(earlier), Evidence::from(later)],
            };
            store::add_signal(self.tx, &signal).await?;
            self.tx.publish(feed::signal_changed(convert::signal(&signal)));
        }
        Ok(())
    }

    async fn record(
        &mut self,
        kind: &'static str,
        subject: &str,
        trace: Trace,
        facts: &Facts,
    ) -> Result<String, EdgeError> {
        let explanation = trace.finish(&self.core.rules, facts);
        let decided = Decided { office: &self.office, kind, subject, facts, explanation: &explanation };
        self.core.record(self.tx, decided).await
    }
}
