//! Kept documents: once, and the same bytes for ever.

use crate::bench::{Bench, at_once, on_both, wait};
use kernel::Locale;
use kernel::id::{CustomerId, InvoiceId};
use std::fs;
use std::path::PathBuf;
use store::archive::Wanted;
use store::{Archive, Blobs, Conn, Error};

on_both! {
    a_document_is_made_once
    who_renders_second_serves_the_first
    a_changed_blob_is_an_error
    what_cannot_be_made_is_not_kept
    what_cannot_be_kept_is_handed_out
}

pub fn archive(bench: &Bench) -> Archive {
    Archive::new(bench.app(), Blobs::in_folder(&bench.blobs_dir()).unwrap())
}

pub fn invoice_of(owner: CustomerId, number: u8) -> Wanted {
    let invoice = InvoiceId::from_bytes([number; 16]);
    Wanted::new(Bench::organisation(), invoice, owner, "pdf", "application/pdf", Locale::ZhCn)
}

pub fn document(archive: &Archive, wanted: &Wanted, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let bytes = bytes.to_vec();
    wait(archive.get_or_make(wanted, move || Ok::<_, Error>(bytes)))
}

pub fn blob_files(folder: &std::path::Path) -> Vec<PathBuf> {
    let shelves: Vec<PathBuf> =
        fs::read_dir(folder).map(|d| d.map(|e| e.unwrap().path()).collect()).unwrap_or_default();
    let mut files: Vec<PathBuf> =
        shelves.iter().flat_map(|shelf| fs::read_dir(shelf).unwrap().map(|e| e.unwrap().path())).collect();
    files.sort();
    files
}

fn a_document_is_made_once(bench: &Bench) {
    let customer = bench.customer();
    let wanted = invoice_of(customer, 1);
    let kept = archive(bench);
    assert_eq!(document(&kept, &wanted, b"first").unwrap(), b"first");
    assert_eq!(document(&kept, &wanted, b"second").unwrap(), b"first");
    drop(kept);
    assert_eq!(document(&archive(bench), &wanted, b"third").unwrap(), b"first");
    assert_eq!(document(&archive(bench), &invoice_of(customer, 2), b"other").unwrap(), b"other");
    let files = blob_files(&bench.blobs_dir());
    assert_eq!(files.len(), 2);
    assert!(files.iter().all(|f| !fs::read(f).unwrap().windows(5).any(|w| w == b"first" || w == b"other")));
}

fn who_renders_second_serves_the_first(bench: &Bench) {
    let kept = archive(bench);
    let wanted = invoice_of(bench.customer(), 1);
    let served = at_once(8, |n| document(&kept, &wanted, format!("rendering {n}").as_bytes()).unwrap());
    assert!(served.iter().all(|bytes| *bytes == served[0]), "{served:?}");
    assert_eq!(document(&kept, &wanted, b"later").unwrap(), served[0]);
    assert_eq!(bench.rows("kept_documents"), 1);
}

fn a_changed_blob_is_an_error(bench: &Bench) {
    let kept = archive(bench);
    let wanted = invoice_of(bench.customer(), 1);
    document(&kept, &wanted, b"first").unwrap();
    let file = blob_files(&bench.blobs_dir()).remove(0);
    let whole = fs::read(&file).unwrap();
    let mut changed = whole.clone();
    changed[20] ^= 1;
    for bytes in [&changed[..], &whole[..whole.len() - 1], &[]] {
        fs::write(&file, bytes).unwrap();
        assert!(matches!(document(&kept, &wanted, b"second"), Err(Error::Broken(_))));
        assert!(unreadable(bench).is_some_and(|told| told.contains("was changed")));
    }
    fs::remove_file(&file).unwrap();
    assert!(matches!(document(&kept, &wanted, b"second"), Err(Error::Broken(_))));
    assert!(unreadable(bench).is_some_and(|told| told.contains("is gone")));
    fs::write(&file, &whole).unwrap();
    assert_eq!(document(&kept, &wanted, b"second").unwrap(), b"first");
    assert_eq!(unreadable(bench), None);
    bench.tamper("DELETE FROM data_keys");
    assert!(unreadable(bench).is_some_and(|told| told.contains("does not open")));
    assert!(matches!(document(&kept, &wanted, b"second"), Err(Error::Broken(_))));
}

/// What the check of kept documents says first.
fn unreadable(bench: &Bench) -> Option<String> {
    let (app, blobs) = (bench.app(), bench.blobs_dir());
    let vault = app.vault().clone();
    let look = move |conn: &mut Conn| store::archive::verify(conn, &vault, Bench::organisation(), &blobs);
    app.db().read_now(look).unwrap().first().map(ToString::to_string)
}

fn what_cannot_be_made_is_not_kept(bench: &Bench) {
    let kept = archive(bench);
    let wanted = invoice_of(bench.customer(), 1);
    let failed = wait(kept.get_or_make(&wanted, || Err(Error::Broken("no fonts".into()))));
    assert!(matches!(failed, Err(Error::Broken(why)) if why == "no fonts"));
    let panicked = wait(kept.get_or_make(&wanted, || -> Result<Vec<u8>, Error> { panic!("a defect in a template") }));
    assert!(matches!(panicked, Err(Error::Broken(_))));
    assert_eq!(document(&kept, &wanted, b"first").unwrap(), b"first");
}

fn what_cannot_be_kept_is_handed_out(bench: &Bench) {
    let kept = archive(bench);
    let wanted = invoice_of(bench.customer(), 1);
    // A file where the folder was: no blob can be written.
    fs::remove_dir(bench.blobs_dir()).unwrap();
    fs::write(bench.blobs_dir(), b"in the way").unwrap();
    assert_eq!(document(&kept, &wanted, b"first").unwrap(), b"first");
    fs::remove_file(bench.blobs_dir()).unwrap();
    assert_eq!(document(&kept, &wanted, b"second").unwrap(), b"second");
    assert_eq!(document(&kept, &wanted, b"third").unwrap(), b"second");
}
