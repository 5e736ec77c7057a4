//! A Prometheus, and what it answers.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

/// A Prometheus, running.
pub struct Prometheus {
    child: Child,
    address: String,
}

impl Prometheus {
    /// Starts one that scrapes `target` each second, with the rules of a folder.
    pub fn start(folder: &Path, rules: &Path, target: &str) -> Prometheus {
        let rules = rules.canonicalize().unwrap();
        let config = format!(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: ['{}/*.yml']\nscrape_configs:\n  - \
             job_name: zorginkoop\n    static_configs: [{{targets: ['{target}']}}]\n",
            rules.display()
        );
        let file = folder.join("prometheus.yml");
        fs::write(&file, config).unwrap();
        let address = free_address();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("series").display()))
            .arg(format!("--web.listen-address={address}"))
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus is missing (Debian: apt-get install prometheus)");
        let prometheus = Prometheus { child, address };
        for _ in 0..100 {
            if get(&prometheus.address, "/-/ready").is_ok() {
                return prometheus;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("Prometheus did not start");
    }

    /// How many series a query gives now.
    pub fn ask(&self, query: &str) -> Result<usize, String> {
        let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = get(&self.address, &format!("/api/v1/query?query={encoded}"))?;
        let answer: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        match answer["status"].as_str() {
            Some("success") => Ok(answer["data"]["result"].as_array().map_or(0, Vec::len)),
            _ => Err(answer["error"].to_string()),
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address of this machine that nobody listens on.
pub fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// The body of an answer; an error for one that is none.
pub fn get(address: &str, path: &str) -> Result<String, String> {
    let text = |error: std::io::Error| error.to_string();
    let mut connection = TcpStream::connect(address).map_err(text)?;
    // Of an old version, so that the answer comes in one piece.
    write!(connection, "GET {path} HTTP/1.0\r\nhost: {address}\r\n\r\n").map_err(text)?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).map_err(text)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    match head.split(' ').nth(1) {
        Some("200") => Ok(body.to_owned()),
        _ => Err(format!("{} {body}", head.lines().next().unwrap_or_default())),
    }
}
