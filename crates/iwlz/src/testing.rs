//! Messages for tests: written from what they say, with persons that don't exist.

use std::fmt::Write as _;

use chrono::{NaiveDate, NaiveTime};
use identifiers::{Agb, Bsn};

use crate::{
    Allocation, AllocationKind, Care, CareStart, Client, DeliveryForm, DeliveryStatus, Header, MessageKind, Mutation,
    MutationCode, OfficeCode, Product, ReportStatus, tokens::BASIS,
};

/// A client with nothing said about it yet.
#[must_use]
pub fn client(ordinal: u32, bsn: Bsn) -> Client {
    Client { ordinal, bsn, allocations: Vec::new(), starts: Vec::new(), mutations: Vec::new() }
}

/// A header between an office and a provider.
#[must_use]
pub fn header(
    kind: MessageKind,
    (office, provider): (OfficeCode, Agb),
    identification: &str,
    date: NaiveDate,
) -> Header {
    Header {
        kind,
        office,
        provider,
        identification: identification.to_owned(),
        date,
        basic_schema_version: "1.0.0".to_owned(),
        schema_version: "1.0.0".to_owned(),
    }
}

/// A regular allocation of a care profile, under decision 1, decided on its first day at midnight.
#[must_use]
pub fn allocation(
    (office, provider): (OfficeCode, Agb),
    profile: u16,
    form: DeliveryForm,
    (first_day, last_day): (NaiveDate, Option<NaiveDate>),
) -> Allocation {
    Allocation {
        decision_number: 1,
        care: Care::Profile(profile),
        provider: Some(provider),
        office,
        kind: AllocationKind::Regular,
        decided: first_day.and_time(NaiveTime::MIN),
        percentage: Some(10_000),
        first_day,
        last_day,
        withdrawal: None,
        nights: None,
        class: None,
        delivery_form: Some(form),
        destination: None,
    }
}

/// The report that care under an allocation began.
#[must_use]
pub fn start_of(allocation: &Allocation, first_day: NaiveDate) -> Option<CareStart> {
    Some(CareStart {
        product: product_of(allocation)?,
        first_day,
        nights: allocation.nights,
        class: allocation.class,
        delivery_status: Some(DeliveryStatus::InCare),
        delivery_form: allocation.delivery_form,
        status: ReportStatus::First,
    })
}

/// The report that care under an allocation changed.
#[must_use]
pub fn mutation_of(allocation: &Allocation, code: MutationCode, date: NaiveDate) -> Option<Mutation> {
    Some(Mutation {
        product: product_of(allocation)?,
        first_day: None,
        code,
        date,
        delivery_status: Some(DeliveryStatus::End),
        delivery_form: allocation.delivery_form,
        destination: None,
        status: ReportStatus::First,
    })
}

fn product_of(allocation: &Allocation) -> Option<Product> {
    Some(Product {
        decision_number: allocation.decision_number,
        care: allocation.care,
        allocated_from: allocation.first_day,
        provider: allocation.provider?,
    })
}

/// Writes a message. The allocations of a client are all under the decision of the first one.
#[must_use]
pub fn write(header: &Header, clients: &[Client]) -> Vec<u8> {
    let mut xml = Xml { text: String::new(), depth: 0 };
    xml.text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let root = format!("m:Bericht xmlns:m=\"{}\" xmlns:i=\"{BASIS}\"", header.kind.namespace());
    xml.inside(&root, |xml| {
        xml.inside("m:Header", |xml| write_header(xml, header));
        xml.inside("m:Clienten", |xml| {
            for client in clients {
                xml.inside("m:Client", |xml| write_client(xml, header.kind, client));
            }
        });
    });
    xml.text.into_bytes()
}

struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    fn inside(&mut self, tag: &str, content: impl FnOnce(&mut Xml)) {
        let indent = self.depth * 2;
        self.line(format_args!("{:indent$}<{tag}>", ""));
        self.depth += 1;
        content(self);
        self.depth -= 1;
        let name = tag.split(' ').next().unwrap_or(tag);
        self.line(format_args!("{:indent$}</{name}>", ""));
    }

    fn value(&mut self, name: &str, value: impl std::fmt::Display) {
        let escaped = value.to_string().replace('&', "&amp;").replace('<', "&lt;");
        let indent = self.depth * 2;
        self.line(format_args!("{:indent$}<{name}>{escaped}</{name}>", ""));
    }

    fn maybe(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.value(name, value);
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a text can't fail.
        let _ = self.text.write_fmt(line);
        self.text.push('\n');
    }

    fn care(&mut self, care: Care) {
        match care {
            Care::Profile(code) => self.value("m:ZzpCode", code),
            Care::Function(code) => self.value("m:FunctieCode", code),
        }
    }
}

fn write_header(xml: &mut Xml, header: &Header) {
    let (office, provider) = (header.office.to_string(), header.provider.to_string());
    let (from, to) = match header.kind {
        MessageKind::Aw33 => (office, provider),
        MessageKind::Aw35 | MessageKind::Aw39 => (provider, office),
    };
    xml.value("m:BerichtCode", header.kind.code());
    xml.value("m:BerichtVersie", 5);
    xml.value("m:BerichtSubversie", 2);
    xml.value("m:Afzender", from);
    xml.value("m:Ontvanger", to);
    xml.inside("m:BerichtIdentificatie", |xml| {
        xml.value("i:Identificatie", &header.identification);
        xml.value("i:Dagtekening", header.date);
    });
    xml.inside("m:XsdVersie", |xml| {
        xml.value("i:BasisschemaXsdVersie", &header.basic_schema_version);
        xml.value("i:BerichtXsdVersie", &header.schema_version);
    });
}

fn write_client(xml: &mut Xml, kind: MessageKind, client: &Client) {
    xml.value("m:Bsn", String::from_utf8_lossy(&client.bsn.digits()));
    if kind == MessageKind::Aw33 {
        xml.value("m:GeheimeClient", 2);
    }
    xml.inside("m:Geboortedatum", |xml| xml.value("i:Datum", "1940-05-06"));
    xml.value("m:Geslacht", 2);
    xml.inside("m:Naam", |xml| {
        xml.inside("i:Geslachtsnaam", |xml| xml.value("i:Achternaam", "Jansen & De Vries"));
        xml.value("i:Voorletters", "A");
        xml.value("i:NaamGebruik", 1);
    });
    match kind {
        MessageKind::Aw33 => write_indication(xml, client),
        MessageKind::Aw35 => {
            let (functions, profiles) = split(&client.starts, |start| start.product.care);
            several(xml, "m:GeleverdeFuncties", "m:GeleverdeFunctie", &functions, write_start);
            several(xml, "m:GeleverdeZorgzwaartepakketten", "m:GeleverdZorgzwaartepakket", &profiles, write_start);
        }
        MessageKind::Aw39 => {
            let (functions, profiles) = split(&client.mutations, |mutation| mutation.product.care);
            several(xml, "m:MutatieFuncties", "m:MutatieFunctie", &functions, write_mutation);
            several(xml, "m:MutatieZorgzwaartepakketten", "m:MutatieZorgzwaartepakket", &profiles, write_mutation);
        }
    }
}

fn split<T>(records: &[T], care: impl Fn(&T) -> Care) -> (Vec<&T>, Vec<&T>) {
    records.iter().partition(|record| care(record).function().is_some())
}

fn several<T>(xml: &mut Xml, around: &str, each: &str, records: &[&T], write: impl Fn(&mut Xml, &T)) {
    if !records.is_empty() {
        xml.inside(around, |xml| records.iter().for_each(|record| xml.inside(each, |xml| write(xml, record))));
    }
}

fn write_indication(xml: &mut Xml, client: &Client) {
    xml.value("m:Leefeenheid", 1);
    xml.value("m:Partneropname", 2);
    xml.inside("m:Contactgegevens", |xml| xml.inside("m:Contact", |xml| xml.value("m:Soort", "01")));
    xml.inside("m:Indicatie", |xml| {
        let decision = client.allocations.first().map_or(1, |allocation| allocation.decision_number);
        xml.value("m:Besluitnummer", decision);
        xml.value("m:Soort", 1);
        xml.value("m:Afgiftedatum", "2020-01-01");
        xml.value("m:Ingangsdatum", "2020-01-01");
        let (functions, profiles) = split(&client.allocations, |allocation| allocation.care);
        several(xml, "m:ToegewezenFuncties", "m:ToegewezenFunctie", &functions, write_allocation);
        several(xml, "m:ToegewezenZorgzwaartepakketten", "m:ToegewezenZorgzwaartepakket", &profiles, write_allocation);
    });
}

fn write_allocation(xml: &mut Xml, allocation: &Allocation) {
    let profile = allocation.care.profile().is_some();
    xml.care(allocation.care);
    xml.maybe("m:Instelling", allocation.provider);
    xml.value("m:Zorgkantoor", allocation.office);
    xml.value("m:Soort", allocation.kind.code());
    xml.value("m:Toewijzingsdatum", allocation.decided.date());
    xml.value("m:Toewijzingstijd", allocation.decided.time().format("%H:%M:%S"));
    xml.maybe("m:ToewijzingPercentage", allocation.percentage.filter(|_| profile));
    xml.value("m:Ingangsdatum", allocation.first_day);
    xml.maybe("m:Einddatum", allocation.last_day);
    xml.maybe("m:RedenIntrekking", allocation.withdrawal.map(|reason| reason.code()));
    xml.maybe("m:Etmalen", allocation.nights.filter(|_| profile));
    xml.maybe("m:Klasse", allocation.class);
    xml.maybe("m:InstellingBestemming", allocation.destination);
    xml.maybe("m:Leveringsvorm", allocation.delivery_form.filter(|_| profile).map(|form| form.code()));
}

fn write_product(xml: &mut Xml, product: &Product) {
    xml.value("m:Besluitnummer", product.decision_number);
    xml.care(product.care);
    xml.value("m:ToewijzingIngangsdatum", product.allocated_from);
}

fn write_start(xml: &mut Xml, start: &CareStart) {
    let profile = start.product.care.profile().is_some();
    write_product(xml, &start.product);
    xml.value("m:Begindatum", start.first_day);
    xml.value("m:Instelling", start.product.provider);
    xml.maybe("m:Etmalen", start.nights.filter(|_| profile));
    xml.maybe("m:Klasse", start.class);
    xml.maybe("m:Leveringsstatus", start.delivery_status.filter(|_| profile).map(|status| status.code()));
    xml.maybe("m:Leveringsvorm", start.delivery_form.filter(|_| profile).map(|form| form.code()));
    xml.value("m:StatusAanlevering", start.status.code());
}

fn write_mutation(xml: &mut Xml, mutation: &Mutation) {
    let profile = mutation.product.care.profile().is_some();
    write_product(xml, &mutation.product);
    xml.maybe("m:Begindatum", mutation.first_day);
    xml.value("m:Instelling", mutation.product.provider);
    xml.value("m:Mutatiecode", mutation.code.code());
    xml.value("m:Mutatiedatum", mutation.date);
    xml.maybe("m:Leveringsstatus", mutation.delivery_status.filter(|_| profile).map(|status| status.code()));
    xml.maybe("m:Leveringsvorm", mutation.delivery_form.filter(|_| profile).map(|form| form.code()));
    xml.maybe("m:InstellingBestemming", mutation.destination);
    xml.value("m:StatusAanlevering", mutation.status.code());
}
