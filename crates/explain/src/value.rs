//! [`Value`]: what goes into a step and what comes out.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use money::{Decimal, Money, Percentage, Rate};
use serde::{Deserialize, Serialize};

/// A typed value of an explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// An amount.
    Money(Money),
    /// A number without unit.
    Number(Decimal),
    /// A percentage.
    Percentage(Percentage),
    /// A text or a code.
    Text(Arc<str>),
    /// A yes or no.
    Flag(bool),
    /// A date.
    Date(NaiveDate),
    /// A moment.
    Time(DateTime<Utc>),
}

/// The languages an explanation can be read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Nederlands.
    Dutch,
    /// English.
    English,
}

impl Value {
    /// The value as people of that language write it.
    pub fn render(&self, language: Language) -> String {
        match (self, language) {
            (Value::Money(amount), Language::Dutch) => format!("€ {}", amount.to_dutch()),
            (Value::Money(amount), Language::English) => format!("EUR {}", amount.to_english()),
            (Value::Number(number), _) => decimal(*number, language),
            (Value::Percentage(percentage), _) => format!("{}%", decimal(percentage.0, language)),
            (Value::Text(text), _) => text.to_string(),
            (Value::Flag(flag), Language::Dutch) => if *flag { "ja" } else { "nee" }.to_owned(),
            (Value::Flag(flag), Language::English) => if *flag { "yes" } else { "no" }.to_owned(),
            (Value::Date(date), Language::Dutch) => calendar::dutch_date(*date),
            (Value::Date(date), Language::English) => calendar::english_date(*date),
            // Moments are shown in UTC so that a text never depends on a zone table.
            (Value::Time(time), _) => time.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        }
    }
}

fn decimal(number: Decimal, language: Language) -> String {
    let plain = number.to_string();
    match language {
        Language::Dutch => plain.replace('.', ","),
        Language::English => plain,
    }
}

/// Types that can stand in an explanation.
pub trait IntoValue {
    /// The value as it stands in an explanation.
    fn to_value(&self) -> Value;
}

macro_rules! into_value {
    ($($type:ty => $body:expr),* $(,)?) => {
        $(impl IntoValue for $type {
            fn to_value(&self) -> Value {
                let make: fn(&$type) -> Value = $body;
                make(self)
            }
        })*
    };
}

into_value! {
    Value => |value| value.clone(),
    Money => |amount| Value::Money(*amount),
    Decimal => |number| Value::Number(*number),
    Rate => |rate| Value::Number(rate.0),
    Percentage => |percentage| Value::Percentage(*percentage),
    Arc<str> => |text| Value::Text(text.clone()),
    String => |text| Value::Text(text.as_str().into()),
    &str => |text| Value::Text((*text).into()),
    bool => |flag| Value::Flag(*flag),
    i32 => |number| Value::Number((*number).into()),
    i64 => |number| Value::Number((*number).into()),
    u32 => |number| Value::Number((*number).into()),
    NaiveDate => |date| Value::Date(*date),
    DateTime<Utc> => |time| Value::Time(*time),
    Vec<Arc<str>> => |list| Value::Text(list.join(", ").into()),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_notation() {
        let amount = Value::Money(Money::from_cents(-123_456_789));
        assert_eq!(amount.render(Language::Dutch), "€ -1.234.567,89");
        assert_eq!(amount.render(Language::English), "EUR -1,234,567.89");
        let percentage = Value::Percentage(Percentage(Decimal::new(9615, 2)));
        assert_eq!(percentage.render(Language::Dutch), "96,15%");
        assert_eq!(percentage.render(Language::English), "96.15%");
        let date = Value::Date(NaiveDate::from_ymd_opt(2023, 3, 1).unwrap());
        assert_eq!(date.render(Language::Dutch), "1 maart 2023");
        assert_eq!(date.render(Language::English), "1 March 2023");
        assert_eq!(Value::Flag(true).render(Language::Dutch), "ja");
    }
}
