//! MT940 and MT942 in the dialects of banks.

#![allow(clippy::unwrap_used)]

mod facts;

use facts::{Facts, NOTHING, assert_told, lines_of, pieces_of};

const DUTCH: &[Facts] = &[
    Facts {
        file: "envelope.sta",
        accounts: &["517852257", "517852257"],
        lines: 2,
        sum: "91.00",
        days: ("2026-05-22", "2026-05-24"),
        balances: ("3236.28", "3327.28"),
        parties: &["", ""],
        texts: &[
            "GIRO 428428 KPN BV BETALINGSKENM. 000000018503995 5109227317 BETREFT FACTUUR D.D. 20-05-2026 INCL. 1,44 BTW",
            "SEPA OVERBOEKING",
        ],
        ..NOTHING
    },
    Facts {
        file: "ing.sta",
        accounts: &["0001234567"],
        lines: 2,
        sum: "15.47",
        days: ("2026-01-05", "2026-01-06"),
        balances: ("100.00", "115.47"),
        parties: &["", ""],
        texts: &[
            "RC AFREKENING BETALINGSVERKEER BETREFT REKENING 0001234567 PERIODE: 01-10-2025 / 31-12-2025",
            "0612345678 TULPEN EN ZO BV FACTUUR 2026-4 BEDANKT",
        ],
        ..NOTHING
    },
    Facts {
        file: "rabobank.sta",
        accounts: &["NL34RABO0123456789", "1291.99.348"],
        lines: 3,
        sum: "30.05",
        days: ("2026-01-05", "2026-01-06"),
        balances: ("1000.00", "428.22"),
        references: &["05-01-2026 12:00 0030000987654321"],
        parties: &[
            "MOLEN EN MEELHANDEL BV NL70ABNA0987654321",
            "J DE BAKKER P001234567",
            "WATERBEDRIJF NOORD BV 0733959555",
        ],
        texts: &["Factuur 2026-11", "Bestelling 77", "BETALINGSKENM. 123456789 FACTUURNUMMER 987654321"],
        ..NOTHING
    },
    Facts {
        file: "knab.sta",
        accounts: &["123456789", "123456789"],
        lines: 3,
        sum: "740.00",
        days: ("2026-05-07", "2026-07-29"),
        balances: ("0.00", "740.00"),
        references: &["29-07-2026 10:05", "B4E07XM00J000023", "B4G29PGCVO7Q06US", "B4G29PGDCK1QFV3E"],
        parties: &["", "PAKHUIS ZUID NL65INGB0123456789", "WINKEL WEST B.V. NL84INGB0234561789"],
        texts: &["STARTKAPITAAL", "FACTUUR 202603110, 202603113", "ORDERID: 264267"],
        ..NOTHING
    },
    Facts {
        file: "blocks.sta",
        accounts: &["NL81ASNB9999999999", "NL81ASNB9999999999"],
        lines: 1,
        sum: "-65.00",
        days: ("2026-01-01", "2026-01-01"),
        balances: ("404.81", "339.81"),
        parties: &["NL47INGB9999999999"],
        texts: &["hr gjlm paulissen NL47INGB9999999999 hr gjlm paulissen Betaling sieraden"],
        ..NOTHING
    },
    Facts {
        file: "dutch_pages.sta",
        accounts: &["NL91ABNA0417164300"],
        lines: 2,
        sum: "420.30",
        days: ("2026-01-02", "2026-01-03"),
        balances: ("-5.00", "415.30"),
        references: &["2601020001", "V-1"],
        parties: &["DE VRIES BV NL20INGB0001234567 INGBNL2A", ""],
        texts: &["FACTUUR 2026-17", "Retour factuur 3"],
        ..NOTHING
    },
    Facts {
        file: "foreign.sta",
        accounts: &["NL91ABNA0417164300"],
        lines: 1,
        sum: "91515.00",
        days: ("2026-03-02", "2026-03-02"),
        balances: ("10.00", "91525.00"),
        references: &["9001200100127812", "FX77", "PO-4711"],
        parties: &["Overseas Parts Inc."],
        texts: &["9001200100127812"],
        ..NOTHING
    },
];

const GERMAN_AND_SWISS: &[Facts] = &[
    Facts {
        file: "german.sta",
        accounts: &["10020030/1234567", "10020030/1234567"],
        lines: 3,
        sum: "130.00",
        days: ("2026-01-31", "2026-02-01"),
        balances: ("1000.00", "1130.00"),
        references: &["B-77", "E-1", "INV-2026-00017"],
        parties: &["Muster GmbH DE02120300000000202051 DEUTDEFF", "", "Alfred Beispiel"],
        texts: &["GUTSCHRIFT Rechnung 17 vom 02 .01.2026", "ABSCHLUSS Kontofuehrung", "RUECKLASTSCHRIFT"],
        ..NOTHING
    },
    Facts {
        file: "sparkasse.sta",
        accounts: &["12345678/1020304050", "12345678/1020304050"],
        lines: 3,
        sum: "18.00",
        days: ("2025-12-31", "2026-02-28"),
        balances: ("1200.00", "1218.00"),
        references: &["RE-2025-990"],
        parties: &["Beispiel & Soehne DE02120300000000202051 BYLADEM1001", "", ""],
        texts: &["GUTSCHR. UEBERWEISUNG Test", "", "ZINSEN Abschluss Zahlung T16:26:37 Folgenr. 007"],
        warnings: &["date_clamped"],
        ..NOTHING
    },
    Facts {
        file: "mark.sta",
        accounts: &["20060000/4711"],
        lines: 1,
        sum: "119.00",
        currency: "DEM",
        days: ("1999-12-31", "1999-12-31"),
        balances: ("1000.00", "1119.00"),
        references: &["Q1", "RE-99"],
        parties: &["Altbau AG"],
        texts: &["GUTSCHRIFT Rechnung 99"],
        ..NOTHING
    },
    Facts {
        file: "expected.sta",
        accounts: &["DE02120300000000202051", "DE02120300000000202051"],
        lines: 1,
        sum: "119.00",
        days: ("2026-01-31", "2026-01-31"),
        references: &["B-1", "RE-17"],
        parties: &[""],
        texts: &["GUTSCHRIFT RE-17"],
        warnings: &["not_booked"],
        ..NOTHING
    },
    Facts {
        file: "postfinance.sta",
        accounts: &["123456789"],
        lines: 3,
        sum: "9.90",
        currency: "CHF",
        days: ("2026-04-01", "2026-04-03"),
        balances: ("0.00", "9.90"),
        references: &["01651", "01916", "01917"],
        parties: &["", "", ""],
        texts: &[
            "20260401007602198765432000000012 GIRO AUS ONLINE-SIC 80701 AUFTRAGGEBER: ERSTE MUSTERSCHREINEREI SEESTRASSE 11 \
             MITTEILUNGEN: RG 88",
            "EINZAHLUNGSSCHEIN",
            "",
        ],
        ..NOTHING
    },
    Facts {
        file: "days.sta",
        accounts: &["PADDED"],
        lines: 2,
        sum: "20.00",
        days: ("2025-12-31", "2026-01-02"),
        balances: ("0.00", "20.00"),
        parties: &["", ""],
        texts: &["interest", "entry of the old year"],
        ..NOTHING
    },
];

const POLISH_AND_HUNGARIAN: &[Facts] = &[
    Facts {
        file: "zloty.sta",
        accounts: &["PL25106000760000888888888888"],
        lines: 2,
        sum: "-600.00",
        currency: "PLN",
        days: ("2026-01-31", "2026-01-31"),
        balances: ("5600.00", "5000.00"),
        references: &["11111AAAAAAAAA", "11111BBBBBBBBB"],
        parties: &["JAN KOWALSKI 12", ""],
        texts: &["034; 034 PRZELEW KRAJOWY FV 17/2026", "073; 073 OPLATA"],
        ..NOTHING
    },
    Facts {
        file: "mbank.sta",
        accounts: &["PL25106000760000888888888888"],
        lines: 1,
        sum: "0.01",
        currency: "PLN",
        days: ("2026-01-31", "2026-01-31"),
        balances: ("0.40", "0.41"),
        references: &["179171073864111.010001", "MB260131012058"],
        parties: &["FABRYKA LAMP SP. Z O.O. 61109010140000071219812874"],
        texts: &["911-TRANSAKCJA IPH 911 TRANSAKCJA COLLECT; ID IPH: XX000000000001 FAKTURA FV/17/2026"],
        ..NOTHING
    },
    Facts {
        file: "mbank_day.sta",
        accounts: &["PL25106000760000888888888888"],
        lines: 2,
        sum: "41.50",
        currency: "PLN",
        days: ("2026-01-31", "2026-01-31"),
        references: &["MB260131323000", "MB260131323001"],
        parties: &["FABRYKA LAMP SP. Z O.O.", ""],
        texts: &["911 TRANSAKCJA COLLECT FV/18/2026", "OPLATA"],
        ..NOTHING
    },
    Facts {
        file: "sberbank.sta",
        accounts: &["1966315302010001"],
        lines: 2,
        sum: "-1402.00",
        currency: "HUF",
        days: ("2026-01-11", "2026-01-11"),
        balances: ("627311.30", "625909.30"),
        references: &["SZ17", "SZ18"],
        parties: &["Fűtőmű Szolgáltató Zrt. Alipítvány 0000004279070017 10918001", "Őrség Bútor Kft."],
        texts: &["526715 A12596785 20260111000100 Tranzakciós illeték:7.21HUF SZÁMLA 2026/17", "Előleg"],
        ..NOTHING
    },
    Facts {
        file: "raiffeisen.sta",
        accounts: &["UBRTHUHB/123456789150ABCDEF002"],
        lines: 3,
        sum: "-989055.77",
        currency: "HUF",
        days: ("2026-04-17", "2026-04-17"),
        balances: ("25170637.10", "24181581.33"),
        parties: &["", "", ""],
        texts: &[
            "Csoportos átutalás jóváírása CAB26D1700041116 109876543210000012345678 DUNA HÍD KFT. UV, napi összevont, \
             2026.04.17",
            "Deviza átutalás OLD26D038146 EUR 7.500,00 Carma Ex Varna",
            "Díj, jutalék OLD26D038146",
        ],
        ..NOTHING
    },
];

#[test]
fn dutch_banks() {
    DUTCH.iter().for_each(assert_told);
}

#[test]
fn german_and_swiss_banks() {
    GERMAN_AND_SWISS.iter().for_each(assert_told);
}

#[test]
fn polish_and_hungarian_banks() {
    POLISH_AND_HUNGARIAN.iter().for_each(assert_told);
}

#[test]
fn what_is_ordered_and_charged_stands_beside_the_amount() {
    let pieces = pieces_of("foreign.sta");
    let line = lines_of(&pieces)[0];
    let said = [line.instructed, line.charges].map(|money| money.unwrap().to_string());
    assert_eq!(said, ["USD 100000.00", "EUR 15.00"]);
}

#[test]
fn a_day_is_booked_in_the_year_next_to_its_value() {
    let pieces = pieces_of("sparkasse.sta");
    let booked = lines_of(&pieces).iter().map(|line| line.booked_on.unwrap().to_string()).collect::<Vec<_>>();
    assert_eq!(booked, ["2025-12-31", "2026-01-02", "2026-03-01"]);
}
