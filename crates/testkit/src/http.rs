//! One HTTP request to this machine and its whole answer: what tests need of a client, and no more.

use std::io::{self, ErrorKind};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
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
    read(BufReader::new(connection)).await
}

/// Reads an answer whose body has a length or comes in chunks. What follows it, such as trailers, is left.
async fn read(mut from: impl AsyncBufRead + Unpin) -> io::Result<Answer> {
    let first = line(&mut from).await?;
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| wrong("no status"))?;
    let mut headers = Vec::new();
    loop {
        let line = line(&mut from).await?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let mut answer = Answer { status, headers, body: String::new() };
    let body = if answer.header("transfer-encoding").eq_ignore_ascii_case("chunked") {
        chunks(&mut from).await?
    } else {
        let length = answer.header("content-length").parse().map_err(|_| wrong("an answer without a length"))?;
        exactly(&mut from, length).await?
    };
    answer.body = String::from_utf8(body).map_err(|_| wrong("not a text"))?;
    Ok(answer)
}

/// Chunks, each after its length in hexadecimal digits, until an empty one.
async fn chunks(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let length = line(from).await?;
        let length = usize::from_str_radix(&length, 16).map_err(|_| wrong("a chunk without a length"))?;
        if length == 0 {
            return Ok(body);
        }
        body.extend(exactly(from, length).await?);
        if !line(from).await?.is_empty() {
            return Err(wrong("a chunk that is longer than it says"));
        }
    }
}

/// A line, without its end.
async fn line(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line).await?;
    let whole = line.strip_suffix("\r\n").ok_or_else(|| wrong("the answer ended in a line"))?;
    Ok(whole.to_owned())
}

async fn exactly(from: &mut (impl AsyncBufRead + Unpin), length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await?;
    Ok(bytes)
}

fn wrong(problem: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body(rest: &str) -> io::Result<String> {
        Ok(read(format!("HTTP/1.1 200 OK\r\n{rest}").as_bytes()).await?.body)
    }

    #[tokio::test]
    async fn a_body_has_a_length_or_comes_in_chunks() {
        let known = "Content-Type: text/plain\r\ncontent-length: 5\r\n\r\nvijf\nand more";
        assert_eq!(body(known).await.unwrap(), "vijf\n");
        let chunks = "Transfer-Encoding: chunked\r\n\r\n5\r\na\r\nbc\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n";
        assert_eq!(body(chunks).await.unwrap(), "a\r\nbcabcdefghijklmnopqrstuvwxyz");
    }

    #[tokio::test]
    async fn what_is_cut_short_or_has_no_length_is_an_error() {
        for cut in [
            "content-length: 5",
            "content-length: 5\r\n\r\nvij",
            "transfer-encoding: chunked\r\n\r\n5\r\nvij",
            "transfer-encoding: chunked\r\n\r\n3\r\nvij\r\n",
            "transfer-encoding: chunked\r\n\r\n3\r\nvijf\r\n0\r\n\r\n",
            "\r\nvijf",
        ] {
            assert!(body(cut).await.is_err(), "{cut}");
        }
    }
}
