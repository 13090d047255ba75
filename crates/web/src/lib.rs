//! The web shell: what every page of the house looks like, says, and is served with; how requests become contexts and
//! refusals become answers.

pub mod assets;
pub mod bulk;
pub mod design;
pub mod file;
pub mod format;
pub mod i18n;
pub mod keyed;
pub mod leftover;
pub mod live;
pub mod nul;
pub mod parameters;
pub mod problem;
pub mod proxies;
pub mod session;
pub mod state;
pub mod upload;
pub mod view;
pub mod wire;

pub use keyed::{Kept, Keyed, KeyedForm, Went, json_body};
pub use problem::{Fail, Problem};
pub use session::{Anybody, Api, Desk, Portal, Session, Visit};
pub use state::{Site, Web};
pub use view::{Page, View};
