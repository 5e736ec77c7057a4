//! What holds of any bytes, and of any message.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use identifiers::{Agb, Bsn};
use iwlz::{
    Allocation, AllocationKind, Care, CareStart, Client, DeliveryForm, DeliveryStatus, Header, MAX_BYTES, MAX_FAULTS,
    MAX_RECORDS, MessageKind, Mutation, MutationCode, OfficeCode, Problem, Product, ReportStatus, Withdrawal, testing,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::documents::read;

fn date() -> impl Strategy<Value = NaiveDate> {
    (0..5_000_i64).prop_map(|days| NaiveDate::from_ymd_opt(2015, 1, 1).unwrap() + TimeDelta::days(days))
}

fn agb() -> impl Strategy<Value = Agb> {
    (1..=99_u32, 1..1_000_000_u32).prop_map(|(kind, number)| Agb::from_number(kind * 1_000_000 + number).unwrap())
}

fn office() -> impl Strategy<Value = OfficeCode> {
    (5501..=5533_u16).prop_filter_map("not an office", |number| OfficeCode::parse(&number.to_string()))
}

fn bsn() -> impl Strategy<Value = Bsn> {
    (1..99_999_999_u32).prop_filter_map("no check digit", |number| {
        (0..=9).find_map(|last| Bsn::parse(&format!("{number:08}{last}")).ok()).filter(|bsn| !bsn.is_none())
    })
}

fn profile() -> impl Strategy<Value = Care> {
    select(vec![190, 753, 784, 814, 866, 999]).prop_map(Care::Profile)
}

fn function() -> impl Strategy<Value = Care> {
    select(vec![21, 31, 63, 91]).prop_map(Care::Function)
}

fn form() -> impl Strategy<Value = DeliveryForm> {
    select(DeliveryForm::ALL)
}

fn class() -> impl Strategy<Value = &'static str> {
    select(vec!["99", "K0", "KD15", "KE7"])
}

/// An allocation of a profile or of a function, under a decision.
fn allocation(decision_number: u32) -> impl Strategy<Value = Allocation> {
    let who = (option::of(agb()), office(), select(AllocationKind::ALL), option::of(agb()));
    let when = (date(), option::of(0..400_i64), date(), 0..86_400_u32, option::of(select(Withdrawal::ALL)));
    let what = (profile(), function(), any::<bool>(), form(), class(), option::of(select(vec!["3,5", "4,5"])));
    (who, when, what, option::of(1..=999_u32)).prop_map(move |(who, when, what, percents)| {
        let (provider, office, kind, destination) = who;
        let (first_day, days, decided, second, withdrawal) = when;
        let (profile, function, whole, form, class, nights) = what;
        let last_day = days.map(|days| first_day + TimeDelta::days(days));
        let decided = decided.and_time(NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap());
        Allocation {
            decision_number,
            care: if whole { profile } else { function },
            provider: if whole { provider } else { provider.or(Agb::from_number(41_410_001).ok()) },
            office,
            kind,
            decided,
            percentage: percents.filter(|_| whole).map(|percents| percents * 100),
            first_day,
            last_day,
            withdrawal: withdrawal.filter(|_| last_day.is_some()),
            nights: nights.filter(|_| whole),
            class: Some(class),
            delivery_form: whole.then_some(form),
            destination,
        }
    })
}

fn product() -> impl Strategy<Value = (Product, bool)> {
    (0..1_000_000_000_u32, profile(), function(), any::<bool>(), date(), agb()).prop_map(
        |(decision_number, profile, function, whole, allocated_from, provider)| {
            let care = if whole { profile } else { function };
            (Product { decision_number, care, allocated_from, provider }, whole)
        },
    )
}

fn start() -> impl Strategy<Value = CareStart> {
    let how = (form(), select(DeliveryStatus::ALL), class(), select(ReportStatus::ALL));
    (product(), date(), how).prop_map(|((product, whole), first_day, (form, status, class, report))| CareStart {
        product,
        first_day,
        nights: None,
        class: Some(class),
        delivery_status: whole.then_some(status),
        delivery_form: whole.then_some(form),
        status: report,
    })
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let how = (form(), select(DeliveryStatus::ALL), select(MutationCode::ALL), select(ReportStatus::ALL));
    (product(), option::of(date()), date(), how, option::of(agb())).prop_map(
        |((product, whole), first_day, date, (form, status, code, report), destination)| Mutation {
            product,
            first_day,
            code,
            date,
            delivery_status: whole.then_some(status),
            delivery_form: whole.then_some(form),
            destination,
            status: report,
        },
    )
}

fn client(kind: MessageKind) -> impl Strategy<Value = Client> {
    let most = move |wanted: MessageKind| if kind == wanted { 0..4 } else { 0..1 };
    let allocations =
        (1..1_000_000_000_u32).prop_flat_map(move |decision| vec(allocation(decision), most(MessageKind::Aw33)));
    (bsn(), allocations, vec(start(), most(MessageKind::Aw35)), vec(mutation(), most(MessageKind::Aw39))).prop_map(
        |(bsn, mut allocations, mut starts, mut mutations)| {
            // Functions come before profiles in a message.
            allocations.sort_by_key(|allocation| allocation.care.profile().is_some());
            starts.sort_by_key(|start| start.product.care.profile().is_some());
            mutations.sort_by_key(|mutation| mutation.product.care.profile().is_some());
            Client { ordinal: 0, bsn, allocations, starts, mutations }
        },
    )
}

fn message() -> impl Strategy<Value = (Header, Vec<Client>)> {
    let header = (select(MessageKind::ALL.to_vec()), office(), agb(), "[A-Za-z0-9<&>'\" é]{0,11}[A-Z]", date());
    header.prop_flat_map(|(kind, office, provider, identification, date)| {
        let header = testing::header(kind, (office, provider), &identification, date);
        let clients = vec(client(kind), 1..5).prop_map(move |mut clients| {
            for (ordinal, client) in (1..).zip(&mut clients) {
                client.ordinal = ordinal;
                client.starts.iter_mut().for_each(|start| start.product.provider = provider);
                client.mutations.iter_mut().for_each(|mutation| mutation.product.provider = provider);
            }
            clients
        });
        (Just(header), clients)
    })
}

proptest! {
    #[test]
    fn a_message_is_read_as_it_was_written((header, clients) in message()) {
        let read = read(&testing::write(&header, &clients)).unwrap();
        prop_assert_eq!(read, (header, clients));
    }

    #[test]
    fn any_bytes_are_read_to_an_end(bytes in vec(any::<u8>(), 0..400)) {
        let faults = read(&bytes).unwrap_err();
        prop_assert!(faults.total > 0);
    }

    #[test]
    fn any_text_like_xml_is_read_to_an_end(text in "(<[!?/]?[a-zA-Z:]{0,8}( xmlns=\"[a-z]{0,3}\")?/?>|&[a-z#0-9]{0,4};?|[ -~]{0,6}){0,30}") {
        prop_assert!(read(text.as_bytes()).is_err());
    }

    /// A byte changed, left out or put in: it is still right, or it is told what is wrong, within the bounds.
    #[test]
    fn a_damaged_message_is_read_to_an_end(
        (header, clients) in message(),
        damage in vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut bytes = testing::write(&header, &clients);
        for (at, byte, how) in damage {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        if let Err(faults) = read(&bytes) {
            prop_assert!(faults.total >= faults.found.len() as u64 && !faults.found.is_empty());
            prop_assert!(faults.found.len() <= MAX_FAULTS);
            for fault in &faults.found {
                prop_assert!(fault.byte <= bytes.len() as u64 && fault.line >= 1);
                prop_assert!(fault.path.starts_with("Bericht"), "{}", fault.path);
            }
        }
    }

    /// A message that ends too soon is never taken for a whole one.
    #[test]
    fn a_message_that_was_cut_off_is_refused((header, clients) in message(), at in any::<proptest::sample::Index>()) {
        let bytes = testing::write(&header, &clients);
        let cut = at.index(bytes.len() - 1);
        prop_assert!(read(&bytes[..cut]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A message is taken up to the bound and not a byte beyond it, and of a client as many records as the bound says,
    /// whatever the message is.
    #[test]
    fn bounds_are_kept_to_the_byte_and_the_record(
        (header, clients) in message(),
        bytes in MAX_BYTES - 3..MAX_BYTES + 4,
        records in MAX_RECORDS - 2..MAX_RECORDS + 3,
        one in start(),
    ) {
        let mut padded = testing::write(&header, &clients);
        padded.resize(bytes, b' ');
        let told = read(&padded).map_err(|faults| faults.found[0].problem);
        let wanted = if bytes > MAX_BYTES { Err(Problem::TooLarge { limit: MAX_BYTES }) } else { Ok((header.clone(), clients)) };
        prop_assert_eq!(told, wanted);

        let mut many = testing::client(1, "123456782".parse().unwrap());
        many.starts = vec![one; records];
        many.starts.iter_mut().for_each(|start| start.product.provider = header.provider);
        let header = Header { kind: MessageKind::Aw35, ..header };
        let told = read(&testing::write(&header, &[many])).map_err(|faults| (faults.total, faults.found[0].problem));
        let counted = told.map(|(_, clients)| clients[0].starts.len());
        let wanted = if records > MAX_RECORDS { Err((1, Problem::TooManyRecords { limit: MAX_RECORDS })) } else { Ok(records) };
        prop_assert_eq!(counted, wanted);
    }
}
