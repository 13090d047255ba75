//! What is personal lies nowhere in the clear: not in its own row, not in the answers that are kept with keys.

use crate::harness::trade::text;
use crate::harness::{Engine, TestApp, both, cny};
use serde_json::{Value, json};
use std::path::Path;

both! { personal_data_is_in_no_file_in_the_clear }

/// Words that stand for personal data; they occur nowhere else.
const MAIL: &str = "kanarienvogel-mail@canary.example";
const PHONE: &str = "+86 139 7531 8642";
const TAX: &str = "310101197001019755";

/// Which files below a folder hold one of the words.
pub fn found(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(self::found(&path, words));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let has = |word: &&&str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
        found.extend(words.iter().filter(has).map(|word| format!("{word} in {}", path.display())));
    }
    found
}

async fn personal_data_is_in_no_file_in_the_clear(app: &TestApp) {
    let person = json!({
        "name": "甲某", "kind": "person", "country": "CN", "currency": "CNY", "email": MAIL, "phone": PHONE,
        "tax_number": TAX,
    });
    let first = app.api.post_once("/customers", "with-a-key", &person).await;
    let customer = text(&first.expect(201), "/id");
    assert_eq!(first.json()["email"], MAIL);
    let again = app.api.post_once("/customers", "with-a-key", &person).await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body), "byte for byte");
    app.api.post("/customers", &person).await.expect(201);
    let contact = json!({ "name": "乙某", "email": MAIL, "phone": PHONE });
    app.api.post_once(&format!("/customers/{customer}/contacts"), "contact", &contact).await.expect(201);
    app.api.patch(&format!("/customers/{customer}"), &json!({ "phone": PHONE })).await.expect(200);
    let user = json!({ "name": "丙某", "email": MAIL, "roles": ["auditor"] });
    app.api.post_once("/users", "user", &user).await.expect(201);
    let invoice = app.invoice(&customer, "1.00").await;
    app.pay(&customer, cny("1.00"), &[(&invoice, "1.00")]).await.expect(201);
    let kept = app.api.get(&format!("/customers/{customer}")).await.expect(200);
    assert_eq!((&kept["email"], &kept["tax_number"]), (&Value::from(MAIL), &Value::from(TAX)));
    // PostgreSQL keeps its files elsewhere.
    if app.engine == Engine::Sqlite {
        assert!(
            !found(app.data_dir(), &["甲某"]).is_empty(),
            "names may be looked for, and this looks at the right files"
        );
    }
    assert_eq!(found(app.data_dir(), &[MAIL, PHONE, TAX]), Vec::<String>::new());
}
