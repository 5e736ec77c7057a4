//! Between the contract and the domain: annual figures.

use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, Office, Page, to_proto};
use money::{Money, Percentage};
use uuid::Uuid;

use crate::domain::{AnnualFigures, accounts};

/// What an import of annual figures asks.
#[derive(Debug)]
pub struct FiguresImport {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The year of the accounts.
    pub year: i32,
    /// Where the figures come from.
    pub source: String,
    /// The figures.
    pub figures: Vec<AnnualFigures>,
}

/// Reads an import; every wrong cell is a violation.
pub fn import_figures(request: &proto::ImportAnnualFiguresRequest) -> Result<FiguresImport, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let source = fields.text("source", &request.source);
    let figures = accounts::read(&mut fields, &request.csv);
    let (request_id, office, year, source, figures) = fields.all((request_id, office, year, source, figures))?;
    Ok(FiguresImport { request_id, office, year, source, figures })
}

/// Reads what a list of annual figures asks: office, year and page.
pub fn list_figures(request: &proto::ListAnnualFiguresRequest) -> Result<(Office, i32, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    fields.all((office, year, page))
}

/// Annual figures for the contract.
pub fn annual_figures(figures: &AnnualFigures) -> proto::AnnualFigures {
    proto::AnnualFigures {
        agb: figures.agb.to_string(),
        sector: figures.sector.to_proto(),
        region: figures.region.map(|region| region.to_string()).unwrap_or_default(),
        total_revenue: stated(figures.total_revenue),
        wlz_revenue: stated(figures.wlz_revenue),
        nhc_nic: stated(figures.nhc_nic),
        result: stated(figures.result),
        personnel_costs: stated(figures.personnel_costs),
        pnil_costs: stated(figures.pnil_costs),
        overhead_costs: stated(figures.overhead_costs),
        absence: percentage(figures.absence),
        equity: stated(figures.equity),
        current_assets: stated(figures.current_assets),
        current_liabilities: stated(figures.current_liabilities),
        total_assets: stated(figures.total_assets),
        clients: figures.clients,
        care_days: figures.care_days,
        treatment_days: figures.treatment_days,
        percentage: percentage(figures.percentage),
        version: figures.version,
    }
}

/// An amount that may not be known.
pub(super) fn stated(amount: Option<Money>) -> Option<common::Money> {
    amount.and_then(to_proto::money)
}

fn percentage(percentage: Option<Percentage>) -> Option<common::Decimal> {
    percentage.and_then(|percentage| to_proto::decimal(percentage.0))
}
