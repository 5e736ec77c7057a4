//! The console shows to each what the services admit it to, and says what it is that they don't.

use std::sync::Arc;

use console::{Console, Service, Services};
use contract::access::Role;
use testkit::{http, on_both_engines};
use tonic::transport::Channel;

use crate::{
    seed::seed,
    world::{OTHER, OWN, Which, World},
};

async fn console(world: &World) -> console::Running {
    let way = |channel: Channel| Service { channel, shown: None };
    let nowhere = || way(Channel::from_static("http://127.0.0.1:1").connect_lazy());
    let services = Services {
        registration: nowhere(),
        tariffing: nowhere(),
        budget: way(world.channel.clone()),
        homecare: nowhere(),
        screening: nowhere(),
    };
    let clock = world.clock.clone();
    console::start(([127, 0, 0, 1], 0).into(), Console { services, now: Arc::new(move || clock.now()) }).await.unwrap()
}

on_both_engines! {
    async fn the_console_passes_on_who_asks_and_shows_a_refusal_as_one(engine) {
        let world = World::open(engine, Which::Budget).await;
        seed(&world, Which::Budget).await;
        let console = console(&world).await;
        let page = async |path: &str, token: &str| {
            let authorization = format!("Bearer {token}");
            let headers = [("Authorization", authorization.as_str())];
            let headers = if token.is_empty() { &[][..] } else { &headers[..] };
            http::get(&format!("{}{path}", console.url()), headers).await.unwrap()
        };

        let stranger = page("room/vgz/2023", "").await;
        assert_eq!(stranger.status, 403);
        assert!(stranger.body.contains("Budget weet niet wie u bent"), "{}", stranger.body);

        let operator = page("room/vgz/2023", &world.token(Role::Operator, OWN)).await;
        assert_eq!(operator.status, 403);
        assert!(operator.body.contains("inkoper, beslisser, auditor"), "{}", operator.body);
        // What an operator may see it sees on the same page that refuses the rest.
        let overview = page("", &world.token(Role::Operator, OWN)).await;
        assert_eq!(overview.status, 200);
        assert!(overview.body.contains("inkoper, beslisser, auditor"), "{}", overview.body);

        let auditor = world.token(Role::Auditor, OWN);
        assert_eq!(page(&format!("room/{OWN}/1999"), &auditor).await.status, 404);
        assert_eq!(page(&format!("room/{OTHER}/1999"), &auditor).await.status, 403);
        console.stop().await.unwrap();
        world.close().await;
    }
}
