//! One module for each command.

pub mod adopt;
pub mod check;
pub mod diagram;
pub mod diff;
pub mod inspect;
pub mod migrate;
pub mod new;
pub mod render;
pub mod revert;
pub mod schema;
pub mod status;
mod versions;
