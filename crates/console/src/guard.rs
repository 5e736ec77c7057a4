//! What is turned away before any page is made, and the headers that every answer carries.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Own files only: no inline script or style, nothing of other machines, in no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // What is shown is of the moment, and of who asked.
    (header::CACHE_CONTROL, "no-store"),
];

/// Lets through who looks, from this machine.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let text = "the console only shows: GET and HEAD\n";
        (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")], text).into_response()
    } else if !of_this_machine(request.headers()) {
        // A page elsewhere may point a name of its own at this machine; the browser then says that name here.
        (StatusCode::MISDIRECTED_REQUEST, "the console is asked for as localhost, 127.0.0.1 or [::1]\n").into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn of_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let host = host.to_str().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(name, _)| name),
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    matches!(name.to_ascii_lowercase().as_str(), "localhost" | "127.0.0.1" | "::1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_hosts() {
        let asked = |hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, host.parse().unwrap());
            }
            of_this_machine(&headers)
        };
        for own in ["localhost", "LOCALHOST:7100", "127.0.0.1:7100", "[::1]:7100", "[::1]"] {
            assert!(asked(&[own]), "{own}");
        }
        for other in
            ["example.org", "localhost.example.org", "127.0.0.1.example.org:7100", "10.0.0.1", "", "[::2]", "::1"]
        {
            assert!(!asked(&[other]), "{other}");
        }
        assert!(!asked(&[]) && !asked(&["localhost", "example.org"]));
    }
}
