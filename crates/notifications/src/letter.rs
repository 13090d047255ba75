//! What a mail says, and how that becomes a message: plain text and HTML of the same words, and a document beside them.

use crate::mailer::Mailer;
use crate::queries::Due;
use crate::rules::failure::{Failure, FailureClass};
use ::store::Error;
use askama::Template;
use kernel::{Locale, Timestamp};
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart};
use std::time::{Duration, UNIX_EPOCH};
use web::Web;

/// A document that goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// With extension; letters and digits of ASCII, `-`, `_` and `.` stay, else `_` stands.
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// What a mail says, in the reader's language. Line breaks and other control characters within its texts become blanks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letter {
    /// The organisation, as sender and signature.
    pub sender: String,
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Labels and values, one a line.
    pub facts: Vec<(String, String)>,
    /// What can be opened in a browser: words and address.
    pub link: Option<(String, String)>,
    /// Small, at the end.
    pub note: String,
    pub attachment: Option<Attachment>,
}

/// The letter by which somebody of the desk sees that mail arrives.
pub async fn test_letter(web: &Web, mail: Due) -> Result<Letter, Error> {
    let organisation = mail.organisation;
    let settings = web.app.db().read(move |conn| identity::settings(conn, organisation)).await?;
    let l = web.i18n.for_locale(mail.locale);
    let name = [("organisation", settings.name.as_str().into())];
    Ok(Letter {
        subject: l.ta("letter-test-subject", &name),
        paragraphs: vec![l.ta("letter-test-text", &name)],
        note: l.t("letter-note"),
        sender: settings.name,
        ..Letter::default()
    })
}

#[derive(Template)]
#[template(path = "mails/letter.html")]
struct Html<'a> {
    lang: &'static str,
    letter: &'a Letter,
}

impl Letter {
    /// No text can begin a header, or another line of one.
    fn cleaned(self) -> Letter {
        let pair = |(one, other): (String, String)| (clean(&one), clean(&other));
        Letter {
            sender: clean(&self.sender),
            subject: clean(&self.subject),
            paragraphs: self.paragraphs.iter().map(|text| clean(text)).collect(),
            facts: self.facts.into_iter().map(pair).collect(),
            link: self.link.map(pair),
            note: clean(&self.note),
            attachment: self.attachment.map(|attached| Attachment { name: plain_name(&attached.name), ..attached }),
        }
    }

    fn plain(&self) -> String {
        let mut text = String::new();
        for paragraph in &self.paragraphs {
            push(&mut text, paragraph);
        }
        let facts: Vec<String> = self.facts.iter().map(|(label, value)| format!("{label}: {value}")).collect();
        push(&mut text, &facts.join("\n"));
        if let Some((words, address)) = &self.link {
            push(&mut text, &format!("{words}:\n{address}"));
        }
        push(&mut text, &self.sender);
        push(&mut text, &self.note);
        text
    }

    /// The whole message to an address.
    ///
    /// Errors: a lasting failure where the address is none, or where what it says cannot be written.
    pub(crate) fn message(
        self,
        mailer: &Mailer,
        to: &str,
        locale: Locale,
        message_id: &str,
        now: Timestamp,
    ) -> Result<Message, Failure> {
        let letter = self.cleaned();
        let (from, reply_to) = mailer.sender().ok_or(Failure::passing(FailureClass::NoAnswer))?;
        let to = to.parse().map_err(|_| Failure::lasting(FailureClass::NoAddress))?;
        let unwritten = Failure::lasting(FailureClass::NotWritten);
        let html = Html { lang: locale.tag(), letter: &letter }.render().map_err(|_| unwritten)?;
        let name = from.name.clone().unwrap_or_else(|| letter.sender.clone());
        let mut message = Message::builder()
            .from(Mailbox::new(Some(name), from.email.clone()))
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .date(UNIX_EPOCH + Duration::from_secs(u64::try_from(now.as_second()).unwrap_or(0)))
            .message_id(Some(message_id.to_owned()))
            // RFC 3834: no answer by a machine, please.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        if let Some(reply_to) = reply_to {
            message = message.reply_to(reply_to.clone());
        }
        let words = MultiPart::alternative_plain_html(letter.plain(), html);
        let whole = match letter.attachment {
            None => words,
            Some(attached) => {
                let kind = ContentType::parse(attached.media_type).map_err(|_| unwritten)?;
                MultiPart::mixed().multipart(words).singlepart(Part::new(attached.name).body(attached.bytes, kind))
            }
        };
        message.multipart(whole).map_err(|_| unwritten)
    }
}

fn push(text: &mut String, part: &str) {
    if !part.is_empty() {
        text.push_str(part);
        text.push_str("\n\n");
    }
}

/// One line: control characters, and those that would end a line or turn its order round, become blanks.
fn clean(text: &str) -> String {
    let breaks = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.split(breaks).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn plain_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailer::MailerConfig;

    fn letter() -> Letter {
        Letter {
            sender: "顺付\r\nBcc: everybody@example.com".to_owned(),
            subject: "收据\r\nX-Evil: yes\u{2028}RC-1".to_owned(),
            paragraphs: vec!["<b>你好</b>\r\n.\r\n".to_owned()],
            facts: vec![("金额".to_owned(), "¥ 1.00".to_owned())],
            link: Some(("付款".to_owned(), "https://pay.example.com/pay/1\"><script>".to_owned())),
            note: String::new(),
            attachment: Some(Attachment {
                name: "RC/1\r\nX: y.pdf".to_owned(),
                media_type: "application/pdf",
                bytes: vec![0, 10, 46, 10, 255],
            }),
        }
    }

    fn sent(letter: Letter, to: &str) -> Result<String, Failure> {
        let config = MailerConfig::read("smtp://localhost", "billing@example.com", Some("ask@example.com")).unwrap();
        let mailer = Mailer::new(&config).unwrap();
        let id = mailer.message_id(kernel::id::MailId::from_bytes([1; 16]));
        let message = letter.message(&mailer, to, Locale::ZhCn, &id, "2026-11-23T02:00:00Z".parse().unwrap())?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn no_text_becomes_a_header() {
        let text = sent(letter(), "a@example.com").unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> =
            head.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next()).collect();
        for evil in ["Bcc", "X-Evil", "X"] {
            assert!(!names.contains(&evil), "{head}");
        }
        for own in ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Reply-To"] {
            assert_eq!(names.iter().filter(|name| **name == own).count(), 1, "{own}: {head}");
        }
        assert!(head.contains("Date: Mon, 23 Nov 2026 02:00:00 +0000"), "{head}");
        assert!(head.contains("Message-ID: <mai_01040g2081040g2081040g2081@example.com>"), "{head}");
        assert!(head.is_ascii() && body.contains("filename=\"RC_1__X__y.pdf\""), "{text}");
        let page = body.split("text/html").nth(1).unwrap();
        assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
    }

    #[test]
    fn an_address_that_is_none_stays_unsent() {
        for to in ["", "nobody", "a@example.com\r\nRCPT TO:<b@example.com>", "a@example.com, b@example.com"] {
            assert_eq!(sent(letter(), to), Err(Failure::lasting(FailureClass::NoAddress)), "{to}");
        }
    }
}
