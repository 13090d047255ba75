//! HTTP/1.1 as lean as it gets: one connection, one request at a time, what came back as bytes.

use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A kept-alive connection.
pub struct Wire {
    stream: TcpStream,
    inbox: Vec<u8>,
}

/// An answer; lies in the connection until the next request.
pub struct Reply<'a> {
    pub status: u16,
    pub head: &'a [u8],
    pub body: Vec<u8>,
}

/// What a request says of itself besides its body.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// Lines that end in CRLF: authorization, cookies.
    pub headers: &'a str,
}

impl Wire {
    pub async fn connect(address: SocketAddr) -> io::Result<Wire> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Wire { stream, inbox: Vec::with_capacity(16 << 10) })
    }

    pub async fn ask(&mut self, ask: Ask<'_>, body: &[u8]) -> io::Result<Reply<'_>> {
        let Ask { method, path, headers } = ask;
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {}\r\n\r\n", body.len())
                .into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request).await?;
        self.inbox.clear();
        let head = self.head().await?;
        let text = std::str::from_utf8(&self.inbox[..head]).map_err(io::Error::other)?;
        let status = text.get(9..12).and_then(|s| s.parse().ok()).ok_or_else(|| odd("status line"))?;
        let length = field(text, "content-length").and_then(|v| v.parse::<usize>().ok());
        let chunked = field(text, "transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked"));
        let body = match (length, chunked) {
            (Some(length), _) => {
                let range = self.until(head, length).await?;
                self.inbox[range].to_vec()
            }
            (None, true) => self.chunks(head).await?,
            (None, false) if status == 204 || status == 304 => Vec::new(),
            (None, false) => return Err(odd("length")),
        };
        Ok(Reply { status, head: &self.inbox[..head], body })
    }

    /// Reads to the end of the head; its length.
    async fn head(&mut self) -> io::Result<usize> {
        let mut looked = 0;
        loop {
            if let Some(at) = self.inbox[looked..].windows(4).position(|w| w == b"\r\n\r\n") {
                return Ok(looked + at + 4);
            }
            looked = self.inbox.len().saturating_sub(3);
            self.more().await?;
        }
    }

    async fn until(&mut self, from: usize, length: usize) -> io::Result<Range<usize>> {
        while self.inbox.len() < from + length {
            self.more().await?;
        }
        Ok(from..from + length)
    }

    async fn chunks(&mut self, from: usize) -> io::Result<Vec<u8>> {
        let (mut body, mut at) = (Vec::new(), from);
        loop {
            let line = loop {
                if let Some(end) = self.inbox[at..].windows(2).position(|w| w == b"\r\n") {
                    break at..at + end;
                }
                self.more().await?;
            };
            let size = std::str::from_utf8(&self.inbox[line.clone()]).ok();
            let size = size.and_then(|s| usize::from_str_radix(s, 16).ok()).ok_or_else(|| odd("chunk"))?;
            let range = self.until(line.end + 2, size + 2).await?;
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&self.inbox[range.start..range.start + size]);
            at = range.end;
        }
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.inbox).await? {
            0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection")),
            _ => Ok(()),
        }
    }
}

impl Reply<'_> {
    /// A field of the head.
    pub fn field(&self, name: &str) -> Option<&str> {
        field(std::str::from_utf8(self.head).ok()?, name)
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn odd(what: &str) -> io::Error {
    io::Error::other(format!("the answer has no {what} that can be read"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    #[test]
    fn answers_in_pieces_and_chunks() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let pieces: [&[u8]; 4] = [
            b"HTTP/1.1 201 Created\r\nContent-Le",
            b"ngth: 5\r\n\r\nab",
            b"cde",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        ];
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 1024];
            for asked in [&pieces[..3], &pieces[3..]] {
                assert!(stream.read(&mut buffer).unwrap() > 0);
                for piece in asked {
                    stream.write_all(piece).unwrap();
                    stream.flush().unwrap();
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut wire = Wire::connect(address).await.unwrap();
            for (status, body) in [(201, b"abcde"), (200, b"abcde")] {
                let reply = wire.ask(Ask { method: "GET", path: "/", headers: "" }, b"").await.unwrap();
                assert_eq!((reply.status, &reply.body[..]), (status, &body[..]));
            }
            assert!(wire.ask(Ask { method: "GET", path: "/", headers: "" }, b"").await.is_err());
        });
        server.join().unwrap();
    }
}
