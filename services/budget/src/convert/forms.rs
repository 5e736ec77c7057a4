//! The data of the NZa's forms, as CSV with Dutch names.

use edge::EdgeError;
use money::Money;
use sha2::{Digest, Sha256};

use crate::{
    decide::Inputs,
    domain::{FormKind, OfficeYear, RoundOutcome, RoundProvider, Tariff},
};

/// A committed round, as far as a form is made from it.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The office's year.
    pub year: OfficeYear,
    /// The round.
    pub round_id: String,
    /// The form that is made from it.
    pub kind: FormKind,
    /// What it was computed from.
    pub inputs: Inputs,
    /// What it came to.
    pub outcome: RoundOutcome,
}

const NAMES: [&str; 8] = ["zorgkantoor", "jaar", "agb", "regel", "prestatie", "volume", "tarief", "bedrag"];

/// The form of a provider, and its SHA-256 in hexadecimal.
///
/// # Errors
/// [`EdgeError::Stored`] when it can't be written.
pub fn form_of(committed: &Committed, provider: &RoundProvider) -> Result<(Vec<u8>, String), EdgeError> {
    let mut form = Form { committed, agb: provider.agb.to_string(), writer: csv::Writer::from_writer(Vec::new()) };
    form.writer.write_record(NAMES).map_err(unwritten)?;
    match committed.kind {
        FormKind::Budget => form.budget(provider)?,
        FormKind::Reconciliation => form.reconciliation(provider)?,
    }
    let bytes = form.writer.into_inner().map_err(|error| EdgeError::Stored(error.to_string()))?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    Ok((bytes, sha256))
}

struct Form<'a> {
    committed: &'a Committed,
    agb: String,
    writer: csv::Writer<Vec<u8>>,
}

impl Form<'_> {
    fn line(&mut self, name: &str, [product, volume, tariff]: [&str; 3], amount: Money) -> Result<(), EdgeError> {
        let OfficeYear { office, year } = &self.committed.year;
        let (year, amount) = (year.to_string(), amount.euros().to_string());
        let fields = [office.as_str(), &year, &self.agb, name, product, volume, tariff, &amount];
        self.writer.write_record(fields).map_err(unwritten)
    }

    fn budget(&mut self, provider: &RoundProvider) -> Result<(), EdgeError> {
        let first_day = self.committed.year.first_day();
        let tariffs: Vec<Tariff> = match &self.committed.inputs {
            Inputs::BaseProduction(facts) => {
                let own = facts.providers.iter().find(|one| one.agb == provider.agb);
                own.map(|own| own.tariffs.clone()).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let mut scaled = Money::ZERO;
        for agreed in &provider.products {
            let holds = |one: &&Tariff| {
                one.product == agreed.product && one.first_day <= first_day && first_day <= one.last_day
            };
            let tariff = tariffs.iter().find(holds).map(|one| one.tariff.euros().to_string()).unwrap_or_default();
            self.line("prestatie", [&agreed.product, &agreed.volume.to_string(), &tariff], agreed.amount)?;
            scaled = scaled.plus(agreed.amount)?;
        }
        self.line("basisproductie", [""; 3], provider.asked)?;
        self.line("basisproductie binnen de contracteerruimte", [""; 3], scaled)?;
        self.line("in te dienen budget", [""; 3], provider.after)
    }

    fn reconciliation(&mut self, provider: &RoundProvider) -> Result<(), EdgeError> {
        let Some(settlement) = provider.settlement else { return Ok(()) };
        for (name, amount) in [
            ("budget", provider.before),
            ("goedgekeurde productie", provider.asked),
            ("waarvan onrechtmatig", settlement.wrongful),
            ("aanvaardbare kosten", settlement.acceptable),
            ("betaald", settlement.net_paid),
            ("waarvan voorschotten", settlement.advance),
            ("te verrekenen", settlement.settlement),
        ] {
            self.line(name, [""; 3], amount)?;
        }
        Ok(())
    }
}

fn unwritten(error: csv::Error) -> EdgeError {
    EdgeError::Stored(error.to_string())
}
