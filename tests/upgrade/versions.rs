//! An older version and this one on the same databases, through an upgrade and back: `versions OLD NEW [no-way-back]`,
//! where OLD and NEW are the folders of their binaries. `cargo xtask upgrade` builds both and calls this.
//!
//! The older version must start again on the newer schema. With `no-way-back` it must refuse to: the first version did.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it ends at the first thing that is not so, and tells how far it came"
)]

mod calls;
#[path = "../journeys/office.rs"]
#[allow(dead_code, reason = "of it, the claim files are used")]
mod office;
mod play;
mod process;

use std::path::PathBuf;

use play::Play;
use process::Place;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (old, new, way_back) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [old, new] => (PathBuf::from(old), PathBuf::from(new), true),
        [old, new, "no-way-back"] => (PathBuf::from(old), PathBuf::from(new), false),
        _ => panic!("usage: versions OLD NEW [no-way-back]"),
    };
    let server = std::env::var("ZORGINKOOP_TEST_POSTGRES").expect("run it by `cargo xtask upgrade`");
    let place = Place::on(&server).await;

    println!("-- the old version alone");
    let older = place.start("old", &old).await.unwrap();
    let mut play = Play::begin(&older.clients).await;
    play.go_on(&[&older.clients]).await;
    play.holds(&place, &[&older.clients]).await;

    println!("-- `migrate` of the new version, while the old one goes on");
    let migrated = async { assert!(!place.migrate(&new).await.contains("newer"), "it needs all there is") };
    let alone = [&older.clients];
    let ((), ()) = tokio::join!(migrated, play.go_on(&alone));
    play.holds(&place, &[&older.clients]).await;

    println!("-- side by side");
    let newer = place.start("new", &new).await.unwrap();
    play.take(&newer.clients).await;
    play.go_on(&[&older.clients, &newer.clients]).await;
    play.holds(&place, &[&older.clients, &newer.clients]).await;

    println!("-- the old version stops, the new one goes on alone");
    older.stop();
    play.go_on(&[&newer.clients]).await;
    play.holds(&place, &[&newer.clients]).await;

    println!("-- the way back: the old version starts on the newer schema");
    match (place.start("old-again", &old).await, way_back) {
        (Ok(older), true) => {
            play.go_on(&[&newer.clients, &older.clients]).await;
            play.holds(&place, &[&newer.clients, &older.clients]).await;
            newer.stop();
            play.go_on(&[&older.clients]).await;
            play.holds(&place, &[&older.clients]).await;
            older.stop();
        }
        (Err(log), false) => {
            assert!(log.contains("cannot open the database"), "{log}");
            println!("   it refuses to, as versions did that knew no newer schema; the new one goes on");
            play.go_on(&[&newer.clients]).await;
            play.holds(&place, &[&newer.clients]).await;
            newer.stop();
        }
        (Err(log), true) => panic!("the old version does not start again: {log}"),
        (Ok(_), false) => panic!("the old version was to refuse the newer schema"),
    }
    println!("-- all of it holds");
}
