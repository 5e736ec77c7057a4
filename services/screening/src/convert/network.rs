//! The network between the contract and the domain: files of links, read as a whole, with everything that is wrong told
//! at once. Of persons, addresses and accounts only the pseudonym goes further.

use chrono::{Datelike, NaiveDate};
use contract::screening as proto;
use edge::{EdgeError, Fields, InvalidRequest, Office, Page, to_proto};
use identifiers::{Agb, Postcode, PseudonymKeys};
use uuid::Uuid;

use crate::{
    domain::{Link, LinkKind},
    network::node_of,
    store::{LinkRow, StatedLink},
};

/// Faults that are told: they travel in the header of the answer, where more do not fit.
const TOLD: usize = 100;

/// How a file of links is known.
#[derive(Clone, Debug)]
pub struct LinksStart {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The kind of all links.
    pub kind: LinkKind,
    /// Who says so.
    pub source: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How many rows it has.
    pub rows: i64,
}

/// Reads how a file is known.
pub fn links_start(start: &proto::LinksStart) -> Result<LinksStart, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&start.request_id);
    let office = fields.office("start.office", &start.office);
    let kind = LinkKind::from_code(&start.kind);
    fields.check(kind.is_some(), "start.kind", "expected a kind of link, such as person");
    let source = fields.text("start.source", &start.source);
    let sha256: Option<[u8; 32]> = start.sha256.as_slice().try_into().ok();
    fields.check(sha256.is_some(), "start.sha256", "expected 32 bytes");
    let (request_id, office, kind, source, sha256) = fields.all((request_id, office, kind, source, sha256))?;
    Ok(LinksStart { request_id, office, kind, source, sha256, rows: start.rows })
}

/// Reads whose links are asked, and which page.
pub fn list_links(request: &proto::ListLinksRequest) -> Result<(Office, String, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = match request.agb.as_str() {
        "" => Some(String::new()),
        agb => fields.agb("agb", agb).map(|agb| agb.to_string()),
    };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// Reads whose network is to be looked through.
pub fn run_network(request: &proto::RunNetworkRequest) -> Result<Office, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    fields.all((id, office)).map(|(_, office)| office)
}

/// Reads which signal's path is asked.
pub fn get_network_path(request: &proto::GetNetworkPathRequest) -> Result<String, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("signal_id", &request.signal_id);
    fields.all((id,)).map(|(id,)| id)
}

/// A link.
pub fn link(link: &Link) -> proto::Link {
    proto::Link {
        agb: link.agb.to_string(),
        kind: link.kind.to_proto(),
        node: link.node.clone(),
        period: to_proto::period(link.first_day, link.last_day),
        source: link.source.clone(),
        stated_time: to_proto::time(link.stated_time),
        withdrawn: false,
    }
}

/// A link as it came in.
pub fn stated_link(stated: &StatedLink) -> proto::Link {
    proto::Link { withdrawn: stated.withdrawn, ..link(&stated.link) }
}

/// Reads a file. No part of it is in an error.
pub fn read_links(file: &[u8], start: &LinksStart, keys: &PseudonymKeys) -> Result<Vec<LinkRow>, EdgeError> {
    let wrong = |field: &str, problem: String| EdgeError::from(InvalidRequest(vec![(field.to_owned(), problem)]));
    let text = str::from_utf8(file).map_err(|_| wrong("chunk", "is not a text in UTF-8".to_owned()))?;
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let columns = start.kind.columns();
    if lines.next() != Some(&columns.join(",")) {
        return Err(wrong("header", format!("expected {}", columns.join(","))));
    }
    let (mut faults, mut rows, mut count) = (Vec::new(), Vec::new(), 0);
    for (number, line) in (1_i64..).zip(lines) {
        count = number;
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let mut row = RowReader { number, kind: start.kind, cells: &cells, faults: &mut faults };
        if cells.len() != columns.len() {
            row.fault::<()>("row", &format!("expected {} columns", columns.len()));
        } else if let Some(read) = row.read(keys) {
            rows.push(read);
        }
    }
    if count != start.rows {
        faults.insert(0, ("start.rows".to_owned(), format!("the file has {count} rows")));
        faults.truncate(TOLD);
    }
    if faults.is_empty() { Ok(rows) } else { Err(InvalidRequest(faults).into()) }
}

/// A row that is being read.
struct RowReader<'a> {
    number: i64,
    kind: LinkKind,
    cells: &'a [&'a str],
    faults: &'a mut Vec<(String, String)>,
}

impl RowReader<'_> {
    fn read(&mut self, keys: &PseudonymKeys) -> Option<LinkRow> {
        let agb = self.agb("agb");
        let identifier = self.identifier(agb);
        let first = self.day("from");
        let last = if self.cell("until").is_empty() { Some(None) } else { self.day("until").map(Some) };
        let withdrawn = match self.cell("withdrawn") {
            "yes" => Some(true),
            "" => Some(false),
            _ => self.fault("withdrawn", "expected yes, or nothing"),
        };
        let (first_day, last_day) = (first?, last?);
        if last_day.is_some_and(|last| last < first_day) {
            return self.fault("until", "lies before from");
        }
        let (agb, identifier, withdrawn) = (agb?, identifier?, withdrawn?);
        let (node, earlier) = match self.kind {
            LinkKind::Successor => (identifier, Vec::new()),
            kind => node_of(keys, kind, &identifier),
        };
        Some(LinkRow { agb, node, earlier, first_day, last_day, withdrawn, row_number: self.number })
    }

    fn cell(&self, column: &str) -> &str {
        let at = self.kind.columns().iter().position(|known| *known == column);
        at.and_then(|at| self.cells.get(at)).copied().unwrap_or_default()
    }

    fn fault<T>(&mut self, column: &str, problem: &str) -> Option<T> {
        if self.faults.len() < TOLD {
            self.faults.push((format!("row {}.{column}", self.number), problem.to_owned()));
        }
        None
    }

    fn agb(&mut self, column: &str) -> Option<Agb> {
        match self.cell(column).parse() {
            Ok(agb) => Some(agb),
            Err(_) => self.fault(column, "expected an AGB code"),
        }
    }

    /// What the provider is linked to, written in one way only.
    fn identifier(&mut self, of: Option<Agb>) -> Option<String> {
        match self.kind {
            LinkKind::Nurse => self.agb("nurse").map(|agb| agb.to_string()),
            LinkKind::Successor => match self.agb("successor")? {
                successor if Some(successor) == of => self.fault("successor", "is the provider itself"),
                successor => Some(successor.to_string()),
            },
            LinkKind::Person | LinkKind::Ubo => {
                let person = self.cell("person").to_lowercase();
                let fits = (3..=100).contains(&person.len()) && !person.contains(char::is_whitespace);
                if fits { Some(person) } else { self.fault("person", "expected an identifier of 3 to 100 characters") }
            }
            LinkKind::Account => match iban(self.cell("iban")) {
                Some(iban) => Some(iban),
                None => self.fault("iban", "expected an IBAN with the right check digits"),
            },
            LinkKind::Address => self.address(),
        }
    }

    fn address(&mut self) -> Option<String> {
        let postcode = self.cell("postcode").replace(' ', "").to_uppercase().parse::<Postcode>().ok();
        let number = self.cell("number").parse::<u32>().ok().filter(|number| (1..=99_999).contains(number));
        let addition = self.cell("addition").to_uppercase().replace([' ', '-'], "");
        let fits = addition.len() <= 6 && addition.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if postcode.is_none() {
            self.fault::<()>("postcode", "expected a postcode such as 6511AB");
        }
        if number.is_none() {
            self.fault::<()>("number", "expected a house number from 1 to 99999");
        }
        if !fits {
            return self.fault("addition", "expected at most six letters and digits");
        }
        Some(format!("{} {} {addition}", postcode?, number?))
    }

    fn day(&mut self, column: &str) -> Option<NaiveDate> {
        let text = self.cell(column);
        let day = if text.len() == 10 { text.parse::<NaiveDate>().ok() } else { None };
        match day.filter(|day| (1900..=2999).contains(&day.year())) {
            Some(day) => Some(day),
            None => self.fault(column, "expected a date such as 2024-01-31"),
        }
    }
}

/// An IBAN without spaces, in capitals; none when its check digits are wrong (ISO 7064, MOD 97-10).
fn iban(text: &str) -> Option<String> {
    let iban = text.replace(' ', "").to_uppercase();
    let bytes = iban.as_bytes();
    let shaped = (15..=34).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && (!iban.starts_with("NL") || bytes.len() == 18);
    if !shaped {
        return None;
    }
    let digits = bytes[4..].iter().chain(&bytes[..4]).map(|byte| match byte {
        b'0'..=b'9' => (u32::from(byte - b'0'), 10),
        byte => (u32::from(byte - b'A') + 10, 100),
    });
    let rest = digits.fold(0, |rest, (digit, shift)| (rest * shift + digit) % 97);
    (rest == 1).then_some(iban)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scr_06_an_account_has_the_right_check_digits() {
        assert_eq!(iban("nl91 abna 0417 1643 00").as_deref(), Some("NL91ABNA0417164300"));
        assert_eq!(iban("DE89370400440532013000").as_deref(), Some("DE89370400440532013000"));
        for wrong in ["NL92ABNA0417164300", "NL91ABNA041716430", "", "91NLABNA0417164300", "NL91ABNA04171643é0"] {
            assert_eq!(iban(wrong), None, "{wrong}");
        }
    }
}
