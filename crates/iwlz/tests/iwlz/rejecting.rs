//! Messages that are wrong, and what is said of them.

use iwlz::{
    DeliveryForm, MAX_BYTES, MAX_FAULTS, MAX_RECORDS, MessageKind, Problem, Reader, Withdrawal,
    testing::{allocation, client, write},
};

use crate::documents::{self, aw35, day, faults, function, header, nijmegen, provider, read};

const BSN: &str = "123456782";

fn right() -> String {
    aw35(&documents::client(BSN, &function(&[])))
}

/// The only problem of a message, wherever it is.
fn problem(text: &str) -> Problem {
    let faults = read(text.as_bytes()).unwrap_err();
    assert_eq!(faults.total, 1, "{:?}", faults.found);
    faults.found[0].problem
}

#[test]
fn everything_wrong_is_told_at_once_and_where() {
    let wrong = [
        ("Besluitnummer", "0x1"),
        ("FunctieCode", "32"),
        ("ToewijzingIngangsdatum", "2023-02-30"),
        ("Instelling", "00000000"),
        ("Klasse", "K9"),
        ("StatusAanlevering", ""),
    ];
    let people = [documents::client(BSN, &function(&[])), documents::client("123456783", &function(&wrong))];
    let text = aw35(&people.concat()).replace("<BerichtCode>354", "<BerichtCode>352").replace("5508", "5522");
    let faults = read(text.as_bytes()).unwrap_err();
    let delivered = "Bericht/Clienten/Client[2]/GeleverdeFuncties/GeleverdeFunctie[1]";
    let paths: Vec<&str> = faults.found.iter().map(|fault| fault.path.as_str()).collect();
    let of = |name: &str| format!("{delivered}/{name}");
    assert_eq!(
        paths,
        [
            "Bericht/Header/BerichtCode",
            "Bericht/Header/Ontvanger",
            "Bericht/Clienten/Client[2]/Bsn",
            &of("Besluitnummer"),
            &of("FunctieCode"),
            &of("ToewijzingIngangsdatum"),
            &of("Instelling"),
            &of("Klasse"),
            &of("StatusAanlevering"),
        ]
    );
    let bsn = &faults.found[2];
    let place = text.find("<Bsn>123456783").unwrap();
    assert_eq!((bsn.client, bsn.byte), (Some(2), place as u64));
    assert_eq!(bsn.line as usize, text[..place].lines().count());
    assert!(bsn.to_string().ends_with("Bericht/Clienten/Client[2]/Bsn: BSN: fails the eleven test"), "{bsn}");
    assert_eq!((faults.found[0].client, faults.found[0].problem), (None, Problem::Expected("354")));
    let all = format!("{faults:?}");
    assert!(!all.contains("123456783") && !all.contains("2023-02-30"), "no text of the message stands in it: {all}");
}

#[test]
fn a_document_type_and_entities_of_its_own_are_refused_unread() {
    let doctype = r#"<!DOCTYPE Bericht [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>"#;
    let with = |doctype: &str| right().replacen("?>\n", &format!("?>{doctype}\n"), 1);
    assert_eq!(problem(&with(doctype)), Problem::DocumentType);
    assert_eq!(problem(&with(r#"<!DOCTYPE Bericht SYSTEM "file:///etc/passwd">"#)), Problem::DocumentType);
    assert_eq!(problem(&right().replace("&amp;", "&b;")), Problem::Entity);
}

#[test]
fn what_is_not_this_message_is_told_apart() {
    assert_eq!(problem(&right().replace("2_2/aw35", "2_1/aw35")), Problem::Root);
    assert_eq!(problem(&right().replace("Bericht>", "Berichten>").replace("<Bericht ", "<Berichten ")), Problem::Root);
    assert_eq!(problem(""), Problem::Root);
    assert_eq!(problem("<?xml version=\"1.0\"?>"), Problem::Root);
    assert_eq!(problem("UNH+1"), Problem::Malformed);
    assert_eq!(problem(&right().replace("utf-8", "iso-8859-1")), Problem::Encoding);
    assert_eq!(read(b"<Bericht>\xff").unwrap_err().found[0].problem, Problem::Encoding);
    // In the namespace of what messages share, and the other way round.
    let shared = right().replace("<i:Dagtekening>", "<Dagtekening>").replace("</i:Dagtekening>", "</Dagtekening>");
    assert_eq!(
        faults(shared.as_bytes()),
        [path("Bericht/Header/BerichtIdentificatie/Dagtekening", Problem::Namespace)]
    );
    // The BerichtCode of an AW39 in the namespace of an AW35.
    assert_eq!(problem(&right().replace(">354<", ">358<")), Problem::Expected("354"));
}

fn path(path: &str, problem: Problem) -> (String, String) {
    (path.to_owned(), problem.to_string())
}

#[test]
fn elements_are_those_of_the_schema_in_their_order() {
    let swap = |from: &str, to: &str| {
        let text = right();
        assert!(text.contains(from), "{from}");
        faults(text.replacen(from, to, 1).as_bytes())
    };
    let person = "Bericht/Clienten/Client[1]";
    assert_eq!(swap("<Geslacht>2</Geslacht>", ""), [path(&format!("{person}/Geslacht"), Problem::Missing)]);
    assert_eq!(
        swap("<Geslacht>2</Geslacht>", "<Geslacht>2</Geslacht><Geslacht>2</Geslacht>"),
        [path(&format!("{person}/Geslacht"), Problem::Twice)]
    );
    assert_eq!(
        swap("<Ontvanger>5508</Ontvanger>", "").len() + swap("</Header>", "<Ontvanger>5508</Ontvanger></Header>").len(),
        2
    );
    let moved = right().replace("<Ontvanger>5508</Ontvanger>", "");
    let moved = moved.replace("</XsdVersie>", "</XsdVersie><Ontvanger>5508</Ontvanger>");
    assert_eq!(faults(moved.as_bytes()), [path("Bericht/Header/Ontvanger", Problem::Order)]);
    assert_eq!(swap("<Bsn>", "<Naam2>x</Naam2><Bsn>"), [path(&format!("{person}/*"), Problem::Unknown)]);
    assert_eq!(swap("<Bsn>", "tekst<Bsn>"), [path(person, Problem::Text)]);
    assert_eq!(swap("<Bsn>", "<Bsn nr=\"1\">"), [path(&format!("{person}/Bsn"), Problem::Attribute)]);
    assert_eq!(swap("<Bsn>", "<Bsn><b/>"), [path(&format!("{person}/Bsn"), Problem::Unknown)]);
    assert_eq!(faults(aw35("").as_bytes()), [path("Bericht/Clienten/Client", Problem::Missing)]);
}

#[test]
fn what_is_not_well_formed_ends_the_reading() {
    for broken in ["<Clienten>", "</Client>", "<Bsn>123456782</Naam>", "&", "<x:a/>", "<!-- a -- b -->", "<?xml?>"] {
        let text = right().replacen("</Clienten>", &format!("{broken}</Clienten>"), 1);
        let found = read(text.as_bytes()).unwrap_err().found;
        assert_eq!(found.last().unwrap().problem, Problem::Malformed, "{broken}: {found:?}");
    }
    let text = right();
    let cut = read(&text.as_bytes()[..text.len() - 12]).unwrap_err();
    assert_eq!(cut.found.last().unwrap().problem, Problem::Malformed);
    assert_eq!(problem(&format!("{text}<a/>")), Problem::Root);
    assert_eq!(problem(&format!("{text}a")), Problem::Malformed);
}

#[test]
fn periods_end_after_they_begin_unless_they_were_withdrawn() {
    let dates = (day("2023-02-01"), Some(day("2023-01-31")));
    let mut person = client(1, BSN.parse().unwrap());
    person.allocations = vec![allocation((nijmegen(), provider()), 753, DeliveryForm::Stay, dates)];
    let end =
        "Bericht/Clienten/Client[1]/Indicatie/ToegewezenZorgzwaartepakketten/ToegewezenZorgzwaartepakket[1]/Einddatum";
    let found = faults(&write(&header(MessageKind::Aw33), &[person.clone()]));
    assert_eq!(found, [path(end, Problem::Reversed)]);
    person.allocations[0].withdrawal = Some(Withdrawal::Deceased);
    person.allocations[0].last_day = None;
    assert_eq!(faults(&write(&header(MessageKind::Aw33), &[person])), [path(end, Problem::WithdrawnWhen)]);
}

#[test]
fn a_provider_reports_on_its_own_care() {
    let text = aw35(&documents::client(BSN, &function(&[("Instelling", "41410002")])));
    let place = "Bericht/Clienten/Client[1]/GeleverdeFuncties/GeleverdeFunctie[1]/Instelling";
    assert_eq!(faults(text.as_bytes()), [path(place, Problem::OtherProvider)]);
}

#[test]
fn there_are_bounds_to_everything() {
    let mut large = right().into_bytes();
    large.resize(MAX_BYTES, b' ');
    assert!(read(&large).is_ok(), "as large as it may be");
    large.push(b' ');
    assert_eq!(read(&large).unwrap_err().found[0].problem, Problem::TooLarge { limit: MAX_BYTES });

    let inner = function(&[]).replace("<GeleverdeFuncties>", "").replace("</GeleverdeFuncties>", "");
    let records = |count: usize| {
        aw35(&documents::client(BSN, &format!("<GeleverdeFuncties>{}</GeleverdeFuncties>", inner.repeat(count))))
    };
    assert_eq!(read(records(MAX_RECORDS).as_bytes()).unwrap().1[0].starts.len(), MAX_RECORDS);
    assert_eq!(problem(&records(MAX_RECORDS + 2)), Problem::TooManyRecords { limit: MAX_RECORDS });

    let deep = right().replace("<Geslacht>2</Geslacht>", &format!("<Geslacht>{}", "<a>".repeat(100_000)));
    assert!(matches!(problem(&deep), Problem::TooDeep { .. }));

    let faulty = aw35(&documents::client("1", "").repeat(MAX_FAULTS + 5));
    let faults = read(faulty.as_bytes()).unwrap_err();
    assert_eq!((faults.found.len(), faults.total), (MAX_FAULTS, MAX_FAULTS as u64 + 5));

    let long = right().replace(">K4<", &format!(">{}<", "K4".repeat(100_000)));
    assert!(matches!(problem(&long), Problem::Code { list: "Klasse", .. }));
}

#[test]
fn a_reader_that_is_left_alone_gives_nothing() {
    let text = right().replace("<Ontvanger>5508</Ontvanger>", "");
    let mut reader = Reader::new(text.as_bytes());
    assert_eq!(reader.by_ref().count(), 1, "the client is right");
    assert_eq!(reader.header(), None);
    assert_eq!(reader.finish().unwrap_err().total, 1, "and the message is not");
}
