//! The console over services that run: its figures are theirs, and what is not there is said to be.

use std::sync::Arc;

use console::{Console, Service, Services};
use contract::{budget as proto, registration};
use testkit::{http, on_both_engines};
use tonic::transport::Channel;

use crate::{
    click::worked,
    office::{Office, VGZ, cents},
};

/// A name that would do harm where it is not escaped.
const HOSTILE: &str = "<script>alert('x')</script> & \"Zorg\"";

/// A console on the services of an office; nobody is where home care and screening would be.
async fn console(office: &Office) -> console::Running {
    let at = |url: String| Service { channel: Channel::from_shared(url).unwrap().connect_lazy(), shown: None };
    let nowhere = || at("http://127.0.0.1:1".to_owned());
    let services = Services {
        registration: at(office.registration_url()),
        tariffing: at(office.tariffing_url()),
        budget: at(office.budget_url()),
        homecare: nowhere(),
        screening: nowhere(),
    };
    let clock = office.clock.clone();
    console::start(([127, 0, 0, 1], 0).into(), Console { services, now: Arc::new(move || clock.now()) }).await.unwrap()
}

async fn page(console: &console::Running, path: &str) -> http::Answer {
    http::get(&format!("{}{path}", console.url()), &[]).await.unwrap()
}

fn euro(cents: i64) -> String {
    format!("€\u{a0}{}", money::Money::from_cents(cents).to_dutch())
}

fn told(answer: &http::Answer, texts: &[String]) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    for text in texts {
        assert!(answer.body.contains(text.as_str()), "{text} in {}", answer.body);
    }
}

on_both_engines! {
    async fn the_figures_of_the_console_are_those_of_the_services(engine) {
        let mut office = worked(engine).await;
        let (round, simulation) = office.commit_round(proto::RoundKind::Click).await;
        let console = console(&office).await;

        let lot = office.lot(None).await;
        let parts = [&lot.room, &lot.reserve, &lot.agreed, &lot.free, &lot.realised, &lot.forecast];
        let parts: Vec<String> = parts.into_iter().map(|amount| euro(cents(amount))).collect();
        let overview = page(&console, "").await;
        told(&overview, &parts);
        // The rest of the page lives when a service doesn't.
        told(&overview, &["Wijkverpleging antwoordt op dit moment niet".to_owned(), "Contracteerruimte vgz 2023".to_owned()]);

        let request = proto::ListBudgetsRequest { office: VGZ.to_owned(), year: 2023, ..Default::default() };
        let budgets = office.budget.list_budgets(request).await.unwrap().into_inner().budgets;
        let room = page(&console, "room/vgz/2023").await;
        told(&room, &parts);
        for budget in &budgets {
            told(&room, &[euro(cents(&budget.current)), format!("/decision/budget/{}", budget.decision_id)]);
        }

        let explained = office.explain(&round.decision_id).await;
        let decision = page(&console, &format!("decision/budget/{}", round.decision_id)).await;
        for step in &explained.steps {
            // Apostrophes and the like are the only thing that is written otherwise.
            told(&decision, &[step.text_nl.replace('&', "&amp;"), step.rule_id.clone(), step.source.replace('&', "&amp;")]);
        }
        told(&decision, &[explained.rules_sha256, explained.facts_sha256]);
        let english = page(&console, &format!("decision/budget/{}?lang=en", round.decision_id)).await;
        told(&english, &[explained.steps[0].text_en.clone(), "<html lang=\"en\">".to_owned()]);
        let found = page(&console, &format!("decision?id={}", round.decision_id)).await;
        assert_eq!((found.status, found.header("location")), (303, format!("/decision/budget/{}", round.decision_id).as_str()));

        let progress = office.budget.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        let feeds = page(&console, "feeds").await;
        for feed in progress.feeds.iter().filter(|feed| feed.service != "screening") {
            told(&feeds, &[format!("<td class=\"number\">{}</td>", feed.sequence)]);
        }
        told(&feeds, &["Toetsing antwoordt op dit moment niet".to_owned()]);

        let providers = office.providers(&simulation).await;
        let click = page(&console, "click/vgz/2023").await;
        for provider in &providers {
            told(&click, &[euro(cents(&provider.before)), euro(cents(&provider.asked)), euro(cents(&provider.after))]);
        }
        console.stop().await.unwrap();
        office.close().await;
    }

    async fn another_reserve_gives_what_the_service_computes_of_it_and_keeps_nothing(engine) {
        let mut office = worked(engine).await;
        let simulation = office.simulated(proto::RoundKind::Click, true).await.unwrap().simulation.unwrap();
        let console = console(&office).await;
        let preview = |reserve: i64, agb: &str| proto::PreviewRoundRequest {
            round_id: simulation.round_id.clone(),
            choices: Some(proto::RoundChoices { fund_overproduction: true }),
            reserve: crate::office::money(reserve),
            agb: agb.to_owned(),
        };
        // Five percent of ten million, in percent and in euros.
        let wanted = office.budget.preview_round(preview(50_000_000, "")).await.unwrap().into_inner();
        for query in ["reserve=5.0", "reserve=1&euro=500.000,00"] {
            let shown = page(&console, &format!("click/vgz/2023?{query}")).await;
            let totals = wanted.totals.as_ref().unwrap();
            told(&shown, &[euro(cents(&totals.available)), euro(cents(&totals.after)), "value=\"5.0\"".to_owned()]);
            for provider in &wanted.providers {
                told(&shown, &[euro(cents(&provider.after))]);
            }
        }
        let agb = &wanted.providers[1].agb;
        let part = office.budget.preview_round(preview(50_000_000, agb)).await.unwrap().into_inner();
        let why = page(&console, &format!("click/vgz/2023/why?reserve=5.0&agb={agb}")).await;
        told(&why, &[part.explanation.unwrap().steps[0].text_nl.clone()]);

        for (query, status) in [("euro=10.000.000,01", 400), ("reserve=-1", 400), ("reserve=x", 400), ("round=none", 404)] {
            assert_eq!(page(&console, &format!("click/vgz/2023?{query}")).await.status, status, "{query}");
        }
        let request = proto::GetRoundRequest { round_id: simulation.round_id.clone() };
        let kept = office.budget.get_round(request).await.unwrap().into_inner();
        assert_eq!(kept.simulations.len(), 1);
        console.stop().await.unwrap();
        office.close().await;
    }

    async fn what_is_not_there_is_said_and_what_does_not_belong_is_turned_away(engine) {
        let mut office = Office::open(engine).await;
        office.contract("41410001").await;
        let provider = registration::Provider { agb: "41410001".to_owned(), name: HOSTILE.to_owned(), kvk: "12345678".to_owned() };
        let request = registration::UpdateProviderRequest { request_id: office.id(), provider: Some(provider) };
        office.registration.update_provider(request).await.unwrap();
        office.import_tariffs().await;
        office.caught_up().await;
        office.room(1_000_000_000).await;
        office.base("41410001", 400_000_000).await;
        office.file_budgets().await;
        let console = console(&office).await;

        let room = page(&console, "room/vgz/2023").await;
        told(&room, &["&lt;script&gt;alert('x')&lt;/script&gt; &amp; ".to_owned()]);
        assert!(!room.body.contains("<script>alert"), "{}", room.body);

        for (path, status) in [
            ("room/vgz/1999", 404), ("room/vgz/soon", 400), ("room/VGZ!/2023", 400), ("click/vgz/2022", 200), ("nothing", 404),
            ("decision/budget/0", 404), ("decision/nobody/0", 404), ("ceilings/vgz/2023", 503), ("ceilings", 503),
            ("calendar/vgz", 200), ("decision", 200), ("decision?id=0", 503), ("language?lang=xx", 404),
        ] {
            let answer = page(&console, path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
            assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
            assert!(!answer.body.contains("PANIC") && !answer.body.contains("tcp connect error"), "{path}: {}", answer.body);
        }
        for (path, place) in [("room", "/room/vgz/2023"), ("click", "/click/vgz/2023"), ("calendar", "/calendar/vgz"), ("room?at=vgz/2023", "/room/vgz/2023")] {
            let answer = page(&console, path).await;
            assert_eq!((answer.status, answer.header("location")), (303, place), "{path}");
        }
        for (path, kind) in [("console.css", "text/css"), ("console.js", "text/javascript"), ("icon.svg", "image/svg+xml")] {
            let file = page(&console, path).await;
            assert!(file.status == 200 && file.header("content-type").starts_with(kind), "{path}");
        }
        let switched = page(&console, "language?lang=en&to=/feeds%3Flang%3Dnl").await;
        assert_eq!((switched.status, switched.header("location")), (303, "/feeds"));
        assert!(switched.header("set-cookie").starts_with("lang=en;"));
        let english = http::get(&console.url(), &[("Cookie", "lang=en")]).await.unwrap();
        told(&english, &["Where the money is".to_owned()]);

        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let refused = http::send(method, &console.url(), &[], "").await.unwrap();
            assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD"), "{method}");
        }
        let elsewhere = http::get(&console.url(), &[("Host", "console.example.org")]).await.unwrap();
        assert_eq!(elsewhere.status, 421);
        console.stop().await.unwrap();
        office.close().await;
    }
}
