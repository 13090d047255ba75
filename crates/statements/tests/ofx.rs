//! OFX 1 and 2, and QIF.

#![allow(clippy::unwrap_used)]

mod facts;

use facts::{Facts, NOTHING, assert_told, lines_of, pieces_of};

const OFX: &[Facts] = &[
    Facts {
        file: "sgml.ofx",
        accounts: &["123456"],
        lines: 2,
        sum: "98.50",
        currency: "USD",
        days: ("2026-01-30", "2026-01-31"),
        balances: ("?", "1098.50"),
        references: &["1001", "F-1", "F-2"],
        parties: &["ACME & SONS", "CHECK"],
        texts: &["INV-2026-00017", ""],
        ..NOTHING
    },
    Facts {
        file: "xml.ofx",
        accounts: &["4111"],
        lines: 2,
        sum: "0.00",
        days: ("2026-01-15", "2026-01-20"),
        balances: ("?", "-12.00"),
        references: &["C-1", "C-2"],
        parties: &["HOTEL", "HOTEL"],
        texts: &["", "refund"],
        ..NOTHING
    },
    Facts {
        file: "europe.ofx",
        accounts: &["1234567"],
        lines: 3,
        sum: "1210.00",
        days: ("2026-02-26", "2026-02-28"),
        references: &["A1", "A1", "A2"],
        parties: &["Bäckerei Müller", "Gebühr", "AT&T <EU>"],
        texts: &["Rechnung 17", "", ""],
        warnings: &["not_closed"],
        ..NOTHING
    },
    Facts {
        file: "zones.ofx",
        accounts: &["5678"],
        lines: 2,
        sum: "70.00",
        currency: "USD",
        days: ("2026-01-30", "2026-01-31"),
        balances: ("?", "70.00"),
        references: &["Z-1", "Z-2"],
        parties: &["LATE SHOP", "EARLY BIRD"],
        texts: &["evening", ""],
        ..NOTHING
    },
    Facts {
        file: "card.ofx",
        accounts: &["4111-1111"],
        lines: 2,
        sum: "-102.50",
        currency: "USD",
        days: ("2026-01-12", "2026-01-15"),
        balances: ("?", "-102.50"),
        references: &["CC-1", "CC-2", "R-55"],
        parties: &["HARDWARE STORE", "FOREIGN FEE"],
        texts: &["tools", ""],
        ..NOTHING
    },
    Facts {
        file: "one_line.ofx",
        accounts: &["778899-0"],
        lines: 2,
        sum: "1400.10",
        currency: "BRL",
        days: ("2026-02-03", "2026-02-04"),
        balances: ("?", "1400.10"),
        references: &["12", "6ad1-1", "6ad1-2"],
        parties: &["Café & Cia > Ltda", ""],
        texts: &["Transferência recebida", ""],
        ..NOTHING
    },
];

const QIF: &[Facts] = &[
    Facts {
        file: "american.qif",
        accounts: &["?"],
        lines: 2,
        sum: "1214.56",
        days: ("1999-12-05", "2026-01-31"),
        references: &["55"],
        parties: &["Muster GmbH", "Cash"],
        texts: &["Invoice 17", ""],
        ..NOTHING
    },
    Facts {
        file: "europe.qif",
        accounts: &["?"],
        lines: 2,
        sum: "-1134.56",
        days: ("2026-02-05", "2026-02-06"),
        parties: &["Buero Beispiel", "Erstattung"],
        texts: &["Rechnung 2026/17", ""],
        ..NOTHING
    },
    Facts {
        file: "accounts.qif",
        accounts: &["Giro", "Wallet", "Depot"],
        lines: 2,
        sum: "-154.20",
        days: ("2026-02-27", "2026-02-28"),
        parties: &["Landlord Ltd", "Kiosk"],
        texts: &["", ""],
        warnings: &["left_out"],
        ..NOTHING
    },
];

#[test]
fn ofx_of_banks_and_cards() {
    OFX.iter().for_each(assert_told);
}

#[test]
fn qif_of_programs() {
    QIF.iter().for_each(assert_told);
}

#[test]
fn a_split_stays_in_what_the_line_was_read_from() {
    let pieces = pieces_of("accounts.qif");
    assert!(lines_of(&pieces)[0].raw.ends_with("SRent\nERent of February\n$-100.00\nSHeating\n$-50.00"));
}
