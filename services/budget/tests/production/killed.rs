//! Budget killed in the middle of its intake, two hundred times: with every file sent again until it is answered, what is
//! on record in the end is what it would have been without.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use contract::budget::{self as proto, budget_service_client::BudgetServiceClient};
use fastrand::Rng;
use testkit::on_both_engines;
use tonic::transport::Channel;

use crate::support::*;

const FILES: usize = 10;
const KILLS_OF_A_FILE: usize = 20;
const LINES: usize = 3_000;

/// The service as a process of its own, on a world's database.
struct Process {
    child: Child,
    client: BudgetServiceClient<Channel>,
}

impl Process {
    async fn start(world: &World) -> Process {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_budget"))
            .env("ZORGINKOOP_LISTEN", address.to_string())
            .env("ZORGINKOOP_DATABASE", world.db.url())
            .env("ZORGINKOOP_PSEUDONYM_KEY_FILE", world.key())
            .env("ZORGINKOOP_PEER_REGISTRATION", "http://127.0.0.1:9")
            .env("ZORGINKOOP_PEER_TARIFFING", "http://127.0.0.1:9")
            .env("ZORGINKOOP_LOG", "error")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        loop {
            match BudgetServiceClient::connect(format!("http://{address}")).await {
                Ok(client) => return Process { child, client },
                Err(error) => assert!(begun.elapsed() < Duration::from_secs(60), "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// At once, without a word (SIGKILL).
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Files of two providers in turn; each but their first takes back some lines of the one before.
fn files() -> Vec<Vec<u8>> {
    let file = |number: usize| {
        let reference = |number: usize, line: usize| format!("F{number}-{line}");
        let mut lines: Vec<Line> =
            (0..LINES).map(|line| hours(&reference(number, line), "2023-02-06", 1 + (line % 8) as u32)).collect();
        for line in (0..LINES / 50).filter(|_| number > 1) {
            let of: &'static str = Box::leak(reference(number - 2, line).into_boxed_str());
            let quantity = 1 + (line % 8) as u32;
            lines.push(hours("", "2023-02-06", quantity).credit(&format!("C{number}-{line}"), of));
        }
        super::support::file([AGB, OTHER][number % 2], &format!("F{number}"), &lines)
    };
    (0..FILES).map(file).collect()
}

/// What is on record: the sums, the files, and the events.
async fn on_record(world: &World) -> ([(i64, i64, i64); 3], usize, i64) {
    let request = proto::ListClaimFilesRequest { office: "vgz".to_owned(), page_size: 1_000, ..Default::default() };
    let files = world.client().list_claim_files(request).await.unwrap().into_inner().files;
    let progress = world.client().get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
    (world.sums().await, files.len(), progress.last_sequence)
}

on_both_engines! {
    async fn bud_05_killed_two_hundred_times_an_intake_ends_with_the_same_totals(engine) {
        let files = files();
        let undisturbed = World::open(engine).await;
        let process = Process::start(&undisturbed).await;
        let begun = Instant::now();
        for file in &files {
            send(&process.client, file.clone()).await.unwrap();
        }
        let usual = begun.elapsed() / FILES as u32;
        process.kill();

        let world = World::open(engine).await;
        let mut rng = Rng::with_seed(41);
        let mut answered = 0;
        for file in &files {
            for _ in 0..KILLS_OF_A_FILE {
                let process = Process::start(&world).await;
                let client = process.client.clone();
                let (file, moment) = (file.clone(), usual.mul_f64(rng.f64() * 1.1));
                let sending = tokio::spawn(async move { send(&client, file).await });
                tokio::time::sleep(moment).await;
                process.kill();
                answered += usize::from(sending.await.unwrap().is_ok());
            }
            let process = Process::start(&world).await;
            let result = send(&process.client, file.clone()).await.unwrap();
            assert!(!result.rejected, "{:?}", result.findings);
            process.kill();
        }
        assert!(answered < FILES * KILLS_OF_A_FILE, "every file was answered before the kill");
        assert_eq!(on_record(&world).await, on_record(&undisturbed).await);
        let [present, entries, lines] = world.sums().await;
        assert_eq!((present, entries), (entries, lines));
    }
}
