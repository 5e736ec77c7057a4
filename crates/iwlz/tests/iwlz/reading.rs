//! What is read of messages that are right.

use iwlz::{
    AllocationKind, Care, DeliveryForm, DeliveryStatus, MessageKind, MutationCode, Reader, ReportStatus, Withdrawal,
    testing::{allocation, client, mutation_of, start_of, write},
};

use crate::documents::{self, aw35, day, function, header, nijmegen, provider, read};

const BSN: &str = "123456782";

#[test]
fn an_aw33_says_what_was_allocated() {
    let dates = (day("2023-02-01"), Some(day("2023-06-30")));
    let mut stay = allocation((nijmegen(), provider()), 753, DeliveryForm::Stay, dates);
    stay.withdrawal = Some(Withdrawal::Deceased);
    let mut bought = allocation((nijmegen(), provider()), 753, DeliveryForm::PersonalBudget, (day("2023-07-01"), None));
    bought.provider = None;
    let mut person = client(1, BSN.parse().unwrap());
    person.allocations = vec![stay, bought];
    let (head, clients) = read(&write(&header(MessageKind::Aw33), &[person.clone()])).unwrap();
    assert_eq!((head.kind, head.sender(), head.provider), (MessageKind::Aw33, "5508".to_owned(), provider()));
    assert_eq!((head.identification.as_str(), head.date), ("TEST 1", day("2023-01-15")));
    assert_eq!(clients, [person]);
    let read = &clients[0].allocations[0];
    assert_eq!((read.care, read.kind, read.percentage), (Care::Profile(753), AllocationKind::Regular, Some(10_000)));
    assert_eq!((read.first_day, read.last_day), dates);
    assert_eq!(clients[0].allocations[1].provider, None);
}

#[test]
fn an_aw35_and_an_aw39_say_how_care_goes() {
    let allocated = allocation((nijmegen(), provider()), 753, DeliveryForm::Stay, (day("2023-02-01"), None));
    let mut person = client(1, BSN.parse().unwrap());
    person.starts.extend(start_of(&allocated, day("2023-02-03")));
    let (head, clients) = read(&write(&header(MessageKind::Aw35), &[person.clone()])).unwrap();
    assert_eq!((head.sender(), head.office), ("41410001".to_owned(), nijmegen()));
    assert_eq!(clients[0].starts[0].delivery_status, Some(DeliveryStatus::InCare));
    assert_eq!(clients, [person]);

    let mut person = client(1, BSN.parse().unwrap());
    person.mutations.extend(mutation_of(&allocated, MutationCode::EndedClose, day("2023-05-09")));
    let (_, clients) = read(&write(&header(MessageKind::Aw39), &[person.clone()])).unwrap();
    let ended = &clients[0].mutations[0];
    assert_eq!((ended.code, ended.date), (MutationCode::EndedClose, day("2023-05-09")));
    assert_eq!(ended.product.allocated_from, day("2023-02-01"));
    assert_eq!(clients, [person]);
}

#[test]
fn names_are_skipped_and_entities_of_xml_itself_are_taken() {
    let text = aw35(&documents::client(BSN, &function(&[("Klasse", "<![CDATA[K]]>&#52;")])));
    let (_, clients) = read(text.as_bytes()).unwrap();
    let start = &clients[0].starts[0];
    assert_eq!((start.product.care, start.class), (Care::Function(31), Some("K4")));
    assert_eq!((start.delivery_form, start.status), (None, ReportStatus::First));
}

#[test]
fn the_prefix_the_byte_order_mark_and_where_the_schema_lies_say_nothing() {
    let text = aw35(&documents::client(BSN, &function(&[]))).replace(
        "<Bericht ",
        r#"<Bericht xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" "#,
    );
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    assert_eq!(read(&marked).unwrap(), read(aw35(&documents::client(BSN, &function(&[]))).as_bytes()).unwrap());
}

#[test]
fn clients_come_one_by_one_and_the_wrong_ones_do_not() {
    let people = [BSN, "111222333", "999999990", "123456783"].map(|bsn| documents::client(bsn, &function(&[])));
    let text = aw35(&people.concat());
    let mut reader = Reader::new(text.as_bytes());
    let first = reader.next().unwrap();
    assert_eq!((first.ordinal, reader.header().unwrap().identification.as_str()), (1, "A1"));
    let rest: Vec<u32> = reader.by_ref().map(|client| client.ordinal).collect();
    assert_eq!(rest, [2, 3]);
    let faults = reader.finish().unwrap_err();
    assert_eq!((faults.total, faults.found[0].client), (1, Some(4)));
}

#[test]
fn an_allocation_may_be_withdrawn_before_it_began() {
    let dates = (day("2023-02-01"), Some(day("2023-01-31")));
    let mut never = allocation((nijmegen(), provider()), 753, DeliveryForm::Stay, dates);
    never.withdrawal = Some(Withdrawal::OtherProvider);
    let mut person = client(1, BSN.parse().unwrap());
    person.allocations = vec![never];
    assert_eq!(read(&write(&header(MessageKind::Aw33), &[person.clone()])).unwrap().1, [person]);
}
