//! Reads the rows of a rule file, and what they have in common with its checks.

use std::{ops::Range, sync::Arc};

use toml::de::{DeTable, DeValue};

use super::{
    Statement, Text,
    entry::Raw,
    read::{Reader, field_span, unknown_names},
    row::{FieldKind, Row, RowKind, RowValue},
    schema::Unit,
    value::{date_of, raw_value, text, texts},
};

const KEYS: [&str; 12] =
    ["rule", "key", "office", "act", "sector", "from", "until", "source", "reading", "note", "nl", "en"];

impl Reader<'_> {
    /// Reads one row, noting everything wrong with it.
    pub(super) fn row(
        &mut self,
        kind: &RowKind,
        table: &DeTable<'_>,
        span: Range<usize>,
        sources: &[(String, String)],
    ) {
        let known: Vec<&str> = KEYS.into_iter().chain(kind.fields.iter().map(|(name, _)| *name)).collect();
        self.only(table, &known);
        let fields = kind.fields.iter().filter_map(|(name, field)| {
            let value = self.field(table, name, *field)?;
            Some((*name, value))
        });
        let fields = fields.collect();
        let Some(statement) = self.statement(table, &span, sources, kind.inputs) else { return };
        let row = Row { statement, kind: kind.name, fields };
        for (field, expected) in (kind.faults)(&row) {
            self.fault(field_span(table, field, &span), format!("{} {}: {expected}", kind.name, row.key));
        }
        self.content.rows.push(row);
    }

    fn field(&mut self, table: &DeTable<'_>, name: &str, kind: FieldKind) -> Option<RowValue> {
        let field = table.get(name)?;
        match row_value(field.get_ref(), kind) {
            Ok(value) => Some(value),
            Err(expected) => {
                self.fault(field.span(), format!("{name}: expected {expected}"));
                None
            }
        }
    }

    /// Reads what every row has: rule, key, for whom, since when, source and texts.
    pub(super) fn statement(
        &mut self,
        table: &DeTable<'_>,
        span: &Range<usize>,
        sources: &[(String, String)],
        inputs: &'static [&'static str],
    ) -> Option<Statement> {
        let scope = self.scope(table);
        let cited = self.source(table, span, sources);
        // What is read into the source is told beside it, wherever the row is explained.
        let source: Arc<str> = match self.optional(table, "reading") {
            Some(reading) => format!("{cited}; our reading: {reading}").into(),
            None => cited,
        };
        let [rule, key, dutch, english] = ["rule", "key", "nl", "en"].map(|key| self.required(table, span, key));
        for (language, template) in [("nl", &dutch), ("en", &english)] {
            for name in unknown_names(template.as_deref().unwrap_or_default(), &Text::new("", "", inputs)) {
                let message = format!("{{{name}}} is none of {}, result", inputs.join(", "));
                self.fault(field_span(table, language, span), message);
            }
        }
        let (from, until) = (self.date(table, "from"), self.date(table, "until"));
        if from.is_none() || until.is_some_and(|until| Some(until) < from) {
            self.fault(span.clone(), "a row needs a date in from, and no until before it".to_owned());
        }
        let (Some(rule), Some(key), Some(from)) = (rule, key, from) else { return None };
        let text: Arc<str> = format!("{key}@{scope}/{from}").into();
        self.add_words((&rule, &text), &source, (dutch, english), span.clone());
        let (file, line) = (self.name.clone(), self.line(span.clone()));
        let (rule, key) = (rule.into(), key.into());
        Some(Statement { rule, key, text, file, line, source, scope, from, until, contested: false })
    }
}

fn row_value(value: &DeValue<'_>, kind: FieldKind) -> Result<RowValue, String> {
    let raw = |unit: Unit| raw_value(value, unit);
    let list = || texts(value).filter(|list| !list.is_empty());
    match kind {
        FieldKind::Text => text(value).map(|text| RowValue::Text(text.into())).ok_or_else(|| "a text".to_owned()),
        FieldKind::List => list().map(RowValue::List).ok_or_else(|| "a list of texts".to_owned()),
        FieldKind::Choice(words) => match text(value) {
            Some(word) if words.contains(&word) => Ok(RowValue::Text(word.into())),
            _ => Err(format!("one of {}", words.join(", "))),
        },
        FieldKind::Choices(words) => {
            let known = |list: &Vec<Arc<str>>| list.iter().all(|word| words.contains(&&**word));
            list().filter(known).map(RowValue::List).ok_or_else(|| format!("a list of {}", words.join(", ")))
        }
        FieldKind::Percent => raw(Unit::Percent).map(|raw| match raw {
            Raw::Percent(percentage) => RowValue::Percent(percentage),
            _ => RowValue::Flag(false),
        }),
        FieldKind::Points => raw(Unit::Points).map(|raw| match raw {
            Raw::Points(points) => RowValue::Points(points),
            _ => RowValue::Flag(false),
        }),
        FieldKind::Count => raw(Unit::Count).map(|raw| match raw {
            Raw::Count(count) => RowValue::Count(count),
            _ => RowValue::Flag(false),
        }),
        FieldKind::Flag => match value {
            DeValue::Boolean(flag) => Ok(RowValue::Flag(*flag)),
            _ => Err("true or false".to_owned()),
        },
        FieldKind::Date => date_of(value).map(RowValue::Date).ok_or_else(|| "a day such as 2023-01-01".to_owned()),
    }
}
