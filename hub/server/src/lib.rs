//! Hub's HTTP API and its command.
//!
//! The server is a function of an open database: [`router`] turns an
//! [`AppState`] into a service, and every test calls that service as a client
//! would. What opens databases is handed in as a [`backend::OpenBackend`], so
//! that nothing but [`persistence`] knows that there is one of `hub-persistence`.
//!
//! A request passes [`telemetry::observe`] (request id, span, metrics), the
//! time limit and the panic guard, then [`auth::authenticate`], which leaves
//! the caller's organisation behind; handlers in [`routes`] take that and
//! answer in JSON, or with a [`problem::Problem`].

pub mod auth;
pub mod backend;
pub mod cli;
pub mod config;
pub mod extract;
pub mod openapi;
pub mod persistence;
pub mod problem;
pub mod routes;
pub mod serve;
pub mod start;
mod state;
pub mod telemetry;
#[cfg(feature = "test-support")]
pub mod test_support;

pub use routes::router;
pub use state::{AppState, Limits};
