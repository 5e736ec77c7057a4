//! Why a decision is what it is: its steps with their sources, what went in and where that came from.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{budget, common, homecare, registration, screening, tariffing};
use maud::{Markup, html};

use crate::{
    asker::{Asker, Language},
    calls::{Clients, call},
    layout::{
        Column::{Number, Text},
        Here, Page, answer, escaped, head, table,
    },
    problem::Problem,
    server::Console,
    terms,
    words::{Words, fill},
};

/// The services that take decisions, in the order they are asked.
const SERVICES: [&str; 5] = ["budget", "homecare", "registration", "tariffing", "screening"];

/// Which decision is looked for.
#[derive(Debug, serde::Deserialize)]
pub struct LookUp {
    #[serde(default)]
    id: String,
}

/// Looks a decision up in all services, and goes to it.
pub async fn look_up(State(console): State<Console>, asker: Asker, Query(LookUp { id }): Query<LookUp>) -> Response {
    let (w, id) = (asker.language.words(), id.trim());
    let mut found = None;
    if !id.is_empty() {
        let clients = console.clients(&asker);
        let mut worst = Problem::missing("console");
        for service in SERVICES {
            match explanation(&clients, service, id).await {
                Ok(_) => {
                    let address = format!("/decision/{service}/{}", escaped(id));
                    let address = HeaderValue::from_str(&address).unwrap_or(HeaderValue::from_static("/decision"));
                    return (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response();
                }
                // Another service may have taken it.
                Err(problem) if problem.is_missing() => {}
                Err(problem) => worst = problem,
            }
        }
        found = Some(worst);
    }
    let body = html! {
        p.lead { (w.decisions_lead) }
        form.choice action="/decision" method="get" {
            label for="id" { (w.decision_id) }
            input type="text" id="id" name="id" value=(id) size="40" autocomplete="off" required;
            button type="submit" { (w.show) }
        }
        @if let Some(problem) = &found { (problem.notice(w)) }
    };
    let page = Page { title: w.decisions.to_owned(), body };
    let mut response = answer(&asker, Here::Decisions, (console.now)(), Ok(page));
    if let Some(problem) = found {
        *response.status_mut() = problem.status();
    }
    response
}

/// The explanation of a decision of a service.
pub async fn page(
    State(console): State<Console>,
    asker: Asker,
    Path((service, id)): Path<(String, String)>,
) -> Response {
    let shown = show(&console.clients(&asker), (&service, &id), asker.language).await;
    answer(&asker, Here::Decisions, (console.now)(), shown)
}

async fn show(clients: &Clients, (service, id): (&str, &str), language: Language) -> Result<Page, Problem> {
    let w = language.words();
    let service = SERVICES.into_iter().find(|known| *known == service).ok_or(Problem::missing("console"))?;
    let explained = explanation(clients, service, id).await?;
    let body = html! {
        p.lead { (fill(w.decision_lead, &[("service", terms::service(service, w))])) }
        (steps(Some(&explained), language))
        section aria-labelledby="proof" {
            h2 id="proof" { (w.proof) }
            dl.proof {
                div { dt { (w.decision) } dd { code { (id) } } }
                div { dt { (w.facts_as_of) } dd { (language.moment(explained.facts_as_of_time.as_ref())) } }
                div { dt { (w.rules_version) } dd { code { (explained.rules_sha256) } } }
                div { dt { (w.facts_version) } dd { code { (explained.facts_sha256) } } }
            }
            p { (w.receipt_hint) " " code { "zorginkoop receipt " (id) " --service " (service) } }
        }
    };
    Ok(Page { title: w.decision_title.to_owned(), body })
}

async fn explanation(clients: &Clients, service: &'static str, id: &str) -> Result<common::Explanation, Problem> {
    let decision_id = id.to_owned();
    let found = match service {
        "budget" => call!(clients.budget.explain(budget::ExplainRequest { decision_id }))?.explanation,
        "homecare" => call!(clients.homecare.explain(homecare::ExplainRequest { decision_id }))?.explanation,
        "registration" => {
            call!(clients.registration.explain(registration::ExplainRequest { decision_id }))?.explanation
        }
        "tariffing" => call!(clients.tariffing.explain(tariffing::ExplainRequest { decision_id }))?.explanation,
        "screening" => call!(clients.screening.explain(screening::ExplainRequest { decision_id }))?.explanation,
        _ => None,
    };
    found.ok_or(Problem::missing(service))
}

/// The steps of an explanation, to be read in order.
pub fn steps(explained: Option<&common::Explanation>, language: Language) -> Markup {
    let w = language.words();
    let steps = explained.map_or(&[][..], |explained| &explained.steps);
    html! {
        @if steps.is_empty() { p { (w.no_steps) } } @else {
            ol.steps {
                @for (number, step) in (1..).zip(steps) {
                    li id=(format!("step-{number}")) { (one(step, number, language)) }
                }
            }
        }
    }
}

fn one(step: &common::Step, number: usize, language: Language) -> Markup {
    let w = language.words();
    html! {
        p.told { (language.either(&step.text_nl, &step.text_en)) }
        p.source { strong { (step.rule_id) } " " cite lang="nl" { (step.source) } }
        details {
            summary { (fill(w.inputs_of, &[("number", &number.to_string())])) }
            @if step.inputs.is_empty() { p { (w.no_inputs) } } @else {
                (table(
                    &fill(w.inputs_of, &[("number", &number.to_string())]),
                    head(&[Text(w.input), Number(w.value), Text(w.origin)]),
                    html! {
                        @for input in &step.inputs {
                            tr {
                                th scope="row" { code { (input.name) } }
                                td.number { (language.value(input.value.as_ref(), w)) }
                                td { (origin(input, language, w)) }
                            }
                        }
                    },
                ))
            }
            p { (w.result) " " strong { (language.value(step.result.as_ref(), w)) } }
        }
    }
}

/// Where a value comes from.
fn origin(input: &common::Input, language: Language, w: &Words) -> Markup {
    use common::input::Origin;
    match &input.origin {
        None => html! { "–" },
        Some(Origin::Request(request)) => html! { (fill(w.from_request, &[("field", &request.field)])) },
        Some(Origin::Fact(fact)) => {
            let told = [
                ("service", terms::service(&fact.service, w)),
                ("name", fact.name.as_str()),
                ("time", &language.moment(fact.as_of_time.as_ref())),
            ];
            html! { (fill(w.from_fact, &told)) }
        }
        Some(Origin::Parameter(parameter)) => html! {
            (fill(w.from_parameter, &[("file", &parameter.file), ("key", &parameter.key)])) " "
            cite lang="nl" { (parameter.source) }
        },
        Some(Origin::Step(step)) => {
            let number = step.number.to_string();
            html! { a href=(format!("#step-{number}")) { (fill(w.from_step, &[("number", &number)])) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_origin_is_told_and_hostile_texts_stay_texts() {
        use common::input::Origin;
        let hostile = "<img src=x onerror=alert(1)>".to_owned();
        let origins = [
            Some(Origin::Request(common::RequestOrigin { field: hostile.clone() })),
            Some(Origin::Fact(common::FactOrigin {
                service: "budget".to_owned(),
                name: hostile.clone(),
                as_of_time: None,
            })),
            Some(Origin::Parameter(common::ParameterOrigin {
                file: "wlz.toml".to_owned(),
                key: "share".to_owned(),
                source: hostile.clone(),
            })),
            Some(Origin::Step(common::StepOrigin { number: 2 })),
            None,
        ];
        let value = Some(common::Value {
            kind: Some(common::value::Kind::Percentage(common::Decimal { value: "96.15".to_owned() })),
        });
        let input = |origin| common::Input { name: "share".to_owned(), value: value.clone(), origin };
        let step = common::Step {
            rule_id: "BUD-07".to_owned(),
            text_nl: "wat er is".to_owned(),
            text_en: "what there is".to_owned(),
            source: hostile.clone(),
            inputs: origins.into_iter().map(input).collect(),
            result: None,
        };
        let explained = common::Explanation { steps: vec![step], ..Default::default() };
        let dutch = steps(Some(&explained), Language::Dutch).into_string();
        for told in ["wat er is", "BUD-07", "96,15%", "wlz.toml", "href=\"#step-2\""] {
            assert!(dutch.contains(told), "{told} in {dutch}");
        }
        assert!(!dutch.contains("<img") && dutch.contains("&lt;img"), "{dutch}");
        let english = steps(Some(&explained), Language::English).into_string();
        assert!(english.contains("what there is") && english.contains("96.15%"), "{english}");
    }
}
