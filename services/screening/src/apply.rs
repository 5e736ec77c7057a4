//! Applies the lines of a claim file: keeps what was granted, withdraws what a credit ends, raises what is double.

use std::collections::{HashMap, HashSet};

use calendar::amsterdam_date;
use chrono::{DateTime, Utc};
use contract::common;
use database::Tx;
use edge::{Core, Decided, EdgeError, Office};
use explain::{Facts, Trace};
use identifiers::Agb;

use crate::{
    clients::{Clients, Join},
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
        let (clients, joins) = store::clients_of(self.tx, &self.office, lines).await?;
        let (mut claims, mut credits) = (Vec::new(), Vec::new());
        for line in lines {
            let granted_cents = line.granted.map_or(0, |granted| granted.cents);
            let key = LineKey {
                service: self.service.to_owned(),
                file_id: self.file_id.clone(),
                detail_number: line.detail_number,
            };
            if granted_cents > 0 {
                let claim = convert::claim(line, key, self.agb, self.received_time)?;
                claims.push(Claim { client: clients.of(&line.client).to_owned(), ..claim });
            } else if granted_cents < 0 {
                let reference = line.previous_reference.clone();
                credits.push(Credit { key, credited_time: self.received_time, agb: self.agb, reference });
            }
        }
        store::add_credits(self.tx, &self.office, &credits).await?;
        self.raise_joined(&clients, &joins).await?;
        store::add_claims(self.tx, &self.office, &claims).await?;
        self.withdraw(&credits).await?;
        let on_record = store::claims_like(self.tx, &self.office, &claims, &clients).await?;
        let new = claims.iter().map(|claim| claim.key.clone()).collect();
        self.raise(&double::doubles(&on_record, &new)).await
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
            let facts = Facts::new(&facts, facts.credited_time);
            let decision_id = self.record("double_withdrawn", &signal.signal_id, trace, &facts).await?;
            let withdrawal = Withdrawal { decision_id, time: self.core.clock.now() };
            store::add_withdrawal(self.tx, &signal.signal_id, &withdrawal).await?;
            signal.withdrawn = Some(withdrawal);
            self.tx.audit(self.core.own_act("WithdrawSignal", &self.office, ("signal", &signal.signal_id)));
            self.tx.publish(feed::signal_changed(convert::signal(&signal)));
        }
        Ok(())
    }

    /// Compares the lines of clients that turned out to be one person: those of the one with those of the other.
    async fn raise_joined(&mut self, clients: &Clients, joins: &[Join]) -> Result<(), EdgeError> {
        for join in joins {
            let mut joining = store::claims_of(self.tx, &self.office, join.pseudonyms.clone()).await?;
            let mut all = store::claims_of(self.tx, &self.office, join.others.clone()).await?;
            let new: HashSet<LineKey> = joining.iter().map(|claim| claim.key.clone()).collect();
            all.append(&mut joining);
            all.iter_mut().for_each(|claim| claim.client = clients.of(&join.client).to_owned());
            let mut pairs = double::doubles(&all, &new);
            // Lines of the same one were compared when they came.
            pairs.retain(|pair| new.contains(&pair.earlier.key) != new.contains(&pair.later.key));
            self.raise(&pairs).await?;
        }
        Ok(())
    }

    async fn raise(&mut self, pairs: &[Pair<'_>]) -> Result<(), EdgeError> {
        for &Pair { way, earlier, later } in pairs {
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
            self.tx.audit(self.core.own_act("RaiseSignal", &self.office, ("signal", &signal.signal_id)));
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
