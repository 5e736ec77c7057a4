//! Requests and replies about production, refusals, corrections and timeliness.

use calendar::CareMonth;
use chrono::{DateTime, Utc};
use contract::budget as proto;
use edge::{EdgeError, Fields, Page, to_proto};
use identifiers::Agb;
use money::Money;
use vektis::{code_list::CodeList, codes::ReturnCode};

use super::request::year_of;
use crate::{
    decide,
    domain::{Correction, CubeRow, Figures, OfficeYear, Refusal},
    store::{RefusalSelection, Selection},
};

/// What a request for production says.
struct Asked<'a> {
    office: &'a str,
    year: i32,
    agb: &'a str,
    product: &'a str,
    months: (&'a str, &'a str),
}

impl Asked<'_> {
    fn read(&self, fields: &mut Fields) -> Option<Selection> {
        let year = year_of(fields, self.office, self.year);
        let agb = agb(fields, self.agb);
        let product =
            if self.product.is_empty() { Some(String::new()) } else { fields.product("product", self.product) };
        let first = month(fields, "first_month", self.months.0, (self.year, 1));
        let last = month(fields, "last_month", self.months.1, (self.year, 12));
        let (first, last) = (first?, last?);
        fields.check(first <= last, "last_month", "lies before first_month")?;
        let (first_month, last_month) = (first.to_string(), last.to_string());
        Some(Selection { year: year?, agb: agb?, product: product?, first_month, last_month })
    }
}

fn agb(fields: &mut Fields, text: &str) -> Option<String> {
    if text.is_empty() { Some(String::new()) } else { fields.agb("agb", text).map(|agb| agb.to_string()) }
}

/// A month of the year asked; `otherwise` when none is given.
fn month(fields: &mut Fields, field: &str, text: &str, otherwise: (i32, u32)) -> Option<CareMonth> {
    let (year, month) = otherwise;
    if text.is_empty() {
        // A year that is wrong was noted at its own field.
        return CareMonth::new(year, month);
    }
    let month: CareMonth = fields.parse(field, text)?;
    fields.check(month.year() == year, field, format!("is not a month of {year}"))?;
    Some(month)
}

/// Which production is asked, as of when, and which page.
pub fn list_production(
    request: &proto::ListProductionRequest,
) -> Result<(Selection, Option<DateTime<Utc>>, Page), EdgeError> {
    let mut fields = Fields::new();
    let asked = Asked {
        office: &request.office,
        year: request.year,
        agb: &request.agb,
        product: &request.product,
        months: (&request.first_month, &request.last_month),
    };
    let asked = asked.read(&mut fields);
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 4);
    fields.all((asked, as_of, page))
}

/// Which production is to be streamed, and as of when.
pub fn stream_production(
    request: &proto::StreamProductionRequest,
) -> Result<(Selection, Option<DateTime<Utc>>), EdgeError> {
    let mut fields = Fields::new();
    let asked = Asked {
        office: &request.office,
        year: request.year,
        agb: &request.agb,
        product: &request.product,
        months: (&request.first_month, &request.last_month),
    };
    let asked = asked.read(&mut fields);
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    fields.all((asked, as_of))
}

/// Which refusals are asked, as of when, and which page.
pub fn list_refusals(
    request: &proto::ListRefusalsRequest,
) -> Result<(RefusalSelection, Option<DateTime<Utc>>, Page), EdgeError> {
    let mut fields = Fields::new();
    let asked = Asked {
        office: &request.office,
        year: request.year,
        agb: &request.agb,
        product: &request.product,
        months: (&request.first_month, &request.last_month),
    };
    let of = asked.read(&mut fields);
    let known = request.return_code.is_empty() || ReturnCode::parse(&request.return_code).is_some();
    let code = fields.check(known, "return_code", "expected a return code of four capitals and digits");
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 5);
    let (of, (), as_of, page) = fields.all((of, code, as_of, page))?;
    Ok((RefusalSelection { of, return_code: request.return_code.clone() }, as_of, page))
}

/// Which corrections are asked: year, provider (empty for all) and page.
pub fn list_corrections(request: &proto::ListCorrectionsRequest) -> Result<(OfficeYear, String, Page), EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = agb(&mut fields, &request.agb);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 5);
    fields.all((year, agb, page))
}

/// Which months are asked: year, provider and month (empty for all), and page.
pub fn list_timeliness(
    request: &proto::ListTimelinessRequest,
) -> Result<(OfficeYear, (String, String), Page), EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = agb(&mut fields, &request.agb);
    let month = match request.care_month.as_str() {
        "" => Some(String::new()),
        text => month(&mut fields, "care_month", text, (request.year, 1)).map(|month| month.to_string()),
    };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    let (year, agb, month, page) = fields.all((year, agb, month, page))?;
    Ok((year, (agb, month), page))
}

fn figures(figures: Figures) -> Option<proto::LineFigures> {
    let Figures { lines, quantity, cents } = figures;
    Some(proto::LineFigures { lines, quantity, amount: to_proto::money(Money::from_cents(cents)) })
}

/// Production of a product in a month.
pub fn production(row: CubeRow) -> proto::Production {
    let net = row.cell.net();
    proto::Production {
        agb: row.agb.to_string(),
        product: row.product,
        care_month: row.care_month.to_string(),
        unit: row.unit,
        quantity: net.quantity,
        granted: to_proto::money(Money::from_cents(net.cents)),
        lines: net.lines,
        submitted: figures(row.cell.submitted),
        approved: figures(row.cell.approved),
        credited: figures(row.cell.credited),
        refused: figures(row.cell.refused),
    }
}

/// Refused lines with the text of their code.
pub fn refusal(refusal: Refusal) -> proto::Refusal {
    let code = ReturnCode::parse(&refusal.return_code);
    let texts = code.and_then(|code| CodeList::builtin().get(code));
    proto::Refusal {
        agb: refusal.agb.to_string(),
        product: refusal.product,
        care_month: refusal.care_month,
        unit: refusal.unit,
        return_code: refusal.return_code,
        text_nl: texts.map(|entry| entry.text_nl.clone()).unwrap_or_default(),
        text_en: texts.map(|entry| entry.text_en.clone()).unwrap_or_default(),
        refused: figures(refusal.refused),
    }
}

/// A correction of a closed year.
pub fn correction(correction: Correction) -> proto::Correction {
    let row = correction.row;
    proto::Correction {
        agb: row.agb.to_string(),
        product: row.product,
        care_month: row.care_month.to_string(),
        unit: row.unit,
        file_id: correction.file_id,
        approved: figures(row.cell.approved),
        credited: figures(row.cell.credited),
        amount: to_proto::money(Money::from_cents(row.cell.net().cents)),
        recorded_time: to_proto::time(correction.recorded_time),
    }
}

/// How a month was filed and answered.
pub fn timeliness(agb: Agb, month: CareMonth, found: &decide::Timeliness) -> proto::Timeliness {
    proto::Timeliness {
        agb: agb.to_string(),
        care_month: month.to_string(),
        due_date: to_proto::date(found.due_date),
        first_file_date: to_proto::date(found.first_file_date),
        in_time_lines: found.in_time.0,
        in_time_amount: to_proto::money(found.in_time.1),
        late_lines: found.late.0,
        late_amount: to_proto::money(found.late.1),
        in_time_percentage: to_proto::decimal(found.share.0),
        answered_in_time: found.answered_in_time,
    }
}
