//! Whole files in the dialects of banks, each told in a few words; and that nothing makes a reader panic.

#![allow(clippy::unwrap_used)]

use kernel::{Currency, Date};
use proptest::prelude::*;
use statements::{Closing, Fault, Line, Options, Piece, Source, guess, read};
use std::io::Cursor;

const GERMAN: &str = ":20:STARTUMS\r\n:25:10020030/1234567\r\n:28C:00005/001\r\n:60F:C260130EUR1000,00\r\n\
    :61:2601310131CR119,00N051NONREF//B-77\r\n\
    :86:166?00GUTSCHRIFT?20EREF+INV-2026-00017?21SVWZ+Rechnung 17?30DEUTDEFF?31DE02120300000000202051\r\n?32Muster GmbH\r\n\
    :61:2601310131DR9,00N011NONREF\r\n:86:805?00ABSCHLUSS\r\n:62F:C260131EUR1110,00\r\n-\r\n\
    :20:STARTUMS\r\n:25:10020030/1234567\r\n:28C:00006/001\r\n:60F:C260131EUR1110,00\r\n:62F:C260201EUR1110,00\r\n-";

const PAGES: &str = "{1:F01BANKNL2AXXXX}{2:O940}{4:\n:20:P1\n:25:NL91ABNA0417164300 EUR\n:28C:9/1\n:60F:D260101EUR5,\n\
    :61:260102C500NTRFEREF\n:62M:C260102EUR495,\n-}{1:F01}{4:\n:20:P2\n:25:NL91ABNA0417164300 EUR\n:28C:9/2\n\
    :60M:C260102EUR495,\n:61:260103RC79,7NTRF\n:86:/EREF/E-9/NAME/De Vries/REMI/Retour/\n:62F:C260103EUR415,3\n-}";

const CAMT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<n:Document xmlns:n="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><n:BkToCstmrStmt><n:GrpHdr><n:MsgId>M</n:MsgId></n:GrpHdr>
<n:Stmt><n:Id>ST-1</n:Id><n:Acct><n:Id><n:IBAN>CH93 0076 2011 6238 5295 7</n:IBAN></n:Id><n:Ccy>CHF</n:Ccy></n:Acct>
<n:Bal><n:Tp><n:CdOrPrtry><n:Cd>OPBD</n:Cd></n:CdOrPrtry></n:Tp><n:Amt Ccy="CHF">10.00</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd><n:Dt><n:Dt>2026-01-30</n:Dt></n:Dt></n:Bal>
<n:Bal><n:Tp><n:CdOrPrtry><n:Cd>CLBD</n:Cd></n:CdOrPrtry></n:Tp><n:Amt Ccy="CHF">190</n:Amt><n:CdtDbtInd>CRDT</n:CdtDbtInd><n:Dt><n:DtTm>2026-01-31T23:59:00</n:DtTm></n:Dt></n:Bal>
<n:TxsSummry><n:TtlNtries><n:NbOfNtries>2</n:NbOfNtries></n:TtlNtries></n:TxsSummry>
<n:Ntry><n:Amt Ccy="CHF">200.00000</n:Amt><n:CdtDbtInd>CRDT</n:CdtDbtInd><n:Sts><n:Cd>BOOK</n:Cd></n:Sts><n:BookgDt><n:Dt>2026-01-31</n:Dt></n:BookgDt>
<n:AcctSvcrRef>ZV-1</n:AcctSvcrRef><n:NtryDtls><n:TxDtls><n:Refs><n:EndToEndId>NOTPROVIDED</n:EndToEndId></n:Refs>
<n:RltdPties><n:Dbtr><n:Pty><n:Nm>M&#xFC;ller &amp; S&#246;hne</n:Nm></n:Pty></n:Dbtr></n:RltdPties>
<n:RmtInf><n:Strd><n:CdtrRefInf><n:Ref>210000000003139471430009017</n:Ref></n:CdtrRefInf></n:Strd></n:RmtInf></n:TxDtls>
<n:TxDtls><n:RmtInf><n:Ustrd>zwei</n:Ustrd></n:RmtInf></n:TxDtls></n:NtryDtls></n:Ntry>
<n:Ntry><n:Amt Ccy="CHF">7.00</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd><n:Sts>PDNG</n:Sts></n:Ntry>
</n:Stmt></n:BkToCstmrStmt></n:Document>"#;

const OFX_1: &str = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>\
    <CURDEF>EUR<BANKACCTFROM><BANKID>123<ACCTID>99 88<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260101\
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260131120000.000[-5:EST]<TRNAMT>100,50<FITID>F1<NAME>A &amp; B<MEMO>Rechnung 17</STMTTRN>\r\n\
    <STMTTRN>\r\n<TRNTYPE>CHECK\r\n<DTPOSTED>20260201\r\n<TRNAMT>-20.00\r\n<FITID>F2\r\n<CHECKNUM>1001\r\n</BANKTRANLIST>\
    <BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260202<TRNAMT>1<FITID>F3</STMTTRN></BANKTRANLIST>\
    <LEDGERBAL><BALAMT>81.50<DTASOF>20260202</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";

const CSV: &str = "账号：6222020200112233445,币种：人民币\n交易日期,摘要,收入,支出,余额,对方户名\n2026-01-05,货款,\"12,000.00\",-,\"22,000.00\",示例公司\n\
    2026-01-06,水费,-,350.50,21649.50,\"示例\n水公司\"\n合计,,12000.00,350.50\n";

const QIF: &str = "!Type:Bank\nD01/31'26\nT1,234.56\nPMuster GmbH\nMInvoice 17\nN55\n^\nD02/15/2026\nT-20.00\n^\n";

fn pieces(bytes: &[u8]) -> Result<Vec<Piece>, Fault> {
    let source = Source::open(Cursor::new(bytes.to_vec()))?;
    read(source, Options { currency: Some(Currency::EUR), ..Options::default() })?.collect()
}

fn told_line(line: &Line) -> String {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut told = format!("{} {}", day(line.booked_on), line.amount);
    if line.is_reversal {
        told.push('!');
    }
    for reference in &line.references {
        told.push_str(&format!(" {}={}", reference.kind.name(), reference.value));
    }
    let party = &line.counterparty;
    for part in [&party.name, &party.account, &Some(line.text.clone()), &line.code].into_iter().flatten() {
        if !part.is_empty() {
            told.push_str(&format!(" | {part}"));
        }
    }
    if line.payments > 1 {
        told.push_str(&format!(" ({} payments)", line.payments));
    }
    told
}

fn told(bytes: &[u8]) -> Vec<String> {
    let balance = |closing: &Closing| {
        let of = |balance: Option<statements::Balance>| balance.map_or("?".to_owned(), |b| b.amount.amount());
        let warnings: Vec<&str> = closing.warnings.iter().map(|warning| warning.code).collect();
        format!("{} … {} {}", of(closing.opening), of(closing.closing), warnings.join(" ")).trim_end().to_owned()
    };
    let one = |piece: Piece| match piece {
        Piece::Opens(opening) => {
            let parts = [opening.account, opening.number, opening.currency.map(|c| c.code().to_owned())];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        Piece::Line(line) => told_line(&line),
        Piece::Closes(closing) => balance(&closing),
    };
    pieces(bytes).unwrap().into_iter().map(one).collect()
}

#[test]
fn a_day_of_a_german_bank() {
    assert_eq!(
        told(GERMAN.as_bytes()),
        [
            "10020030/1234567 00005/001 EUR",
            "2026-01-31 EUR 119.00 bank=B-77 end_to_end=INV-2026-00017 | Muster GmbH | DE02120300000000202051 | \
             GUTSCHRIFT Rechnung 17 | 166",
            "2026-01-31 EUR -9.00 | ABSCHLUSS | 805",
            "1000.00 … 1110.00",
            "10020030/1234567 00006/001 EUR",
            "1110.00 … 1110.00",
        ]
    );
}

#[test]
fn a_statement_of_two_pages_is_one() {
    assert_eq!(
        told(PAGES.as_bytes()),
        [
            "NL91ABNA0417164300 9/1 EUR",
            "2026-01-02 EUR 500.00 | NTRF",
            "2026-01-03 EUR -79.70! end_to_end=E-9 | De Vries | Retour | NTRF",
            "-5.00 … 415.30",
        ]
    );
}

#[test]
fn an_xml_of_version_eight() {
    assert_eq!(
        told(CAMT.as_bytes()),
        [
            "CH9300762011623852957 ST-1 CHF",
            "2026-01-31 CHF 200.00 bank=ZV-1 creditor=210000000003139471430009017 | Müller & Söhne | zwei (2 payments)",
            "-10.00 … 190.00 not_booked",
        ]
    );
}

#[test]
fn an_ofx_that_closes_nothing() {
    assert_eq!(
        told(OFX_1.as_bytes()),
        [
            "9988 EUR",
            "2026-01-31 EUR 100.50 bank=F1 | A & B | Rechnung 17 | DEBIT",
            "2026-02-01 EUR -20.00 bank=F2 cheque=1001 | CHECK",
            "2026-02-02 EUR 1.00 bank=F3 | CREDIT",
            "? … 81.50",
        ]
    );
}

#[test]
fn a_qif_in_the_order_that_fits() {
    assert_eq!(
        told(QIF.as_bytes()),
        ["EUR", "2026-01-31 EUR 1234.56 own=55 | Muster GmbH | Invoice 17", "2026-02-15 EUR -20.00", "? … ?",]
    );
    let days = QIF.replace("01/31'26", "31.01.2026").replace("02/15/2026", "15.02.26");
    assert_eq!(told(days.as_bytes())[1], told(QIF.as_bytes())[1]);
    let either = QIF.replace("01/31'26", "01/02/26").replace("02/15/2026", "03/04/26");
    assert_eq!(told(either.as_bytes()).last().unwrap(), "? … ? date_order");
}

#[test]
fn what_is_doubtful_is_a_warning_and_what_is_broken_a_fault_with_its_place() {
    let wrong = GERMAN.replace("EUR1110,00\r\n-\r\n:20", "EUR1111,00\r\n-\r\n:20");
    assert!(told(wrong.as_bytes()).contains(&"1000.00 … 1111.00 balance_differs".to_owned()));
    let torn = &GERMAN[..GERMAN.find("DR9,00").unwrap()];
    assert_eq!(pieces(torn.as_bytes()).unwrap_err().place, Some(8));
    let cut = &CAMT[..CAMT.len() / 2];
    assert!(pieces(cut.as_bytes()).is_err());
    assert!(pieces(b"").is_err() && pieces(b"date,amount\n1,2").is_err());
    let amount = OFX_1.replace("-20.00", "twenty");
    assert!(pieces(amount.as_bytes()).is_err_and(|fault| fault.place == Some(8)), "{:?}", pieces(amount.as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is cut out, put in or turned over: an answer, and no panic.
    #[test]
    fn nothing_makes_a_reader_panic(
        which in 0_usize..14,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4, any::<u8>()), 1..12),
    ) {
        let stored = ["td.csv", "ccb.xls", "alipay.csv", "alipay_trades.csv", "wechat.csv", "wechat_trades.csv", "stripe.csv",
            "paypal_settlement.csv"];
        let mut bytes = match [GERMAN, PAGES, CAMT, OFX_1, QIF, CSV].get(which) {
            Some(text) => text.as_bytes().to_vec(),
            None => std::fs::read(format!("{}/../../tests/statements/{}", env!("CARGO_MANIFEST_DIR"), stored[which - 6])).unwrap(),
        };
        for (at, what, byte) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at),
                _ => drop(bytes.drain(at..(at + usize::from(byte)).min(bytes.len()))),
            }
        }
        let _answer = pieces(&bytes);
        let _guess = Source::open(Cursor::new(bytes)).and_then(|source| guess(source, &Options::default()));
    }
}
