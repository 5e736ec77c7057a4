//! Who asks, and in which language.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, header, request::Parts},
};
use tonic::metadata::{Ascii, MetadataValue};

use crate::words::{EN, NL, Words};

/// The languages of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Dutch, unless asked otherwise.
    Dutch,
    /// English.
    English,
}

impl Language {
    /// The language of a code such as `en` or `nl-NL`.
    pub fn of(code: &str) -> Option<Language> {
        match code.split('-').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "nl" => Some(Language::Dutch),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Language::Dutch => "nl",
            Language::English => "en",
        }
    }

    /// The other one.
    pub fn other(self) -> Language {
        match self {
            Language::Dutch => Language::English,
            Language::English => Language::Dutch,
        }
    }

    /// Of a text in both languages the one in it.
    pub fn either<'a>(self, dutch: &'a str, english: &'a str) -> &'a str {
        match self {
            Language::Dutch => dutch,
            Language::English => english,
        }
    }

    /// The words of the console in it.
    pub fn words(self) -> &'static Words {
        match self {
            Language::Dutch => &NL,
            Language::English => &EN,
        }
    }
}

/// Who asks for a page.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The language to answer in.
    pub language: Language,
    /// What the services are shown for it: the token that a proxy put there.
    pub authorization: Option<MetadataValue<Ascii>>,
    /// What is asked for, to come back to in the other language.
    pub path: String,
}

impl Asker {
    fn of(uri: &Uri, headers: &HeaderMap) -> Asker {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let asked = uri.query().into_iter().flat_map(|query| query.split('&'));
        let asked = asked.filter_map(|pair| pair.strip_prefix("lang=")).find_map(Language::of);
        let cookies = text(header::COOKIE).split(';').filter_map(|pair| pair.trim().strip_prefix("lang="));
        let kept = cookies.filter_map(Language::of).next();
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| {
            let mut value = MetadataValue::try_from(value.as_bytes()).ok()?;
            value.set_sensitive(true);
            Some(value)
        });
        Asker {
            language: asked.or(kept).or(preferred(text(header::ACCEPT_LANGUAGE))).unwrap_or(Language::Dutch),
            authorization,
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asker, Infallible> {
        Ok(Asker::of(&parts.uri, &parts.headers))
    }
}

/// The language that a browser prefers, such as `en-GB,en;q=0.9,nl;q=0.5`; of two alike the first.
fn preferred(accepted: &str) -> Option<Language> {
    let mut best: Option<(Language, u16)> = None;
    for choice in accepted.split(',') {
        let mut parts = choice.split(';');
        let language = parts.next().and_then(Language::of);
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1000), thousandths);
        if let (Some(language), Some(weight @ 1..)) = (language, weight)
            && best.is_none_or(|(_, heaviest)| weight > heaviest)
        {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// A weight between 0 and 1, in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let decimals = format!("{decimals:0<3}");
    let number = format!("{whole}{decimals}").parse().ok()?;
    (decimals.len() == 3 && number <= 1000).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_that_of_the_address_of_the_cookie_or_of_the_browser_and_else_dutch() {
        let asked = |uri: &str, headers: &[(header::HeaderName, &str)]| {
            let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            Asker::of(&uri.parse().unwrap(), &headers).language
        };
        let (english, dutch) = (Language::English, Language::Dutch);
        assert_eq!(asked("/", &[]), dutch);
        assert_eq!(asked("/?a=1&lang=en", &[(header::COOKIE, "lang=nl")]), english);
        assert_eq!(asked("/?lang=xx", &[(header::COOKIE, "a=b; lang=en")]), english);
        let browser = |accepted: &'static str| asked("/", &[(header::ACCEPT_LANGUAGE, accepted)]);
        assert_eq!(browser("en-GB,en;q=0.9,nl;q=0.5"), english);
        assert_eq!(browser("fr, nl;q=0.3, en;q=0.25"), dutch);
        assert_eq!(browser("en;q=0"), dutch);
        assert_eq!(browser("en;q=7"), dutch);
    }

    #[test]
    fn a_token_is_passed_on_and_not_shown_in_logs() {
        let headers = [(header::AUTHORIZATION, "Bearer secret".parse().unwrap())].into_iter().collect();
        let asker = Asker::of(&"/feeds?x=1".parse().unwrap(), &headers);
        assert_eq!(asker.authorization.as_ref().unwrap().to_str().unwrap(), "Bearer secret");
        assert!(!format!("{asker:?}").contains("secret"));
        assert_eq!(asker.path, "/feeds?x=1");
    }
}
