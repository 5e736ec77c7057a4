//! Writes the table of who may call what from the `access` options of the methods.
//!
//! Whatever is missing or doesn't fit fails the build, with the name of the RPC.

use std::fmt::Write as _;

use protox::prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, Kind, MessageDescriptor, MethodDescriptor, ReflectMessage, Value,
};

type Failure = Box<dyn std::error::Error>;

/// The Rust of the table: one constant with all methods, and `Scoped` for every request.
pub fn table(pool: &DescriptorPool) -> Result<String, Failure> {
    let option = pool.get_extension_by_name("zorginkoop.common.v1.access").ok_or("the access option is gone")?;
    let (mut methods, mut impls) = (String::new(), String::new());
    let services = pool.services().filter(|service| service.package_name().starts_with("zorginkoop."));
    let all = services.flat_map(|service| service.methods().collect::<Vec<_>>());
    for (index, method) in all.enumerate() {
        let name = method.full_name().to_owned();
        let options = method.options();
        let entry = match options.has_extension(&option).then(|| options.get_extension(&option).into_owned()) {
            Some(Value::Message(entry)) => Entry { method, entry },
            _ => return Err(format!("{name}: no (zorginkoop.common.v1.access) option").into()),
        };
        entry.write(index, &mut methods, &mut impls).map_err(|problem| format!("{name}: {problem}"))?;
    }
    Ok(format!("/// Every RPC of every contract.\npub const METHODS: &[Method] = &[\n{methods}];\n\n{impls}"))
}

/// The entry of one method.
struct Entry {
    method: MethodDescriptor,
    entry: DynamicMessage,
}

impl Entry {
    fn write(&self, index: usize, methods: &mut String, impls: &mut String) -> Result<(), Failure> {
        let roles = self.roles()?;
        let action = self.action()?;
        let (reach, scope) = self.reach()?;
        let adapter = roles.iter().any(|role| role == "Adapter");
        let provider = self.text("provider_field");
        let every_provider = self.flag("every_provider");
        if adapter && provider.is_empty() && !every_provider && reach != "Stream" && !reach.starts_with("Record") {
            return Err("admits adapters without saying which provider it is about".into());
        }
        let object_type = self.text("object_type");
        if object_type.is_empty() {
            return Err("names no object_type".into());
        }
        let service = self.method.parent_service().full_name().to_owned();
        let name = self.method.name();
        let personal = self.flag("personal_data");
        let roles: Vec<String> = roles.iter().map(|role| format!("Role::{role}")).collect();
        writeln!(
            methods,
            "    Method {{ path: \"/{service}/{name}\", service: \"{service}\", name: \"{name}\", roles: &[{}], \
             action: Action::{action}, reach: Reach::{reach}, every_provider: {every_provider}, \
             object_type: \"{object_type}\", personal_data: {personal} }},",
            roles.join(", ")
        )?;
        if !self.method.is_client_streaming() {
            self.write_impl(index, &scope, &provider, impls)?;
        }
        Ok(())
    }

    fn write_impl(&self, index: usize, scope: &str, provider: &str, impls: &mut String) -> Result<(), Failure> {
        let request = self.method.input();
        let provider = match provider {
            "" => "None".to_owned(),
            path => format!("Some({})", text_of(&request, path)?),
        };
        let Some(fields) = self.entry.get_field_by_name("object_fields") else { return Err("no object_fields".into()) };
        let fields = fields.as_list().unwrap_or_default().iter().filter_map(Value::as_str);
        let parts = fields.map(|field| part_of(&request, field)).collect::<Result<Vec<_>, _>>()?;
        let object = match parts.as_slice() {
            [] => "String::new()".to_owned(),
            [one] => one.clone(),
            parts => format!("[{}].join(\" \")", parts.join(", ")),
        };
        let request_id = match request.get_field_by_name("request_id") {
            Some(_) => "&self.request_id",
            None => "\"\"",
        };
        writeln!(
            impls,
            "impl Scoped for {} {{\n    const METHOD: &'static Method = &METHODS[{index}];\n    \
             fn scope(&self) -> Scope<'_> {{ {scope} }}\n    \
             fn provider(&self) -> Option<&str> {{ {provider} }}\n    \
             fn object(&self) -> String {{ {object} }}\n    \
             fn request_id(&self) -> &str {{ {request_id} }}\n}}\n",
            rust_type(&request)?
        )?;
        Ok(())
    }

    fn roles(&self) -> Result<Vec<String>, Failure> {
        let Some(roles) = self.entry.get_field_by_name("roles") else { return Err("no roles".into()) };
        let numbers = roles.as_list().unwrap_or_default().iter().filter_map(Value::as_enum_number);
        let names = numbers.map(|number| self.enum_name("roles", number, "ROLE_")).collect::<Result<Vec<_>, _>>()?;
        if names.is_empty() { Err("admits no role".into()) } else { Ok(names) }
    }

    fn action(&self) -> Result<String, Failure> {
        let value = self.entry.get_field_by_name("action");
        self.enum_name("action", value.and_then(|value| value.as_enum_number()).unwrap_or(0), "ACTION_")
    }

    /// The name of an enum's value as prost writes it: `ROLE_ADAPTER` is `Adapter`.
    fn enum_name(&self, field: &str, number: i32, prefix: &str) -> Result<String, Failure> {
        let field = self.entry.descriptor().get_field_by_name(field).ok_or("the access option changed")?;
        let Kind::Enum(kind) = field.kind() else { return Err("the access option changed".into()) };
        let value = kind.get_value(number).filter(|_| number != 0).ok_or(format!("no {} is set", field.name()))?;
        let word = value.name().trim_start_matches(prefix);
        Ok(word[..1].to_owned() + &word[1..].to_lowercase())
    }

    /// The kind of reach, and the Rust that gives the scope of a request.
    fn reach(&self) -> Result<(String, String), Failure> {
        let request = self.method.input();
        let set = |name: &str| {
            let field = self.entry.descriptor().get_field_by_name(name);
            field.filter(|field| self.entry.has_field(field)).map(|field| self.entry.get_field(&field).into_owned())
        };
        if let Some(field) = set("office_field") {
            let field = text_of(&request, field.as_str().unwrap_or_default())?;
            return Ok(("Office".to_owned(), format!("Scope::Office({field})")));
        }
        if let Some(record) = set("record") {
            let record = record.as_message().ok_or("the access option changed")?;
            let text = |name| record.get_field_by_name(name).and_then(|value| value.as_str().map(str::to_owned));
            let (kind, field) = (text("kind").unwrap_or_default(), text("field").unwrap_or_default());
            let id = text_of(&request, &field)?;
            return Ok((format!("Record(\"{kind}\")"), format!("Scope::Record {{ kind: \"{kind}\", id: {id} }}")));
        }
        if set("shared").is_some() {
            return Ok(("Shared".to_owned(), "Scope::Shared".to_owned()));
        }
        if set("filtered").is_some() {
            return Ok(("Filtered".to_owned(), "Scope::Filtered".to_owned()));
        }
        if set("stream").is_some() {
            return match self.method.is_client_streaming() {
                true => Ok(("Stream".to_owned(), String::new())),
                false => Err("stream is for streams of requests".into()),
            };
        }
        Err("says nothing of whose data it touches".into())
    }

    fn text(&self, name: &str) -> String {
        let value = self.entry.get_field_by_name(name);
        value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    fn flag(&self, name: &str) -> bool {
        self.entry.get_field_by_name(name).and_then(|value| value.as_bool()).unwrap_or_default()
    }
}

/// The Rust that borrows a text field of a request; `provider.agb` is that of a message in it.
fn text_of(request: &MessageDescriptor, path: &str) -> Result<String, Failure> {
    let missing = || format!("{} has no text field {path:?}", request.name());
    match path.split_once('.') {
        None => {
            let field = request.get_field_by_name(path).ok_or_else(missing)?;
            if field.kind() != Kind::String || field.cardinality() == Cardinality::Repeated {
                return Err(missing().into());
            }
            Ok(format!("self.{path}.as_str()"))
        }
        Some((outer, inner)) => {
            let field = request.get_field_by_name(outer).ok_or_else(missing)?;
            let Kind::Message(message) = field.kind() else { return Err(missing().into()) };
            text_of(&message, inner)?;
            Ok(format!("self.{outer}.as_ref().map_or(\"\", |it| it.{inner}.as_str())"))
        }
    }
}

/// The Rust that makes a text of a field.
fn part_of(request: &MessageDescriptor, path: &str) -> Result<String, Failure> {
    let whole = request.get_field_by_name(path).is_some_and(|field| matches!(field.kind(), Kind::Int32 | Kind::Int64));
    if whole { Ok(format!("self.{path}.to_string()")) } else { Ok(format!("{}.to_owned()", text_of(request, path)?)) }
}

/// The path of a message's Rust type: `zorginkoop.budget.v1.GetRoomRequest` is `crate::budget::GetRoomRequest`.
fn rust_type(message: &MessageDescriptor) -> Result<String, Failure> {
    let module = message.package_name().split('.').nth(1).ok_or("a package without a service")?;
    Ok(format!("crate::{module}::{}", message.name()))
}
