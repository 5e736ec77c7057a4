//! The binary as its users run it.
#![cfg(test)]

mod privacy;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

const BINARY: &str = env!("CARGO_BIN_EXE_zorginkoop");

fn zorginkoop(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Plays the demo with its logs at their most talkative, and gives its report and all it wrote to the screen.
fn demo(out: &Path, more: &[&str]) -> (String, Vec<u8>) {
    // What h2 tells of its frames is without their content, and by far the most.
    let mut arguments = vec!["demo", "--out", out.to_str().unwrap(), "--log", "trace,h2=debug"];
    arguments.extend(more);
    let output = zorginkoop(&arguments);
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), output.stderr.len());
    assert!(!text(&output.stdout).contains("DOES NOT HOLD"));
    let returns = std::fs::read_dir(out.join("aw320")).unwrap().count();
    assert!(returns > 500, "{returns}");
    (std::fs::read_to_string(out.join("report.md")).unwrap(), [output.stdout, output.stderr].concat())
}

#[test]
#[allow(clippy::disallowed_methods, reason = "tests find their server in the environment")]
fn the_demo_holds_gives_the_same_cents_on_both_engines_and_tells_nobody_who_a_client_is() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sqlite");
    let (sqlite, said) = demo(&out, &[]);
    assert!(said.len() > 1_000_000, "the logs were on: {} bytes", said.len());
    let clients = privacy::Clients::of(&out);
    clients.are_not_below(&out);
    clients.are_not_in("the screen", &said);

    let server = std::env::var("ZORGINKOOP_TEST_POSTGRES").expect("run `cargo xtask test`");
    // The variable names a database; the demo makes its own on the same server.
    let (server, _) = server.rsplit_once('/').unwrap();
    let out = folder.path().join("postgres");
    let (postgres, said) = demo(&out, &["--postgres", server, "--tls"]);
    assert_eq!(sqlite, postgres);
    clients.are_not_below(&out);
    clients.are_not_in("the screen", &said);
    clients.are_not_on(server);
}

#[test]
fn a_demo_removes_nothing_that_is_not_a_demos() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("precious"), "x").unwrap();
    let output = zorginkoop(&["demo", "--force", "--out", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(folder.path().join("precious").exists());
}

/// `up` on free ports, stopped when dropped.
struct Up {
    child: Child,
    addresses: Vec<String>,
}

impl Up {
    fn start(data: &Path) -> Up {
        let mut child = Command::new(BINARY)
            .args(["up", "--port", "0", "--data", data.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let addresses = lines.take(5).map(|line| line.unwrap().split_whitespace().nth(1).unwrap().to_owned()).collect();
        Up { child, addresses }
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn exit_codes_mean_something() {
    let folder = tempfile::tempdir().unwrap();
    let up = Up::start(&folder.path().join("data"));
    let [_, tariffing, budget, ..] = &up.addresses[..] else { panic!("five addresses") };
    let at = ["--tariffing", tariffing, "--budget", budget];
    let run = |arguments: &[&str]| zorginkoop(&[&at[..], arguments].concat());

    let file = folder.path().join("a.asc");
    std::fs::write(&file, "0118701").unwrap();
    let submitted = run(&["claims", "submit", file.to_str().unwrap(), "--office", "vgz"]);
    assert_eq!(submitted.status.code(), Some(3), "{}", text(&submitted.stderr));
    assert!(folder.path().join("a.aw320").exists());

    let quote = ["quote", "--sector", "gz", "--agb", "41410001", "--product", "Z053", "--date", "2023-01-01"];
    let refused = run(&[&quote[..], &["--office", "vgz"]].concat());
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains("no maximum tariff of product Z053"));
    let wrong = run(&[&quote[..], &["--office", "V"]].concat());
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("office: not an office"));

    for (service, address) in ["registration", "tariffing", "budget", "homecare", "screening"].iter().zip(&up.addresses)
    {
        let waiting = ["proposals", "list", "--service", service, "--office", "vgz"];
        let waiting = zorginkoop(&[&[&format!("--{service}"), address.as_str()], &waiting[..]].concat());
        assert!(waiting.status.success() && waiting.stdout.is_empty(), "{service}: {}", text(&waiting.stderr));
    }
    let raises = ["raises", "list", "--office", "vgz", "--year", "2024", "--overdue"];
    let raises = zorginkoop(&[&["--homecare", up.addresses[3].as_str()], &raises[..]].concat());
    assert!(raises.status.success() && raises.stdout.is_empty(), "{}", text(&raises.stderr));

    let none = run(&["room", "--office", "vgz", "--year", "2023"]);
    assert_eq!(none.status.code(), Some(1));
    let listed = run(&["--json", "claims", "list", "--office", "vgz"]);
    assert!(listed.status.success() && listed.stdout.is_empty());
    let away = zorginkoop(&["--budget", "http://127.0.0.1:1", "room", "--office", "vgz", "--year", "2023"]);
    assert_eq!(away.status.code(), Some(1));
    assert!(text(&away.stderr).contains("can't be reached"));
}

#[test]
fn iwlz_messages_are_handed_in_and_the_wrong_ones_told_in_full() {
    use iwlz::{DeliveryForm, MessageKind, OfficeCode, testing};
    let folder = tempfile::tempdir().unwrap();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let parties = (OfficeCode::parse("5508").unwrap(), "41410001".parse().unwrap());
    let mut client = testing::client(1, "123456782".parse().unwrap());
    client.allocations.push(testing::allocation(parties, 754, DeliveryForm::Stay, (day("2023-02-01"), None)));
    let header = testing::header(MessageKind::Aw33, parties, "A1", day("2023-01-15"));
    let right = testing::write(&header, &[client]);
    let wrong = text(&right).replace("123456782", "123456783").replace(">754<", ">755a<");
    let [good, bad] = ["good.xml", "bad.xml"].map(|name| folder.path().join(name));
    std::fs::write(&good, &right).unwrap();
    std::fs::write(&bad, wrong).unwrap();

    let up = Up::start(&folder.path().join("data"));
    let import = |files: &[&Path]| {
        let files = files.iter().map(|file| file.to_str().unwrap());
        let arguments = ["--budget", &up.addresses[2], "iwlz", "import", "--office", "vgz"];
        zorginkoop(&arguments.into_iter().chain(files).collect::<Vec<_>>())
    };
    let both = import(&[&bad, &good]);
    assert_eq!(both.status.code(), Some(3), "{}", text(&both.stderr));
    let said = text(&both.stdout);
    assert!(said.contains("the message has 2 fault(s)"), "{said}");
    assert!(said.contains("Bericht/Clienten/Client[1]/Bsn: BSN: fails the eleven test"), "{said}");
    assert!(said.contains("ToegewezenZorgzwaartepakket[1]/ZzpCode: expected a ZZP code"), "{said}");
    assert!(said.contains("AW33") && said.contains("of 1 client(s), 1 allocation(s)"), "{said}");
    assert!(!said.contains("123456783"), "{said}");
    let again = import(&[&good]);
    assert!(again.status.success());
    assert!(said.contains(&text(&again.stdout)), "the same answer");
}

#[test]
fn a_register_of_insured_persons_is_handed_in_and_a_wrong_one_told_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("good.csv"), "bsn,from,until\n123456782,2022-01-01,\n999999999,2022-01-01,\n").unwrap();
    std::fs::write(at("bad.csv"), "bsn,from,until\n123456783,2022-01-01,2021-01-01\n").unwrap();
    let up = Up::start(&folder.path().join("data"));
    let [_, _, budget, homecare, _] = &up.addresses[..] else { panic!("five addresses") };
    let run = |more: &[&str]| zorginkoop(&[&["--budget", budget, "--homecare", homecare, "insured"], more].concat());
    for service in ["budget", "homecare"] {
        let of = ["--office", "vgz", "--service", service];
        let days = ["--reference-date", "2023-03-31", "--first-day", "2022-01-01"];
        let import = |file: &str, days: &[&str]| run(&[&["import", &at(file)], &of[..], days].concat());
        let bad = import("bad.csv", &days);
        assert_eq!(bad.status.code(), Some(3), "{}", text(&bad.stderr));
        let said = text(&bad.stdout);
        assert!(said.contains("line 2 bsn: BSN: fails the eleven test"), "{said}");
        assert!(said.contains("line 2 until: lies before from"), "{said}");
        assert!(!said.contains("123456783"), "{said}");
        let good = import("good.csv", &days);
        assert!(good.status.success(), "{}", text(&good.stderr));
        let said = text(&good.stdout);
        assert!(said.contains("2 row(s), 1 person(s): 1 new or changed, 0 gone"), "{said}");
        assert!(said.contains("not kept: 1 row(s) without a number"), "{said}");
        assert!(text(&import("good.csv", &days).stdout).contains("handed in before"));
        let turned = import("good.csv", &["--reference-date", "2022-01-01", "--first-day", "2023-03-31"]);
        assert_eq!(turned.status.code(), Some(2));
        assert_eq!(import("none.csv", &days).status.code(), Some(2));
        let earlier = import("good.csv", &["--reference-date", "2023-03-30", "--first-day", "2022-01-01"]);
        assert_eq!(earlier.status.code(), Some(3), "{}", text(&earlier.stderr));
        let listed = text(&run(&[&["list"], &of[..]].concat()).stdout);
        assert!(listed.contains("2023-03-31"), "{listed}");
    }
}

#[test]
fn completions_name_the_commands() {
    let output = zorginkoop(&["completions", "bash"]);
    assert!(output.status.success());
    for command in ["up", "demo", "claims", "rounds", "quote", "explain"] {
        assert!(text(&output.stdout).contains(command), "{command}");
    }
}
