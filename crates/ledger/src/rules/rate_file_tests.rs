//! Good files of every form, and bad ones.

use super::*;

/// As the bank writes it.
const DAILY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<gesmes:Envelope xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
\t\t<Cube time='2026-11-26'>
\t\t\t<Cube currency='USD' rate='1.1586'/>
\t\t\t<Cube currency='JPY' rate='181.21'/>
\t\t</Cube>
\t\t<Cube time=\"2026-11-25\">
\t\t\t<Cube currency=\"USD\" rate=\"1.1570\"></Cube>
\t\t\t<Cube currency=\"CYP\" rate=\"0.58\"/>
\t\t</Cube>
\t</Cube>
</gesmes:Envelope>
";

/// A rate as `EUR USD 2026-11-26 1.1586 ecb`.
fn told(rate: &ExchangeRate) -> String {
    let ExchangeRate { base, quote, valid_from, rate, source } = rate;
    format!("{} {} {valid_from} {rate} {source}", base.code(), quote.code())
}

fn rates(text: &str, from: Option<&str>) -> Vec<String> {
    let file = read(text.as_bytes(), from.map(|day| day.parse().unwrap())).unwrap();
    assert_eq!(file.faults, []);
    file.rates.iter().map(told).collect()
}

#[test]
fn the_banks_xml_is_read() {
    let all = ["EUR USD 2026-11-26 1.1586 ecb", "EUR JPY 2026-11-26 181.21 ecb", "EUR USD 2026-11-25 1.157 ecb"];
    assert_eq!(rates(DAILY, None), all);
    assert_eq!(rates(DAILY, Some("2026-11-26")), all[..2]);
    let file = read(DAILY.as_bytes(), None).unwrap();
    assert_eq!((file.form, file.before), (Form::EcbXml, 0));
    assert_eq!(file.unknown, BTreeSet::from(["CYP".to_owned()]), "nobody can correct the bank's file");
    let file = read(DAILY.as_bytes(), Some("2026-11-26".parse().unwrap())).unwrap();
    assert_eq!((file.before, file.unknown.len()), (1, 0), "what is before the day is not looked at");
}

#[test]
fn the_banks_csv_is_read() {
    let history = "Date,USD,JPY,CYP,BGN,\n2026-11-26,1.1586,181.21,N/A,N/A,\n2025-12-31,1.1,N/A,N/A,1.9558,\n";
    let all = [
        "EUR USD 2026-11-26 1.1586 ecb",
        "EUR JPY 2026-11-26 181.21 ecb",
        "EUR USD 2025-12-31 1.1 ecb",
        "EUR BGN 2025-12-31 1.9558 ecb",
    ];
    assert_eq!(rates(history, None), all);
    let daily = "\u{feff}Date, USD, JPY, \r\n6 November 2026, 1.1586, 181.21, \r\n";
    assert_eq!(rates(daily, None), ["EUR USD 2026-11-06 1.1586 ecb", "EUR JPY 2026-11-06 181.21 ecb"]);
}

#[test]
fn our_own_form_is_read_and_written() {
    let text = "rate;Quote;base;valid_from\n7.0255;CNY;USD;2026-01-05\n0.14;USD;CNY;2026-01-05\n";
    assert_eq!(rates(text, None), ["USD CNY 2026-01-05 7.0255 manual", "CNY USD 2026-01-05 0.14 manual"]);
    let file = read(text.as_bytes(), None).unwrap();
    assert_eq!(read(written(&file.rates).as_bytes(), None).unwrap().rates, file.rates);
    let quoted = "base,quote,valid_from,rate,source\nUSD,CNY,2026-01-05,7,\"a \"\"b\"\", c\"\n";
    let file = read(quoted.as_bytes(), None).unwrap();
    assert_eq!(told(&file.rates[0]), "USD CNY 2026-01-05 7 a \"b\", c");
    assert_eq!(read(written(&file.rates).as_bytes(), None).unwrap().rates, file.rates);
    assert_eq!(read(written(&[]).as_bytes(), None).unwrap().rates.len(), 1, "the template is read back");
}

#[test]
fn faults_are_told_by_row() {
    const HEAD: &str = "base,quote,valid_from,rate,source\n";
    let xml = |cubes: &str| {
        format!("<e:Envelope xmlns:e='x'>\n<Cube>\n<Cube time='2026-11-26'>\n{cubes}\n</Cube></Cube></e:Envelope>")
    };
    for (text, faults) in [
        (format!("{HEAD}USD,CNY,2026-01-05,0,x"), "/rows/2/rate not_positive"),
        (format!("{HEAD}USD,CNY,2026-01-05,-7,x"), "/rows/2/rate not_positive"),
        (format!("{HEAD}USD,CNY,2026-01-05,7e1,x"), "/rows/2/rate not_a_number"),
        (format!("{HEAD}USD,CNY,2026-01-05,,x"), "/rows/2/rate not_a_number"),
        (format!("{HEAD}USD,CNY,2026-01-05,1.12345678901,x"), "/rows/2/rate too_many_digits"),
        (format!("{HEAD}USD,CNY,05.01.2026,7,x"), "/rows/2/valid_from not_a_date"),
        (format!("{HEAD}USD,CNY,2026-02-30,7,x"), "/rows/2/valid_from not_a_date"),
        (format!("{HEAD}USD,CNH,2026-01-05,7,x"), "/rows/2/quote unknown_currency"),
        (format!("{HEAD}usd,CNY,2026-01-05,7,x"), "/rows/2/base unknown_currency"),
        (format!("{HEAD}USD,USD,2026-01-05,1,x"), "/rows/2/quote same_currency"),
        (
            format!("{HEAD}USD,CNY,2026-01-05,7,x\nUSD,CNY,2026-01-06,7,x\nUSD,CNY,2026-01-05,7,y"),
            "/rows/4/valid_from rate_twice",
        ),
        (
            format!("{HEAD}USD"),
            "/rows/2/quote unknown_currency /rows/2/valid_from not_a_date /rows/2/rate not_a_number",
        ),
        ("Date,USD,\n2026-11-26,1.1,\n2026-11-26,1.1,\n".into(), "/rows/3/valid_from rate_twice"),
        ("Date,USD,\nyesterday,1.1,\n".into(), "/rows/2/valid_from not_a_date"),
        ("Date,US,\n2026-11-26,1.1,\n".into(), "/rows/2/quote unknown_currency"),
        (xml("<Cube currency='USD' rate='0'/>"), "/rows/4/rate not_positive"),
        (xml("<Cube currency='USD' rate='1'/>\n<Cube currency='USD'/>"), "/rows/5/rate not_a_number"),
        (xml("<Cube currency='USD' rate='1'/>\n\n<Cube currency='USD' rate='1'/>"), "/rows/6/valid_from rate_twice"),
        (xml("<Cube rate='1'/>"), "/rows/4/quote unknown_currency"),
        ("<Envelope><Cube currency='USD' rate='1'/></Envelope>".into(), "/rows/1/valid_from not_a_date"),
    ] {
        let file = read(text.as_bytes(), None).unwrap();
        let found: Vec<String> = file.faults.iter().map(|f| format!("{} {}", f.pointer, f.code)).collect();
        assert_eq!(found.join(" "), faults, "{text}");
    }
}

#[test]
fn what_is_no_file_of_rates_is_refused() {
    let bomb = "<!DOCTYPE e [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<Envelope><Cube time='&b;'/></Envelope>";
    let deep = format!("<Envelope>{}{}</Envelope>", "<Cube>".repeat(100_000), "</Cube>".repeat(100_000));
    for (text, code) in [
        ("", "rates_unknown_form"),
        ("hello", "rates_unknown_form"),
        ("name,email\nA,x\n", "rates_unknown_form"),
        ("base,quote,rate\nUSD,CNY,7\n", "rates_column_missing"),
        ("base,quote,valid_from,rate\n", "rates_none"),
        ("Date,USD,\n2026-11-26,N/A,\n", "rates_none"),
        ("<html><body>Not found</body></html>", "rates_unknown_form"),
        ("<Envelope><Cube time='2026-11-26'>", "rates_unreadable"),
        ("<Envelope></Cube>", "rates_unreadable"),
        ("<Envelope><Cube time='2026-11-26' time='2026-11-27'/></Envelope>", "rates_unreadable"),
        ("<Envelope><Cube time='&b;'/></Envelope>", "rates_unreadable"),
        ("<Envelope>&b;</Envelope>", "rates_with_entities"),
        (bomb, "rates_with_entities"),
        (&deep, "rates_unreadable"),
        ("<Envelope></Envelope>", "rates_none"),
    ] {
        let refused = read(text.as_bytes(), None).err().map(|refusal| refusal.code);
        assert_eq!(refused, Some(code), "{}", &text[..text.len().min(200)]);
    }
    assert_eq!(read(&[0xff, 0xfe, 0x41], None).unwrap_err().code, "rates_not_text");
    assert_eq!(read(&vec![b' '; BYTES_MAX + 1], None).unwrap_err().code, "rates_too_large");
    let all_before = read(DAILY.as_bytes(), Some("2027-01-01".parse().unwrap()));
    assert_eq!(all_before.unwrap_err().code, "rates_all_before");
}

#[test]
fn too_much_is_bounded() {
    let first: Date = "1900-01-01".parse().unwrap();
    let mut text = "base,quote,valid_from,rate\n".to_owned();
    let mut day = first;
    for _ in 0..=RATES_MAX {
        text.push_str(&format!("USD,CNY,{day},7\n"));
        day = day.tomorrow().unwrap();
    }
    assert_eq!(read(text.as_bytes(), None).unwrap_err().code, "rates_too_many");
    assert_eq!(read(text.as_bytes(), first.tomorrow().ok()).unwrap().rates.len(), RATES_MAX, "from a later day");
    let faulty = read(text.replace(",7\n", ",0\n").as_bytes(), None).unwrap();
    assert_eq!((faulty.faults.len(), faulty.more_faults), (NAMED_MAX, RATES_MAX + 1 - NAMED_MAX));
}
