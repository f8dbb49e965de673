//! Every rule of `hub-domain` on every method, on both engines.
//!
//! | Module | Claim |
//! |---|---|
//! | `downloads`, `tokens`, `aliases` | what the methods of a tenant table do |
//! | `settings`, `organisations`, `operator_tokens` | the same of the global tables |
//! | `wall` | no method reaches another organisation's rows, no table lacks its policy |
//! | `broken_rows` | a row that cannot be read is named and never dropped |
//! | `races` | two calls at once end as if one had come first |
//! | `opening` | a database is opened, closed, told about, and protected in production |
//! | `schema` | both engines have the tables that queries see |

#![expect(clippy::unwrap_used, reason = "a test that panics has done its job")]

mod aliases;
mod broken_rows;
mod downloads;
mod opening;
mod operator_tokens;
mod organisations;
mod races;
mod schema;
mod settings;
mod support;
mod tokens;
mod wall;
