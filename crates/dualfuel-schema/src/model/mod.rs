//! What a schema is, in one form for every engine.
//!
//! The front ends in [`crate::parse`] and the introspectors in
//! [`crate::introspect`] both end here, so a migration file and a live
//! database can be compared. Expressions are held in one spelling too: a
//! front end turns `extract(epoch from now())::bigint` and `unixepoch()` into
//! the same [`Expr`], and a lowering turns it back.
//!
//! Nothing here knows SQL text.

mod data_type;
mod expr;
mod name;
mod query;
pub(crate) mod relations;
mod rename;
mod schema;
pub mod scope;
mod table;
pub mod visit;

pub use data_type::{DataType, Family};
pub use expr::{
    BinaryOp, Call, Expr, Frame, FrameBound, FrameUnits, Function, Like, Literal, OrderBy, UnaryOp,
    Window,
};
pub use name::Name;
pub use query::{Cte, Join, JoinKind, Query, QueryBody, Select, SelectItem, SetOp, TableFactor};
pub use rename::ViewColumns;
pub use schema::{
    EnumType, Oddity, Schema, Trigger, TriggerEvent, TriggerFunction, TriggerTime, View,
};
pub use table::{
    Action, Check, Collation, Column, Deferral, ForeignKey, Generated, Identity, Index, IndexPart,
    PrimaryKey, Table, TableOptions, Unique,
};
