//! The rooms that a person may enter, as links.

use super::View;
use crate::format;
use kernel::Permission;

/// One link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    pub href: &'static str,
    pub label: String,
    pub count: Option<String>,
    pub current: bool,
}

/// Links under one heading; no heading for the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavGroup {
    pub label: Option<String>,
    pub links: Vec<NavLink>,
}

type Section = (Option<&'static str>, &'static [(&'static str, &'static str, Option<Permission>)]);

/// Rooms of the desk: heading, then address, message and the permission that shows the link.
const DESK: &[Section] = &[
    (None, &[("/", "nav-home", None)]),
    (
        Some("nav-group-collect"),
        &[
            ("/orders", "nav-orders", Some(Permission::OrderRead)),
            ("/invoices", "nav-invoices", Some(Permission::InvoiceRead)),
            ("/payments", "nav-payments", Some(Permission::PaymentRead)),
            ("/statements", "nav-statements", Some(Permission::StatementRead)),
            ("/reports/receivables-aging", "nav-ageing", Some(Permission::ReportRead)),
        ],
    ),
    (
        Some("nav-group-dealings"),
        &[
            ("/customers", "nav-customers", Some(Permission::CustomerRead)),
            ("/catalog", "nav-catalog", Some(Permission::CatalogRead)),
        ],
    ),
    (
        Some("nav-group-books"),
        &[
            ("/entries", "nav-entries", Some(Permission::LedgerRead)),
            ("/reports", "nav-reports", Some(Permission::ReportRead)),
        ],
    ),
    (
        Some("nav-group-settings"),
        &[
            ("/settings", "nav-settings", Some(Permission::SettingsRead)),
            ("/users", "nav-users", Some(Permission::UserManage)),
            ("/audit", "nav-audit", Some(Permission::AuditRead)),
        ],
    ),
];

const PORTAL: &[Section] = &[(
    None,
    &[
        ("/portal", "nav-portal-open", None),
        ("/portal/orders", "nav-orders", None),
        ("/portal/invoices", "nav-invoices", None),
        ("/portal/payments", "nav-portal-history", None),
    ],
)];

/// Pages of the settings, as tabs.
const SETTINGS: &[Section] = &[(
    None,
    &[
        ("/settings", "settings-company", Some(Permission::SettingsRead)),
        ("/settings/gateways", "gateways-title", Some(Permission::GatewayManage)),
        ("/settings/offers", "offers-title", Some(Permission::GatewayManage)),
        ("/settings/rates", "rates-title", Some(Permission::LedgerRead)),
        ("/settings/imports", "imports-title", Some(Permission::ImportRun)),
        ("/settings/mails", "mails-title", Some(Permission::CustomerRead)),
        ("/settings/api-keys", "settings-api-keys", Some(Permission::ApiKeyManage)),
        ("/settings/jobs", "jobs-title", Some(Permission::SettingsRead)),
    ],
)];

impl View {
    /// Pages of the settings that this person may open.
    pub fn settings_nav(&self) -> Vec<NavLink> {
        let mut links: Vec<NavLink> = self.nav(SETTINGS).into_iter().flat_map(|group| group.links).collect();
        for link in &mut links {
            link.current = link.href == self.path;
        }
        links
    }

    /// Every room and page of the settings that this person may enter: address and message of its name.
    pub fn rooms(&self) -> Vec<(&'static str, &'static str)> {
        let links = DESK.iter().chain(SETTINGS).flat_map(|(_, links)| *links);
        let open = links.filter(|(_, _, permission)| permission.is_none_or(|p| self.may(p)));
        let mut rooms: Vec<(&str, &str)> = open.map(|(href, id, _)| (*href, *id)).collect();
        // The settings' own first page is their link among the rooms.
        rooms.retain(|(_, id)| *id != "settings-company");
        rooms
    }

    /// Whether a navigation link leads to the page that is shown, or to a page above it.
    pub fn is_current(&self, href: &str) -> bool {
        let path = self.room.unwrap_or(&self.path);
        path == href
            || (href != "/" && href != "/portal" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Rooms of the desk that this person may enter.
    pub fn desk_nav(&self) -> Vec<NavGroup> {
        let mut groups = self.nav(DESK);
        // A report with a link of its own stands below all reports too: the nearest link counts.
        let links = groups.iter().flat_map(|group| &group.links);
        let nearest = links.filter(|link| link.current).map(|link| link.href.len()).max();
        for link in groups.iter_mut().flat_map(|group| &mut group.links) {
            link.current &= Some(link.href.len()) == nearest;
        }
        groups
    }

    pub fn portal_nav(&self) -> Vec<NavGroup> {
        let mut groups = self.nav(PORTAL);
        for link in groups.iter_mut().flat_map(|g| g.links.iter_mut()) {
            link.current = link.href == self.path;
        }
        groups
    }

    fn nav(&self, sections: &[Section]) -> Vec<NavGroup> {
        let shown = |permission: &Option<Permission>| permission.is_none_or(|p| self.may(p));
        sections
            .iter()
            .map(|(label, links)| NavGroup {
                label: label.map(|id| self.t(id)),
                links: links.iter().filter(|(_, _, p)| shown(p)).map(|(href, id, _)| self.nav_link(href, id)).collect(),
            })
            .filter(|group| !group.links.is_empty())
            .collect()
    }

    fn nav_link(&self, href: &'static str, id: &str) -> NavLink {
        let count = self.counts.iter().find(|(h, n)| *h == href && *n > 0).map(|(_, n)| format::number(*n));
        NavLink { href, label: self.t(id), count, current: self.is_current(href) }
    }
}
