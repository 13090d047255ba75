//! The bank's files: a statement for each day that has lines, in camt.053, MT940 or as a table.

use super::calendar::Day;
use super::month::Line;
use super::truth::money;
use std::io::{self, Write};

const ACCOUNT: &str = "3100660180012345678";
/// Characters of a numbered part of an MT940 purpose, and of a line of the field.
const PART: usize = 27;
const FIELD_LINE: usize = 65;

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Camt,
    Mt940,
    Csv,
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Camt, Format::Mt940, Format::Csv];

    pub const fn name(self) -> &'static str {
        match self {
            Format::Camt => "camt",
            Format::Mt940 => "mt940",
            Format::Csv => "csv",
        }
    }

    pub const fn file(self) -> &'static str {
        match self {
            Format::Camt => "statement.xml",
            Format::Mt940 => "statement.sta",
            Format::Csv => "statement.csv",
        }
    }

    pub fn begin(self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Format::Camt => writeln!(
                out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\
                 <BkToCstmrStmt>\n<GrpHdr><MsgId>GENERATED</MsgId><CreDtTm>2025-01-01T00:00:00</CreDtTm></GrpHdr>"
            ),
            Format::Mt940 => Ok(()),
            Format::Csv => write!(
                out,
                "\u{feff}账户明细\r\n账号,{ACCOUNT}\r\n币种,CNY\r\n交易日期,收入,支出,余额,对方户名,对方账号,摘要,附言,交易流水号\r\n"
            ),
        }
    }

    /// A day's statement, the `number`th, between the balances before and behind.
    pub fn day(self, out: &mut impl Write, number: usize, before_minor: i64, lines: &[Line]) -> io::Result<()> {
        let Some(day) = lines.first().map(|line| line.day) else { return Ok(()) };
        let after_minor = before_minor + lines.iter().map(|line| line.amount_minor).sum::<i64>();
        match self {
            Format::Camt => {
                writeln!(
                    out,
                    "<Stmt><Id>S{number:05}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T23:00:00</CreDtTm>\
                     <Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
                )?;
                camt_balance(out, "OPBD", before_minor, day)?;
                camt_balance(out, "CLBD", after_minor, day)?;
                for line in lines {
                    camt_entry(out, line)?;
                }
                writeln!(out, "</Stmt>")
            }
            Format::Mt940 => {
                write!(out, ":20:GENERATED\r\n:25:{ACCOUNT}\r\n:28C:{number:05}/001\r\n")?;
                write!(out, ":60F:{}\r\n", mt940_balance(before_minor, day))?;
                for line in lines {
                    mt940_entry(out, line)?;
                }
                write!(out, ":62F:{}\r\n-\r\n", mt940_balance(after_minor, day))
            }
            Format::Csv => {
                let mut balance = before_minor;
                for line in lines {
                    balance += line.amount_minor;
                    csv_row(out, line, balance)?;
                }
                Ok(())
            }
        }
    }

    pub fn end(self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Format::Camt => writeln!(out, "</BkToCstmrStmt></Document>")?,
            Format::Mt940 | Format::Csv => {}
        }
        out.flush()
    }
}

fn unsigned(minor: i64) -> String {
    money(minor).trim_start_matches('-').to_owned()
}

fn camt_balance(out: &mut impl Write, code: &str, minor: i64, day: Day) -> io::Result<()> {
    let sign = if minor < 0 { "DBIT" } else { "CRDT" };
    writeln!(
        out,
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>{sign}</CdtDbtInd>\
         <Dt><Dt>{day}</Dt></Dt></Bal>",
        unsigned(minor)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn camt_entry(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let is_out = line.amount_minor < 0;
    let (sign, party) = if is_out { ("DBIT", "Cdtr") } else { ("CRDT", "Dbtr") };
    let (reference, day, amount) = (Line::reference(line.ordinal), line.day, unsigned(line.amount_minor));
    let reversal = if line.is_reversal { "<RvslInd>true</RvslInd>" } else { "" };
    let end_to_end = line.words.end_to_end.as_deref().unwrap_or("NOTPROVIDED");
    write!(
        out,
        "<Ntry><NtryRef>{reference}</NtryRef><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{reversal}\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>\
         <AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly>\
         </Domn></BkTxCd><NtryDtls><TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef><EndToEndId>{}</EndToEndId></Refs>\
         <Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>",
        escaped(end_to_end)
    )?;
    if !line.name.is_empty() || !line.account.is_empty() {
        write!(out, "<RltdPties>")?;
        if !line.name.is_empty() {
            write!(out, "<{party}><Pty><Nm>{}</Nm></Pty></{party}>", escaped(&line.name))?;
        }
        if !line.account.is_empty() {
            let iban = line.account.starts_with("DE");
            let (open, close) = if iban { ("<IBAN>", "</IBAN>") } else { ("<Othr><Id>", "</Id></Othr>") };
            write!(out, "<{party}Acct><Id>{open}{}{close}</Id></{party}Acct>", line.account)?;
        }
        write!(out, "</RltdPties>")?;
    }
    let purpose = match line.words.purpose.as_str() {
        "" => String::new(),
        text => format!("<Ustrd>{}</Ustrd>", escaped(text)),
    };
    let creditor = line.words.creditor.as_ref().map_or(String::new(), |reference| {
        let kind = if reference.starts_with("RF") { "<Cd>SCOR</Cd>" } else { "<Prtry>QRR</Prtry>" };
        format!("<Strd><CdtrRefInf><Tp><CdOrPrtry>{kind}</CdOrPrtry></Tp><Ref>{reference}</Ref></CdtrRefInf></Strd>")
    });
    if !purpose.is_empty() || !creditor.is_empty() {
        write!(out, "<RmtInf>{purpose}{creditor}</RmtInf>")?;
    }
    writeln!(out, "</TxDtls></NtryDtls></Ntry>")
}

fn mt940_balance(minor: i64, day: Day) -> String {
    let mark = if minor < 0 { 'D' } else { 'C' };
    format!("{mark}{}CNY{}", day.short(), unsigned(minor).replace('.', ","))
}

fn mt940_entry(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let mark = match (line.amount_minor < 0, line.is_reversal) {
        (false, false) => "C",
        (true, false) => "D",
        (true, true) => "RC",
        (false, true) => "RD",
    };
    let (day, amount) = (line.day.short(), unsigned(line.amount_minor).replace('.', ","));
    let reference = Line::reference(line.ordinal);
    write!(out, ":61:{day}{}{mark}{amount}NTRFNONREF//{reference}\r\n", &day[2..])?;
    let (code, title) = if line.amount_minor < 0 { ("177", "BELASTUNG") } else { ("166", "GUTSCHRIFT") };
    let mut purpose = line.words.end_to_end.as_ref().map_or(String::new(), |id| format!("EREF+{id}"));
    let text = [line.words.creditor.as_deref(), Some(line.words.purpose.as_str())];
    let text: Vec<&str> = text.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    purpose.push_str("SVWZ+");
    purpose.push_str(&text.join(" "));
    let mut field = format!(":86:{code}?00{title}");
    numbered(&mut field, &[20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 60, 61, 62, 63], &purpose);
    if !line.account.is_empty() {
        field.push_str("?31");
        field.push_str(&line.account);
    }
    numbered(&mut field, &[32, 33], &line.name);
    let mut rest: Vec<char> = field.chars().collect();
    while !rest.is_empty() {
        // A line that ends with a blank, or begins with what begins a field, would be read as something else.
        let mut end = rest.len().min(FIELD_LINE);
        while end < rest.len() && end > 1 && (rest[end - 1] == ' ' || [' ', ':', '-'].contains(&rest[end])) {
            end -= 1;
        }
        let behind = rest.split_off(end);
        write!(out, "{}\r\n", rest.into_iter().collect::<String>())?;
        rest = behind;
    }
    Ok(())
}

/// A text in parts of 27 characters.
fn numbered(field: &mut String, tags: &[u8], text: &str) {
    let characters: Vec<char> = text.chars().collect();
    for (tag, part) in tags.iter().zip(characters.chunks(PART)) {
        field.push_str(&format!("?{tag}"));
        field.extend(part);
    }
}

fn csv_row(out: &mut impl Write, line: &Line, balance_minor: i64) -> io::Result<()> {
    let amount = unsigned(line.amount_minor);
    let (money_in, money_out) = if line.amount_minor < 0 { (String::new(), amount) } else { (amount, String::new()) };
    let kind = match (line.is_reversal, line.amount_minor < 0) {
        (true, _) => "冲正",
        (_, true) => "转出",
        _ => "转入",
    };
    let text: Vec<&str> = line.words.fields().filter(|text| !text.is_empty()).collect();
    write!(
        out,
        "{},{money_in},{money_out},{},{},{},{kind},{},{}\r\n",
        line.day,
        money(balance_minor),
        cell(&line.name),
        line.account,
        cell(&text.join(" ")),
        Line::reference(line.ordinal),
    )
}

/// A cell of a table, quoted where it has to be.
pub fn cell(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
