//! The other language, from here on.

use axum::{
    extract::Query,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::asker::Language;

/// Which language, and where to go on.
#[derive(Debug, serde::Deserialize)]
pub struct Switch {
    lang: String,
    #[serde(default)]
    to: String,
}

/// Keeps the language in a cookie and goes back to the page.
pub async fn switch(Query(Switch { lang, to }): Query<Switch>) -> Response {
    let Some(language) = Language::of(&lang) else { return StatusCode::NOT_FOUND.into_response() };
    let cookie = format!("lang={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", language.code());
    let place = back(&to).and_then(|place| HeaderValue::from_str(&place).ok());
    let place = place.unwrap_or(HeaderValue::from_static("/"));
    let Ok(cookie) = HeaderValue::from_str(&cookie) else { return StatusCode::NOT_FOUND.into_response() };
    (StatusCode::SEE_OTHER, [(header::LOCATION, place), (header::SET_COOKIE, cookie)]).into_response()
}

/// Where to go back to, when it is a page of the console: `//example.org` and `/\example.org` are other machines to a
/// browser. A language in the address goes, which else would win from the one that is chosen.
fn back(to: &str) -> Option<String> {
    let mut signs = to.chars();
    if signs.next() != Some('/') || matches!(signs.next(), Some('/' | '\\')) || to.contains(char::is_control) {
        return None;
    }
    let Some((path, query)) = to.split_once('?') else { return Some(to.to_owned()) };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    Some(if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_the_console_and_nowhere_else() {
        assert_eq!(back("/room/vgz/2023?a=1&lang=nl&b=2").as_deref(), Some("/room/vgz/2023?a=1&b=2"));
        assert_eq!(back("/?lang=nl").as_deref(), Some("/"));
        assert_eq!(back("/").as_deref(), Some("/"));
        for elsewhere in ["//example.org", "/\\example.org", "https://example.org", "", "room", "/a\nb"] {
            assert_eq!(back(elsewhere), None, "{elsewhere:?}");
        }
    }
}
