//! camt.052, 053 and 054 in several versions.

#![allow(clippy::unwrap_used)]

mod facts;

use facts::{Facts, NOTHING, assert_told, lines_of, pieces_of};
use statements::{Fault, Line, Options, Piece, Source, read};
use std::io::Cursor;

/// Two versions say the same.
const JANUARY: Facts = Facts {
    file: "camt053_02.xml",
    accounts: &["DE02120300000000202051"],
    lines: 3,
    sum: "259.50",
    days: ("2026-01-31", "2026-01-31"),
    balances: ("1000.00", "1259.50"),
    references: &["B-1", "B-2", "B-3", "E-9", "INV-2026-00017"],
    parties: &["Muster & Söhne GmbH", "Beispiel AG", "Bank"],
    texts: &["Rechnung 17", "RF18539007547034", "Entgelt"],
    ..NOTHING
};

const STATEMENTS: &[Facts] = &[
    JANUARY,
    Facts { file: "camt053_08.xml", ..JANUARY },
    Facts {
        file: "camt053_03.xml",
        accounts: &["200-12345"],
        lines: 3,
        sum: "-119.50",
        currency: "SEK",
        days: ("2026-02-27", "2026-02-28"),
        balances: ("500.00", "380.50"),
        references: &["INFO-1", "INT-1", "M-1", "OUT-7"],
        parties: &["Nordljus AB 5050-1055 NDEASESS", "", ""],
        texts: &["Faktura 4455", "Ränta", "Ny prislista"],
        ..NOTHING
    },
    Facts {
        file: "camt053_04.xml",
        accounts: &["BE68539007547034"],
        lines: 3,
        sum: "650.00",
        days: ("2026-02-27", "2026-02-27"),
        balances: ("-10.00", "640.00"),
        references: &[
            "+++090/9337/55493+++",
            "13",
            "B-100",
            "B-101",
            "B-102",
            "COLL-9",
            "E-1",
            "E-2",
            "E-3",
            "E-9",
            "MAND-4",
            "RF18539007547034",
        ],
        parties: &["", "", "Delta SPRL BE71096123456769"],
        texts: &["INV-2026-00031 Alfa NV Beta BVBA Gamma Oy", "Kaartbetalingen", "Teruggave"],
        ..NOTHING
    },
    Facts {
        file: "camt053_06.xml",
        accounts: &["DE02120300000000202051"],
        lines: 5,
        sum: "510.00",
        days: ("2026-03-03", "2026-03-03"),
        balances: ("1000.00", "1510.00"),
        references: &[
            "B-200", "B-200", "B-200-2", "B-201", "B-201", "E-21", "E-22", "E-23", "E-31", "E-32", "RUN-7", "RUN-7",
        ],
        parties: &["Anna Muster", "Bert Beispiel", "Carl AG", "Delta GmbH", "Echo KG"],
        texts: &["Rechnung 21", "Rechnung 22", "Sammelgutschrift", "", ""],
        ..NOTHING
    },
    Facts {
        file: "camt053_10.xml",
        accounts: &["DE02120300000000202051"],
        lines: 1,
        sum: "905.00",
        days: ("2026-03-01", "2026-03-01"),
        balances: ("1000.00", "1905.00"),
        references: &["FX-1", "PO-4711"],
        parties: &["Overseas Parts Inc. 000123456789 BOFAUS3N"],
        texts: &["INV-2026-00040 less charges"],
        warnings: &["not_booked"],
        ..NOTHING
    },
    Facts {
        file: "camt053_none.xml",
        accounts: &["FI2112345600000785"],
        balances: ("12.35", "12.35"),
        warnings: &["amount_rounded", "amount_rounded"],
        ..NOTHING
    },
];

const REPORTS: &[Facts] = &[
    Facts {
        file: "camt052_02.xml",
        accounts: &["DE02120300000000202051"],
        lines: 1,
        sum: "20.00",
        days: ("2026-01-31", "2026-01-31"),
        references: &["B-4", "E-10"],
        parties: &["Kunde"],
        texts: &["Teilzahlung"],
        ..NOTHING
    },
    Facts {
        file: "camt052_08.xml",
        accounts: &["DE02120300000000202051"],
        lines: 1,
        sum: "20.00",
        days: ("2026-02-27", "2026-02-27"),
        balances: ("100.00", "?"),
        references: &["PAY-77", "R-1"],
        parties: &["Epsilon KG"],
        texts: &["Konto erloschen"],
        warnings: &["not_booked"],
        ..NOTHING
    },
    Facts {
        file: "camt054_04.xml",
        accounts: &["DE02120300000000202051"],
        lines: 1,
        sum: "119.00",
        days: ("2026-02-28", "2026-02-28"),
        references: &["B-1", "INV-2026-00017"],
        parties: &["Zeta e.K."],
        texts: &[""],
        warnings: &["date_clamped"],
        ..NOTHING
    },
    Facts {
        file: "camt054_08.xml",
        accounts: &["CH4431999123000889012"],
        lines: 2,
        sum: "299.95",
        currency: "CHF",
        days: ("2026-02-28", "2026-02-28"),
        references: &["000000000000000000000000017", "210000000003139471430009017", "QR-T1", "QR-T2"],
        parties: &["Muster Schreinerei", "Muster Schreinerei"],
        texts: &["Rechnung 8", ""],
        ..NOTHING
    },
];

#[test]
fn statements_of_a_day() {
    STATEMENTS.iter().for_each(assert_told);
}

#[test]
fn reports_within_a_day_and_notifications() {
    REPORTS.iter().for_each(assert_told);
}

#[test]
fn payments_of_an_entry_are_counted_and_what_was_charged_is_told() {
    for (file, payments, instructed, charges) in [
        ("camt053_04.xml", &[3, 12, 1][..], None, None),
        ("camt053_10.xml", &[1], Some("USD 1000.00"), Some("EUR 15.00")),
        ("camt054_04.xml", &[1], None, Some("EUR 1.50")),
        ("camt054_08.xml", &[1, 1], None, None),
    ] {
        let pieces = pieces_of(file);
        let lines = lines_of(&pieces);
        assert_eq!(lines.iter().map(|line| line.payments).collect::<Vec<_>>(), payments, "{file}");
        let said = [lines[0].instructed, lines[0].charges].map(|money| money.map(|money| money.to_string()));
        assert_eq!(said, [instructed, charges].map(|money| money.map(str::to_owned)), "{file}");
    }
}

#[test]
fn money_that_is_taken_back_says_so() {
    for (file, taken_back) in [("camt053_02.xml", &[false, false, true][..]), ("camt052_08.xml", &[true])] {
        let pieces = pieces_of(file);
        assert_eq!(lines_of(&pieces).iter().map(|line| line.is_reversal).collect::<Vec<_>>(), taken_back, "{file}");
    }
}

fn read_text(text: String) -> Result<Vec<Piece>, Fault> {
    read(Source::open(Cursor::new(text.into_bytes()))?, Options::default())?.collect()
}

/// A statement of entries, each of which begins on a line of its own; the first on the second.
fn of_entries(entries: &str) -> String {
    format!(
        "<Document xmlns=\"camt.053.001.08\"><Stmt><Id>1</Id><Acct><Ccy>EUR</Ccy></Acct>\n{entries}</Stmt></Document>"
    )
}

fn entry(amount: &str, mark: &str, more: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><BookgDt><Dt>2026-03-02</Dt></BookgDt>\
         <AcctSvcrRef>B-1</AcctSvcrRef>{more}</Ntry>\n"
    )
}

/// Of each line its amount, what was ordered, and what was charged; of the statement its warnings.
fn amounts_of(entries: &str) -> (Vec<String>, Vec<String>) {
    let pieces = read_text(of_entries(entries)).unwrap();
    let told = |line: &&Line| {
        let beside = [("ordered", line.instructed), ("charged", line.charges)];
        let beside = beside.into_iter().filter_map(|(what, money)| Some(format!(" {what} {}", money?)));
        std::iter::once(line.amount.amount()).chain(beside).collect()
    };
    let Some(Piece::Closes(closing)) = pieces.last() else { panic!("it does not close") };
    (lines_of(&pieces).iter().map(told).collect(), closing.warnings.iter().map(ToString::to_string).collect())
}

#[test]
fn an_entry_is_a_line_for_each_payment_where_all_say_their_amount_and_come_to_its_own() {
    let payment = |inner: &str| format!("<TxDtls>{inner}</TxDtls>");
    let amount = |currency: &str, amount: &str| format!("<Amt Ccy=\"{currency}\">{amount}</Amt>");
    let old = |amount: &str| payment(&format!("<AmtDtls><TxAmt><Amt Ccy=\"EUR\">{amount}</Amt></TxAmt></AmtDtls>"));
    let new = |text: &str| payment(&amount("EUR", text));
    let marked = |text: &str, mark: &str| payment(&format!("{}<CdtDbtInd>{mark}</CdtDbtInd>", amount("EUR", text)));
    let ordered = "<AmtDtls><InstdAmt><Amt Ccy=\"USD\">55.00</Amt></InstdAmt></AmtDtls>";
    for (mark, payments, lines, warned) in [
        ("CRDT", vec![old("20.00"), old("30.00")], &["20.00", "30.00"][..], None),
        ("DBIT", vec![old("20.00"), new("30.00")], &["-20.00", "-30.00"], None),
        ("DBIT", vec![marked("60", "DBIT"), marked("10", "CRDT")], &["-60.00", "10.00"], None),
        (
            "CRDT",
            vec![payment(&(amount("EUR", "50.00") + ordered)), new("0")],
            &["50.00 ordered USD 55.00", "0.00"],
            None,
        ),
        // What is in it is not known of all, or is in other money.
        ("CRDT", vec![old("20.00"), payment("")], &["50.00"], None),
        ("CRDT", vec![new("20.00"), payment(&amount("USD", "30.00"))], &["50.00"], None),
        ("CRDT", vec![new("20.00"), new("-30.00")], &["50.00"], None),
        // A payment alone may be less its charges.
        ("CRDT", vec![new("52.00")], &["50.00"], None),
        ("CRDT", vec![new("20.00"), new("25.00")], &["50.00"], Some("EUR 50.00 came=EUR 45.00")),
        ("CRDT", vec![marked("20", "DBIT"), marked("30", "CRDT")], &["50.00"], Some("EUR 50.00 came=EUR 10.00")),
    ] {
        for details in [format!("<NtryDtls>{}</NtryDtls>", payments.concat()), payments.concat()] {
            let (told, mut warnings) = amounts_of(&entry("50.00", mark, &details));
            assert_eq!(warnings.pop().as_deref(), Some("not_closed"));
            let warned = warned.map(|warned| format!("payments_differ line=2 amount={warned}"));
            assert_eq!((told, warnings.pop()), (lines.iter().map(ToString::to_string).collect(), warned), "{details}");
        }
    }
}

/// Every one of very many lines is kept with what it was read from.
#[test]
fn a_line_of_an_entry_says_what_the_entry_and_its_own_payment_say() {
    let payments = "<NtryDtls><Btch><PmtInfId>RUN</PmtInfId></Btch><TxDtls><Amt>20</Amt></TxDtls><TxDtls><Amt>30</Amt></TxDtls></NtryDtls>";
    let pieces = read_text(of_entries(&entry("50.00", "CRDT", payments))).unwrap();
    let head = "Ntry{Amt@EUR=50.00 CdtDbtInd=CRDT BookgDt{Dt=2026-03-02} AcctSvcrRef=B-1 NtryDtls{Btch{PmtInfId=RUN}}}";
    let raw: Vec<&str> = lines_of(&pieces).iter().map(|line| line.raw.as_str()).collect();
    assert_eq!(raw, [format!("{head} TxDtls{{Amt=20}}"), format!("{head} TxDtls{{Amt=30}}")]);
    // What no bank writes is not repeated with each.
    let long = payments.replace("RUN", &"x".repeat(10_000));
    let pieces = read_text(of_entries(&entry("50.00", "CRDT", &long))).unwrap();
    assert_eq!(
        lines_of(&pieces).iter().map(|line| line.raw.trim()).collect::<Vec<_>>(),
        ["TxDtls{Amt=20}", "TxDtls{Amt=30}"]
    );
}

#[test]
fn what_cannot_be_read_stands_in_a_line_of_the_file() {
    let good = entry("1.00", "CRDT", "\n\n");
    for (from, to, told) in [
        ("2.00", "2,x", "line 5: unread_in what=amount text=2,x"),
        (">2.00<", "><", "line 5: unread what=amount"),
        ("DBIT", "OUT", "line 5: unread_in what=mark text=OUT"),
        ("2026-03-02", "2026-13-45", "line 5: unread_in what=date text=2026-13-45"),
        ("<AcctSvcrRef>", "<ValDt><Dt>soon</Dt></ValDt>\n<AcctSvcrRef>", "line 5: unread_in what=value_date text=soon"),
        ("</Ntry>\n</Stmt>", "\n", "line 5: cut_off"),
    ] {
        let bad = entry("2.00", "DBIT", "");
        let text = of_entries(&(good.clone() + &bad));
        let at = text.rfind(from).unwrap();
        let text = text[..at].to_owned() + &text[at..].replacen(from, to, 1);
        let text = if told.ends_with("cut_off") { text[..at].to_owned() } else { text };
        assert_eq!(read_text(text).unwrap_err().to_string(), told);
    }
    let pieces = read_text(of_entries(&(good + &entry("2.00", "DBIT", "")))).unwrap();
    assert_eq!(lines_of(&pieces).iter().map(|line| line.place).collect::<Vec<_>>(), [2, 5]);
}

#[test]
fn charges_are_what_was_kept_of_the_amount() {
    let record = |amount: &str, more: &str| format!("<Rcrd><Amt Ccy=\"EUR\">{amount}</Amt>{more}</Rcrd>");
    let total = |amount: &str| format!("<TtlChrgsAndTaxAmt Ccy=\"EUR\">{amount}</TtlChrgsAndTaxAmt>");
    let old = |amount: &str, more: &str| format!("<Chrgs>{more}<Amt Ccy=\"EUR\">{amount}</Amt></Chrgs>");
    let new = |records: &[String]| format!("<Chrgs>{}</Chrgs>", records.concat());
    let (back, apart, within) =
        ("<CdtDbtInd>CRDT</CdtDbtInd>", "<ChrgInclInd>false</ChrgInclInd>", "<ChrgInclInd>true</ChrgInclInd>");
    for (charges, kept) in [
        (new(&[record("3", ""), record("2", within)]), "charged EUR 5.00"),
        (new(&[total("5.95"), record("3", ""), record("2", "")]), "charged EUR 5.95"),
        (new(&[record("3", ""), record("2", back)]), "charged EUR 1.00"),
        (new(&[record("2", back)]), "charged EUR 2.00"),
        // The bank takes these in an entry of their own.
        (new(&[record("3", apart)]), ""),
        (new(&[total("5"), record("3", apart), record("2", within)]), "charged EUR 2.00"),
        (old("3", "") + &old("2", ""), "charged EUR 5.00"),
        (old("3", back) + &old("5", ""), "charged EUR 2.00"),
        // A total of both with each, and one of each.
        (old("3", &total("5.95")) + &old("2", &total("5.95")), "charged EUR 5.95"),
        (old("3", &total("3")) + &old("3", &total("3")), "charged EUR 6.00"),
        (old("3", &total("3.50")) + &old("2", ""), "charged EUR 5.50"),
        (String::new(), ""),
    ] {
        let (told, _) = amounts_of(&entry("50.00", "CRDT", &charges));
        assert_eq!(told, [format!("50.00 {kept}").trim()], "{charges}");
    }
}
