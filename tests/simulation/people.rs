//! What customers, clerks, payers and time itself do, step by step, as chance has it.

use crate::chance::Draw;
use crate::errands::Errand;
use crate::stage::{Carried, Stage};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::{CheckoutId, CustomerId, InvoiceId, PaymentId};
use payments::{poll_due, run_job};
use schema::{checkouts, open_items, payments as paid};
use serde_json::{Value, json};
use std::rc::Rc;

const STEPS: usize = 70;
/// Most invoices are over the same few amounts.
const AMOUNTS: [&str; 5] = ["1.00", "20.00", "33.33", "250.10", "999.99"];

/// A story as it goes.
pub struct Story {
    pub stage: Rc<Stage>,
    pub errands: Vec<Errand>,
    draw: Draw,
}

/// Something that happens.
type Act = fn(&mut Story);

/// So many times of the sum of all weights.
const WEIGHTS: &[(usize, Act)] = &[
    (22, Story::somebody_goes_on),
    (6, Story::invoice),
    (9, Story::checkout),
    (11, Story::payer),
    (10, Story::post),
    (3, Story::strange_post),
    (4, Story::browser),
    (8, Story::time),
    (8, Story::background),
    (4, Story::refund),
    (8, Story::dispute),
    (2, Story::credit_note),
    (3, Story::by_hand),
    (3, Story::cheque),
    (2, Story::apply),
    (1, Story::reverse),
    (3, Story::ask_again),
    (1, Story::kill),
];

impl Story {
    pub fn new(stage: Rc<Stage>, seed: u64) -> Story {
        Story { stage, errands: Vec::new(), draw: Draw::new(seed, 1) }
    }

    /// All of it; `look` is asked after each step, and what it finds ends the story.
    pub fn tell(&mut self, look: impl Fn(&Story) -> Vec<String>) -> Vec<String> {
        self.invoice();
        self.invoice();
        for _ in 0..STEPS {
            self.step();
            self.stage.letters.borrow_mut().extend(self.new_post());
            let wrong = look(self);
            if !wrong.is_empty() {
                return wrong;
            }
        }
        self.settle();
        look(self)
    }

    fn step(&mut self) {
        let sum: usize = WEIGHTS.iter().map(|(weight, _)| weight).sum();
        let mut at = self.draw.below(sum);
        for (weight, act) in WEIGHTS {
            if at < *weight {
                return act(self);
            }
            at -= weight;
        }
    }

    fn new_post(&self) -> Vec<Carried> {
        let post = std::mem::take(&mut self.stage.provider.book().post);
        post.into_iter().map(|letter| Carried { letter, is_taken: false, left: 3 }).collect()
    }

    fn go(&mut self, errand: Errand) {
        self.errands.push(errand);
        let last = self.errands.len() - 1;
        self.go_on(last);
    }

    fn go_on(&mut self, at: usize) {
        if self.errands[at].go_on() {
            self.errands.swap_remove(at);
        }
    }

    fn ask(&mut self, what: &'static str, path: String, body: Value) {
        let number = self.stage.wish(what, path, body);
        self.pursue(number);
    }

    fn pursue(&mut self, number: usize) {
        let errand = Errand::new(format!("wish {number}"), Rc::clone(&self.stage).fulfil(number));
        self.go(errand);
    }

    fn somebody_goes_on(&mut self) {
        if !self.errands.is_empty() {
            let at = self.draw.below(self.errands.len());
            self.go_on(at);
        }
    }

    fn money(&mut self) -> Value {
        json!({ "currency": "CNY", "amount": AMOUNTS[self.draw.below(AMOUNTS.len())] })
    }

    fn invoice(&mut self) {
        let customer = self.draw.pick(&self.stage.customers).unwrap().clone();
        let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": self.money() }]);
        let body = json!({ "customer": customer, "currency": "CNY", "lines": lines });
        let order = self.stage.wish("order", "/orders".to_owned(), body);
        self.pursue(order);
        let answer = self.stage.wishes.borrow()[order].json();
        let path = format!("/orders/{}/submit", answer["id"].as_str().unwrap());
        self.ask("submit", path, json!({}));
    }

    /// Open invoices of one customer.
    fn owed(&mut self) -> Vec<InvoiceId> {
        let rows: Vec<(InvoiceId, CustomerId)> = self.stage.read(|conn| {
            Ok(open_items::table
                .filter(open_items::kind.eq("invoice"))
                .filter(open_items::open_minor.gt(0))
                .order(open_items::item_id.asc())
                .select((open_items::item_id, open_items::customer_id))
                .load(conn)?)
        });
        let Some((_, customer)) = self.draw.pick(&rows).copied() else { return Vec::new() };
        rows.into_iter().filter(|(_, whose)| *whose == customer).map(|(id, _)| id).collect()
    }

    fn checkout(&mut self) {
        let owed = self.owed();
        let mut chosen: Vec<InvoiceId> = owed.into_iter().filter(|_| self.draw.percent(60)).collect();
        chosen.truncate(3);
        let method = if self.draw.percent(50) { "card" } else { "e_wallet" };
        if !chosen.is_empty() {
            self.ask("checkout", "/checkouts".to_owned(), json!({ "invoices": chosen, "method": method }));
        }
    }

    fn payer(&mut self) {
        let shown: Vec<CheckoutId> = self.stage.read(|conn| {
            let shown = checkouts::table.filter(checkouts::url.is_not_null()).order(checkouts::checkout_id.asc());
            Ok(shown.select(checkouts::checkout_id).load(conn)?)
        });
        if let Some(told) = self.stage.provider.payer_acts(&mut self.draw, &shown) {
            self.stage.say(told);
        }
    }

    fn post(&mut self) {
        let letters = self.stage.letters.borrow();
        let waiting: Vec<usize> = (0..letters.len()).filter(|at| letters[*at].left > 0).collect();
        drop(letters);
        let Some(at) = self.draw.pick(&waiting).copied() else { return };
        self.stage.letters.borrow_mut()[at].left -= 1;
        let errand = Errand::new(format!("letter {at}"), Rc::clone(&self.stage).carry(at));
        self.go(errand);
    }

    fn strange_post(&mut self) {
        let Some(letter) = self.stage.provider.strange_letter(&mut self.draw) else { return };
        let mut letters = self.stage.letters.borrow_mut();
        letters.push(Carried { letter, is_taken: false, left: 1 });
    }

    fn browser(&mut self) {
        let known: Vec<CheckoutId> = self.stage.read(|conn| {
            Ok(checkouts::table.order(checkouts::checkout_id.asc()).select(checkouts::checkout_id).load(conn)?)
        });
        let Some(id) = self.draw.pick(&known).copied() else { return };
        let errand = Errand::new(format!("browser {id}"), Rc::clone(&self.stage).come_back(id.to_string()));
        self.go(errand);
    }

    fn time(&mut self) {
        let seconds = [1, 5, 20, 70, 320, 1_900, 3_700, 90_000][self.draw.below(8)];
        self.stage.clock.advance_s(seconds);
        self.stage.say(format!("time: {seconds} s later"));
    }

    fn background(&mut self) {
        let stage = Rc::clone(&self.stage);
        self.go(Errand::new("background".to_owned(), work(stage)));
    }

    /// Payments with what is still on them, in the order of making; online ones alone, or the others.
    fn payments(&self, is_online: bool, methods: &'static [&'static str]) -> Vec<(PaymentId, i64)> {
        self.stage.read(move |conn| {
            let rows: Vec<(PaymentId, i64, Option<CheckoutId>)> = paid::table
                .filter(paid::method.eq_any(methods))
                .order(paid::payment_id.asc())
                .select((paid::payment_id, paid::amount_minor, paid::checkout_id))
                .load(conn)?;
            let wanted = rows.into_iter().filter(|(_, _, checkout)| checkout.is_some() == is_online);
            Ok(wanted.map(|(id, minor, _)| (id, minor)).collect())
        })
    }

    fn refund(&mut self) {
        let known = self.payments(true, &["card", "e_wallet"]);
        let Some((id, minor)) = self.draw.pick(&known).copied() else { return };
        let part = if self.draw.percent(50) { minor } else { self.draw.minor(minor) };
        let body = json!({ "amount": cny(part), "reason": "returned" });
        self.ask("refund", format!("/payments/{id}/refunds"), body);
    }

    fn dispute(&mut self) {
        let now = self.stage.clock.second();
        if let Some(told) = self.stage.provider.is_disputed(&mut self.draw, now) {
            self.stage.say(told);
        }
    }

    fn credit_note(&mut self) {
        let wishes = self.stage.wishes.borrow();
        let issued: Vec<String> = wishes
            .iter()
            .filter(|wish| wish.what == "submit" && wish.is_granted())
            .filter_map(|wish| wish.json()["invoice"].as_str().map(str::to_owned))
            .collect();
        drop(wishes);
        let Some(invoice) = self.draw.pick(&issued).cloned() else { return };
        let body = json!({ "reason": "returned" });
        self.ask("credit note", format!("/invoices/{invoice}/credit-notes"), body);
    }

    fn by_hand(&mut self) {
        let method = ["cash", "bank_transfer", "cheque"][self.draw.below(3)];
        let amount = self.money();
        let owed = self.owed();
        let allocations: Vec<Value> =
            self.draw.pick(&owed).map(|id| json!({ "invoice": id, "amount": amount })).into_iter().collect();
        let mut customer = self.draw.pick(&self.stage.customers).unwrap().clone();
        if let Some(id) = owed.first().copied() {
            customer = self.stage.read(move |conn| {
                let whose: CustomerId =
                    open_items::table.filter(open_items::item_id.eq(id)).select(open_items::customer_id).first(conn)?;
                Ok(whose.to_string())
            });
        }
        let body = json!({
            "customer": customer, "method": method, "amount": amount, "received_on": self.stage.today().to_string(),
            "allocations": allocations,
        });
        self.ask("payment", "/payments".to_owned(), body);
    }

    fn cheque(&mut self) {
        let known = self.payments(false, &["cheque"]);
        let Some((id, _)) = self.draw.pick(&known).copied() else { return };
        let (step, body) = match self.draw.below(3) {
            0 => ("deposit", json!({})),
            1 => ("clear", json!({})),
            _ => ("bounce", json!({ "reason": "no funds", "fee": cny(500) })),
        };
        self.ask("cheque", format!("/payments/{id}/cheque/{step}"), body);
    }

    fn apply(&mut self) {
        let online = self.draw.percent(50);
        let known = self.payments(online, &["card", "e_wallet", "cash", "bank_transfer"]);
        let Some((id, _)) = self.draw.pick(&known).copied() else { return };
        self.ask("allocation", format!("/payments/{id}/allocations"), json!({}));
    }

    fn reverse(&mut self) {
        let known = self.payments(false, &["cash", "bank_transfer"]);
        let Some((id, _)) = self.draw.pick(&known).copied() else { return };
        self.ask("reversal", format!("/payments/{id}/reverse"), json!({ "reason": "typed twice" }));
    }

    /// Somebody who got no answer asks again; so does somebody who got one.
    fn ask_again(&mut self) {
        let wishes = self.stage.wishes.borrow();
        let idle: Vec<usize> = (0..wishes.len()).filter(|at| !wishes[*at].is_under_way).collect();
        drop(wishes);
        if let Some(number) = self.draw.pick(&idle).copied() {
            self.pursue(number);
        }
    }

    fn kill(&mut self) {
        self.stage.say("killed".to_owned());
        self.stage.kill(&mut self.errands);
    }

    fn all_come_home(&mut self) {
        while !self.errands.is_empty() {
            self.go_on(0);
        }
    }

    /// The storm is over: everybody under way comes home, every letter is delivered, and time passes until nobody waits. What is
    /// disputed goes on first, and all of that is in the post together.
    fn settle(&mut self) {
        for _ in 0..self.draw.below(10) {
            self.dispute();
            self.stage.clock.advance_s(1);
        }
        self.stage.say("calm".to_owned());
        self.stage.provider.calm_down();
        for round in 0..14 {
            self.all_come_home();
            let unanswered: Vec<usize> = {
                let wishes = self.stage.wishes.borrow();
                (0..wishes.len()).filter(|at| wishes[*at].answer.is_none()).collect()
            };
            unanswered.into_iter().for_each(|number| self.pursue(number));
            self.all_come_home();
            self.stage.letters.borrow_mut().extend(self.new_post());
            let mut letters: Vec<usize> = (0..self.stage.letters.borrow().len()).collect();
            if round == 0 {
                self.draw.shuffle(&mut letters);
            }
            for at in letters {
                if !self.stage.letters.borrow()[at].is_taken {
                    Errand::new(format!("letter {at}"), Rc::clone(&self.stage).carry(at)).finish();
                }
            }
            self.background();
            self.all_come_home();
            self.stage.clock.advance_s(30_000);
        }
        let granted: Vec<usize> = {
            let wishes = self.stage.wishes.borrow();
            (0..wishes.len()).filter(|at| wishes[*at].is_granted()).collect()
        };
        for _ in 0..4 {
            let number = *self.draw.pick(&granted).unwrap();
            Errand::new(format!("wish {number}"), Rc::clone(&self.stage).fulfil(number)).finish();
        }
    }
}

/// A turn of what the house does by itself: questions that are due, and jobs.
async fn work(stage: Rc<Stage>) {
    let house = stage.house();
    poll_due(&house.app, &house.registry, 1).await.unwrap();
    for job in house.app.lease_jobs(32).await.unwrap() {
        let ended = match payments::JOBS.contains(&job.kind.as_str()) {
            true => run_job(&house.app, &house.registry, &job).await.err().map(|error| error.to_string()),
            // Others', which these stories are not about.
            false => None,
        };
        house.app.end_job(job, ended).await.unwrap();
    }
}

pub fn cny(minor: i64) -> Value {
    json!({ "currency": "CNY", "amount": format!("{}.{:02}", minor / 100, minor % 100) })
}
