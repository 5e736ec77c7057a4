//! One HTTP request to this machine and its whole answer: what tests need of a client, and no more.

use std::io::{self, ErrorKind};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// A header; empty when there is none of that name.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// Gets a page at an address such as `http://127.0.0.1:7100/`.
///
/// # Errors
/// When there is no answer, or none that can be read.
pub async fn get(url: &str, headers: &[(&str, &str)]) -> io::Result<Answer> {
    send("GET", url, headers, "").await
}

/// Sends a request. Its host is that of the address unless a header says otherwise.
///
/// # Errors
/// When there is no answer, or none that can be read.
pub async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> io::Result<Answer> {
    let rest = url.strip_prefix("http://").ok_or_else(|| wrong("not an http address"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut request = format!("{method} /{path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request.push_str(&format!("Host: {host}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut connection = TcpStream::connect(host).await?;
    connection.write_all(format!("{request}\r\n{body}").as_bytes()).await?;
    read(&mut connection).await
}

async fn read(connection: &mut TcpStream) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if connection.read_buf(&mut bytes).await? == 0 {
            return Err(wrong("the answer ended in its head"));
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut answer = Answer { status: status.ok_or_else(|| wrong("no status"))?, headers, body: String::new() };
    let length: usize = answer.header("content-length").parse().map_err(|_| wrong("an answer without a length"))?;
    let mut body = bytes.split_off(head + 4);
    while body.len() < length {
        if connection.read_buf(&mut body).await? == 0 {
            return Err(wrong("the answer ended in its body"));
        }
    }
    answer.body = String::from_utf8(body).map_err(|_| wrong("not a text"))?;
    Ok(answer)
}

fn wrong(problem: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, problem)
}
