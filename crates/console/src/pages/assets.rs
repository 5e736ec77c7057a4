//! The files of the pages, in the binary.

use axum::{
    http::{HeaderName, header},
    response::IntoResponse,
};

type File = ([(HeaderName, &'static str); 1], &'static str);

const STYLE: &str = include_str!("../../assets/console.css");
const SCRIPT: &str = include_str!("../../assets/console.js");
const ICON: &str = include_str!("../../assets/icon.svg");

fn file(kind: &'static str, text: &'static str) -> File {
    ([(header::CONTENT_TYPE, kind)], text)
}

pub async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", STYLE)
}

pub async fn script() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", SCRIPT)
}

pub async fn icon() -> impl IntoResponse {
    file("image/svg+xml", ICON)
}
