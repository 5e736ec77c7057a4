//! Annual figures of providers.

use chrono::{DateTime, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, fetch_all, fetch_one};
use edge::{EdgeError, Office, Page, Sector};
use money::{Decimal, Money, Percentage};

use crate::domain::AnnualFigures;

static ANNUAL_FIGURES: Table = Table {
    name: "annual_figures",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("year", Kind::Int),
        Column::new("agb", Kind::Text),
        Column::new("sector", Kind::Text),
        Column::new("version", Kind::Int),
        Column::new("region", Kind::Text),
        Column::new("absence", Kind::Text),
        Column::new("percentage", Kind::Text),
        Column::new("total_revenue_cents", Kind::Int),
        Column::new("wlz_revenue_cents", Kind::Int),
        Column::new("nhc_nic_cents", Kind::Int),
        Column::new("result_cents", Kind::Int),
        Column::new("personnel_cents", Kind::Int),
        Column::new("pnil_cents", Kind::Int),
        Column::new("overhead_cents", Kind::Int),
        Column::new("equity_cents", Kind::Int),
        Column::new("current_assets_cents", Kind::Int),
        Column::new("current_liabilities_cents", Kind::Int),
        Column::new("total_assets_cents", Kind::Int),
        Column::new("clients", Kind::Int),
        Column::new("care_days", Kind::Int),
        Column::new("treatment_days", Kind::Int),
    ],
};

// The primary key makes two imports at once collide; the loser is asked to try again.
const NEXT_TABLE: &str = "INSERT INTO figures_table (office, year, version, source, imported_time)
    SELECT $1, $2, COALESCE(MAX(version), 0) + 1, $3, $4 FROM figures_table WHERE office = $1 AND year = $2
    RETURNING version";
const FIGURES_OF: &str = "SELECT agb, sector, version, region, total_revenue_cents, wlz_revenue_cents, nhc_nic_cents,
        result_cents, personnel_cents, pnil_cents, overhead_cents, absence, equity_cents, current_assets_cents,
        current_liabilities_cents, total_assets_cents, clients, care_days, treatment_days, percentage
    FROM annual_figures AS row
    WHERE office = $1 AND year = $2
      AND version = (SELECT MAX(version) FROM annual_figures AS other
                     WHERE other.office = row.office AND other.year = row.year
                       AND other.agb = row.agb AND other.sector = row.sector)
    ORDER BY agb, sector";
const FIGURES: &str = "SELECT agb, sector, version, region, total_revenue_cents, wlz_revenue_cents, nhc_nic_cents,
        result_cents, personnel_cents, pnil_cents, overhead_cents, absence, equity_cents, current_assets_cents,
        current_liabilities_cents, total_assets_cents, clients, care_days, treatment_days, percentage
    FROM annual_figures AS row
    WHERE office = $1 AND year = $2 AND (agb > $3 OR (agb = $3 AND sector > $4))
      AND version = (SELECT MAX(version) FROM annual_figures AS other
                     WHERE other.office = row.office AND other.year = row.year
                       AND other.agb = row.agb AND other.sector = row.sector)
    ORDER BY agb, sector LIMIT $5";

#[derive(sqlx::FromRow)]
struct FiguresRow {
    agb: String,
    sector: String,
    version: i64,
    region: Option<String>,
    total_revenue_cents: Option<i64>,
    wlz_revenue_cents: Option<i64>,
    nhc_nic_cents: Option<i64>,
    result_cents: Option<i64>,
    personnel_cents: Option<i64>,
    pnil_cents: Option<i64>,
    overhead_cents: Option<i64>,
    absence: Option<String>,
    equity_cents: Option<i64>,
    current_assets_cents: Option<i64>,
    current_liabilities_cents: Option<i64>,
    total_assets_cents: Option<i64>,
    clients: Option<i64>,
    care_days: Option<i64>,
    treatment_days: Option<i64>,
    percentage: Option<String>,
}

impl FiguresRow {
    fn read(self) -> Result<AnnualFigures, EdgeError> {
        let stored = |what: &str| EdgeError::Stored(what.to_owned());
        let percentage = |text: Option<String>| {
            let number = text.map(|text| text.parse::<Decimal>()).transpose();
            number.map(|number| number.map(Percentage)).map_err(|_| stored("a percentage"))
        };
        let money = |cents: Option<i64>| cents.map(Money::from_cents);
        Ok(AnnualFigures {
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            sector: Sector::from_code(&self.sector).ok_or_else(|| stored("a sector"))?,
            region: self.region.map(|code| code.parse()).transpose().map_err(|_| stored("a region"))?,
            total_revenue: money(self.total_revenue_cents),
            wlz_revenue: money(self.wlz_revenue_cents),
            nhc_nic: money(self.nhc_nic_cents),
            result: money(self.result_cents),
            personnel_costs: money(self.personnel_cents),
            pnil_costs: money(self.pnil_cents),
            overhead_costs: money(self.overhead_cents),
            absence: percentage(self.absence)?,
            equity: money(self.equity_cents),
            current_assets: money(self.current_assets_cents),
            current_liabilities: money(self.current_liabilities_cents),
            total_assets: money(self.total_assets_cents),
            clients: self.clients,
            care_days: self.care_days,
            treatment_days: self.treatment_days,
            percentage: percentage(self.percentage)?,
            version: self.version,
        })
    }
}

/// Adds figures as the office's next version of a year and gives its number.
pub async fn add_figures(
    tx: &mut Tx,
    (office, year): (&Office, i32),
    source: &str,
    figures: &[AnnualFigures],
    now: DateTime<Utc>,
) -> Result<i64, DatabaseError> {
    let (version,) = fetch_one!(tx, NEXT_TABLE, office.as_str(), year, source, now => (i64,))?;
    let mut rows = Rows::new(tx.engine(), &ANNUAL_FIGURES);
    for line in figures {
        rows.text(office.as_str()).int(year.into()).text(&line.agb.to_string());
        rows.text(line.sector.as_str()).int(version);
        let percentage = |percentage: Option<Percentage>| percentage.map(|percentage| percentage.0.to_string());
        let texts =
            [line.region.map(|region| region.to_string()), percentage(line.absence), percentage(line.percentage)];
        for text in texts {
            match text {
                Some(text) => rows.text(&text),
                None => rows.null(),
            };
        }
        let amounts = [
            line.total_revenue,
            line.wlz_revenue,
            line.nhc_nic,
            line.result,
            line.personnel_costs,
            line.pnil_costs,
            line.overhead_costs,
            line.equity,
            line.current_assets,
            line.current_liabilities,
            line.total_assets,
        ];
        let counts = [line.clients, line.care_days, line.treatment_days];
        for number in amounts.map(|amount| amount.map(Money::cents)).into_iter().chain(counts) {
            match number {
                Some(number) => rows.int(number),
                None => rows.null(),
            };
        }
        rows.end_row();
    }
    tx.insert_many(rows).await?;
    Ok(version)
}

/// The newest figures of every provider and sector of a year, by AGB code and sector.
pub async fn figures_of(tx: &mut Tx, office: &Office, year: i32) -> Result<Vec<AnnualFigures>, EdgeError> {
    let rows = fetch_all!(tx, FIGURES_OF, office.as_str(), year => FiguresRow)?;
    rows.into_iter().map(FiguresRow::read).collect()
}

/// A page of the newest figures of a year, by AGB code and sector.
pub async fn figures(tx: &mut Tx, office: &Office, year: i32, page: &Page) -> Result<Vec<AnnualFigures>, EdgeError> {
    let rows = fetch_all!(
        tx, FIGURES, office.as_str(), year, &page.after[0], &page.after[1], page.limit() => FiguresRow
    )?;
    rows.into_iter().map(FiguresRow::read).collect()
}
