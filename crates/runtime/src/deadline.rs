//! How long a call may take until its answer begins: as long as its caller waits, and no longer than the service says.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use tokio::time;
use tonic::Status;

/// Answers a call that takes too long with `DEADLINE_EXCEEDED`, and drops what it was doing.
pub(crate) async fn within(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let limit = wanted(request.headers()).map_or(limit, |wanted| wanted.min(limit));
    match time::timeout(limit, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => Status::deadline_exceeded("the answer took too long").into_http(),
    }
}

/// How long the caller waits (`grpc-timeout`); none when it does not say, or says it wrongly.
fn wanted(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if !(1..=8).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3_600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_says_how_long_it_waits_in_eight_digits_and_a_unit() {
        let said = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", text.parse().unwrap());
            wanted(&headers)
        };
        assert_eq!(said("2H"), Some(Duration::from_secs(7_200)));
        assert_eq!(said("3M"), Some(Duration::from_secs(180)));
        assert_eq!(said("99999999S"), Some(Duration::from_secs(99_999_999)));
        assert_eq!(said("250m"), Some(Duration::from_millis(250)));
        assert_eq!((said("7u"), said("7n")), (Some(Duration::from_micros(7)), Some(Duration::from_nanos(7))));
        for wrong in ["", "S", "100000000S", "1", "-1S", "1.5S", "1s", "S1"] {
            assert_eq!(said(wrong), None, "{wrong}");
        }
        assert_eq!(wanted(&HeaderMap::new()), None);
    }
}
