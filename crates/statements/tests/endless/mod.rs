//! A file of any length that is made while it is read.

use statements::Format;
use std::io::{self, Read, Seek, SeekFrom};

/// One statement of very many lines.
pub struct Endless {
    format: Format,
    lines: u64,
    /// The next part: the head, a line, the end.
    next: u64,
    part: Vec<u8>,
    /// How much of the part was read.
    at: usize,
}

impl Endless {
    /// A file of about so many bytes.
    pub fn of_bytes(format: Format, bytes: u64) -> Endless {
        let line = line(format, 1).len() as u64;
        Endless::of_lines(format, bytes / line)
    }

    pub fn of_lines(format: Format, lines: u64) -> Endless {
        Endless { format, lines, next: 0, part: Vec::new(), at: 0 }
    }

    pub fn lines(&self) -> u64 {
        self.lines
    }

    fn make(&self) -> String {
        match self.next {
            0 => head(self.format).to_owned(),
            n if n <= self.lines => line(self.format, n),
            _ => tail(self.format, self.lines),
        }
    }
}

impl Read for Endless {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < room.len() {
            if self.at == self.part.len() {
                if self.next > self.lines + 1 {
                    break;
                }
                (self.part, self.at) = (self.make().into_bytes(), 0);
                self.next += 1;
            }
            let length = (room.len() - filled).min(self.part.len() - self.at);
            room[filled..filled + length].copy_from_slice(&self.part[self.at..self.at + length]);
            (filled, self.at) = (filled + length, self.at + length);
        }
        Ok(filled)
    }
}

/// To the beginning alone: nothing else is asked of it.
impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        assert_eq!(to, SeekFrom::Start(0), "a file is read from its beginning");
        *self = Endless::of_lines(self.format, self.lines);
        Ok(0)
    }
}

/// What a line comes to, in cents.
fn cents(n: u64) -> u64 {
    100 + n % 900
}

fn amount(cents: u64, mark: char) -> String {
    format!("{}{mark}{:02}", cents / 100, cents % 100)
}

fn head(format: Format) -> &'static str {
    match format {
        Format::Mt940 => ":20:STARTUMS\r\n:25:10020030/1234567\r\n:28C:1/1\r\n:60F:C260130EUR0,00\r\n",
        Format::Camt => {
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\
             <BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        }
        Format::Ofx => {
            "OFXHEADER:100\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>2\
             </BANKACCTFROM><BANKTRANLIST>"
        }
        _ => panic!("{format:?} is not read in pieces"),
    }
}

fn line(format: Format, n: u64) -> String {
    let cents = cents(n);
    match format {
        Format::Mt940 => format!(
            ":61:2601310131CR{}N051NONREF//B{n:08}\r\n:86:166?00GUTSCHRIFT?109310?20EREF+INV-2026-{n:08}?21SVWZ+Rechnu\r\n\
             ng {n:08} vom 31.?22Januar 2026?30DEUTDEFF?31DE02120300000000202051?32Kun\r\nde {n:08}?34000\r\n",
            amount(cents, ',')
        ),
        Format::Camt => format!(
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-01-31</Dt>\
             </BookgDt><ValDt><Dt>2026-01-31</Dt></ValDt><AcctSvcrRef>B{n:08}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>\
             INV-2026-{n:08}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Kunde {n:08}</Nm></Pty></Dbtr></RltdPties><RmtInf>\
             <Ustrd>Rechnung {n:08}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n",
            amount(cents, '.')
        ),
        _ => format!(
            "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260131<TRNAMT>{}<FITID>B{n:08}<NAME>Kunde {n:08}<MEMO>Rechnung {n:08}</STMTTRN>",
            amount(cents, '.')
        ),
    }
}

fn tail(format: Format, lines: u64) -> String {
    let sum: u64 = (1..=lines).map(cents).sum();
    match format {
        Format::Mt940 => format!(":62F:C260131EUR{}\r\n-\r\n", amount(sum, ',')),
        Format::Camt => {
            let balance = |code: &str, sum: u64| {
                format!(
                    "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>",
                    amount(sum, '.')
                )
            };
            format!("{}{}</Stmt></BkToCstmrStmt></Document>", balance("OPBD", 0), balance("CLBD", sum))
        }
        _ => format!(
            "</BANKTRANLIST><LEDGERBAL><BALAMT>{}<DTASOF>20260131</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
            amount(sum, '.')
        ),
    }
}
