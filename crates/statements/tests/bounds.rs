//! What no bank writes is a fault before it is held, and a great deal of what they do write is read in good time.

#![allow(clippy::unwrap_used)]

use kernel::Currency;
use statements::{Fault, Options, Piece, Source, read};
use std::io::Cursor;

fn pieces(text: String) -> Result<Vec<Piece>, Fault> {
    let source = Source::open(Cursor::new(text.into_bytes()))?;
    read(source, Options { currency: Some(Currency::EUR), ..Options::default() })?.collect()
}

const MT940: &str = ":20:X\n:25:1\n:28C:1\n:60F:C260101EUR0,\n:61:260102C1,NTRF\n";
const CAMT: &str = "<Document xmlns=\"camt.053.001.02\"><Stmt><Id>1</Id>";
const OFX: &str = "OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>EUR<STMTTRN><TRNAMT>1<DTPOSTED>20260101";

#[test]
fn what_no_bank_writes_is_a_fault() {
    let megabyte = 1024 * 1024;
    for (what, text) in [
        ("a line without end", "x".repeat(2 * megabyte) + "\n" + MT940),
        ("a field of very many lines", format!("{MT940}:86:{}", "much text\n".repeat(megabyte / 8))),
        ("very many fields of one line", MT940.to_owned() + &":86:much text\n".repeat(megabyte / 8)),
        ("very many fields of a bank's own", MT940.to_owned() + &":ZZ:much text\n".repeat(megabyte / 8)),
        ("a text without end", format!("{CAMT}<Ntry><Amt>{}</Amt></Ntry></Stmt></Document>", "1".repeat(2 * megabyte))),
        ("a text outside statements", format!("{CAMT}</Stmt>{}</Document>", " ".repeat(2 * megabyte))),
        ("elements without end", format!("{CAMT}<Ntry>{}", "<a/>".repeat(2 * megabyte))),
        ("an entry without ground", format!("{CAMT}<Ntry>{}", "<a>".repeat(100))),
        ("a document without ground", format!("<Document xmlns=\"camt.053.001.02\">{}", "<a>".repeat(100))),
        ("a value without end", format!("{OFX}<MEMO>{}", "x".repeat(megabyte))),
        ("a section without end", format!("{OFX}<MEMO><![CDATA[{}", ">".repeat(megabyte))),
        ("very many values", OFX.to_owned() + &"<MEMO>much text".repeat(megabyte / 8)),
        ("a movement without end", "!Type:Bank\nD1/2/26\nT1\n".to_owned() + &"Mmuch text\n".repeat(megabyte / 8)),
    ] {
        assert!(pieces(text).is_err(), "{what}");
    }
}

/// A file that says nothing of an account is no statement, whatever it looks like.
#[test]
fn what_says_nothing_is_a_fault() {
    for text in [
        ":20:X\n:25:1\n-\n",
        "<Document xmlns=\"camt.053.001.02\"><BkToCstmrStmt></BkToCstmrStmt></Document>",
        "OFXHEADER:100\n\n",
        "!Type:Cat\nNRent\n^\n",
    ] {
        assert!(pieces(text.to_owned()).is_err(), "{text}");
    }
}

#[test]
fn of_very_many_warnings_the_first_are_kept() {
    let pieces = pieces(MT940.to_owned() + &":61:260230C1,NTRF\n".repeat(500)).unwrap();
    let Some(Piece::Closes(closing)) = pieces.last() else { panic!("it does not close") };
    let count = |code| closing.warnings.iter().filter(|warning| warning.code == code).count();
    assert_eq!((count("date_clamped"), count("more_warnings"), count("not_closed")), (100, 1, 1));
}

/// Each with a number of its own: a search through all of them for each would take minutes.
#[test]
fn a_batch_of_very_many_payments_is_read_in_good_time() {
    let payment = |n: u32| {
        format!("<TxDtls><Refs><EndToEndId>E-{n}</EndToEndId><AcctSvcrRef>B-{n}</AcctSvcrRef></Refs></TxDtls>")
    };
    let payments: String = (0..25_000).map(payment).collect();
    let entry =
        format!("<Ntry><Amt Ccy=\"EUR\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls>{payments}</NtryDtls></Ntry>");
    let pieces = pieces(format!("{CAMT}{entry}</Stmt></Document>")).unwrap();
    let Piece::Line(line) = &pieces[1] else { panic!("no line") };
    assert_eq!((line.payments, line.references.len()), (25_000, 50_000));
    // The same where each says its amount: as many lines, none of which repeats what the others say.
    let entry = entry.replace(">1</Amt>", ">250</Amt>").replace("<TxDtls>", "<TxDtls><Amt>0.01</Amt>");
    let lines: Vec<_> = self::pieces(format!("{CAMT}{entry}</Stmt></Document>")).unwrap().split_off(1);
    let is_short = |piece: &Piece| matches!(piece, Piece::Line(line) if line.raw.len() < 200 && line.payments == 1);
    assert_eq!(lines.iter().filter(|piece| is_short(piece)).count(), 25_000);
}

/// A part of a message names no currency: it is read with one that somebody said.
#[test]
fn a_line_without_a_balance_is_read_in_the_currency_that_was_said() {
    let pieces = pieces(":61:260102C1,5NTRF\n:86:text\n".to_owned()).unwrap();
    assert!(matches!(&pieces[1], Piece::Line(line) if line.amount.to_string() == "EUR 1.50"), "{pieces:?}");
}

/// Each page says what stood on the account: where they differ one is missing.
#[test]
fn pages_that_do_not_follow_each_other_are_told() {
    let page = |kind: &str, opening: &str, closing: &str| {
        format!(":20:X\n:25:1\n:28C:1\n:60{kind}:C260101EUR{opening}\n:62{closing}\n-\n")
    };
    let text = page("F", "0,", "M:C260101EUR0,") + &page("M", "7,", "F:C260101EUR7,");
    let pieces = pieces(text).unwrap();
    let Some(Piece::Closes(closing)) = pieces.last() else { panic!("it does not close") };
    let codes: Vec<&str> = closing.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(codes, ["pages_differ", "balance_differs"]);
}
