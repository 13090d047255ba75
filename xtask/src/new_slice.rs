//! `cargo xtask new-slice NAME`: a capability with all its rooms, which compiles and has tests.

use crate::house;
use crate::run::Outcome;
use std::fs;
use std::path::Path;

/// Every file of a new capability; `@name@` stands for its name.
const FILES: [(&str, &str); 15] = [
    ("Cargo.toml", include_str!("new_slice/Cargo.toml.in")),
    ("src/lib.rs", include_str!("new_slice/lib.rs.in")),
    ("src/rules/mod.rs", include_str!("new_slice/rules.rs.in")),
    ("src/rules/opening.rs", include_str!("new_slice/opening.rs.in")),
    ("src/commands/mod.rs", include_str!("new_slice/commands.rs.in")),
    ("src/commands/open.rs", include_str!("new_slice/open.rs.in")),
    ("src/store.rs", include_str!("new_slice/store.rs.in")),
    ("src/queries.rs", include_str!("new_slice/queries.rs.in")),
    ("src/api/mod.rs", include_str!("new_slice/api.rs.in")),
    ("src/api/wire.rs", include_str!("new_slice/wire.rs.in")),
    ("src/pages/mod.rs", include_str!("new_slice/pages.rs.in")),
    ("templates/index.html", include_str!("new_slice/index.html.in")),
    ("locale/zh-CN.ftl", include_str!("new_slice/messages.ftl.in")),
    ("locale/en.ftl", include_str!("new_slice/messages.ftl.in")),
    // Git keeps no empty folder.
    ("migrations/.gitkeep", ""),
];

/// The lists that a capability is entered in by hand, because each is a decision.
const LISTS: &str = "\
Now enter it in these lists:
  Cargo.toml                        [workspace.dependencies], under \"our rooms\"
  docs/ARCHITECTURE.md              the table of edges: what it may use
  crates/kernel/src/id.rs           the kinds of its ids, with their prefixes
  crates/kernel/src/permission.rs   what can be allowed in it
  crates/policy/policies            who may
  crates/schema/src/tables          its tables
  crates/server                     its routes, events, migrations and messages
  docs/GLOSSARY.md                  its words, in both languages
";

pub fn run(name: &str) -> Outcome {
    create(&house::root().join("crates"), name)?;
    println!("crates/{name} is there: `cargo test -p {name}` passes.");
    print!("{LISTS}");
    Ok(())
}

fn create(crates: &Path, name: &str) -> Outcome {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|b| b.is_ascii_lowercase());
    if !plain {
        return Err(format!("`{name}` is no name for a capability: use one word in small letters, in the plural."));
    }
    let folder = crates.join(name);
    if folder.exists() {
        return Err(format!("crates/{name} is there already; choose another name."));
    }
    for (path, template) in FILES {
        let file = folder.join(path);
        let written = file
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&file, template.replace("@name@", name)));
        written.map_err(|e| format!("Cannot write {}: {e}.", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::Tree;
    use crate::scratch::Scratch;

    #[test]
    fn a_new_slice_is_tidy() {
        let folder = Scratch::new("slice").unwrap();
        let crates = folder.path().join("crates");
        create(&crates, "parcels").unwrap();
        let tree = Tree::read(folder.path()).unwrap();
        assert_eq!(tree.sources.iter().filter(|s| s.text.contains('@')).map(|s| &s.path).collect::<Vec<_>>(), [""; 0]);
        assert!(tree.get("crates/parcels/Cargo.toml").unwrap().text.contains("name = \"parcels\""));
        let said: Vec<_> = crate::tidy::look(&tree).into_iter().filter(|said| !said.starts_with("edges: ")).collect();
        assert_eq!(said, [""; 0]);
    }

    #[test]
    fn what_is_there_is_not_touched() {
        let folder = Scratch::new("slice").unwrap();
        fs::create_dir(folder.path().join("ledger")).unwrap();
        for (name, part) in
            [("ledger", "there already"), ("Ledger", "no name"), ("", "no name"), ("a/b", "no name"), ("..", "no name")]
        {
            let sentence = create(folder.path(), name).unwrap_err();
            assert!(sentence.contains(part), "{sentence}");
        }
        assert_eq!(fs::read_dir(folder.path().join("ledger")).unwrap().count(), 0);
    }
}
