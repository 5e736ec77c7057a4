//! Every RPC, by every role, for the own and the other office: exactly what the contract's table says.

use contract::access::{METHODS, Method, Reach, Role};
use prost_reflect::{DescriptorPool, DynamicMessage, Kind, ReflectMessage, Value};
use testkit::on_both_engines;
use tonic::Code;

use crate::{
    seed::{id, seed},
    world::{AGB, ALL, Names, OTHER, OWN, ROLES, STRANGE_AGB, Which, World, reason, word},
};

/// The RPCs that a service serves: its own and those all services have.
fn methods(which: Which) -> impl Iterator<Item = &'static Method> {
    const OF_SERVICES: [&str; 5] = ["registration", "tariffing", "budget", "homecare", "screening"];
    let common = |method: &&Method| {
        !OF_SERVICES.iter().any(|service| method.service.starts_with(&format!("zorginkoop.{service}.")))
    };
    METHODS.iter().filter(move |method| method.service.starts_with(which.package()) || common(method))
}

/// A request that names an office, a record of it and a provider, wherever the RPC asks for them.
fn request(pool: &DescriptorPool, method: &Method, office: &str, agb: &str) -> Vec<u8> {
    let service = pool.get_service_by_name(method.service).unwrap();
    let own = service.methods().find(|found| found.name() == method.name).unwrap();
    let access = pool.get_extension_by_name("zorginkoop.common.v1.access").unwrap();
    let options = own.options();
    let entry = options.get_extension(&access);
    let entry = entry.as_message().unwrap();
    let text = |name: &str| entry.get_field_by_name(name).unwrap().as_str().unwrap_or_default().to_owned();
    let mut message = DynamicMessage::new(own.input());
    set(&mut message, &text("office_field"), office);
    if let Reach::Record(kind) = method.reach {
        let record = entry.get_field_by_name("record").unwrap();
        let field = record.as_message().unwrap().get_field_by_name("field").unwrap().as_str().unwrap().to_owned();
        set(&mut message, &field, &id(kind, office));
    }
    if method.reach == Reach::Stream {
        let start = message.descriptor().get_field_by_name("start").unwrap();
        let Kind::Message(start) = start.kind() else { panic!("start is a message") };
        let mut start = DynamicMessage::new(start);
        set(&mut start, "office", office);
        if names_provider(pool, method) {
            set(&mut start, "agb", agb);
        }
        message.set_field_by_name("start", Value::Message(start));
    }
    set(&mut message, &text("provider_field"), agb);
    prost_reflect::prost::Message::encode_to_vec(&message)
}

/// Whether a call tells whose it is: a request does where its entry has a field for it, a stream in its first message,
/// unless that shows in the file it carries.
fn names_provider(pool: &DescriptorPool, method: &Method) -> bool {
    if method.reach != Reach::Stream {
        return !method.every_provider;
    }
    let service = pool.get_service_by_name(method.service).unwrap();
    let input = service.methods().find(|found| found.name() == method.name).unwrap().input();
    let Some(Kind::Message(start)) = input.get_field_by_name("start").map(|field| field.kind()) else { return false };
    start.get_field_by_name("agb").is_some()
}

fn set(message: &mut DynamicMessage, path: &str, value: &str) {
    match path.split_once('.') {
        None if path.is_empty() => {}
        None => message.set_field_by_name(path, Value::String(value.to_owned())),
        Some((outer, inner)) => {
            let field = message.descriptor().get_field_by_name(outer).unwrap();
            let Kind::Message(kind) = field.kind() else { panic!("{path}") };
            let mut within = DynamicMessage::new(kind);
            set(&mut within, inner, value);
            message.set_field_by_name(outer, Value::Message(within));
        }
    }
}

/// What the table says of a call: none when it is let in.
fn expected(pool: &DescriptorPool, method: &Method, (role, office, agb): (Role, &str, &str)) -> Option<&'static str> {
    if !method.roles.contains(&role) {
        return Some("ROLE_NOT_ADMITTED");
    }
    let of_an_office = matches!(method.reach, Reach::Office | Reach::Record(_) | Reach::Stream);
    if of_an_office && office != OWN {
        return Some("OFFICE_NOT_GRANTED");
    }
    // A record's provider is that of the record, whatever the request says.
    let by_record = matches!(method.reach, Reach::Record(kind) if kind != "round");
    (role == Role::Adapter && names_provider(pool, method) && !by_record && agb != AGB)
        .then_some("PROVIDER_NOT_GRANTED")
}

on_both_engines! {
    async fn every_rpc_admits_exactly_the_roles_of_its_entry(engine) {
        let pool = DescriptorPool::decode(contract::DESCRIPTORS).unwrap();
        for which in ALL {
            let world = World::open(engine, which).await;
            seed(&world, which).await;
            let (mut wrong, mut refused) = (Names::new(), 0);
            for method in methods(which) {
                for (role, office, agb) in combinations() {
                    let message = request(&pool, method, office, agb);
                    // The name holds everything, so that no two attempts are alike to the log.
                    let name = format!("{} {} {office} {agb}", method.name, word(role));
                    let token = world.token_of(&name, &[format!("{}@{OWN}", word(role))]);
                    let outcome = world.call(method, message, &token).await;
                    let got = outcome.as_ref().err().map(reason).filter(|(code, _)| {
                        matches!(code, Code::PermissionDenied | Code::Unauthenticated)
                    });
                    let wanted = expected(&pool, method, (role, office, agb)).map(|word| (Code::PermissionDenied, word.to_owned()));
                    refused += usize::from(wanted.is_some());
                    // Who may decide on a proposal is asked after who is let in.
                    if got != wanted {
                        wrong.insert(format!("{name}: wanted {wanted:?}, got {outcome:?}"));
                    }
                }
            }
            assert!(wrong.is_empty(), "{which:?}: {wrong:#?}");
            let log = world.log().await;
            let logged = log.iter().filter(|row| row.outcome == database::AuditOutcome::Refused).count();
            assert_eq!(logged, refused, "{which:?}: every refusal is in the log");
            assert_eq!(world.db.check_audit().await.unwrap().broken, None);
            world.close().await;
        }
    }

    async fn nobody_gets_in_without_a_token(engine) {
        let pool = DescriptorPool::decode(contract::DESCRIPTORS).unwrap();
        for which in ALL {
            let world = World::open(engine, which).await;
            for method in methods(which) {
                let message = request(&pool, method, OWN, AGB);
                let status = world.call(method, message, "").await.unwrap_err();
                assert_eq!(status.code(), Code::Unauthenticated, "{}", method.path);
                assert!(!reason(&status).1.is_empty(), "{}", method.path);
                // At most so many attempts a second are taken from one address.
                tokio::time::sleep(std::time::Duration::from_millis(60)).await;
            }
            let refused = world.log().await;
            assert_eq!(refused.len(), methods(which).count(), "{which:?}");
            world.close().await;
        }
    }
}

fn combinations() -> impl Iterator<Item = (Role, &'static str, &'static str)> {
    let offices = [(OWN, AGB), (OTHER, AGB), (OWN, STRANGE_AGB)];
    let with_adapter = |role: Role, agb: &str| role == Role::Adapter || agb == AGB;
    ROLES.into_iter().flat_map(move |role| {
        offices
            .into_iter()
            .filter(move |(_, agb)| with_adapter(role, agb))
            .map(move |(office, agb)| (role, office, agb))
    })
}
