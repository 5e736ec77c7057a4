//! Requests made twice.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use database::{Begun, DatabaseError, Db};
use testkit::{TestDb, on_both_engines};

use crate::{MIGRATIONS, id, now};

on_both_engines! {
    /// Twenty times the same request at once: carried out once, answered twenty times.
    async fn concurrent_duplicates_are_carried_out_once(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let carried_out = Arc::new(AtomicU32::new(0));
        let callers: Vec<_> = (0..20)
            .map(|_| {
                let (db, carried_out) = (Db::clone(&db), carried_out.clone());
                tokio::spawn(async move {
                    let mut tx = db.write().await?;
                    let reply = match tx.begin_request(id(1), "vgz", "Award", [1; 32], now()).await? {
                        Begun::Replay(reply) => reply,
                        Begun::New => {
                            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
                            let nth = carried_out.fetch_add(1, Ordering::SeqCst);
                            let reply = format!("reply {nth}").into_bytes();
                            tx.finish_request(id(1), &reply).await?;
                            tx.commit(now()).await?;
                            reply
                        }
                    };
                    Ok::<_, DatabaseError>(reply)
                })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap().unwrap(), b"reply 0");
        }
        assert_eq!(carried_out.load(Ordering::SeqCst), 1);
    }

    async fn another_payload_under_the_same_id_is_refused(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        tx.begin_request(id(1), "vgz", "Award", [1; 32], now()).await.unwrap();
        tx.finish_request(id(1), b"done").await.unwrap();
        tx.commit(now()).await.unwrap();
        for (method, payload) in [("Award", [2; 32]), ("Revoke", [1; 32])] {
            let mut tx = db.write().await.unwrap();
            let error = tx.begin_request(id(1), "vgz", method, payload, now()).await.unwrap_err();
            assert!(matches!(error, DatabaseError::DifferentPayload { request_id } if request_id == id(1)));
        }
        let mut tx = db.write().await.unwrap();
        let again = tx.begin_request(id(1), "vgz", "Award", [1; 32], now()).await.unwrap();
        assert_eq!(again, Begun::Replay(b"done".to_vec()));
    }

    /// A request that failed may be made again; one without a reply can't be committed.
    async fn only_a_finished_request_is_kept(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        tx.begin_request(id(1), "vgz", "Award", [1; 32], now()).await.unwrap();
        tx.rollback().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.begin_request(id(1), "vgz", "Award", [1; 32], now()).await.unwrap(), Begun::New);
        let error = tx.commit(now()).await.unwrap_err();
        assert!(matches!(error, DatabaseError::UnfinishedRequest { .. }), "{error:?}");
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.begin_request(id(1), "vgz", "Award", [1; 32], now()).await.unwrap(), Begun::New);
    }
}
