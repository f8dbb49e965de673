//! What the tables are: migrations parsed, lowered to each engine, read back
//! and compared.
//!
//! Data flows one way:
//!
//! ```text
//! text --parse--> Statement --simulate--> Step --lower--> each engine's SQL
//!                                           |
//!                                         Schema <--compare--> Schema <--introspect-- database
//! ```
//!
//! No module opens a file or a connection: whoever calls brings text and a
//! [`introspect::Catalog`].

pub mod compare;
pub mod diesel;
mod engine;
mod glob;
pub mod introspect;
mod ledger;
pub mod lower;
pub mod model;
pub mod parse;
pub mod portable;
mod refusal;
pub mod render;
pub mod seed;
pub mod simulate;
pub mod statement;

pub use engine::{Dialect, Engine};
pub use refusal::{Refusal, Unsupported};
