//! Applies the lines of a claim file: keeps what was granted and credited, then evaluates whom the file touched.

use chrono::{DateTime, NaiveDate, Utc};
use contract::common;
use database::Tx;
use edge::{Core, EdgeError, Office};
use identifiers::Agb;

use crate::{
    convert,
    decide::claim_rules::{FarProducts, Reason},
    domain::{Claim, Credit, LineKey},
    evaluate::{Done, Evaluation},
    store,
    touched::Touched,
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
    far: FarProducts,
    touched: Touched,
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
        let far = FarProducts::new(&core.rules);
        let (file_id, touched) = (file.file_id.clone(), Touched::default());
        Ok(File { core, tx, service, file_id, office, agb, received_time, far, touched })
    }

    /// Takes in some lines of the file.
    ///
    /// # Errors
    /// When a line can't be read, or what the store reports.
    pub async fn page(&mut self, lines: &[common::ClaimLine]) -> Result<(), EdgeError> {
        let said: Vec<Vec<&str>> = lines.iter().map(pseudonyms).collect();
        let (clients, joins) = store::clients_of(self.tx, &self.office, &said).await?;
        let (mut claims, mut credits) = (Vec::new(), Vec::new());
        joins.iter().for_each(|join| self.touched.client(&join.client, None));
        for line in lines {
            let granted_cents = line.granted.map_or(0, |granted| granted.cents);
            let key = LineKey {
                service: self.service.to_owned(),
                file_id: self.file_id.clone(),
                detail_number: line.detail_number,
            };
            if granted_cents > 0 {
                let claim = convert::claim(line, key, self.agb, self.received_time)?;
                let client = clients.of(&line.client);
                self.touched.client(client, self.day(&claim.product, claim.first_day));
                self.touched.month(self.agb, claim.first_day);
                claims.push(Claim { client: client.to_owned(), ..claim });
            } else if granted_cents < 0 {
                let reference = line.previous_reference.clone();
                convert::first_day(line).into_iter().for_each(|day| self.touched.month(self.agb, day));
                credits.push(Credit { key, credited_time: self.received_time, agb: self.agb, reference });
            }
        }
        let references: Vec<&str> = credits.iter().map(|credit| credit.reference.as_str()).collect();
        let whose = (self.service, self.agb);
        // A signal of which a line was removed after its time is looked at too.
        let standing = store::standing_clients(self.tx, &self.office, whose, &references).await?;
        standing.iter().for_each(|client| self.touched.client(client, None));
        for (client, day, product) in store::lines_by_reference(self.tx, &self.office, whose, &references).await? {
            self.touched.client(&client, self.day(&product, day));
        }
        store::add_credits(self.tx, &self.office, &credits).await?;
        store::add_claims(self.tx, &self.office, &claims).await?;
        Ok(())
    }

    /// The day around which a line of a product is looked at; none when some rule looks at all of the client for it.
    fn day(&self, product: &str, first_day: NaiveDate) -> Option<NaiveDate> {
        (!self.far.has(product)).then_some(first_day)
    }

    /// Evaluates whom the file touched. Which signals stand after it doesn't depend on the order of lines or files.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn finish(self) -> Result<Done, EdgeError> {
        let (reason, time) = (Reason::Lines, self.received_time);
        Evaluation { core: self.core, tx: self.tx, office: &self.office, reason, time }.touched(self.touched).await
    }
}

/// A client's pseudonyms as a line tells them, the current one first; none of a person without one.
fn pseudonyms(line: &common::ClaimLine) -> Vec<&str> {
    if line.client.is_empty() {
        return Vec::new();
    }
    std::iter::once(&line.client).chain(&line.earlier_clients).map(String::as_str).collect()
}
