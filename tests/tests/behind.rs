//! What the house does by itself and what it leaves behind: jobs that give up, voucher numbers, the audit trail.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, TestApp, both, cny, rows};
use diesel::{ExpressionMethods, RunQueryDsl};
use kernel::Role;
use kernel::id::JobId;
use schema::jobs;
use schema::types::{At, JsonText};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

both! {
    a_job_that_gave_up_is_retried_or_discarded,
    every_entry_gets_the_number_of_its_voucher,
    the_trail_is_read_and_proved,
}

/// A job that gave up over something that works by now.
async fn dead_job(app: &TestApp, id: u8, kind: &'static str) -> String {
    let (organisation, now, id) = (app.organisation, kernel::Clock::now(&app.clock), JobId::from_bytes([id; 16]));
    let insert = move |conn: &mut store::Conn| {
        let row = (
            jobs::organisation_id.eq(organisation),
            jobs::job_id.eq(id),
            jobs::kind.eq(kind),
            jobs::payload.eq(JsonText("{}".to_owned())),
            jobs::run_at.eq(At(now)),
            jobs::attempts.eq(12),
            jobs::dead.eq(true),
            jobs::last_error.eq(Some("no answer")),
            jobs::created_at.eq(At(now)),
        );
        diesel::insert_into(jobs::table).values(row).execute(conn)?;
        Ok(())
    };
    app.house.app.maintain(insert).await.unwrap();
    id.to_string()
}

async fn a_job_that_gave_up_is_retried_or_discarded(app: &TestApp) {
    let (first, second) = (dead_job(app, 1, "search.index").await, dead_job(app, 2, "test.nobody").await);
    let listed = app.api.get("/jobs?state=dead").await.expect(200);
    let ids: Vec<String> = rows(&listed).iter().map(|job| text(job, "/id")).collect();
    assert_eq!(ids, [second.clone(), first.clone()], "newest first");
    assert_eq!(listed["data"][0]["last_error"], "no answer");
    app.api.get("/jobs?state=tired").await.wrong_field("/state");

    let retried = app.api.post(&format!("/jobs/{first}/retry"), &json!({})).await.expect(200);
    assert_eq!((&retried["state"], &retried["attempts"]), (&json!("waiting"), &json!(0)));
    app.api.post(&format!("/jobs/{first}/retry"), &json!({})).await.problem(404, "job_not_found");
    let other = app.another_organisation().await;
    other.post(&format!("/jobs/{second}/discard"), &json!({})).await.problem(404, "job_not_found");

    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let page = owner.get("/settings/jobs").await.text();
    assert!(page.contains("test.nobody") && page.contains("no answer"), "{page}");
    let done = owner.submit(&format!("/settings/jobs/{second}/discard"), &[]).await;
    assert_eq!((done.status, done.location()), (303, "/settings/jobs?done=job-discarded"));
    assert_eq!(app.api.get("/jobs").await.expect(200)["data"], json!([]));
    for (command, subject) in [("job.retry", &first), ("job.discard", &second)] {
        let trail = app.api.get(&format!("/audit?command={command}&subject={subject}")).await.expect(200);
        assert_eq!(rows(&trail).len(), 1, "{trail}");
    }
    // What was retried carries nothing, and would give up again.
    let tried = async || {
        let waiting = app.api.get("/jobs?state=waiting").await.expect(200);
        rows(&waiting).iter().any(|job| job["id"] == first.as_str() && job["last_error"] != "no answer").then_some(())
    };
    app.eventually("the job was tried", tried).await;
}

async fn every_entry_gets_the_number_of_its_voucher(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    for amount in ["10.00", "20.00", "30.00"] {
        app.invoice(&customer, amount).await;
    }
    let organisation = app.organisation;
    let number = async || {
        let look = move |conn: &mut store::Conn| ledger::unnumbered(conn, organisation, store::Reach::Recent, 100);
        for some in app.house.app.db().read(look).await.unwrap() {
            let give = move |conn: &mut store::Conn| ledger::number_some(conn, organisation, &some);
            assert!(app.house.app.maintain(give.clone()).await.unwrap() > 0);
            assert_eq!(app.house.app.maintain(give).await.unwrap(), 0, "each gets one number");
        }
    };
    number().await;
    app.pay(&customer, cny("60.00"), &[]).await.expect(201);
    number().await;
    let entries = app.api.get("/journal-entries").await.expect(200);
    let numbers: Vec<i64> = rows(&entries).iter().map(|entry| entry["voucher"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [4, 3, 2, 1], "newest first");
    let lines = app.api.get("/reports/general-ledger?account=1002&to=2026-11-30").await.expect(200);
    assert_eq!(lines["data"][0]["voucher"], 4);
    let desk = app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await;
    let page = desk.get(&format!("/entries/{}", text(&entries, "/data/0/id"))).await.text();
    assert!(page.contains("0004"), "{page}");
}

async fn the_trail_is_read_and_proved(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let invoice = app.invoice(&customer, "80.00").await;
    let id = text(&invoice, "/id");
    let trail = app.api.get(&format!("/audit?subject={id}")).await.expect(200);
    let row = &trail["data"][0];
    assert_eq!((text(row, "/subject"), text(row, "/details/number")), (id.clone(), text(&invoice, "/number")));
    let actor = text(row, "/actor");
    assert!(actor.starts_with("key_"), "{row}");
    let by_actor = app.api.get(&format!("/audit?actor={actor}&command=customer.create")).await.expect(200);
    assert_eq!(text(&by_actor, "/data/0/subject"), customer);
    app.api.get("/audit?subject=nothing").await.wrong_field("/subject");
    let first = app.api.get("/audit?limit=1").await.expect(200);
    let second = app.api.get(&format!("/audit?limit=1&cursor={}", text(&first, "/next_cursor"))).await.expect(200);
    assert_ne!(first["data"][0]["id"], second["data"][0]["id"]);

    let path = format!("/audit/proof/{}", text(row, "/id"));
    app.clock.advance(jiff::SignedDuration::from_secs(5));
    let proof = app
        .eventually("the row is sealed", async || {
            let reply = app.api.get(&path).await;
            (reply.status == 200).then(|| reply.json())
        })
        .await;
    assert_eq!(proof["entry"]["subject"], json!(id));
    let message = bytes(&proof["message"]);
    assert_eq!(Sha256::digest(&message).to_vec(), bytes(&proof["hash"]), "the hash is that of the message");
    assert!(message.starts_with(&bytes(&proof["previous_hash"])), "which begins with the hash before");
    let contains = |part: &[u8]| message.windows(part.len()).any(|window| window == part);
    assert!(contains(text(row, "/command").as_bytes()) && contains(text(&invoice, "/number").as_bytes()));
    let other = app.another_organisation().await;
    assert_eq!(other.get(&path).await.status, 404);

    let auditor = app.nobody.signed_in(&app.staff(Role::Auditor).await, PASSWORD).await.speaking("zh-CN");
    let page = auditor.get(&format!("/audit?subject={id}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains(&format!("href=\"/invoices/{id}\"")), "{}", page.text());
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
