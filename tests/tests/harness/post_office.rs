//! The mail server beside a house under test: it takes letters, or does not, as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it does with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Says so to the recipient.
    Refuses(u16),
    /// Takes the whole letter and hangs up without a word.
    HangsUp,
}

/// A letter as it came.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub to: String,
    pub text: String,
}

impl Delivered {
    /// The value of a header, unfolded and as it is encoded.
    pub fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
        line.map_or_else(String::new, |line| line.split_once(':').unwrap().1.trim().to_owned())
    }
}

/// A running mail server; ends with the runtime.
#[derive(Debug, Clone)]
pub struct PostOffice {
    pub port: u16,
    next: Arc<Mutex<VecDeque<Does>>>,
    /// Everything that was sent to it to the end, also what it gave no answer for.
    delivered: Arc<Mutex<Vec<Delivered>>>,
}

impl PostOffice {
    pub async fn open() -> PostOffice {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let office = PostOffice { port, next: Arc::default(), delivered: Arc::default() };
        let own = office.clone();
        tokio::spawn(async move {
            while let Ok((visitor, _)) = listener.accept().await {
                let own = own.clone();
                tokio::spawn(async move { drop(own.attend(visitor).await) });
            }
        });
        office
    }

    /// What happens to the next letter; afterwards they are taken again.
    pub fn shall(&self, does: Does) {
        self.next.lock().unwrap().push_back(does);
    }

    pub fn delivered(&self) -> Vec<Delivered> {
        self.delivered.lock().unwrap().clone()
    }

    async fn attend(&self, visitor: TcpStream) -> std::io::Result<()> {
        let (reader, mut writer) = visitor.into_split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 post.example ESMTP\r\n").await?;
        let (mut to, mut does) = (String::new(), None);
        while let Some(line) = lines.next_line().await? {
            let answer = match line.split([' ', ':']).next().unwrap().to_uppercase().as_str() {
                "EHLO" => "250-post.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n".to_owned(),
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap().to_owned();
                    does = self.next.lock().unwrap().pop_front();
                    match does {
                        Some(Does::Refuses(code)) => format!("{code} not for {to}\r\n"),
                        _ => "250 fine\r\n".to_owned(),
                    }
                }
                "DATA" => {
                    writer.write_all(b"354 go on\r\n").await?;
                    let mut text = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push_str("\r\n");
                    }
                    self.delivered.lock().unwrap().push(Delivered { to: to.clone(), text });
                    if does == Some(Does::HangsUp) {
                        return Ok(());
                    }
                    "250 taken\r\n".to_owned()
                }
                "QUIT" => return writer.write_all(b"221 bye\r\n").await,
                _ => "250 fine\r\n".to_owned(),
            };
            writer.write_all(answer.as_bytes()).await?;
        }
        Ok(())
    }
}
