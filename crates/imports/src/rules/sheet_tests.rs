//! Files as programs write them.

use super::*;

/// `row: name|phone` of each row of a file of customers, or the code of the refusal.
fn seen(bytes: &[u8]) -> Result<Vec<String>, &'static str> {
    let sheet = read(bytes, Kind::Customers).map_err(|refusal| refusal.code)?;
    Ok(sheet.rows.iter().map(|row| format!("{}: {}|{}", row.number, row.cell("name"), row.cell("phone"))).collect())
}

#[test]
fn files_are_read_however_they_are_written() {
    let gb18030 = GB18030.encode("名称,电话\r\n上海远航,021\r\n").0;
    let utf16: Vec<u8> = "\u{feff}name\tphone\n远航\t1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, rows) in [
        (&b"name,phone\nA,1\nB,2\n"[..], Ok(&["2: A|1", "3: B|2"][..])),
        ("\u{feff}name,phone\r\n远航,1\r\n".as_bytes(), Ok(&["2: 远航|1"])),
        (&gb18030, Ok(&["2: 上海远航|021"])),
        (&utf16, Ok(&["2: 远航|1"])),
        (b"name;phone\n\"A; B\";1\n", Ok(&["2: A; B|1"])),
        (b"Name\tTelephone\nA\t1\n", Ok(&["2: A|1"])),
        (b" NAME* , TEL \n A , 1 \n", Ok(&["2: A|1"])),
        (b"\"a, name\",name,phone\nx,A,1\n", Ok(&["2: A|1"])),
        (b"name,phone\n\"A \"\"the\"\" B\",1\n", Ok(&["2: A \"the\" B|1"])),
        (b"name,phone\n\"A\nB\",1\nC,2\n", Ok(&["2: A\nB|1", "3: C|2"])),
        (b"name,phone\n,\nA,1\n", Ok(&["3: A|1"])),
        (b"name,phone\n\n\r\n\"A\nB\",1\r\n\r\nC,2", Ok(&["4: A\nB|1", "6: C|2"])),
        (b"name,phone,\nA,1\nB,2,\n", Ok(&["2: A|1", "3: B|2"])),
        (b"name,phone\r\"A\"  ,1\r\rB,\n", Ok(&["2: A|1", "4: B|"])),
        (b"name,phone\nA 5\" pipe,\"\"\n", Ok(&["2: A 5\" pipe|"])),
        (b"name,phone\n", Err("import_empty")),
        (b"name,\"phone\nA,1\n", Err("import_unreadable")),
        (b"", Err("import_empty")),
        (b"  \n\n", Err("import_empty")),
        (b"phone,email\n1,a@b.cn\n", Err("import_column_missing")),
        (b"name,phone,tel\nA,1,2\n", Err("import_column_twice")),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Err("import_not_text")),
        (b"name\nA\xff\xff\n", Err("import_not_text")),
    ] {
        let rows = rows.map(|rows| rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>());
        assert_eq!(seen(bytes), rows, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn torn_rows_are_not_read() {
    use Tear::{OpenQuote, TooFew, TooMany};
    for (bytes, whole, torn) in [
        ("name,phone\nA,1,000\nB,2\n", &["3: B|2"][..], &[(2, TooMany { found: 3, wanted: 2 })][..]),
        ("name,phone\nA,1,\n", &[], &[(2, TooMany { found: 3, wanted: 2 })]),
        ("name,phone,\nA,1,x\n", &[], &[(2, TooMany { found: 3, wanted: 2 })]),
        ("name,phone\nA\nB,2\n", &["3: B|2"], &[(2, TooFew { found: 1, wanted: 2 })]),
        // It would have swallowed all that follows.
        ("name,phone\nA,\"1\nB,2\nC,3\n", &["3: B|2", "4: C|3"], &[(2, OpenQuote { line: 2 })]),
        // The second of two unclosed quotes seems to close the first.
        ("name,phone\nA,\"1\nB,\"2\nC,3\n", &["4: C|3"], &[(2, OpenQuote { line: 2 }), (3, OpenQuote { line: 3 })]),
        ("name,phone\n\"A\nA\",1\n\"B\" b,2\nC,3", &["2: A\nA|1", "4: C|3"], &[(3, OpenQuote { line: 4 })]),
        ("name,phone\n\"A", &[], &[(2, OpenQuote { line: 2 })]),
    ] {
        let sheet = read(bytes.as_bytes(), Kind::Customers).unwrap();
        let rows = sheet.rows.iter().map(|row| format!("{}: {}|{}", row.number, row.cell("name"), row.cell("phone")));
        assert_eq!(rows.collect::<Vec<_>>(), whole, "{bytes:?}");
        let seen: Vec<(usize, Tear)> = sheet.torn.iter().map(|torn| (torn.number, torn.tear)).collect();
        assert_eq!(seen, torn, "{bytes:?}");
    }
}

#[test]
fn unknown_columns_are_named_and_left_out() {
    let sheet = read(b"name,Colour,\nA,red,\n", Kind::Customers).unwrap();
    assert_eq!((sheet.columns, sheet.ignored), (vec!["name"], vec!["Colour".to_owned()]));
}

#[test]
fn a_file_has_its_limits() {
    let rows = |n: usize| format!("name\n{}", "A\n".repeat(n));
    assert_eq!(seen(rows(ROWS_MAX).as_bytes()).map(|rows| rows.len()), Ok(ROWS_MAX));
    assert_eq!(seen(rows(ROWS_MAX + 1).as_bytes()), Err("import_too_many_rows"));
    assert_eq!(seen(&vec![b'a'; BYTES_MAX + 1]), Err("import_too_large"));
}
