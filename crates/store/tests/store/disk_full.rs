//! A full disk: writes are refused with a clear word, reads go on, and all is well once there is room.

use crate::bench::{Bench, Count, Everybody, Then, last};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::events::Subscriptions;
use store::{DatabaseUrl, Error};

/// A file system of a few megabytes, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<SmallDisk> {
        fs::create_dir(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| SmallDisk(at.to_path_buf()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if !Command::new("umount").arg(&self.0).status().is_ok_and(|status| status.success()) {
            eprintln!("{} stays mounted", self.0.display());
        }
    }
}

#[test]
fn a_full_disk_refuses_writes_and_recovers() {
    let mut bench = Bench::empty_sqlite();
    let at = bench.dir.path().join("disk");
    let Some(disk) = SmallDisk::mount(&at) else {
        eprintln!("skipped: a small file system cannot be mounted here");
        return;
    };
    bench.url = DatabaseUrl::Sqlite(at.join("shunfu.db").display().to_string());
    store::migrate::migrate(&bench.url, store::migrate::MIGRATIONS, bench.now()).unwrap();
    let app = bench.app_with(Everybody, Bench::master(), Subscriptions::default());
    let mut kept = app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
    let ballast = at.join("ballast");
    for round in 0..3 {
        let mut full = vec![0_u8; 2 << 20];
        while fs::write(&ballast, &full).is_err() {
            full.truncate(full.len() - 4096);
        }
        let error = loop {
            match app.write_now(&bench.context(), Count("a", Then::Commit)) {
                Ok(number) => kept = number,
                Err(error) => break error,
            }
        };
        let clear = matches!(error, Error::Unavailable("storage_full" | "storage_unavailable"));
        assert!(clear, "round {round}: {error:?}");
        for _ in 0..20 {
            let again = app.write_now(&bench.context(), Count("a", Then::Commit));
            match again {
                // Giving up may have freed a page.
                Ok(number) => kept = number,
                Err(Error::Unavailable("storage_full" | "storage_unavailable")) => {}
                Err(other) => panic!("round {round}: {other:?}"),
            }
        }
        app.db().read_now(|conn| store::jobs::dead(conn, Bench::organisation())).unwrap();
        fs::remove_file(&ballast).unwrap();
        let after = app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
        assert_eq!(after, kept + 1, "round {round}: what was acknowledged is there, what was refused is not");
        kept = after;
    }
    assert_eq!(last(&bench, "a"), kept);
    drop(app);
    drop(disk);
}
