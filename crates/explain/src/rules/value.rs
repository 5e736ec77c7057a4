//! One value of a rule file, read by the unit of its parameter.

use std::sync::Arc;

use calendar::{Cutoff, Deadline};
use chrono::{NaiveDate, NaiveDateTime};
use money::{Decimal, Money, Percentage, Rate};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Unit, Window, entry::Raw};

/// The value, or what was expected instead.
pub(super) fn raw_value(value: &DeValue<'_>, unit: Unit) -> Result<Raw, String> {
    match unit {
        Unit::Percent => decimal(value).map(|number| Raw::Percent(Percentage(number))),
        Unit::Points => decimal(value).map(Raw::Points),
        Unit::Factor => decimal(value).map(|number| Raw::Factor(Rate(number))),
        Unit::Euro => euro(value),
        Unit::Count => count(value),
        Unit::Flag => match value {
            DeValue::Boolean(flag) => Ok(Raw::Flag(*flag)),
            _ => Err("true or false".to_owned()),
        },
        Unit::Choice(words) => choice(value, words),
        Unit::List => list(value),
        Unit::Window => window(value),
    }
}

/// A local date.
pub(super) fn date_of(value: &DeValue<'_>) -> Option<NaiveDate> {
    let DeValue::Datetime(datetime) = value else {
        return None;
    };
    match (datetime.date, datetime.time, datetime.offset) {
        (Some(date), None, None) => NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()),
        _ => None,
    }
}

pub(super) fn text<'a>(value: &'a DeValue<'_>) -> Option<&'a str> {
    match value {
        DeValue::String(text) => Some(text.as_ref()),
        _ => None,
    }
}

/// A list of texts.
pub(super) fn texts(value: &DeValue<'_>) -> Option<Vec<Arc<str>>> {
    let DeValue::Array(items) = value else { return None };
    items.iter().map(|item| text(item.get_ref()).map(Arc::from)).collect()
}

fn decimal(value: &DeValue<'_>) -> Result<Decimal, String> {
    // A number in quotes is read digit by digit; a bare TOML float would go through binary.
    let number = text(value).and_then(|text| Decimal::from_str_exact(text).ok());
    number.ok_or_else(|| "a number in quotes, such as \"95.8\"".to_owned())
}

fn euro(value: &DeValue<'_>) -> Result<Raw, String> {
    let amount = text(value).and_then(|text| text.parse::<Money>().ok());
    amount.map(Raw::Euro).ok_or_else(|| "an amount in quotes, such as \"250000.00\"".to_owned())
}

fn count(value: &DeValue<'_>) -> Result<Raw, String> {
    let number = match value {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
        _ => None,
    };
    number.map(Raw::Count).ok_or_else(|| "a whole number from zero".to_owned())
}

fn choice(value: &DeValue<'_>, words: &[&str]) -> Result<Raw, String> {
    match text(value) {
        Some(word) if words.contains(&word) => Ok(Raw::Choice(word.into())),
        _ => Err(format!("one of {}", words.join(", "))),
    }
}

fn list(value: &DeValue<'_>) -> Result<Raw, String> {
    texts(value).map(Raw::List).ok_or_else(|| "a list of texts".to_owned())
}

fn window(value: &DeValue<'_>) -> Result<Raw, String> {
    let expected = "{ opens = 2022-07-01T00:00:00, until = 2022-07-31T17:00:00, cutoff = \"inclusive\" }";
    let DeValue::Table(table) = value else {
        return Err(expected.to_owned());
    };
    let known = table.iter().all(|(key, _)| ["opens", "until", "cutoff"].contains(&key.get_ref().as_ref()));
    let moment = |key: &str| table.get(key).map(|field| local_time(field.get_ref()));
    let (opens, until) = (moment("opens"), moment("until").flatten());
    let (Some(until), Some(cutoff), true, false) = (until, cutoff_of(table), known, opens == Some(None)) else {
        return Err(expected.to_owned());
    };
    let opens = opens.flatten();
    if opens.is_some_and(|opens| opens > until) {
        return Err("a window that opens before it ends".to_owned());
    }
    Ok(Raw::Window(Window { opens, until: Deadline { local: until, cutoff } }))
}

fn cutoff_of(table: &DeTable<'_>) -> Option<Cutoff> {
    match table.get("cutoff").map(Spanned::get_ref).and_then(text)? {
        "inclusive" => Some(Cutoff::Inclusive),
        "exclusive" => Some(Cutoff::Exclusive),
        _ => None,
    }
}

pub(super) fn local_time(value: &DeValue<'_>) -> Option<NaiveDateTime> {
    let DeValue::Datetime(datetime) = value else {
        return None;
    };
    let (date, time) = (datetime.date?, datetime.time?);
    if datetime.offset.is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?.and_hms_opt(
        time.hour.into(),
        time.minute.into(),
        time.second.unwrap_or(0).into(),
    )
}
