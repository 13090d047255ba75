//! Files that end too soon, as a download does that broke off: nothing of them is taken for another amount than the bank wrote.

#![allow(clippy::unwrap_used)]

use kernel::Currency;
use statements::{Closing, Fault, Options, Piece, Source, read};
use std::io::Cursor;
use std::path::Path;

fn pieces(bytes: &[u8]) -> Result<Vec<Piece>, Fault> {
    let source = Source::open(Cursor::new(bytes.to_vec()))?;
    read(source, Options { currency: Some(Currency::EUR), ..Options::default() })?.collect()
}

/// Of each line its day and amount, and how the last statement closes.
fn told(bytes: &[u8]) -> Result<(Vec<String>, Closing), Fault> {
    let (mut lines, mut last) = (Vec::new(), Closing::default());
    for piece in pieces(bytes)? {
        match piece {
            Piece::Line(line) => lines.push(format!("{} {}", line.booked_on.unwrap(), line.amount)),
            Piece::Closes(closing) => last = closing,
            Piece::Opens(_) => {}
        }
    }
    Ok((lines, last))
}

const MT940: &str = ":20:STARTUMS\r\n:25:10020030/1234567\r\n:28C:5/1\r\n:60F:C260130EUR1000,00\r\n\
    :61:2601310131CR125000,00N051NONREF//B-77\r\n:86:166?00GUTSCHRIFT?20EREF+INV-17?32Muster GmbH\r\n\
    :61:260131D9,25NTRFNONREF\r\n:86:805?00ABSCHLUSS\r\n:62F:C260131EUR125990,75\r\n-\r\n";

const CAMT: &str = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>
<Ntry><Amt Ccy="EUR">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-01-31</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-01-31</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

/// Values are not closed, and neither is the last transaction: its list is.
const OFX_1: &str = "OFXHEADER:100\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>99</BANKACCTFROM>\
    <BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260131<FITID>F1<TRNAMT>300.00</STMTTRN>\r\n\
    <STMTTRN><DTPOSTED>20260201<FITID>F2<TRNAMT>-20.00</BANKTRANLIST>\
    <LEDGERBAL><DTASOF>20260202<BALAMT>281.50</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";

const OFX_2: &str = "<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\"?><OFX><STMTRS><CURDEF>EUR</CURDEF><BANKTRANLIST>\n\
    <STMTTRN><DTPOSTED>20260131</DTPOSTED><TRNAMT>300.00</TRNAMT></STMTTRN>\n\
    <STMTTRN><DTPOSTED>20260201</DTPOSTED><TRNAMT>-20.00</TRNAMT></STMTTRN></BANKTRANLIST>\
    <LEDGERBAL><BALAMT>281.50</BALAMT><DTASOF>20260202</DTASOF></LEDGERBAL></STMTRS></OFX>";

const QIF: &str = "!Type:Bank\nD01/31/26\nT300.00\nPMuster GmbH\n^\nD02/15/2026\nU-20.00\nT-20.00\nPCash\n";

/// Wherever a file is cut: a fault, or lines that the whole file has too; and a balance is the whole file's, or there is a warning.
#[test]
fn no_cut_makes_another_amount() {
    for file in [MT940, CAMT, OFX_1, OFX_2, QIF] {
        let (whole, closed) = told(file.as_bytes()).unwrap();
        assert_eq!(whole.len(), 2);
        let mut read = 0;
        for end in 1..file.len() {
            let Ok((lines, closing)) = told(&file.as_bytes()[..end]) else { continue };
            let cut = &file[..end];
            assert!(whole.starts_with(&lines), "{lines:?} of {cut}");
            let is_proved = closing.closing == closed.closing || !closing.warnings.is_empty();
            assert!(is_proved || lines.is_empty(), "{closing:?} of {cut}");
            read += 1;
        }
        assert!(read > 0, "nothing is read of {file}");
    }
}

#[test]
fn what_is_cut_off_is_told_with_its_place() {
    for (file, behind, place) in [
        (MT940, "CR125", 5),
        (MT940, "D9", 7),
        (OFX_1, "<TRNAMT>30", 3),
        (OFX_1, "<TRNAMT>-2", 4),
        (OFX_2, "<TRNAMT>300.00", 2),
        (QIF, "\nT-2", 6),
    ] {
        let end = file.find(behind).unwrap() + behind.len();
        let fault = pieces(&file.as_bytes()[..end]).unwrap_err();
        assert_eq!((fault.reason.code, fault.place), ("cut_off", Some(place)), "{behind}");
    }
}

/// Without a closing balance, and with the amounts of all its lines: a part of a message that somebody kept.
#[test]
fn a_message_without_an_end_is_read() {
    for end in ["", "\r\n", "\r\n-", "//B-1", "\r\n:86:805?00ABSCHLUSS"] {
        let text = [&MT940[..MT940.find("NONREF\r\n:86:805").unwrap()], end].concat();
        let (lines, closing) = told(text.as_bytes()).unwrap();
        let warnings: Vec<&str> = closing.warnings.iter().map(|warning| warning.code).collect();
        assert_eq!((lines.len(), &warnings[..]), (2, &["not_closed"][..]), "{text}");
    }
    // Banks leave the type out, and then something else ends the line.
    for end in ["\r\n-", "\r\n:86:805", "\r\n:62F:C260131EUR1,00"] {
        let text = [&MT940[..MT940.find("NTRF").unwrap()], end].concat();
        assert_eq!(told(text.as_bytes()).unwrap().0.len(), 2, "{text}");
    }
}

/// The bills of merchants always end with totals; of persons nothing stands below the rows.
#[test]
fn a_merchants_bill_without_its_end_is_cut_off() {
    for (file, end) in [
        ("alipay_trades.csv", "业务明细列表结束"),
        ("alipay_funds.csv", "账务明细列表结束"),
        ("wechat_trades.csv", "总交易单数"),
        ("wechat_funds.csv", "资金流水总笔数"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/statements").join(file);
        let bytes = std::fs::read(path).unwrap();
        let text = Source::open(Cursor::new(bytes.clone())).unwrap().encoding.decode(&bytes).0.into_owned();
        assert!(!told(text.as_bytes()).unwrap().0.is_empty(), "{file}");
        let rows = text[..text.find(end).unwrap()].rfind('\n').unwrap();
        let last = text[..rows].rfind('\n').unwrap();
        for (at, _) in text[last..rows].char_indices() {
            assert!(pieces(&text.as_bytes()[..last + at]).is_err(), "{file} is read up to {}", &text[last..last + at]);
        }
        assert_eq!(pieces(&text.as_bytes()[..rows]).unwrap_err().reason.code, "cut_off", "{file}");
    }
}
