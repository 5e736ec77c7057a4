//! The annual figures of providers (TAR-13, TAR-15).

use edge::Sector;
use identifiers::{Agb, Region};
use money::{Decimal, Money, MoneyError, Percentage};
use serde::{Deserialize, Serialize};

/// Jaarcijfers: what the annual accounts of a provider state of it in a sector. What they don't state is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnualFigures {
    /// The provider.
    pub agb: Agb,
    /// The sector.
    pub sector: Sector,
    /// Zorgkantoorregio.
    pub region: Option<Region>,
    /// Totale opbrengsten.
    pub total_revenue: Option<Money>,
    /// The part of it under the Wlz.
    pub wlz_revenue: Option<Money>,
    /// The part of the Wlz revenue for housing and inventory.
    pub nhc_nic: Option<Money>,
    /// Bedrijfsresultaat; negative for a loss.
    pub result: Option<Money>,
    /// Personeelskosten, those not on the payroll included.
    pub personnel_costs: Option<Money>,
    /// Kosten van personeel niet in loondienst.
    pub pnil_costs: Option<Money>,
    /// Overheadkosten.
    pub overhead_costs: Option<Money>,
    /// Ziekteverzuim.
    pub absence: Option<Percentage>,
    /// Eigen vermogen: the reserves.
    pub equity: Option<Money>,
    /// Vlottende activa.
    pub current_assets: Option<Money>,
    /// Kortlopende schulden.
    pub current_liabilities: Option<Money>,
    /// Balanstotaal.
    pub total_assets: Option<Money>,
    /// Clients of the year.
    pub clients: Option<i64>,
    /// Days of care of the year.
    pub care_days: Option<i64>,
    /// The days of care that included treatment.
    pub treatment_days: Option<i64>,
    /// The tariff percentage that was in force for the provider.
    pub percentage: Option<Percentage>,
    /// The version of the office's figures of the year.
    pub version: i64,
}

impl AnnualFigures {
    /// Figures of which nothing is known.
    pub fn unknown(agb: Agb, sector: Sector) -> AnnualFigures {
        AnnualFigures {
            agb,
            sector,
            region: None,
            total_revenue: None,
            wlz_revenue: None,
            nhc_nic: None,
            result: None,
            personnel_costs: None,
            pnil_costs: None,
            overhead_costs: None,
            absence: None,
            equity: None,
            current_assets: None,
            current_liabilities: None,
            total_assets: None,
            clients: None,
            care_days: None,
            treatment_days: None,
            percentage: None,
            version: 0,
        }
    }

    /// Whether both state the same, whatever versions they come from.
    pub fn states_same(&self, other: &AnnualFigures) -> bool {
        *self == AnnualFigures { version: self.version, ..other.clone() }
    }

    /// Current assets minus current liabilities; `None` when one of them is not stated.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn working_capital(&self) -> Result<Option<Money>, MoneyError> {
        let both = self.current_assets.zip(self.current_liabilities);
        both.map(|(assets, liabilities)| assets.minus(liabilities)).transpose()
    }
}

/// A part as a percentage of a whole, at full precision; `None` when one is not known, or there is no whole.
pub fn percent_of(part: Option<Money>, whole: Option<Money>) -> Option<Decimal> {
    ratio(part, whole)?.checked_mul(Decimal::ONE_HUNDRED)
}

/// One amount over another, at full precision; `None` when one is not known, or the other is not positive.
pub fn ratio(part: Option<Money>, whole: Option<Money>) -> Option<Decimal> {
    let (part, whole) = part.zip(whole)?;
    (whole > Money::ZERO).then(|| part.euros().checked_div(whole.euros())).flatten()
}
