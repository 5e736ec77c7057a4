//! The calls that are made of an older and of a newer version alike.

use contract::{
    common::{Act, Date, Decimal, Period, Sector},
    registration::{CreateProviderRequest, Provider, RecordAgreementRequest},
    tariffing::{ImportMaximumTariffsRequest, PercentageBasis, RecordPercentageRequest},
};

/// The office.
pub const OFFICE: &str = "vgz";

/// The AGB code of one of many providers.
pub fn agb(number: usize) -> String {
    format!("4141{number:04}")
}

/// A provider that is recorded.
pub fn provider(request_id: String, agb: &str) -> CreateProviderRequest {
    let provider = Provider { agb: agb.to_owned(), name: "De Es".to_owned(), kvk: "12345678".to_owned() };
    CreateProviderRequest { request_id, provider: Some(provider) }
}

/// An agreement of 2022 and 2023.
pub fn agreement(request_id: String, agb: &str) -> RecordAgreementRequest {
    RecordAgreementRequest {
        request_id,
        office: OFFICE.to_owned(),
        act: Act::Wlz.into(),
        sector: Sector::Gz.into(),
        agb: agb.to_owned(),
        period: Some(years()),
        claiming_since: Some(Date { year: 2022, month: 1, day: 1 }),
        region: "5508".to_owned(),
        ..RecordAgreementRequest::default()
    }
}

/// The whole of 2022 and 2023.
pub fn years() -> Period {
    let (first_day, last_day) = (Date { year: 2022, month: 1, day: 1 }, Date { year: 2023, month: 12, day: 31 });
    Period { first_day: Some(first_day), last_day: Some(last_day) }
}

/// The example tariffs: Z053 at 251.10 a day and CENT at one cent.
pub fn tariffs(request_id: String) -> ImportMaximumTariffsRequest {
    let csv = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n\
               Z053,example,GZ,verblijf,14,251.10,0,0,2022-01-01,2023-12-31\n\
               CENT,example,GZ,mpt,82,0.01,0,0,2022-01-01,2023-12-31\n";
    let (office, source) = (OFFICE.to_owned(), "example".to_owned());
    ImportMaximumTariffsRequest { request_id, office, source, csv: csv.as_bytes().to_vec() }
}

/// The full maximum tariff of 2023.
pub fn percentage(request_id: String, agb: &str) -> RecordPercentageRequest {
    RecordPercentageRequest {
        request_id,
        office: OFFICE.to_owned(),
        sector: Sector::Gz.into(),
        agb: agb.to_owned(),
        year: 2023,
        percentage: Some(Decimal { value: "100.0".to_owned() }),
        basis: PercentageBasis::Regular.into(),
        motivation: "test".to_owned(),
    }
}
