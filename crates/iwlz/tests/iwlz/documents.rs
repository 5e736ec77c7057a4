//! Documents as short as they can be, and ways to read them.

use chrono::NaiveDate;
use identifiers::Agb;
use iwlz::{Client, Faults, Header, MessageKind, OfficeCode, Reader};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn nijmegen() -> OfficeCode {
    OfficeCode::parse("5508").unwrap()
}

pub fn provider() -> Agb {
    "41410001".parse().unwrap()
}

pub fn header(kind: MessageKind) -> Header {
    iwlz::testing::header(kind, (nijmegen(), provider()), "TEST 1", day("2023-01-15"))
}

/// Reads all of a message.
pub fn read(bytes: &[u8]) -> Result<(Header, Vec<Client>), Faults> {
    let mut reader = Reader::new(bytes);
    let clients: Vec<Client> = reader.by_ref().collect();
    Ok((reader.finish()?, clients))
}

/// The faults as path and problem.
pub fn faults(bytes: &[u8]) -> Vec<(String, String)> {
    let faults = read(bytes).unwrap_err();
    faults.found.into_iter().map(|fault| (fault.path, fault.problem.to_string())).collect()
}

/// An AW35 with clients written by hand, in the namespace by default.
pub fn aw35(clients: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<Bericht xmlns="http://www.istandaarden.nl/iwlz/2_2/aw35/schema" xmlns:i="http://www.istandaarden.nl/iwlz/2_2/basisschema/schema">
<Header>
<BerichtCode>354</BerichtCode><BerichtVersie>5</BerichtVersie><BerichtSubversie>2</BerichtSubversie>
<Afzender>41410001</Afzender><Ontvanger>5508</Ontvanger>
<BerichtIdentificatie><i:Identificatie>A1</i:Identificatie><i:Dagtekening>2023-01-15</i:Dagtekening></BerichtIdentificatie>
<XsdVersie><i:BasisschemaXsdVersie>1.0.0</i:BasisschemaXsdVersie><i:BerichtXsdVersie>1.0.0</i:BerichtXsdVersie></XsdVersie>
</Header>
<Clienten>{clients}</Clienten>
</Bericht>
"#
    )
}

/// A client of an AW35, with what was delivered.
pub fn client(bsn: &str, delivered: &str) -> String {
    format!(
        "\n<Client><Bsn>{bsn}</Bsn><Geboortedatum><i:Datum>1940-05-06</i:Datum></Geboortedatum><Geslacht>2</Geslacht>\
         <Naam><i:Achternaam>Jansen &amp; Zn. &#233;</i:Achternaam></Naam>{delivered}</Client>"
    )
}

/// A function that is delivered, with another value for some of its elements.
pub fn function(other: &[(&str, &str)]) -> String {
    let elements = [
        ("Besluitnummer", "12"),
        ("FunctieCode", "31"),
        ("ToewijzingIngangsdatum", "2023-01-01"),
        ("Begindatum", "2023-01-02"),
        ("Instelling", "41410001"),
        ("Klasse", "K4"),
        ("StatusAanlevering", "1"),
    ];
    let element = |(name, value): (&str, &str)| {
        let value = other.iter().find(|(other, _)| *other == name).map_or(value, |(_, value)| *value);
        format!("<{name}>{value}</{name}>")
    };
    let elements: String = elements.into_iter().map(element).collect();
    format!("<GeleverdeFuncties><GeleverdeFunctie>{elements}</GeleverdeFunctie></GeleverdeFuncties>")
}
