//! The one room where Dualfuel touches hidden or sealed parts of Diesel.
//!
//! Diesel lets other crates supply a backend behind the feature
//! `i-implement-a-third-party-backend-and-opt-into-breaking-changes`. What that
//! feature opens may change in any release, so every use of it is here, and the
//! workspace pins Diesel to one minor version. A Diesel upgrade is an edit of
//! this folder, or it is a mistake elsewhere.
//!
//! | File | What it needs from Diesel | Since |
//! |---|---|---|
//! | `backend.rs` | `DieselReserveSpecialization`, `TrustedBackend`, every type of `SqlDialect` | 2.0; `WindowFrame*`, `AggregateFunctionExpressions`, `BuiltInWindowFunctionRequireOrder` since 2.3 |
//! | `binds.rs` | `BindCollector::push_null_value`, `MoveableBindCollector`, `Output::new`/`into_inner` | 2.2 |
//! | `clauses.rs` | `LimitOffsetClause`, `BoxedLimitOffsetClause`, `DefaultableColumnInsertValue`, `ColumnInsertValue`, `BatchInsert`, `ValuesClause`, `CanInsertInSingleQuery`, `ParenthesisWrapper`, `AstPass::backend` | `ParenthesisWrapper` since 2.3 |
//! | `lists.rs` | `In`, `NotIn`, `Many`, `InExpression` (exported for `MultiConnection`) | 2.3 |
//! | `rows.rs` | `RowSealed`, `PartialRow` | 2.0 |
//! | `compile.rs` | `QueryFragment::collect_binds`, `QueryId::query_id` | 2.0 |
//! | `events.rs` | constructors of `InstrumentationEvent`, `DynInstrumentation`, `StrQueryHelper` | 2.2 |
//! | `transactions.rs` | `TransactionManagerStatus`, `TransactionDepthChange` | 2.2 |

mod backend;
mod binds;
mod clauses;
mod compile;
mod events;
mod lists;
mod rows;
mod transactions;

pub use backend::{Dual, DualQueryBuilder, DualTypeMetadata};
pub(crate) use binds::{BindKind, encode};
pub use binds::{BindValue, Binds};
pub use compile::debug_sql;
pub(crate) use compile::{CompiledQuery, QueryKey};
pub(crate) use events::Events;
pub use rows::{DualField, DualRow};
pub(crate) use rows::{ResultSize, SqliteRows};
pub use transactions::{DualTransactionManager, TransactionState};
