//! The way out: the mail server that the configuration names.
//!
//! `smtps://` is protected from the first byte. `smtp://` must become so by STARTTLS (RFC 3207), except on this machine itself.

use crate::rules::failure::{Failure, FailureClass};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::Refusal;
use kernel::id::MailId;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};
use web::{Fail, Web};

/// How long a mail may take, from the connection to the server's last word. Less than mails are leased for.
const SEND_MAX: Duration = Duration::from_secs(60);
const CONNECT_MAX: Duration = Duration::from_secs(15);
/// Ports for submission (RFC 8314).
const PORT: u16 = 587;
const PORT_TLS: u16 = 465;

/// Where mail goes out, and in whose name. Shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct MailerConfig {
    host: String,
    port: u16,
    protection: Protection,
    /// Name and password.
    credentials: Option<(String, String)>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protection {
    /// TLS from the first byte.
    Whole,
    /// STARTTLS before anything else is said.
    Demanded,
    /// None: the server is on this machine.
    Local,
}

impl fmt::Debug for MailerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailerConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("protection", &self.protection)
            .field("signs_in", &self.credentials.is_some())
            .field("from", &self.from)
            .finish()
    }
}

impl MailerConfig {
    /// Reads `smtp://name:password@host:port` or `smtps://…`, and the addresses of sender and replies (`Name <a@b>` or `a@b`).
    /// Errors: a sentence that says what is wrong and repeats no password.
    pub fn read(url: &str, from: &str, reply_to: Option<&str>) -> Result<MailerConfig, String> {
        let shape = "It looks like smtp://name:password@host:port or smtps://…, with %40 for an @ in the name.";
        let url = Url::parse(url).map_err(|_| format!("The address of the mail server cannot be read. {shape}"))?;
        let is_tls = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(format!("The address of the mail server must begin with smtp:// or smtps://. {shape}")),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| format!("The address of the mail server names no host. {shape}"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let rest_is_empty = ["", "/"].contains(&url.path()) && url.query().is_none() && url.fragment().is_none();
        if !rest_is_empty {
            return Err(format!("The address of the mail server has something behind the host. {shape}"));
        }
        let credentials = match (decoded(url.username())?, url.password()) {
            (name, Some(password)) if !name.is_empty() => Some((name, decoded(password)?)),
            (name, None) if name.is_empty() => None,
            _ => {
                return Err(format!("The address of the mail server needs a name and a password, or neither. {shape}"));
            }
        };
        let protection = match (is_tls, is_local(&host)) {
            (true, _) => Protection::Whole,
            (false, true) => Protection::Local,
            (false, false) => Protection::Demanded,
        };
        let mailbox = |text: &str, what: &str| {
            text.parse::<Mailbox>().map_err(|_| format!("{what} is no address like Name <name@example.com>."))
        };
        Ok(MailerConfig {
            port: url.port().unwrap_or(if is_tls { PORT_TLS } else { PORT }),
            host,
            protection,
            credentials,
            from: mailbox(from, "The sender of mails")?,
            reply_to: reply_to.map(|text| mailbox(text, "The address for replies")).transpose()?,
        })
    }

    /// `mail.example.com:587`
    pub fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The sender's bare address.
    pub fn from(&self) -> String {
        self.from.email.to_string()
    }
}

/// Percent-decoded, as the parts of an address before the host are.
fn decoded(text: &str) -> Result<String, String> {
    let wrong = || "The name or the password of the mail server is not encoded as in an address.".to_owned();
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let pair = [rest.next().ok_or_else(wrong)?, rest.next().ok_or_else(wrong)?];
        let hex = std::str::from_utf8(&pair).map_err(|_| wrong())?;
        bytes.push(u8::from_str_radix(hex, 16).map_err(|_| wrong())?);
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

/// Whether a host is this machine.
fn is_local(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        Ok(Host::Ipv4(ip)) => ip.is_loopback(),
        Ok(Host::Ipv6(ip)) => ip.is_loopback(),
        Err(_) => host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    }
}

/// Sends mails, where a mail server is configured. Cheap to clone; the server puts it into the router's extensions.
#[derive(Clone, Default)]
pub struct Mailer(Option<Arc<Line>>);

struct Line {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mailer").field(&self.is_on()).finish()
    }
}

impl Mailer {
    /// The way out to a configured server; nothing is sent yet.
    pub fn new(config: &MailerConfig) -> Result<Mailer, String> {
        let tls = || {
            TlsParameters::new(config.host.clone())
                .map_err(|error| format!("Connections to the mail server cannot be protected: {error}"))
        };
        let tls = match config.protection {
            Protection::Whole => Tls::Wrapper(tls()?),
            Protection::Demanded => Tls::Required(tls()?),
            Protection::Local => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(CONNECT_MAX))
            .hello_name(ClientId::Domain(config.from.email.domain().to_owned()));
        if let Some((name, password)) = &config.credentials {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        let (from, reply_to) = (config.from.clone(), config.reply_to.clone());
        Ok(Mailer(Some(Arc::new(Line { transport: builder.build(), from, reply_to }))))
    }

    /// Whether a mail server is configured.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Refuses `mail_not_configured` where no mail can be sent.
    pub fn needed(&self) -> Result<(), Refusal> {
        self.is_on().then_some(()).ok_or_else(|| Refusal::conflict("mail_not_configured"))
    }

    /// The sender and the address for replies.
    pub(crate) fn sender(&self) -> Option<(&Mailbox, Option<&Mailbox>)> {
        self.0.as_ref().map(|line| (&line.from, line.reply_to.as_ref()))
    }

    /// The name under which a mail goes out, and again after a doubt (RFC 5322, 3.6.4).
    pub(crate) fn message_id(&self, id: MailId) -> String {
        let domain = self.0.as_ref().map_or("localhost", |line| line.from.email.domain());
        format!("<{id}@{domain}>")
    }

    /// Connects, signs in and says NOOP.
    pub async fn greet(&self) -> Result<(), Failure> {
        let Some(line) = &self.0 else { return Err(Failure::passing(FailureClass::NoAnswer)) };
        match tokio::time::timeout(SEND_MAX, line.transport.test_connection()).await {
            Err(_) | Ok(Ok(false)) => Err(Failure::passing(FailureClass::NoAnswer)),
            Ok(Ok(true)) => Ok(()),
            Ok(Err(error)) => Err(failure_of(&error)),
        }
    }

    /// Hands a message to the server. Without an answer it may have been taken all the same.
    pub(crate) async fn send(&self, message: Message) -> Result<(), Failure> {
        let Some(line) = &self.0 else { return Err(Failure::passing(FailureClass::NoAnswer)) };
        match tokio::time::timeout(SEND_MAX, line.transport.send(message)).await {
            Err(_) => Err(Failure::passing(FailureClass::NoAnswer)),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure_of(&error)),
        }
    }
}

impl FromRequestParts<Web> for Mailer {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Fail> {
        // A router that was given none serves a house without a mail server.
        Ok(parts.extensions.get::<Mailer>().cloned().unwrap_or_default())
    }
}

fn failure_of(error: &lettre::transport::smtp::Error) -> Failure {
    if let Some(code) = error.status() {
        return Failure::answered(code.into());
    }
    Failure::passing(if error.is_tls() || is_unbelieved(error) {
        FailureClass::NotProtected
    } else if error.is_client() {
        FailureClass::Unsupported
    } else {
        FailureClass::NoAnswer
    })
}

/// Whether a handshake came to nothing, as when a certificate is not believed: the library tells it as a connection that failed,
/// and TLS as data that is not valid.
fn is_unbelieved(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        source = cause.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers_are_read() {
        let from = "顺付 <billing@shunfu.example>";
        for (url, server, protection, signs_in) in [
            ("smtp://mail.example.com", "mail.example.com:587", Protection::Demanded, None),
            ("smtps://mail.example.com", "mail.example.com:465", Protection::Whole, None),
            ("smtp://127.0.0.1:2525", "127.0.0.1:2525", Protection::Local, None),
            ("smtp://[::1]:2525", "::1:2525", Protection::Local, None),
            ("smtp://localhost", "localhost:587", Protection::Local, None),
            ("smtp://127.0.0.1.example.com", "127.0.0.1.example.com:587", Protection::Demanded, None),
            (
                "smtp://a%40b.cn:p%3Aw%2F@mail.example.com:25",
                "mail.example.com:25",
                Protection::Demanded,
                Some(("a@b.cn", "p:w/")),
            ),
        ] {
            let read = MailerConfig::read(url, from, None).unwrap();
            assert_eq!((read.server().as_str(), read.protection), (server, protection), "{url}");
            assert_eq!(read.credentials.as_ref().map(|(name, word)| (name.as_str(), word.as_str())), signs_in, "{url}");
            assert!(Mailer::new(&read).unwrap().is_on(), "{url}");
            assert!(!format!("{read:?}").contains("p:w/"), "{read:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        for (url, from) in [
            ("mail.example.com", "a@b.cn"),
            ("http://secret:secret@mail.example.com", "a@b.cn"),
            ("smtp://name@mail.example.com", "a@b.cn"),
            ("smtp://name:secret@mail.example.com/in?tls=none", "a@b.cn"),
            ("smtp://name:secret%4@mail.example.com", "a@b.cn"),
            ("smtp://mail.example.com", "nobody"),
        ] {
            let told = MailerConfig::read(url, from, None).unwrap_err();
            assert!(!told.contains("secret") && told.ends_with(['.', '…']), "{told}");
        }
    }
}
