//! A headless Chromium, driven over WebDriver: as much of the protocol as looking and clicking takes.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use testkit::http;

/// How long something on a page may take.
const PATIENCE: Duration = Duration::from_secs(20);
const MISSING: &str =
    "a browser is needed: run `cargo xtask test`, which gets one, or on Debian: apt-get install chromium-driver";

/// A browser with one window.
pub struct Browser {
    driver: Child,
    session: String,
    axe: String,
}

impl Browser {
    /// Opens a browser that prefers Dutch.
    pub async fn open() -> Browser {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(MISSING);
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let started = lines.find_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.to_owned()));
        let port = started.expect("chromedriver says its port");
        // What it goes on to say is of no use, but it must be able to say it.
        std::thread::spawn(move || lines.for_each(drop));
        let arguments = [
            "--headless=new",
            // Its sandbox does not work as root, and the pages are our own.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--hide-scrollbars",
            "--window-size=1280,1000",
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments, "prefs": { "intl.accept_languages": "nl" } },
            "goog:loggingPrefs": { "browser": "ALL" },
        }}});
        let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        let made = ask("POST", &format!("{address}/session"), &capabilities).await;
        let session = format!("{address}/session/{}", made["sessionId"].as_str().unwrap());
        Browser { driver, session, axe: axe() }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        ask("POST", &format!("{}/{path}", self.session), &body).await
    }

    /// Goes to an address.
    pub async fn go(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    /// Runs a script in the page: the body of a function of no arguments.
    pub async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// The text of the first element that a selector finds.
    pub async fn text(&self, selector: &str) -> String {
        let id = self.find(selector).await;
        let text = ask("GET", &format!("{}/element/{id}/text", self.session), &Value::Null).await;
        text.as_str().unwrap().to_owned()
    }

    /// Clicks on the first element that a selector finds.
    pub async fn click(&self, selector: &str) {
        let id = self.find(selector).await;
        self.post(&format!("element/{id}/click"), json!({})).await;
    }

    /// Types into the first element that a selector finds.
    pub async fn write(&self, selector: &str, keys: &str) {
        let id = self.find(selector).await;
        self.post(&format!("element/{id}/value"), json!({ "text": keys })).await;
    }

    /// Presses one key on the first element that a selector finds, as a keyboard does.
    pub async fn key(&self, selector: &str, key: char) {
        self.run(&format!("document.querySelector('{selector}').focus()")).await;
        let strokes = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", json!({ "actions": [keyboard] })).await;
    }

    async fn find(&self, selector: &str) -> String {
        let found = self.post("element", json!({ "using": "css selector", "value": selector })).await;
        let id = found.as_object().and_then(|element| element.values().next()).and_then(Value::as_str);
        id.unwrap_or_else(|| panic!("nothing is {selector}")).to_owned()
    }

    /// Waits until a script gives true.
    pub async fn wait(&self, condition: &str) {
        let started = std::time::Instant::now();
        while self.run(&format!("return Boolean({condition})")).await != Value::Bool(true) {
            assert!(started.elapsed() < PATIENCE, "never came: {condition}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the browser had to complain about since it was asked before.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.post("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().cloned().unwrap_or_default();
        let bad = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        bad.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// What axe finds wrong for people who can't see, hear or point, from serious on.
    pub async fn barriers(&self) -> Vec<String> {
        // The policy of the pages lets in no script but their own; what the driver runs is not of the page.
        self.run(&format!("{}; return true", self.axe)).await;
        let script = "const done = arguments[arguments.length - 1]; axe.run().then(found => done(found.violations.map(one => \
                      `${one.impact} ${one.id}: ${one.nodes.map(node => node.html).slice(0, 3).join(' ')}`)), \
                      error => done([`serious axe failed: ${error}`]));";
        let found = self.post("execute/async", json!({ "script": script, "args": [] })).await;
        let found = found.as_array().expect("a list").iter().map(|one| one.as_str().unwrap_or_default().to_owned());
        found.filter(|one| one.starts_with("serious") || one.starts_with("critical")).collect()
    }

    /// Looks at pages as on a medium (`print`), and in colours (`dark`), from now on; each empty for the browser's own.
    pub async fn look(&self, medium: &str, colours: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": colours }]);
        let parameters = json!({ "media": medium, "features": features });
        let command = json!({ "cmd": "Emulation.setEmulatedMedia", "params": parameters });
        self.post("goog/cdp/execute", command).await;
    }

    /// A picture of what is in the window.
    pub async fn picture(&self, to: &Path) {
        let picture = ask("GET", &format!("{}/screenshot", self.session), &Value::Null).await;
        std::fs::write(to, BASE64_STANDARD.decode(picture.as_str().unwrap()).unwrap()).unwrap();
    }

    /// Closes the window.
    pub async fn close(self) {
        ask("DELETE", &self.session, &Value::Null).await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The rules of accessibility, as a script.
#[allow(clippy::disallowed_methods, reason = "tests find what they need in the environment")]
fn axe() -> String {
    let path = std::env::var("ZORGINKOOP_AXE").expect("ZORGINKOOP_AXE is the file axe.min.js: run `cargo xtask test`");
    std::fs::read_to_string(path).unwrap()
}

async fn ask(method: &str, url: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = http::send(method, url, &[("Content-Type", "application/json")], &body).await.unwrap();
    let mut told: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer.status, 200, "{method} {url}: {}", told["value"]["message"]);
    told["value"].take()
}
