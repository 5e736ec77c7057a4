//! Reads an identity map, noting every fault with its line.

use std::ops::Range;

use contract::access::Role;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    caller::{Grant, Offices},
    fault::{Fault, Faults},
    map::{CertificateEntry, IdentityMap, ROLES, San, TokenEntry, is_office, role},
};

type Table<'a> = DeTable<'a>;
type Field<'a> = Spanned<DeValue<'a>>;

/// Reads the map in `file`.
pub(crate) fn read(file: &str, content: &[u8]) -> Result<IdentityMap, Faults> {
    let text = std::str::from_utf8(content).map_err(|_| Fault::new(file, "is no UTF-8 text"))?;
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { file, text, faults: Vec::new(), map: IdentityMap::default() };
    for error in errors {
        reader.fault(error.span().unwrap_or_default(), error.message().to_owned());
    }
    reader.root(root.get_ref());
    reader.faults.sort_by_key(|(line, _)| *line);
    Faults::or(reader.faults.into_iter().map(|(_, fault)| fault).collect(), reader.map)
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    /// With their lines.
    faults: Vec<(usize, Fault)>,
    map: IdentityMap,
}

impl Reader<'_> {
    fn fault(&mut self, span: Range<usize>, problem: impl std::fmt::Display) {
        let start = span.start.min(self.text.len());
        let line = self.text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        self.faults.push((line, Fault::new(format!("{}:{line}", self.file), problem)));
    }

    fn root(&mut self, root: &Table<'_>) {
        for (key, field) in root {
            match (key.get_ref().as_ref(), field.get_ref()) {
                (kind @ ("certificate" | "token"), DeValue::Array(items)) => {
                    for item in items.iter() {
                        match item.get_ref() {
                            DeValue::Table(table) if kind == "certificate" => self.certificate(table, item.span()),
                            DeValue::Table(table) => self.token(table, item.span()),
                            _ => self.fault(item.span(), format!("[[{kind}]] must be a table")),
                        }
                    }
                }
                (other, _) => {
                    self.fault(key.span(), format!("unknown key {other:?}: expected [[certificate]] or [[token]]"));
                }
            }
        }
    }

    fn certificate(&mut self, table: &Table<'_>, span: Range<usize>) {
        self.only(table, &["san", "name", "grants"]);
        let grants = self.grants(table, &span);
        let name = table.get("name").and_then(|field| self.text(field, "name"));
        let Some((text, span)) = self.required(table, &span, "san") else { return };
        let Some(san) = San::parse(&text) else {
            return self.fault(span, format!("san {text:?} must be dns:NAME, uri:URI or email:ADDRESS"));
        };
        if text.contains('*') {
            return self.fault(span, format!("san {text:?} must name one identity: there are no wildcards"));
        }
        let entry = CertificateEntry { name: name.unwrap_or(text), grants };
        if self.map.certificates.contains_key(&san) {
            return self.fault(span, format!("san \"{san}\" has an entry already"));
        }
        self.map.certificates.insert(san, entry);
    }

    fn token(&mut self, table: &Table<'_>, span: Range<usize>) {
        self.only(table, &["claim", "value", "grants"]);
        let grants = self.grants(table, &span);
        let claim = self.required(table, &span, "claim");
        let value = self.required(table, &span, "value");
        if let (Some((claim, _)), Some((value, _))) = (claim, value) {
            self.map.tokens.push(TokenEntry { claim, value, grants });
        }
    }

    fn grants(&mut self, table: &Table<'_>, span: &Range<usize>) -> Vec<Grant> {
        let Some(field) = table.get("grants") else {
            self.fault(span.clone(), "grants is missing");
            return Vec::new();
        };
        let DeValue::Array(items) = field.get_ref() else {
            self.fault(field.span(), "grants must be a list of { roles = [...], offices = [...] }");
            return Vec::new();
        };
        if items.is_empty() {
            self.fault(field.span(), "grants must not be empty");
        }
        let mut grants = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(grant) => {
                    self.only(grant, &["roles", "offices"]);
                    let roles = self.roles(grant, &item.span());
                    let offices = self.offices(grant, &item.span());
                    grants.push(Grant { roles, offices });
                }
                _ => self.fault(item.span(), "a grant must be { roles = [...], offices = [...] }"),
            }
        }
        grants
    }

    fn roles(&mut self, grant: &Table<'_>, span: &Range<usize>) -> Vec<Role> {
        let mut roles = Vec::new();
        for (word, span) in self.list(grant, span, "roles") {
            match role(&word) {
                Some(role) => roles.push(role),
                None => {
                    let known = ROLES.map(|(word, _)| word).join(", ");
                    self.fault(span, format!("unknown role {word:?}: expected one of {known}"));
                }
            }
        }
        roles
    }

    fn offices(&mut self, grant: &Table<'_>, span: &Range<usize>) -> Offices {
        let words = self.list(grant, span, "offices");
        if let [(word, _)] = words.as_slice()
            && word == "*"
        {
            return Offices::All;
        }
        let mut offices = std::collections::BTreeSet::new();
        for (word, span) in words {
            if word == "*" {
                self.fault(span, "\"*\" is every office and stands alone");
            } else if is_office(&word) {
                offices.insert(word);
            } else {
                self.fault(span, format!("office {word:?} must be 2 to 32 of a-z, 0-9 and _"));
            }
        }
        Offices::Only(offices)
    }

    /// The texts of a list that must be there and must not be empty.
    fn list(&mut self, table: &Table<'_>, span: &Range<usize>, name: &str) -> Vec<(String, Range<usize>)> {
        let Some(field) = table.get(name) else {
            self.fault(span.clone(), format!("{name} is missing"));
            return Vec::new();
        };
        let DeValue::Array(items) = field.get_ref() else {
            self.fault(field.span(), format!("{name} must be a list of texts"));
            return Vec::new();
        };
        if items.is_empty() {
            self.fault(field.span(), format!("{name} must not be empty"));
        }
        items.iter().filter_map(|item| Some((self.text(item, name)?, item.span()))).collect()
    }

    fn required(&mut self, table: &Table<'_>, span: &Range<usize>, name: &str) -> Option<(String, Range<usize>)> {
        let Some(field) = table.get(name) else {
            self.fault(span.clone(), format!("{name} is missing"));
            return None;
        };
        Some((self.text(field, name)?, field.span()))
    }

    fn text(&mut self, field: &Field<'_>, name: &str) -> Option<String> {
        let DeValue::String(text) = field.get_ref() else {
            self.fault(field.span(), format!("{name} must be text"));
            return None;
        };
        if !(1..=256).contains(&text.len()) || text.chars().any(char::is_control) {
            self.fault(field.span(), format!("{name} must be 1 to 256 bytes without control characters"));
            return None;
        }
        Some(text.to_string())
    }

    fn only(&mut self, table: &Table<'_>, known: &[&str]) {
        for key in table.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                self.fault(key.span(), format!("unknown key {:?}: expected {}", key.get_ref(), known.join(", ")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRONG: &str = r#"version = 1
[[certificate]]
san = "dns:a.example"
nam = "a"
grants = [{ roles = ["boss"], offices = ["VGZ"] }]
[[certificate]]
san = "dns:A.example"
grants = [{ roles = [], offices = ["*", "vgz"] }]
[[certificate]]
san = "a.example"
grants = [{ roles = ["adapter"] }]
[[certificate]]
san = "dns:*.example"
grants = []
[[token]]
claim = "groups"
value = 5
grants = [{ roles = ["purchaser"], offices = ["vgz"], until = 2023 }]
[[token]]
claim = ""
"#;

    #[test]
    fn every_fault_is_told_with_its_line() {
        let faults = read("map.toml", WRONG.as_bytes()).unwrap_err();
        let told: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
        let roles = "adapter, purchaser, decider, investigator, operator, auditor, service";
        let expected = [
            "map.toml:1: unknown key \"version\": expected [[certificate]] or [[token]]",
            "map.toml:4: unknown key \"nam\": expected san, name, grants",
            &format!("map.toml:5: unknown role \"boss\": expected one of {roles}"),
            "map.toml:5: office \"VGZ\" must be 2 to 32 of a-z, 0-9 and _",
            "map.toml:7: san \"dns:a.example\" has an entry already",
            "map.toml:8: roles must not be empty",
            "map.toml:8: \"*\" is every office and stands alone",
            "map.toml:10: san \"a.example\" must be dns:NAME, uri:URI or email:ADDRESS",
            "map.toml:11: offices is missing",
            "map.toml:13: san \"dns:*.example\" must name one identity: there are no wildcards",
            "map.toml:14: grants must not be empty",
            "map.toml:17: value must be text",
            "map.toml:18: unknown key \"until\": expected roles, offices",
            "map.toml:19: grants is missing",
            "map.toml:19: value is missing",
            "map.toml:20: claim must be 1 to 256 bytes without control characters",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_no_toml_is_told_too() {
        let faults = read("map.toml", b"[[certificate]\nsan = \"dns:a\"\nb =\n").unwrap_err();
        assert!(faults.0.iter().any(|fault| fault.place == "map.toml:1"), "{faults}");
        assert!(faults.0.iter().any(|fault| fault.place == "map.toml:3"), "{faults}");
        assert_eq!(read("map.toml", &[0xff]).unwrap_err().to_string(), "map.toml: is no UTF-8 text");
        assert_eq!(read("map.toml", b"").unwrap(), IdentityMap::default());
    }
}
