//! From the values of an element to what it says.

use chrono::NaiveDate;
use identifiers::{Agb, Bsn};

use crate::{
    care::{Care, OfficeCode},
    codes::{AllocationKind, DeliveryForm, DeliveryStatus, MutationCode, ReportStatus, Withdrawal},
    faults::Problem,
    message::{Allocation, CareStart, Header, MessageKind, Mutation, Product},
    value::Value,
};

/// Values that were read, by the name of their element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values(Vec<(&'static str, Value)>);

macro_rules! get {
    ($($name:ident, $variant:ident, $type:ty;)*) => {$(
        pub(crate) fn $name(&self, name: &str) -> Option<$type> {
            self.0.iter().find_map(|(found, value)| match value {
                Value::$variant(value) if *found == name => Some(value.clone()),
                _ => None,
            })
        }
    )*};
}

impl Values {
    pub(crate) fn add(&mut self, name: &'static str, value: Value) {
        self.0.push((name, value));
    }

    pub(crate) fn append(&mut self, other: Values) {
        self.0.extend(other.0);
    }

    get! {
        text, Text, String;
        date, Date, NaiveDate;
        time, Time, chrono::NaiveTime;
        agb, Agb, Agb;
        bsn, Bsn, Bsn;
        office, Office, OfficeCode;
        number, Number, u32;
        code, Code, &'static str;
        care_of, Care, Care;
    }

    fn care(&self) -> Option<Care> {
        self.care_of("ZzpCode").or_else(|| self.care_of("FunctieCode"))
    }

    fn form(&self) -> Option<DeliveryForm> {
        self.code("Leveringsvorm").and_then(DeliveryForm::from_code)
    }

    /// What two elements together may not say: the element it is about, and what is wrong.
    pub(crate) fn contradiction(&self) -> Option<(&'static str, Problem)> {
        let (first, last) = (self.date("Ingangsdatum")?, self.date("Einddatum"));
        let withdrawn = self.code("RedenIntrekking").is_some();
        match last {
            Some(last) if last < first && !withdrawn => Some(("Einddatum", Problem::Reversed)),
            None if withdrawn => Some(("Einddatum", Problem::WithdrawnWhen)),
            _ => None,
        }
    }

    // None below means that a value was missing or wrong, which is a fault of its own.

    pub(crate) fn header(&self, kind: MessageKind) -> Option<Header> {
        let (office, provider) = match kind {
            MessageKind::Aw33 => ("Afzender", "Ontvanger"),
            MessageKind::Aw35 | MessageKind::Aw39 => ("Ontvanger", "Afzender"),
        };
        Some(Header {
            kind,
            office: self.office(office)?,
            provider: self.agb(provider)?,
            identification: self.text("Identificatie")?,
            date: self.date("Dagtekening")?,
            basic_schema_version: self.text("BasisschemaXsdVersie")?,
            schema_version: self.text("BerichtXsdVersie")?,
        })
    }

    pub(crate) fn allocation(&self, decision_number: u32) -> Option<Allocation> {
        Some(Allocation {
            decision_number,
            care: self.care()?,
            provider: self.agb("Instelling"),
            office: self.office("Zorgkantoor")?,
            kind: AllocationKind::from_code(self.code("Soort")?)?,
            decided: self.date("Toewijzingsdatum")?.and_time(self.time("Toewijzingstijd")?),
            percentage: self.number("ToewijzingPercentage"),
            first_day: self.date("Ingangsdatum")?,
            last_day: self.date("Einddatum"),
            withdrawal: self.code("RedenIntrekking").and_then(Withdrawal::from_code),
            nights: self.code("Etmalen"),
            class: self.code("Klasse"),
            delivery_form: self.form(),
            destination: self.agb("InstellingBestemming"),
        })
    }

    fn product(&self) -> Option<Product> {
        Some(Product {
            decision_number: self.number("Besluitnummer")?,
            care: self.care()?,
            allocated_from: self.date("ToewijzingIngangsdatum")?,
            provider: self.agb("Instelling")?,
        })
    }

    pub(crate) fn care_start(&self) -> Option<CareStart> {
        Some(CareStart {
            product: self.product()?,
            first_day: self.date("Begindatum")?,
            nights: self.code("Etmalen"),
            class: self.code("Klasse"),
            delivery_status: self.code("Leveringsstatus").and_then(DeliveryStatus::from_code),
            delivery_form: self.form(),
            status: ReportStatus::from_code(self.code("StatusAanlevering")?)?,
        })
    }

    pub(crate) fn mutation(&self) -> Option<Mutation> {
        Some(Mutation {
            product: self.product()?,
            first_day: self.date("Begindatum"),
            code: MutationCode::from_code(self.code("Mutatiecode")?)?,
            date: self.date("Mutatiedatum")?,
            delivery_status: self.code("Leveringsstatus").and_then(DeliveryStatus::from_code),
            delivery_form: self.form(),
            destination: self.agb("InstellingBestemming"),
            status: ReportStatus::from_code(self.code("StatusAanlevering")?)?,
        })
    }
}
