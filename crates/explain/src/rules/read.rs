//! Reads rule files, noting every fault with its line.

use std::{borrow::Cow, ops::Range, sync::Arc};

use chrono::NaiveDate;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Fault, RowKind, RuleFile, Schema, Text,
    entry::{Content, Entry, Raw, Scope, Version, Word, Words},
    schema::ParameterSpec,
};
use crate::rules::value::{date_of, raw_value};

type Table<'a> = DeTable<'a>;
type Field<'a> = Spanned<DeValue<'a>>;

/// Reads all files; texts that no file gives are faults too.
pub(super) fn read(files: &[RuleFile], schema: &Schema) -> Content {
    let mut content = Content::default();
    for file in files {
        let (root, errors) = DeTable::parse_recoverable(&file.text);
        let mut reader = Reader { file, name: file.name.as_str().into(), schema, content: &mut content };
        for error in errors {
            reader.fault(error.span().unwrap_or_default(), error.message().to_owned());
        }
        reader.root(root.get_ref());
    }
    for text in schema.texts {
        if !content.words.contains_key(&(text.rule.to_owned(), text.key.to_owned())) {
            let message = format!("no rule file has text {:?} of rule {}", text.key, text.rule);
            content.faults.push(Fault { file: "rules".to_owned(), line: 0, message });
        }
    }
    content
}

/// A reader of one file.
pub(super) struct Reader<'a> {
    file: &'a RuleFile,
    pub(super) name: Arc<str>,
    pub(super) schema: &'a Schema,
    pub(super) content: &'a mut Content,
}

impl Reader<'_> {
    pub(super) fn fault(&mut self, span: Range<usize>, message: String) {
        let line = self.line(span);
        self.content.faults.push(Fault { file: self.file.name.clone(), line, message });
    }

    pub(super) fn line(&self, span: Range<usize>) -> usize {
        let start = span.start.min(self.file.text.len());
        self.file.text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn root(&mut self, root: &Table<'_>) {
        let sources = self.sources(root);
        for (key, field) in root {
            match (key.get_ref().as_ref(), field.get_ref()) {
                ("title", DeValue::String(_)) | ("sources", DeValue::Table(_)) => {}
                (kind @ ("parameter" | "text" | "word" | "check"), DeValue::Array(items)) => {
                    for item in items {
                        match (kind, item.get_ref()) {
                            ("parameter", DeValue::Table(table)) => self.parameter(table, item.span(), &sources),
                            ("text", DeValue::Table(table)) => self.text(table, item.span(), &sources),
                            ("word", DeValue::Table(table)) => self.word(table, item.span()),
                            (_, DeValue::Table(table)) => self.check(table, item.span(), &sources),
                            _ => self.fault(item.span(), format!("[[{kind}]] must be a table")),
                        }
                    }
                }
                (other, DeValue::Array(items)) if self.row_kind(other).is_some() => {
                    for item in items {
                        match (self.row_kind(other), item.get_ref()) {
                            (Some(kind), DeValue::Table(table)) => self.row(kind, table, item.span(), &sources),
                            _ => self.fault(item.span(), format!("[[{other}]] must be a table")),
                        }
                    }
                }
                (other, _) => self.fault(key.span(), format!("unknown key {other:?}: expected {}", self.known_keys())),
            }
        }
    }

    fn row_kind(&self, name: &str) -> Option<&'static RowKind> {
        self.schema.rows.iter().find(|kind| kind.name == name)
    }

    fn known_keys(&self) -> String {
        let rows = self.schema.rows.iter().map(|kind| format!(", [[{}]]", kind.name)).collect::<String>();
        format!("title, [sources], [[parameter]], [[text]], [[word]], [[check]]{rows}")
    }

    /// The documents a file cites, by their short names.
    fn sources(&mut self, root: &Table<'_>) -> Vec<(String, String)> {
        let Some(DeValue::Table(table)) = root.get("sources").map(Spanned::get_ref) else {
            return Vec::new();
        };
        let mut sources = Vec::new();
        for (short, title) in table {
            match title.get_ref() {
                DeValue::String(title) => sources.push((short.get_ref().to_string(), title.to_string())),
                _ => self.fault(title.span(), "a source is a document's title".to_owned()),
            }
        }
        sources
    }

    fn parameter(&mut self, table: &Table<'_>, span: Range<usize>, sources: &[(String, String)]) {
        self.only(table, &["rule", "name", "unit", "office", "act", "sector", "source", "unset", "values", "note"]);
        let name = self.required(table, &span, "name");
        let rule = self.required(table, &span, "rule");
        let source = self.source(table, &span, sources);
        let scope = self.scope(table);
        let Some(name) = name else { return };
        let Some(spec) = self.schema.parameters.iter().find(|spec| spec.name == name).copied() else {
            return self.fault(span, format!("unknown parameter {name:?}"));
        };
        if rule.is_some_and(|rule| rule != spec.rule) {
            self.fault(field_span(table, "rule", &span), format!("parameter {name} belongs to rule {}", spec.rule));
        }
        if let Some(unit) = self.required(table, &span, "unit")
            && unit != spec.unit.name()
        {
            let message = format!("parameter {name} is in {}, not in {unit}", spec.unit.name());
            self.fault(field_span(table, "unit", &span), message);
        }
        let unset = matches!(table.get("unset").map(Spanned::get_ref), Some(DeValue::Boolean(true)));
        let versions = self.versions(table, &span, spec, &source);
        let stated =
            matches!(table.get("values").map(Spanned::get_ref), Some(DeValue::Array(items)) if !items.is_empty());
        if !stated && !unset {
            self.fault(span.clone(), format!("parameter {name} has no values: state them, or unset = true"));
        }
        let unset = unset.then(|| (self.name.clone(), self.line(span)));
        self.merge(name, scope, versions, unset);
    }

    /// Statements of the same parameter and scope in several files are versions of one entry.
    fn merge(&mut self, name: String, scope: Scope, versions: Vec<Version>, unset: Option<(Arc<str>, usize)>) {
        let entries = self.content.entries.entry(name).or_default();
        match entries.iter_mut().find(|entry| entry.scope == scope) {
            Some(entry) => {
                entry.versions.extend(versions);
                entry.unset = entry.unset.take().or(unset);
            }
            None => entries.push(Entry { scope, versions, unset }),
        }
    }

    fn versions(
        &mut self,
        table: &Table<'_>,
        span: &Range<usize>,
        spec: ParameterSpec,
        source: &Arc<str>,
    ) -> Vec<Version> {
        let Some(field) = table.get("values") else {
            return Vec::new();
        };
        let DeValue::Array(items) = field.get_ref() else {
            self.fault(span.clone(), "values is a list of { from, until, value }".to_owned());
            return Vec::new();
        };
        items.iter().filter_map(|item| self.version(item, spec, source)).collect()
    }

    fn version(&mut self, item: &Field<'_>, spec: ParameterSpec, source: &Arc<str>) -> Option<Version> {
        let DeValue::Table(table) = item.get_ref() else {
            self.fault(item.span(), "a version is { from, until, value }".to_owned());
            return None;
        };
        self.only(table, &["from", "until", "value", "unset"]);
        let from = self.date(table, "from");
        let until = self.date(table, "until");
        if from.is_none() {
            self.fault(item.span(), "a version needs a date in from".to_owned());
        }
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.fault(item.span(), format!("the version ends on {until}, before it begins on {from}"));
        }
        let unset = matches!(table.get("unset").map(Spanned::get_ref), Some(DeValue::Boolean(true)));
        let line = self.line(item.span());
        let made =
            |value| Some(Version { from: from?, until, value, file: self.name.clone(), line, source: source.clone() });
        let field = match table.get("value") {
            Some(field) if !unset => field,
            None if unset => return made(Raw::Unset),
            _ => {
                self.fault(item.span(), "a version needs a value, or unset = true".to_owned());
                return None;
            }
        };
        match raw_value(field.get_ref(), spec.unit) {
            Ok(value) => made(value),
            Err(expected) => {
                self.fault(field.span(), format!("parameter {}: expected {expected}", spec.name));
                None
            }
        }
    }

    fn text(&mut self, table: &Table<'_>, span: Range<usize>, sources: &[(String, String)]) {
        self.only(table, &["rule", "key", "nl", "en", "source"]);
        let source = self.source(table, &span, sources);
        let parts = ["rule", "key", "nl", "en"].map(|key| self.required(table, &span, key));
        let [Some(rule), Some(key), Some(dutch), Some(english)] = parts else {
            return;
        };
        match self.schema.texts.iter().find(|text| text.rule == rule && text.key == key) {
            None => self.fault(span.clone(), format!("unknown text {key:?} of rule {rule}")),
            Some(text) => {
                for (language, template) in [("nl", &dutch), ("en", &english)] {
                    for name in unknown_names(template, text) {
                        let message = format!("text {key:?} of {rule} names {{{name}}}, which is none of its inputs");
                        self.fault(field_span(table, language, &span), message);
                    }
                }
            }
        }
        self.add_words((&rule, &key), &source, (Some(dutch), Some(english)), span);
    }

    /// What people call a code: told instead of it wherever it is the whole of a value.
    fn word(&mut self, table: &Table<'_>, span: Range<usize>) {
        self.only(table, &["code", "nl", "en"]);
        let [Some(code), Some(dutch), Some(english)] = ["code", "nl", "en"].map(|key| self.required(table, &span, key))
        else {
            return;
        };
        if self.content.codes.insert(code.clone(), Word { dutch, english }).is_some() {
            self.fault(span, format!("word {code:?} is given twice"));
        }
    }

    /// Adds a text in both languages; a text that is missing was noted before.
    pub(super) fn add_words(
        &mut self,
        (rule, key): (&str, &str),
        source: &Arc<str>,
        (dutch, english): (Option<String>, Option<String>),
        span: Range<usize>,
    ) {
        let words = Words {
            source: source.to_string(),
            dutch: dutch.unwrap_or_default(),
            english: english.unwrap_or_default(),
        };
        if self.content.words.insert((rule.to_owned(), key.to_owned()), words).is_some() {
            self.fault(span, format!("text {key:?} of rule {rule} is given twice"));
        }
    }

    pub(super) fn only(&mut self, table: &Table<'_>, known: &[&str]) {
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                self.fault(
                    key.span(),
                    format!("unknown key {:?}: expected one of {}", key.get_ref(), known.join(", ")),
                );
            }
        }
    }

    /// The source of a statement: a short name of `[sources]` with a section is spelled out.
    pub(super) fn source(&mut self, table: &Table<'_>, span: &Range<usize>, sources: &[(String, String)]) -> Arc<str> {
        let Some(cited) = self.required(table, span, "source") else {
            return "".into();
        };
        let (short, section) = cited.split_once(' ').map_or((cited.as_str(), ""), |(short, section)| (short, section));
        if matches!(short, "reading" | "design" | "reading:" | "design:") {
            return cited.into();
        }
        match sources.iter().find(|(name, _)| name == short) {
            Some((_, title)) if section.is_empty() => title.as_str().into(),
            Some((_, title)) => format!("{title}, {section}").into(),
            None => {
                let message = format!("source {short:?} is not in [sources], nor a reading or a design");
                self.fault(field_span(table, "source", span), message);
                cited.into()
            }
        }
    }

    pub(super) fn required(&mut self, table: &Table<'_>, span: &Range<usize>, key: &str) -> Option<String> {
        let value = self.optional(table, key);
        if value.is_none() && table.get(key).is_none() {
            self.fault(span.clone(), format!("{key} is missing"));
        }
        value
    }

    pub(super) fn optional(&mut self, table: &Table<'_>, key: &str) -> Option<String> {
        let field = table.get(key)?;
        match field.get_ref() {
            DeValue::String(text) if !text.is_empty() => Some(Cow::clone(text).into_owned()),
            _ => {
                self.fault(field.span(), format!("{key} must be a text"));
                None
            }
        }
    }

    pub(super) fn date(&mut self, table: &Table<'_>, key: &str) -> Option<NaiveDate> {
        let field = table.get(key)?;
        let date = date_of(field.get_ref());
        if date.is_none() {
            self.fault(field.span(), format!("{key} must be a date such as 2023-01-01"));
        }
        date
    }
}

pub(super) fn field_span(table: &Table<'_>, key: &str, otherwise: &Range<usize>) -> Range<usize> {
    table.get(key).map_or_else(|| otherwise.clone(), Spanned::span)
}

pub(super) fn unknown_names<'a>(template: &'a str, text: &Text) -> Vec<&'a str> {
    let names = template.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name);
    names.filter(|name| *name != "result" && !text.inputs.contains(name)).collect()
}
