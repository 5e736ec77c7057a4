//! Takes approved claims into sums as budget makes claim files known (TAR-15).
//!
//! A mirror needs the number of clients, and lines tell clients apart by pseudonym only. Those are health data, so none
//! is kept here: the clients of a file are counted while its lines pass, a client once for each month of care, and only
//! the counts are stored. Whether a client was counted for that month by an earlier file can then not be told from the
//! pseudonym, but from the file: lines that correct take back a line and claim it anew. So, of a client and month,
//!
//! - lines that claim, and none that take back: one more;
//! - lines that take back, and none that claim: one less;
//! - both: it was counted before.
//!
//! A client whose care of one month comes in two files that both only claim counts twice. Budget's own lines tell it
//! exactly; a mirror compares providers that all are counted this way. Amounts and quantities are exact.

use std::collections::{BTreeMap, HashMap};

use calendar::CareMonth;
use contract::common;
use database::Tx;
use edge::{EdgeError, Fields, Office, Sector};
use identifiers::Agb;
use money::MoneyError;

use crate::store::{self, CareKey, CareSum, ClientsKey};

/// A file that is being applied, in the transaction that moves the cursor of its feed.
#[derive(Debug)]
pub struct File<'a> {
    tx: &'a mut Tx,
    office: Office,
    agb: Agb,
    /// By product, from the office's tables.
    sectors: HashMap<String, Sector>,
    sums: BTreeMap<CareKey, CareSum>,
    /// Forgotten when the file is through.
    clients: HashMap<(ClientsKey, String), Lines>,
}

/// Which lines a file has of a client in a month.
#[derive(Clone, Copy, Debug, Default)]
struct Lines {
    claim: bool,
    take_back: bool,
}

impl Lines {
    fn count(self) -> i64 {
        i64::from(self.claim && !self.take_back) - i64::from(self.take_back && !self.claim)
    }
}

impl<'a> File<'a> {
    /// Begins to apply a file.
    ///
    /// # Errors
    /// When the file can't be read, or what the store reports.
    pub async fn begin(tx: &'a mut Tx, file: &common::ClaimFile) -> Result<File<'a>, EdgeError> {
        let mut fields = Fields::new();
        let office = fields.office("office", &file.office);
        let agb = fields.agb("agb", &file.agb);
        let (office, agb) = fields.all((office, agb))?;
        let sectors = store::sectors_of(tx, &office).await?;
        Ok(File { tx, office, agb, sectors, sums: BTreeMap::new(), clients: HashMap::new() })
    }

    /// Takes in some lines of the file.
    ///
    /// # Errors
    /// When a line can't be read, or its amount does not fit.
    pub fn page(&mut self, lines: &[common::ClaimLine]) -> Result<(), EdgeError> {
        lines.iter().try_for_each(|line| self.line(line))
    }

    fn line(&mut self, line: &common::ClaimLine) -> Result<(), EdgeError> {
        let granted_cents = line.granted.map_or(0, |granted| granted.cents);
        if granted_cents == 0 {
            return Ok(());
        }
        let mut fields = Fields::new();
        let product = fields.product("product", &line.product);
        let period = fields.period("period", line.period.as_ref());
        let (product, (first_day, _)) = fields.all((product, period))?;
        let care_month = CareMonth::of(first_day);
        let sector = self.sectors.get(&product).copied();
        let key = CareKey { sector, product, unit: line.unit.clone(), care_month };
        let sum = self.sums.entry(key).or_default();
        let overflow = || EdgeError::from(MoneyError::Overflow);
        let quantity = line.quantity.checked_mul(granted_cents.signum()).ok_or_else(overflow)?;
        sum.quantity = sum.quantity.checked_add(quantity).ok_or_else(overflow)?;
        sum.granted_cents = sum.granted_cents.checked_add(granted_cents).ok_or_else(overflow)?;
        if !line.client.is_empty() {
            self.note(line, (sector, care_month), granted_cents > 0);
        }
        Ok(())
    }

    /// Notes that the file has a line of the client: of its own, and of its care profile where the line has one.
    fn note(&mut self, line: &common::ClaimLine, (sector, care_month): (Option<Sector>, CareMonth), claims: bool) {
        let profile = (line.care_profile > 0).then(|| format!("{:03}", line.care_profile));
        for care_profile in [Some(String::new()), profile].into_iter().flatten() {
            let key = ClientsKey { sector, care_profile, care_month };
            let lines = self.clients.entry((key, line.client.clone())).or_default();
            lines.claim |= claims;
            lines.take_back |= !claims;
        }
    }

    /// Adds what was taken in to the sums.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn finish(self) -> Result<(), EdgeError> {
        let mut counts: BTreeMap<ClientsKey, i64> = BTreeMap::new();
        for ((key, _), lines) in self.clients {
            *counts.entry(key).or_default() += lines.count();
        }
        store::add_care(self.tx, (&self.office, self.agb), &self.sums).await?;
        store::add_clients(self.tx, (&self.office, self.agb), &counts).await?;
        Ok(())
    }
}
