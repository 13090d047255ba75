//! A file, what it is, and how it is read: found by its bytes alone.

use crate::camt::Camt;
use crate::mt940::Mt940;
use crate::note::{Fault, Note};
use crate::ofx::Ofx;
use crate::piece::Piece;
use crate::qif::Qif;
use crate::reader::Drawn;
use crate::table::{self, ColumnMap, Content, DateOrder, Kind, Shared};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use kernel::Currency;
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

/// How much of a file is looked at to find what it is.
const HEAD_BYTES: usize = 64 * 1024;

/// How much that is no ASCII tells the encoding of a file that is not UTF-8; finding it is slow.
const DETECTED_BYTES: usize = 512 * 1024;

/// How the characters of a file are written.
pub type Encoding = &'static encoding_rs::Encoding;

/// The formats that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// ISO 20022 camt.052, 053 and 054.
    Camt,
    /// SWIFT MT940 and MT942.
    Mt940,
    /// OFX 1 (SGML) and 2 (XML).
    Ofx,
    Qif,
    /// A text with cells between commas, semicolons, TABs or strokes.
    Csv,
    /// XLSX or XLS.
    Workbook,
    /// Bills of Alipay, a person's or a merchant's.
    Alipay,
    /// Bills of WeChat Pay, a person's or a merchant's.
    Wechat,
    /// Stripe's reports on its balance.
    Stripe,
    /// PayPal's activity and settlement reports.
    Paypal,
}

impl Format {
    pub const ALL: [Format; 10] = [
        Format::Camt,
        Format::Mt940,
        Format::Ofx,
        Format::Qif,
        Format::Csv,
        Format::Workbook,
        Format::Alipay,
        Format::Wechat,
        Format::Stripe,
        Format::Paypal,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Format::Camt => "camt",
            Format::Mt940 => "mt940",
            Format::Ofx => "ofx",
            Format::Qif => "qif",
            Format::Csv => "csv",
            Format::Workbook => "workbook",
            Format::Alipay => "alipay",
            Format::Wechat => "wechat",
            Format::Stripe => "stripe",
            Format::Paypal => "paypal",
        }
    }

    /// Whether payment providers write it: then the numbers of the account's keeper are those of the payments.
    pub const fn is_of_provider(self) -> bool {
        matches!(self, Format::Alipay | Format::Wechat | Format::Stripe | Format::Paypal)
    }

    pub fn by_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// What a file may be read from: twice, from its beginning.
pub trait Input: Read + Seek + Send {}
impl<T: Read + Seek + Send> Input for T {}

/// What is to be known beside the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The format, where a person said it.
    pub format: Option<Format>,
    /// The account's currency, for files that name none.
    pub currency: Option<Currency>,
    /// The order of day and month, for tables that leave it open.
    pub dates: Option<DateOrder>,
    /// How the rows of a table are read; found by the file itself when not given.
    pub columns: Option<ColumnMap>,
}

/// A file that was looked through once.
pub struct Source {
    pub(crate) content: Content,
    /// What it is, where that is nothing that can be read.
    stranger: Option<&'static str>,
    /// By which the very same file is known again.
    pub sha256: [u8; 32],
    pub bytes: u64,
    pub encoding: Encoding,
    /// What it looks like; nothing where it looks like none of the known.
    pub format: Option<Format>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoding = self.encoding.name();
        f.debug_struct("Source").field("bytes", &self.bytes).field("encoding", &encoding).finish_non_exhaustive()
    }
}

impl Source {
    /// Looks through a file once: its hash, its encoding, its format.
    pub fn open(mut input: impl Input + 'static) -> Result<Source, Fault> {
        let mut survey = Survey::default();
        let mut chunk = vec![0; HEAD_BYTES];
        loop {
            match input.read(&mut chunk).map_err(unread)? {
                0 => break,
                n => survey.take(&chunk[..n]),
            }
        }
        input.seek(SeekFrom::Start(0)).map_err(unread)?;
        let encoding = survey.encoding();
        let (head, _, _) = encoding.decode(&survey.head);
        let (content, format) = match Kind::of(&survey.head) {
            Some(kind) => {
                let content = table::workbook(input, kind)?;
                let format = table::sniff(&content).unwrap_or(Format::Workbook);
                (content, Some(format))
            }
            None => (Content::of(Box::new(input), encoding), sniff(&head)),
        };
        Ok(Source {
            content,
            stranger: format.is_none().then(|| stranger(&head)).flatten(),
            sha256: survey.hash.finalize().into(),
            bytes: survey.bytes,
            encoding,
            format,
        })
    }

    /// Why it cannot be read, where nobody says what it is.
    pub fn unknown(&self) -> Fault {
        Fault::whole(match self.stranger {
            _ if self.bytes == 0 => Note::of("empty"),
            Some(stranger) => Note::of("stranger").with("what", stranger),
            None => Note::of("unknown"),
        })
    }

    /// Its characters, whatever they are written in.
    fn text(self) -> Result<impl Read + Send + 'static, Fault> {
        let Content::Text { input, encoding } = self.content else {
            return Err(Fault::whole("only_a_workbook"));
        };
        Ok(DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(Shared::of(input)))
    }
}

/// The pieces of a file, one after another; ends behind the first fault.
pub type Pieces = Box<dyn Iterator<Item = Result<Piece, Fault>> + Send>;

/// Reads a file from its beginning.
pub fn read(source: Source, options: Options) -> Result<Pieces, Fault> {
    if source.bytes == 0 {
        return Err(Fault::whole("empty"));
    }
    let format = match options.format.or(source.format) {
        Some(format) => format,
        None if options.columns.is_some() => Format::Csv,
        None => return Err(source.unknown()),
    };
    let currency = options.currency;
    let text = |source: Source| Ok(BufReader::with_capacity(HEAD_BYTES, source.text()?));
    Ok(match format {
        Format::Camt => Box::new(Drawn::from(Camt::new(text(source)?))),
        Format::Mt940 => Box::new(Drawn::from(Mt940::new(text(source)?, currency))),
        Format::Ofx => Box::new(Drawn::from(Ofx::new(text(source)?, currency))),
        Format::Qif => Box::new(Qif::read(text(source)?, currency)?),
        table => table::read(source.content, table, &options)?,
    })
}

pub(crate) fn unread(error: std::io::Error) -> Fault {
    Fault::torn(error)
}

#[derive(Default)]
struct Survey {
    hash: Sha256,
    bytes: u64,
    head: Vec<u8>,
    detector: Option<EncodingDetector>,
    detected: usize,
    /// The end of the last chunk, where it ended within a character of UTF-8.
    rest: Vec<u8>,
    is_not_utf8: bool,
}

impl Survey {
    fn take(&mut self, chunk: &[u8]) {
        self.hash.update(chunk);
        self.bytes += chunk.len() as u64;
        let room = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(&chunk[..room.min(chunk.len())]);
        if self.detected < DETECTED_BYTES && !chunk.is_ascii() {
            self.detected += chunk.len();
            self.detector.get_or_insert_with(|| EncodingDetector::new(Iso2022JpDetection::Deny)).feed(chunk, false);
        }
        if self.is_not_utf8 {
            return;
        }
        self.rest.extend_from_slice(chunk);
        match std::str::from_utf8(&self.rest) {
            Ok(_) => self.rest.clear(),
            Err(error) if error.error_len().is_none() => {
                self.rest.drain(..error.valid_up_to());
            }
            Err(_) => {
                self.is_not_utf8 = true;
                self.rest.clear();
            }
        }
    }

    /// A mark at the beginning; UTF-8 where all of it is; what the file says of itself; else what its bytes look like. GBK and GB2312
    /// are parts of GB18030.
    fn encoding(&mut self) -> Encoding {
        if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(&self.head) {
            return encoding;
        }
        // XML in two bytes a character, without a mark.
        match self.head.get(..4) {
            Some(b"<\0?\0") => return UTF_16LE,
            Some(b"\0<\0?") => return UTF_16BE,
            _ => {}
        }
        if !self.is_not_utf8 && self.rest.is_empty() {
            return UTF_8;
        }
        let said = declared(&self.head).filter(|said| *said != UTF_8);
        let guessed = self.detector.as_mut().map_or(GB18030, |detector| {
            detector.feed(b"", true);
            detector.guess(country(&self.head), Utf8Detection::Deny)
        });
        let found = said.unwrap_or(guessed);
        if found == GBK { GB18030 } else { found }
    }
}

/// Whose letters a message of SWIFT is likely to have, by the currency of its balance, as the domain of a country: a few letters alone
/// look like those of any.
fn country(head: &[u8]) -> Option<&'static [u8]> {
    let at = head.windows(5).position(|mark| mark == b":60F:" || mark == b":60M:")?;
    match head.get(at + 12..at + 15)? {
        b"CZK" => Some(b"cz"),
        b"HUF" => Some(b"hu"),
        b"PLN" => Some(b"pl"),
        b"RON" => Some(b"ro"),
        b"EUR" | b"CHF" => Some(b"de"),
        _ => None,
    }
}

/// What XML or the head of OFX says of its encoding.
fn declared(head: &[u8]) -> Option<Encoding> {
    let head = &head[..head.len().min(1024)];
    let text: String = head.iter().map(|byte| char::from(*byte)).collect();
    let behind = |mark: &str| {
        let rest = &text[text.find(mark)? + mark.len()..];
        let rest = rest.trim_start_matches(['"', '\'', ' ', ':', '=']);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(rest.len());
        Some(&rest[..end])
    };
    if text.trim_start().starts_with("<?xml") {
        return encoding_rs::Encoding::for_label(behind("encoding")?.as_bytes());
    }
    let charset = behind("CHARSET")?;
    let label = if charset.bytes().all(|b| b.is_ascii_digit()) { format!("windows-{charset}") } else { charset.into() };
    encoding_rs::Encoding::for_label(label.as_bytes())
}

/// Which format the beginning of a file looks like.
fn sniff(head: &str) -> Option<Format> {
    let start = head.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    if start.starts_with('<') && ["BkToCstmr", "camt.05"].iter().any(|mark| head.contains(mark)) {
        return Some(Format::Camt);
    }
    if ["OFXHEADER", "<OFX>", "<?OFX"].iter().any(|mark| head.contains(mark)) {
        return Some(Format::Ofx);
    }
    let begins = |word: &str| start.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    if ["!Type:", "!Account", "!Option:", "!Clear:"].into_iter().any(begins) {
        return Some(Format::Qif);
    }
    let is_tag = |line: &str| {
        let tag = line.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
        [":20:", ":25:", ":60F:", ":60M:", ":61:", ":940:", "{1:"].iter().any(|mark| tag.starts_with(mark))
    };
    if head.lines().take(50).any(is_tag) {
        return Some(Format::Mt940);
    }
    if stranger(head).is_some() {
        return None;
    }
    // The last row may be torn where the head ends.
    let end = if head.len() < HEAD_BYTES / 2 { head.len() } else { head.rfind('\n').unwrap_or(head.len()) };
    table::sniff(&Content::of(Box::new(Cursor::new(head.as_bytes()[..end].to_vec())), UTF_8))
}

/// What a file is that often comes in the place of a statement.
fn stranger(head: &str) -> Option<&'static str> {
    let start = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let begins = |mark: &str| start.get(..mark.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(mark));
    if begins("<!doctype html") || begins("<html") || begins("<table") || begins("<meta") {
        Some("html")
    } else if begins("%PDF") {
        Some("pdf")
    } else if begins("PK") && start[2..].starts_with(['\u{3}', '\u{5}']) {
        Some("zip")
    } else if begins("{") || begins("[") {
        Some("json")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn open(bytes: &[u8]) -> Source {
        Source::open(Cursor::new(bytes.to_vec())).unwrap()
    }

    #[test]
    fn files_are_known_by_what_is_in_them() {
        for (bytes, format, encoding) in [
            (&b":20:STARTUMS\r\n:25:1"[..], Some(Format::Mt940), "UTF-8"),
            (b"0000 01INGBNL2A\r\n00001\r\n940\r\n:20:P1", Some(Format::Mt940), "UTF-8"),
            (b"{1:F01X}{2:O}{4:\r\n:20:X", Some(Format::Mt940), "UTF-8"),
            (b"\r\n\x01:20:X", Some(Format::Mt940), "UTF-8"),
            (b"OFXHEADER:100\r\nCHARSET:1252\r\n\r\n<OFX><NAME>M\xfcller", Some(Format::Ofx), "windows-1252"),
            (b"<?xml version='1.0'?><?OFX OFXHEADER=\"200\"?><OFX>", Some(Format::Ofx), "UTF-8"),
            (b"!Type:Bank\nD1/2/26\n^", Some(Format::Qif), "UTF-8"),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?><Document xmlns=\"x:camt.053.001.02\">", Some(Format::Camt), "UTF-8"),
            (
                b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><BkToCstmrStmt><Nm>M\xfcller</Nm>",
                Some(Format::Camt),
                "windows-1252",
            ),
            (b"date,amount\n", Some(Format::Csv), "UTF-8"),
            (b"<html><table><tr><td>2026-01-02</td>", None, "UTF-8"),
            (b"dear sir,\nthank you\n", None, "UTF-8"),
            (b"", None, "UTF-8"),
        ] {
            let source = open(bytes);
            assert_eq!((source.format, source.encoding.name()), (format, encoding), "{bytes:?}");
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        let chinese =
            "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额\n2026-11-01,餐饮美食,上海远航贸易有限公司";
        let german = "Überweisung für Bäckerei Müller, Straße des 17. Juni, größere Beträge an Händler";
        assert_eq!(open(&GB18030.encode(chinese).0).encoding, GB18030);
        assert_eq!(open(&encoding_rs::WINDOWS_1252.encode(german).0).encoding.name(), "windows-1252");
        assert_eq!(open(chinese.as_bytes()).encoding, UTF_8);
        // A single letter of a short message is of the currency's country.
        for (currency, bytes, word) in
            [("HUF", &b"F\xfbt\xe9s"[..], "Fűtés"), ("PLN", b"Us\xb3uga", "Usługa"), ("EUR", b"M\xfcller", "Müller")]
        {
            let message = [b":20:X\n:60F:C260110", currency.as_bytes(), b"1,\n:86:", bytes].concat();
            let (text, _, _) = open(&message).encoding.decode(&message);
            assert!(text.ends_with(word), "{currency}: {text}");
        }
        // A character of UTF-8 across two chunks.
        let mut long = vec![b'a'; HEAD_BYTES - 1];
        long.extend_from_slice("汇".as_bytes());
        assert_eq!(open(&long).encoding, UTF_8);
        long.truncate(HEAD_BYTES);
        assert_ne!(open(&long).encoding, UTF_8, "half a character");
    }
}
