//! Calls that are wrong as calls.

use bytes::Bytes;
use intake::{Incoming, Limits};
use testkit::Engine;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::support::*;

fn start() -> Result<Incoming, Status> {
    Ok(Incoming::Start { office: "vgz".to_owned() })
}

fn chunk(length: usize) -> Result<Incoming, Status> {
    Ok(Incoming::Chunk(Bytes::from(vec![b' '; length])))
}

#[tokio::test]
async fn a_wrong_call_is_told_what_is_wrong() {
    let mut setup = Setup::new(Engine::Sqlite).await;
    setup.intake.limits = Limits { file_bytes: 3_000_000, ..Limits::default() };
    let megabyte = 1024 * 1024;
    let calls = [
        (vec![], Code::InvalidArgument, "start"),
        (vec![chunk(1)], Code::InvalidArgument, "start"),
        (vec![Ok(Incoming::Nothing)], Code::InvalidArgument, "start"),
        (vec![Ok(Incoming::Start { office: "V G Z".to_owned() })], Code::InvalidArgument, "start.office"),
        (vec![start()], Code::InvalidArgument, "chunk"),
        (vec![start(), chunk(0)], Code::InvalidArgument, "chunk"),
        (vec![start(), chunk(1), start()], Code::InvalidArgument, "part"),
        (vec![start(), chunk(megabyte + 1)], Code::InvalidArgument, "chunk"),
        (vec![start(), chunk(megabyte), chunk(megabyte), chunk(megabyte)], Code::FailedPrecondition, ""),
        (vec![start(), chunk(1), Err(Status::cancelled("gone"))], Code::Cancelled, ""),
    ];
    for (parts, code, field) in calls {
        let named = format!("{parts:?}").chars().take(80).collect::<String>();
        let status = collect(&setup.intake, parts, 0).await.unwrap_err();
        assert_eq!(status.code(), code, "{named}");
        if !field.is_empty() {
            let details = status.get_error_details();
            assert_eq!(details.bad_request().unwrap().field_violations[0].field, field, "{named}");
        }
    }
    assert_eq!(setup.rows().await, [0; 4]);
}
