//! The outcome of the policies as a table, who counts as what, and the policies that are refused.

use crate::{Policies, PolicyError, ROLES, SCHEMA, Subject, compile};
use kernel::id::{ApiKeyId, CustomerId, InvoiceId, UserId};
use kernel::{Actor, Permission, Role};

/// One line a permission, one column a subject: a change of a policy is a changed line here.
const TABLE: &str = "
permission         owner  finance_manager  accountant  cashier  sales  auditor  customer  pay_link  system
api_key.manage     yes    -                -           -        -      -        -         -         yes
audit.read         yes    yes              yes         -        -      yes      -         -         yes
catalog.read       yes    yes              yes         -        yes    yes      yes       -         yes
catalog.write      yes    yes              -           -        -      -        -         -         yes
checkout.create    yes    yes              -           -        -      -        yes       yes       yes
customer.limit     yes    yes              -           -        -      -        -         -         yes
customer.read      yes    yes              yes         yes      yes    yes      -         -         yes
customer.write     yes    yes              -           -        yes    -        -         -         yes
gateway.manage     yes    -                -           -        -      -        -         -         yes
import.run         yes    yes              yes         -        -      -        -         -         yes
invoice.credit     yes    yes              yes         -        -      -        -         -         yes
invoice.issue      yes    yes              yes         -        -      -        -         -         yes
invoice.read       yes    yes              yes         yes      yes    yes      yes       yes       yes
invoice.send       yes    yes              yes         -        yes    -        -         -         yes
invoice.void       yes    yes              yes         -        -      -        -         -         yes
invoice.write_off  yes    yes              -           -        -      -        -         -         yes
ledger.post        yes    yes              yes         -        -      -        -         -         yes
ledger.read        yes    yes              yes         -        -      yes      -         -         yes
order.cancel       yes    yes              -           -        yes    -        yes       -         yes
order.create       yes    yes              -           -        yes    -        yes       -         yes
order.read         yes    yes              yes         yes      yes    yes      yes       -         yes
order.release      yes    yes              -           -        -      -        -         -         yes
order.submit       yes    yes              -           -        yes    -        yes       -         yes
payment.allocate   yes    yes              yes         yes      -      -        -         -         yes
payment.read       yes    yes              yes         yes      -      yes      yes       yes       yes
payment.record     yes    yes              yes         yes      -      -        -         -         yes
payment.refund     yes    yes              -           -        -      -        -         -         yes
period.close       yes    yes              -           -        -      -        -         -         yes
receipt.send       yes    yes              yes         yes      -      -        yes       yes       yes
report.read        yes    yes              yes         -        -      yes      -         -         yes
settings.read      yes    yes              yes         -        -      yes      -         -         yes
settings.write     yes    -                -           -        -      -        -         -         yes
statement.close    yes    yes              yes         -        -      -        -         -         yes
statement.import   yes    yes              yes         yes      -      -        -         -         yes
statement.match    yes    yes              yes         yes      -      -        -         -         yes
statement.read     yes    yes              yes         yes      -      yes      -         -         yes
statement.rules    yes    yes              -           -        -      -        -         -         yes
system.work        -      -                -           -        -      -        -         -         yes
tax.write          yes    yes              -           -        -      -        -         -         yes
user.manage        yes    -                -           -        -      -        -         -         yes
";

fn user(roles: &[Role]) -> Actor {
    Actor::User { id: UserId::NIL, roles: roles.to_vec(), customer: None }
}

fn portal(roles: &[Role]) -> Actor {
    Actor::User { id: UserId::NIL, roles: roles.to_vec(), customer: Some(CustomerId::NIL) }
}

fn key(roles: &[Role], scopes: Option<&[Permission]>) -> Actor {
    Actor::ApiKey { id: ApiKeyId::NIL, roles: roles.to_vec(), scopes: scopes.map(<[Permission]>::to_vec) }
}

fn pay_link() -> Actor {
    Actor::PayLink { invoice: InvoiceId::NIL, customer: CustomerId::NIL }
}

/// Somebody who is this subject and nothing else, and the name of the column.
fn somebody(subject: Subject) -> (&'static str, Actor) {
    match subject {
        Subject::Role(Role::Customer) => ("customer", portal(&[Role::Customer])),
        Subject::Role(role) => (role.name(), user(&[role])),
        Subject::PayLink => ("pay_link", pay_link()),
        Subject::System => ("system", Actor::System { task: "seal" }),
    }
}

fn table(policies: &Policies) -> String {
    let everybody: Vec<(&str, Actor)> = Subject::all().map(somebody).collect();
    let mut lines = vec![(String::from("permission"), everybody.iter().map(|(name, _)| *name).collect::<Vec<_>>())];
    for permission in Permission::ALL.iter().copied() {
        let cells = everybody.iter().map(|(_, actor)| if policies.permits(actor, permission) { "yes" } else { "-" });
        lines.push((permission.to_string(), cells.collect()));
    }
    let mut text = String::from("\n");
    for (permission, cells) in lines {
        let mut line = format!("{permission:<19}");
        for ((name, _), cell) in everybody.iter().zip(cells) {
            line.push_str(&format!("{cell:<width$}", width = name.len() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[test]
fn the_policies_decide_as_the_table_says() {
    let actual = table(&Policies::load().unwrap());
    let differing: Vec<_> = TABLE.lines().zip(actual.lines()).filter(|(a, b)| a != b).collect();
    assert!(actual == TABLE, "lines (table, policies): {differing:#?}\nthe policies say:{actual}");
}

#[test]
fn who_counts_as_what() {
    use Permission::{InvoiceRead, LedgerPost, OrderCreate, OrderRelease, PaymentRecord, PaymentRefund, SystemWork};
    let policies = Policies::load().unwrap();
    for (case, actor, permission, reasons) in [
        ("no role, no right", user(&[]), InvoiceRead, vec![]),
        ("one role", user(&[Role::Cashier]), PaymentRecord, vec!["cashier.payments"]),
        ("the other role permits", user(&[Role::Sales, Role::Cashier]), PaymentRecord, vec!["cashier.payments"]),
        ("neither role permits", user(&[Role::Sales, Role::Cashier]), LedgerPost, vec![]),
        (
            "both roles permit, named once each",
            user(&[Role::Sales, Role::Cashier, Role::Sales]),
            InvoiceRead,
            vec!["cashier.payments", "sales.customers_and_orders"],
        ),
        ("a person of a customer", portal(&[Role::Customer]), OrderCreate, vec!["customer.portal"]),
        ("a person of a customer with a role of the house", portal(&[Role::Owner]), InvoiceRead, vec![]),
        ("both: the customer's alone", portal(&[Role::Owner, Role::Customer]), OrderRelease, vec![]),
        ("the customer's role without a customer", user(&[Role::Customer]), InvoiceRead, vec![]),
        ("a key cannot be a customer", key(&[Role::Customer], None), InvoiceRead, vec![]),
        ("a key without scopes", key(&[Role::Accountant], None), LedgerPost, vec!["accountant.books"]),
        (
            "a key whose scopes name it",
            key(&[Role::Accountant], Some(&[LedgerPost])),
            LedgerPost,
            vec!["accountant.books"],
        ),
        ("a key whose scopes do not", key(&[Role::Owner], Some(&[InvoiceRead])), LedgerPost, vec![]),
        ("a key with empty scopes", key(&[Role::Owner], Some(&[])), InvoiceRead, vec![]),
        ("scopes grant nothing", key(&[Role::Cashier], Some(&[PaymentRefund])), PaymentRefund, vec![]),
        ("a pay link looks", pay_link(), InvoiceRead, vec!["pay_link.one_invoice"]),
        ("a pay link does not order", pay_link(), OrderCreate, vec![]),
        ("no person is the house", user(&Role::ALL), SystemWork, vec![]),
        ("the house", Actor::System { task: "roll_up" }, SystemWork, vec!["system.everything"]),
    ] {
        assert_eq!(policies.explain(&actor, permission), reasons, "{case}");
        assert_eq!(policies.permits(&actor, permission), !reasons.is_empty(), "{case}");
    }
}

#[test]
fn scopes_are_an_intersection_and_explanations_agree() {
    let policies = Policies::load().unwrap();
    for role in Role::ALL {
        for wanted in Permission::ALL.iter().copied() {
            let whole = policies.permits(&key(&[role], None), wanted);
            for scope in Permission::ALL.iter().copied() {
                let narrowed = key(&[role], Some(&[scope]));
                assert_eq!(policies.permits(&narrowed, wanted), whole && scope == wanted, "{role} {wanted} {scope}");
                assert_eq!(policies.explain(&narrowed, wanted).is_empty(), !policies.permits(&narrowed, wanted));
            }
        }
    }
}

#[test]
fn wrong_policies_are_refused() {
    for (case, policy, refusal, words) in [
        (
            "unknown action",
            r#"@id("x") permit (principal, action == Shunfu::Action::"invoice.burn", resource);"#,
            "Invalid",
            "invoice.burn",
        ),
        (
            "unknown role",
            r#"@id("x") permit (principal == Shunfu::Role::"owners", action, resource);"#,
            "Invalid",
            "owners",
        ),
        ("unknown kind", r#"@id("x") permit (principal is Shunfu::Robot, action, resource);"#, "Invalid", "Robot"),
        (
            "out of the kind's reach",
            r#"@id("x") permit (principal is Shunfu::PayLink, action == Shunfu::Action::"user.manage", resource);"#,
            "Invalid",
            "x",
        ),
        (
            "out of every person's reach",
            r#"@id("x") permit (principal is Shunfu::Role, action == Shunfu::Action::"system.work", resource);"#,
            "Invalid",
            "x",
        ),
        ("wrong type", r#"@id("x") permit (principal, action, resource) when { 1 < "2" };"#, "Invalid", "x"),
        ("not a condition", r#"@id("x") permit (principal, action, resource) when { 1 };"#, "Invalid", "x"),
        (
            "unknown attribute",
            r#"@id("x") permit (principal, action, resource) when { principal.boss };"#,
            "Invalid",
            "boss",
        ),
        (
            "unknown context",
            r#"@id("x") permit (principal, action, resource) when { context.late };"#,
            "Invalid",
            "late",
        ),
        ("never true", r#"@id("x") permit (principal, action, resource) when { false };"#, "Invalid", "x"),
        ("no name", r#"permit (principal, action, resource);"#, "Unnamed", "@id"),
        ("empty name", r#"@id("") permit (principal, action, resource);"#, "Unnamed", "@id"),
        (
            "a name twice",
            r#"@id("owner.everything") permit (principal, action, resource);"#,
            "Syntax",
            "owner.everything",
        ),
        ("a forbid", r#"@id("x") forbid (principal, action, resource);"#, "Forbids", "x"),
        ("a template", r#"@id("x") permit (principal == ?principal, action, resource);"#, "Template", "?principal"),
        ("no policy at all", "permit everything;", "Syntax", ""),
    ] {
        let error = compile::rows(SCHEMA, &format!("{ROLES}\n{policy}")).unwrap_err();
        assert!(format!("{error:?}").starts_with(refusal), "{case}: {error:?}");
        assert!(error.to_string().contains(words), "{case}: {error}");
    }
}

#[test]
fn a_schema_that_is_not_the_houses_is_refused() {
    for (case, from, to, refusal, words) in [
        ("an action is missing", r#""tax.write","#, "", "Actions", r#"missing ["tax.write"], unknown []"#),
        (
            "an action too many",
            r#""tax.write","#,
            r#""tax.write", "tax.read","#,
            "Actions",
            r#"missing [], unknown ["tax.read"]"#,
        ),
        (
            "an action misspelt",
            r#""tax.write","#,
            r#""tax.wrote","#,
            "Actions",
            r#"missing ["tax.write"], unknown ["tax.wrote"]"#,
        ),
        ("a role is missing", r#", "auditor""#, "", "Invalid", "auditor"),
        ("an unknown type", "principal: [System]", "principal: [Systems]", "Schema", "Systems"),
        ("not a schema", "namespace", "name space", "Schema", ""),
    ] {
        assert!(SCHEMA.contains(from), "{case}: the schema has changed");
        let error = compile::rows(&SCHEMA.replacen(from, to, 1), ROLES).unwrap_err();
        assert!(format!("{error:?}").starts_with(refusal), "{case}: {error:?}");
        assert!(error.to_string().contains(words), "{case}: {error}");
    }
}

#[test]
fn the_roles_of_schema_policies_and_house_must_be_the_same() {
    let ghost = SCHEMA.replacen(r#""customer"]"#, r#""customer", "ghost"]"#, 1);
    let for_ghost = r#"@id("ghost.reading") permit (principal == Shunfu::Role::"ghost", action, resource);"#;
    let error = compile::rows(&ghost, &format!("{ROLES}\n{for_ghost}")).unwrap_err();
    assert_eq!(error, PolicyError::Idle(vec![String::from("ghost.reading")]));

    // Nothing is wrong with this schema and these policies, but a role of the house is unknown to them.
    let schema = SCHEMA.replacen(r#", "auditor""#, "", 1);
    let policies = ROLES.replacen(r#"Shunfu::Role::"auditor""#, r#"Shunfu::Role::"sales""#, 1);
    let error = compile::rows(&schema, &policies).unwrap_err();
    assert!(matches!(error, PolicyError::Undecided { .. }), "{error:?}");
    assert!(error.to_string().contains("Role(Auditor)"), "{error}");
}
