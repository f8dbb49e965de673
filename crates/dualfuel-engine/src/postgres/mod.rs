//! The PostgreSQL driver, on tokio-postgres.
//!
//! | File | Holds |
//! |---|---|
//! | `session.rs` | one connection: statements, transactions |
//! | `open.rs` | reaching the server, and what each session is set to |
//! | `bind.rs` | binds, which are in PostgreSQL's form already |
//! | `error.rs` | what the server and the network say, as SQLSTATEs |
//! | `tls.rs` | encryption, as `sslmode` asks for it |
//!
//! `sqlite/` has the same files for the other engine.

mod bind;
mod error;
mod open;
mod session;
mod tls;

pub(crate) use session::Session;
