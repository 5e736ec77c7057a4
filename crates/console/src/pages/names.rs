//! The names of providers, beside their AGB codes.

use std::collections::BTreeMap;

use contract::registration;
use maud::{Markup, html};

use crate::{
    calls::{Clients, pages},
    problem::Problem,
    words::Words,
};

const PAGE: i32 = 1_000;

/// The names that registration gives, or why it gives none: a page is shown by codes then.
#[derive(Debug, Default)]
pub struct Names {
    by_agb: BTreeMap<String, String>,
    problem: Option<Problem>,
}

impl Names {
    /// Those of all providers.
    pub async fn of(clients: &Clients) -> Names {
        let request = registration::ListProvidersRequest { page_size: PAGE, ..Default::default() };
        match pages!(clients.registration.list_providers(request).providers) {
            Ok(providers) => {
                let by_agb =
                    providers.into_iter().map(|provider: registration::Provider| (provider.agb, provider.name));
                Names { by_agb: by_agb.collect(), problem: None }
            }
            Err(problem) => Names { by_agb: BTreeMap::new(), problem: Some(problem) },
        }
    }

    /// The name of a provider; its code where there is none.
    pub fn get<'a>(&'a self, agb: &'a str) -> &'a str {
        self.by_agb.get(agb).map_or(agb, String::as_str)
    }

    /// A provider in a table: the name, and the code below it.
    pub fn cell(&self, agb: &str) -> Markup {
        html! {
            th scope="row" {
                @if let Some(name) = self.by_agb.get(agb) { (name) " " span.code { (agb) } } @else { (agb) }
            }
        }
    }

    /// Says why there are no names, where there are none.
    pub fn notice(&self, w: &'static Words) -> Markup {
        html! { @if let Some(problem) = &self.problem { (problem.notice(w)) } }
    }
}
