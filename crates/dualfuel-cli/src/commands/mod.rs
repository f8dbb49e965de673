//! One module for each command.

pub mod check;
pub mod diff;
pub mod inspect;
pub mod render;
