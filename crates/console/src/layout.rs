//! What every page has: its head, the way around, and what is said below.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use maud::{DOCTYPE, Markup, html};

use crate::{
    asker::Asker,
    bars,
    problem::Problem,
    words::{Words, fill},
};

/// The entries of the way around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    Overview,
    Room,
    Click,
    Ceilings,
    Calendar,
    Decisions,
    Feeds,
}

impl Here {
    const ALL: [Here; 7] =
        [Here::Overview, Here::Room, Here::Click, Here::Ceilings, Here::Calendar, Here::Decisions, Here::Feeds];

    /// Where it is.
    pub fn path(self) -> &'static str {
        match self {
            Here::Overview => "/",
            Here::Room => "/room",
            Here::Click => "/click",
            Here::Ceilings => "/ceilings",
            Here::Calendar => "/calendar",
            Here::Decisions => "/decision",
            Here::Feeds => "/feeds",
        }
    }

    fn name(self, w: &Words) -> &'static str {
        match self {
            Here::Overview => w.overview,
            Here::Room => w.room,
            Here::Click => w.click,
            Here::Ceilings => w.ceilings,
            Here::Calendar => w.calendar,
            Here::Decisions => w.decisions,
            Here::Feeds => w.feeds,
        }
    }
}

/// What a page shows.
#[derive(Debug)]
pub struct Page {
    /// Its heading.
    pub title: String,
    /// What is below it.
    pub body: Markup,
}

/// A page, or in its place what keeps it from being shown.
pub fn answer(asker: &Asker, here: Here, now: DateTime<Utc>, page: Result<Page, Problem>) -> Response {
    let w = asker.language.words();
    let (status, page) = match page {
        Ok(page) => (StatusCode::OK, page),
        Err(problem) => {
            let body = html! { p.problem { (problem.text(w)) } p { a href="/" { (w.back) } } };
            (problem.status(), Page { title: problem.title(w).to_owned(), body })
        }
    };
    let text = whole(asker, here, now, &page).into_string();
    let language = HeaderValue::from_static(asker.language.code());
    (status, [(header::CONTENT_LANGUAGE, language)], Html(text)).into_response()
}

fn whole(asker: &Asker, here: Here, now: DateTime<Utc>, page: &Page) -> Markup {
    let (language, other, w) = (asker.language, asker.language.other(), asker.language.words());
    let switch = format!("/language?lang={}&to={}", other.code(), escaped(&asker.path));
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (page.title) " – zorginkoop" }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/console.css";
                script src="/console.js" defer {}
            }
            body {
                a.skip href="#content" { (w.skip) }
                header {
                    p.brand { a href="/" { "zorginkoop" } }
                    nav aria-label=(w.way_around) {
                        ul {
                            @for entry in Here::ALL {
                                @let current = (entry == here).then_some("page");
                                li { a href=(entry.path()) aria-current=[current] { (entry.name(w)) } }
                            }
                        }
                    }
                    p.language {
                        a href=(switch) lang=(other.code()) hreflang=(other.code()) { (other.words().language) }
                    }
                }
                main id="content" tabindex="-1" {
                    (bars::patterns())
                    h1 { (page.title) }
                    (page.body)
                }
                footer {
                    p { (w.read_only) }
                    p { (fill(w.time_there, &[("time", &language.time(now))])) }
                }
            }
        }
    }
}

/// A text as it may stand in the query of an address.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                escaped.push(char::from(byte))
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

/// The head of a column: of texts, or of numbers, which stand to the right.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// Of texts.
    Text(&'a str),
    /// Of numbers.
    Number(&'a str),
}

/// The heads of a table.
pub fn head(columns: &[Column<'_>]) -> Markup {
    html! {
        @for column in columns {
            @match column {
                Column::Text(name) => th scope="col" { (name) },
                Column::Number(name) => th.number scope="col" { (name) },
            }
        }
    }
}

/// A table that can be scrolled where it is too wide, by keyboard as well. What it is called stands above it for who
/// sees it, and is read out with it.
pub fn table(caption: &str, head: Markup, body: Markup) -> Markup {
    html! {
        div.table role="region" aria-label=(caption) tabindex="0" {
            table {
                caption.unseen { (caption) }
                thead { tr { (head) } }
                tbody { (body) }
            }
        }
    }
}

/// A choice between places of one kind, as a form that works without a script.
pub fn choice(w: &Words, action: &str, label: &str, places: &[(String, String)], current: &str) -> Markup {
    html! {
        @if places.len() > 1 {
            form.choice action=(action) method="get" {
                label for="at" { (label) }
                select id="at" name="at" {
                    @for (value, name) in places {
                        option value=(value) selected[value == current] { (name) }
                    }
                }
                button type="submit" { (w.show) }
            }
        }
    }
}

/// A link to the explanation of a decision, or a dash where there is none.
pub fn why(w: &Words, service: &str, decision_id: &str, about: &str) -> Markup {
    html! {
        @if decision_id.is_empty() { "–" } @else {
            a href=(format!("/decision/{service}/{}", escaped(decision_id))) { (w.why) span.unseen { " " (about) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asker::Language;

    #[test]
    fn hostile_texts_stay_texts() {
        let hostile = "\"><script>alert(1)</script>";
        let asker = Asker { language: Language::Dutch, authorization: None, path: format!("/room?at={hostile}") };
        let page = Page {
            title: hostile.to_owned(),
            body: choice(
                Language::Dutch.words(),
                "/room",
                hostile,
                &[(hostile.to_owned(), hostile.to_owned()), Default::default()],
                hostile,
            ),
        };
        let text = whole(&asker, Here::Room, DateTime::UNIX_EPOCH, &page).into_string();
        assert!(!text.contains("<script>alert") && text.contains("&lt;script&gt;alert"), "{text}");
        assert!(
            why(Language::Dutch.words(), "budget", hostile, hostile)
                .into_string()
                .contains("/decision/budget/%22%3E%3Cscript%3E")
        );
    }

    #[test]
    fn what_comes_back_from_a_query_is_what_went_in() {
        assert_eq!(escaped("/a b?c=d&é"), "/a%20b%3Fc%3Dd%26%C3%A9");
    }
}
