//! What a newcomer does: starts the demo, opens the printed address, looks and clicks.
#![cfg(test)]

mod browser;
#[path = "../up/mod.rs"]
mod up;

use std::{
    path::{Path, PathBuf},
    process::Output,
};

use browser::Browser;
use contract::{
    budget::{self as proto, budget_service_client::BudgetServiceClient},
    common,
    homecare::{self, homecare_service_client::HomecareServiceClient},
};
use tonic::transport::Channel;
use up::Up;

const OFFICE: &str = "vgz";

/// `up` that does not come up.
fn refused(data: &Path, more: &[&str]) -> Output {
    up::command(data, more).output().unwrap()
}

/// The pages, with what is looked for on each.
const PAGES: [(&str, &str, &str); 8] = [
    ("", "Waar het geld is", "overview"),
    ("room/vgz/2024", "Contracteerruimte vgz 2024", "room"),
    ("click/vgz/2024", "Click vgz 2024", "click"),
    ("ceilings/vgz/2024", "Plafonds wijkverpleging vgz 2024", "ceilings"),
    ("ceilings/vgz/2024/42420002", "Plafond Thuiszorg Linge 2024", "ceiling"),
    ("calendar/vgz", "Inschrijvingskalender vgz", "calendar"),
    ("decision", "Besluiten", "decisions"),
    ("feeds", "Koppelingen", "feeds"),
];

/// An amount as a browser tells it, in which a space is a space.
fn euro(amount: &Option<common::Money>) -> String {
    format!("€ {}", money::Money::from_cents(amount.as_ref().map_or(0, |amount| amount.cents)).to_dutch())
}

/// What the services say, to be compared with what is shown.
struct Services {
    budget: BudgetServiceClient<Channel>,
    homecare: HomecareServiceClient<Channel>,
}

impl Services {
    async fn of(up: &Up) -> Services {
        let budget = BudgetServiceClient::connect(up.address("budget")).await.unwrap();
        Services { budget, homecare: HomecareServiceClient::connect(up.address("homecare")).await.unwrap() }
    }

    async fn room(&mut self) -> proto::Room {
        let request = proto::GetRoomRequest { office: OFFICE.to_owned(), year: 2024, as_of_time: None };
        self.budget.get_room(request).await.unwrap().into_inner().room.unwrap()
    }

    async fn click(&mut self) -> proto::Round {
        let request = proto::ListRoundsRequest { office: OFFICE.to_owned(), year: 2024, ..Default::default() };
        let rounds = self.budget.list_rounds(request).await.unwrap().into_inner().rounds;
        rounds.into_iter().rfind(|round| round.kind() == proto::RoundKind::Click).unwrap()
    }

    async fn preview(&mut self, round_id: &str, reserve: Option<i64>) -> proto::PreviewRoundResponse {
        let request = proto::PreviewRoundRequest {
            round_id: round_id.to_owned(),
            choices: Some(proto::RoundChoices { fund_overproduction: true }),
            reserve: reserve.map(|cents| common::Money { cents }),
            agb: String::new(),
        };
        self.budget.preview_round(request).await.unwrap().into_inner()
    }
}

/// The folder that pictures are wanted in, if they are.
#[allow(clippy::disallowed_methods, reason = "tests are told so in the environment")]
fn pictures() -> Option<PathBuf> {
    std::env::var_os("ZORGINKOOP_SCREENSHOTS").map(PathBuf::from)
}

#[test]
fn a_newcomer_starts_the_demo_and_sees_where_the_money_is() {
    testkit::block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("demo");
        let up = Up::start(&data, &["--demo"], |_| {});
        assert!(up.said.contains("time goes on"), "{}", up.said);
        let mut services = Services::of(&up).await;
        let browser = Browser::open().await;

        every_page_opens(&browser, &up.address("console")).await;
        the_figures_are_those_of_the_services(&browser, &up, &mut services).await;
        the_slider_moves_the_result(&browser, &up, &mut services).await;
        decisions_are_read_in_both_languages(&browser, &up).await;
        browser.close().await;

        let before = services.room().await;
        up.stop();
        a_demo_goes_on_and_does_not_mix(&data, before.lots).await;
    });
}

/// How much is shown that does something, and can't on paper.
const TO_BE_CLICKED: &str = "return [...document.querySelectorAll('nav, select, button, [type=range]')].filter(one => one.checkVisibility()).length";

/// Each page opens with one heading, without a complaint of the browser, and without a serious barrier, in the dark too;
/// on paper there is nothing to be clicked.
async fn every_page_opens(browser: &Browser, console: &str) {
    for (path, title, name) in PAGES {
        browser.go(&format!("{console}{path}")).await;
        assert_eq!(browser.text("h1").await, title);
        assert_eq!(browser.run("return document.querySelectorAll('h1').length").await, 1, "{path}");
        assert_eq!(browser.run("return document.querySelectorAll('.notice, .problem').length").await, 0, "{path}");
        assert_eq!(browser.run("return document.documentElement.lang").await, "nl", "{path}");
        assert_eq!(browser.complaints().await, Vec::<String>::new(), "{path}");
        if let Some(folder) = pictures().filter(|_| ["overview", "click", "ceilings"].contains(&name)) {
            browser.picture(&folder.join(format!("{name}.png"))).await;
        }
        assert_eq!(browser.barriers().await, Vec::<String>::new(), "{path}");
        browser.look("", "dark").await;
        assert_eq!(browser.barriers().await, Vec::<String>::new(), "{path} in the dark");
        browser.look("print", "").await;
        assert_eq!(browser.run(TO_BE_CLICKED).await, 0, "{path} on paper");
        browser.look("", "").await;
    }
}

async fn the_figures_are_those_of_the_services(browser: &Browser, up: &Up, services: &mut Services) {
    let room = services.room().await;
    browser.go(&up.address("console")).await;
    let shown = browser.text("main").await;
    for lot in &room.lots {
        for amount in [&lot.room, &lot.agreed, &lot.reserve, &lot.free] {
            assert!(shown.contains(&euro(amount)), "{} in {shown}", euro(amount));
        }
    }
    // What waits for a second person, and the ceiling that is reached, are on the first page.
    assert!(shown.contains("Wijkzorg Waal") && shown.contains("Thuiszorg Linge"), "{shown}");
    let request = homecare::ListConsumptionRequest { office: OFFICE.to_owned(), year: 2024, ..Default::default() };
    let used = services.homecare.list_consumption(request).await.unwrap().into_inner().consumption;
    browser.go(&format!("{}ceilings/vgz/2024", up.address("console"))).await;
    let shown = browser.text("main").await;
    assert_eq!(used.len(), 4);
    for one in &used {
        for amount in [&one.ceiling, &one.spent, &one.room] {
            assert!(shown.contains(&euro(amount)), "{} in {shown}", euro(amount));
        }
    }
    assert_eq!(browser.run("return document.querySelectorAll('svg.bar line.signal').length").await, 8);
}

async fn the_slider_moves_the_result(browser: &Browser, up: &Up, services: &mut Services) {
    let click = services.click().await;
    let frozen = services.preview(&click.round_id, None).await;
    browser.go(&format!("{}click/vgz/2024", up.address("console"))).await;
    let before = browser.text("#result").await;
    assert!(before.contains(&euro(&frozen.totals.unwrap().after)), "{before}");
    // To the end of the slider: as much as can be kept apart with it.
    browser.key("#reserve", '\u{e010}').await;
    browser.wait("document.getElementById('reserve-is').textContent.startsWith('10,0%')").await;
    let after = browser.text("#result").await;
    assert_ne!(before, after);
    let room = frozen.room.unwrap().cents;
    let wanted = services.preview(&click.round_id, Some(room / 10)).await;
    let totals = wanted.totals.unwrap();
    for amount in [&totals.available, &totals.after, &totals.left] {
        assert!(after.contains(&euro(amount)), "{} in {after}", euro(amount));
    }
    for provider in &wanted.providers {
        assert!(after.contains(&euro(&provider.after)), "{} in {after}", provider.agb);
    }
    // An exact amount, by its button.
    browser.write("#euro", "1.000.000,00").await;
    browser.click("#simulate button").await;
    let exact = services.preview(&click.round_id, Some(100_000_000)).await.totals.unwrap();
    let exact = euro(&exact.available);
    let told = "document.getElementById('result').textContent.replaceAll('\u{a0}', ' ')";
    browser.wait(&format!("{told}.includes('{exact}')")).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    // Why one provider gets what it would get.
    browser.click("#result td a[href*='/why?']").await;
    assert!(browser.text("ol.steps li .told").await.contains('€'), "amounts are told");
}

async fn decisions_are_read_in_both_languages(browser: &Browser, up: &Up) {
    browser.go(&format!("{}room/vgz/2024", up.address("console"))).await;
    browser.click("td a[href^='/decision/budget/']").await;
    assert_eq!(browser.text("h1").await, "Waarom dit besluit");
    let dutch = browser.text("ol.steps").await;
    browser.click("ol.steps summary").await;
    if let Some(folder) = pictures() {
        browser.picture(&folder.join("decision.png")).await;
    }
    assert_eq!(browser.barriers().await, Vec::<String>::new());
    browser.click("p.language a").await;
    browser.wait("document.documentElement.lang === 'en'").await;
    assert_eq!(browser.text("h1").await, "Why this decision");
    assert_ne!(browser.text("ol.steps").await, dutch);
    // The language stays, wherever one goes.
    browser.click("header nav a[href='/feeds']").await;
    assert_eq!(browser.text("h1").await, "Feeds");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

/// Started again, the demo is where it was; nothing else is started on it, and it on nothing else.
async fn a_demo_goes_on_and_does_not_mix(data: &std::path::Path, before: Vec<proto::LotUse>) {
    let up = Up::start(data, &["--demo", "--no-console"], |_| {});
    assert!(up.said.contains("goes on where it was") && !up.said.contains("console "), "{}", up.said);
    assert_eq!(Services::of(&up).await.room().await.lots, before);
    up.stop();
    let mixed = refused(data, &[]);
    assert_eq!(mixed.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&mixed.stderr).contains("holds a demo"));
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("budget.db"), "precious").unwrap();
    assert_eq!(refused(other.path(), &["--demo"]).status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(other.path().join("budget.db")).unwrap(), "precious");
    assert_eq!(refused(&other.path().join("new"), &["--demo", "--rules", "x"]).status.code(), Some(2));
}
