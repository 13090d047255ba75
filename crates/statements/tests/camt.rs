//! camt.052, 053 and 054 in several versions.

#![allow(clippy::unwrap_used)]

mod facts;

use facts::{Facts, NOTHING, assert_told, lines_of, pieces_of};

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
        lines: 1,
        sum: "299.95",
        currency: "CHF",
        days: ("2026-02-28", "2026-02-28"),
        references: &["000000000000000000000000017", "210000000003139471430009017", "QR-B1", "QR-T1", "QR-T2"],
        parties: &["Muster Schreinerei"],
        texts: &["Rechnung 8"],
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
        ("camt054_08.xml", &[2], None, None),
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
