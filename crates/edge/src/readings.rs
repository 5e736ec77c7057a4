//! What a service reads of itself now and then: what its gauges show, and whether it is ready.

use std::time::Duration;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx};
use futures::future::BoxFuture;
use telemetry::{Measure, Reading, Readings};
use tokio::{
    sync::watch,
    time::{self, MissedTickBehavior},
};

use crate::Core;

/// Reads what a service shows of its own business: amounts, and numbers by state, office and year.
pub type Read = for<'a> fn(&'a mut Tx, DateTime<Utc>) -> BoxFuture<'a, Result<Vec<Reading>, DatabaseError>>;

/// How often the database is asked whether it is there, and how long it may take to say so.
const LOOK: Duration = Duration::from_secs(5);

static FEED: Measure =
    Measure { name: "zorginkoop.feed.sequence", unit: "{event}", about: "The newest event of the service's own feed." };
static FOLLOWED: Measure = Measure {
    name: "zorginkoop.feed.cursor",
    unit: "{event}",
    about: "The last event of another service's feed that was applied here.",
};
static PROPOSALS: Measure = Measure {
    name: "zorginkoop.proposals",
    unit: "{proposal}",
    about: "Proposals that wait for a second pair of eyes.",
};
static CONNECTIONS: Measure = Measure {
    name: "db.client.connection.count",
    unit: "{connection}",
    about: "Connections to the service's database, by state.",
};
static CONNECTIONS_MAX: Measure = Measure {
    name: "db.client.connection.max",
    unit: "{connection}",
    about: "Connections to the service's database that there may be.",
};
static FAILED: Measure = Measure {
    name: "zorginkoop.readings.failed",
    unit: "{failure}",
    about: "1 when the last reading of the service's database failed and its gauges are missing, else 0.",
};

/// Reads until the service stops.
pub(crate) async fn read(core: Core, read: Read, every: Duration) {
    let readings = Readings::of(core.name());
    let mut tick = time::interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stop = core.stop();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = tick.tick() => {}
        }
        // What can't be read is missing rather than old.
        let mut shown = connections(&core);
        match business(&core, read).await {
            Ok(read) => {
                shown.extend(read);
                shown.push(Reading::count(&FAILED, 0));
            }
            Err(error) => {
                tracing::warn!(service = core.name(), %error, "gauges can't be read");
                shown.push(Reading::count(&FAILED, 1));
            }
        }
        readings.show(shown);
    }
}

async fn business(core: &Core, read: Read) -> Result<Vec<Reading>, DatabaseError> {
    let mut tx = core.db().read().await?;
    let mut readings = vec![Reading::count(&FEED, tx.feed_last().await?)];
    for cursor in tx.cursors().await? {
        readings.push(Reading::count(&FOLLOWED, cursor.sequence).with(telemetry::FEED, cursor.feed));
    }
    for (office, open) in tx.open_proposals().await? {
        readings.push(Reading::count(&PROPOSALS, open).with("office", office));
    }
    readings.extend(read(&mut tx, core.clock.now()).await?);
    tx.rollback().await?;
    Ok(readings)
}

fn connections(core: &Core) -> Vec<Reading> {
    let pools = core.db().pools();
    let of = |measure, pool: &database::Pool, count: u32| {
        Reading::count(measure, i64::from(count)).with("db.client.connection.pool.name", pool.name)
    };
    let state = "db.client.connection.state";
    pools
        .iter()
        .flat_map(|pool| {
            [
                of(&CONNECTIONS, pool, pool.used).with(state, "used"),
                of(&CONNECTIONS, pool, pool.idle).with(state, "idle"),
                of(&CONNECTIONS_MAX, pool, pool.max),
            ]
        })
        .collect()
}

/// Whether the service is ready: it serves, and its database answers. False from when it is told to stop.
pub(crate) fn ready(core: Core) -> watch::Receiver<bool> {
    // It opened its database just now.
    let (tell, ready) = watch::channel(true);
    core.clone().spawn(async move {
        let stop = core.stop();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = time::sleep(LOOK) => {}
            }
            let answered = time::timeout(LOOK, core.db().feed_last()).await;
            let there = matches!(answered, Ok(Ok(_)));
            if tell.send_replace(there) != there {
                tracing::warn!(service = core.name(), ready = there, "the database answers differently than before");
            }
        }
        tell.send_replace(false);
    });
    ready
}
