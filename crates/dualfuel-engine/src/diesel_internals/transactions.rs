//! Transactions and savepoints, with one meaning on both engines.
//!
//! After a failed statement PostgreSQL refuses everything until a rollback;
//! SQLite would go on and commit what came before. Here the transaction is
//! failed on both, so a program that forgets an error learns of it on its first
//! engine, not on its second. `COMMIT` of a failed transaction, which PostgreSQL
//! answers with a silent `ROLLBACK`, is an error.

use diesel::QueryResult;
use diesel::connection::{InstrumentationEvent, TransactionDepthChange, TransactionManagerStatus};
use diesel::result::Error;
use diesel_async::TransactionManager;
use std::num::NonZeroU32;

use crate::connection::{Begin, Connection};
use crate::error;

/// What a connection knows of its transaction.
#[derive(Debug, Default)]
pub struct TransactionState {
    status: TransactionManagerStatus,
    failed_at: Option<NonZeroU32>,
    serialization_failure: bool,
    /// Set while a statement or its answer is on the way. Still set when nobody
    /// waits for it any more: the future was dropped.
    in_flight: bool,
}

impl TransactionState {
    /// No transaction, after one that ended.
    pub(crate) fn after(had_serialization_failure: bool) -> Self {
        TransactionState {
            serialization_failure: had_serialization_failure,
            ..TransactionState::default()
        }
    }

    /// How many transactions and savepoints are open, one inside the other.
    pub(crate) fn depth(&self) -> u32 {
        match &self.status {
            TransactionManagerStatus::Valid(status) => {
                status.transaction_depth().map_or(0, NonZeroU32::get)
            }
            TransactionManagerStatus::InError => u32::MAX,
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.depth() == 0 && !self.in_flight
    }

    /// Whether a statement failed, or one whose answer nobody waited for may have.
    pub(crate) fn is_failed(&self) -> bool {
        self.failed_at.is_some() || (self.in_flight && self.depth() > 0)
    }

    pub(crate) fn enter(&mut self) {
        // Whoever was waiting for the last statement is gone, and so is its answer.
        if self.in_flight && self.failed_at.is_none() {
            self.failed_at = NonZeroU32::new(self.depth());
        }
        self.in_flight = true;
    }

    pub(crate) fn leave(&mut self) {
        self.in_flight = false;
    }

    /// Whether a statement of the last transaction failed only because of what others did.
    pub(crate) fn had_serialization_failure(&self) -> bool {
        self.serialization_failure
    }

    /// Called for each statement that the database refused.
    pub(crate) fn note(&mut self, failure: &Error) {
        if error::is_serialization_failure(failure) {
            self.serialization_failure = true;
        }
        if self.failed_at.is_none() {
            self.failed_at = NonZeroU32::new(self.depth());
        }
    }

    pub(crate) fn started(&mut self) -> QueryResult<()> {
        self.change(TransactionDepthChange::IncreaseDepth)
    }

    /// The innermost transaction or savepoint is gone.
    pub(crate) fn ended(&mut self) -> QueryResult<()> {
        self.change(TransactionDepthChange::DecreaseDepth)?;
        if self
            .failed_at
            .is_some_and(|depth| depth.get() > self.depth())
        {
            self.failed_at = None;
            // What a savepoint took back is no reason to run the whole again.
            if self.depth() > 0 {
                self.serialization_failure = false;
            }
        }
        Ok(())
    }

    /// The innermost savepoint is gone in a way that took the rest with it.
    fn ended_badly(&mut self) -> QueryResult<()> {
        self.change(TransactionDepthChange::DecreaseDepth)?;
        self.failed_at = NonZeroU32::new(self.depth());
        Ok(())
    }

    pub(crate) fn broken(&mut self) {
        self.status.set_in_error();
    }

    pub(crate) fn forget_failures(&mut self) {
        self.failed_at = None;
        self.serialization_failure = false;
    }

    fn change(&mut self, change: TransactionDepthChange) -> QueryResult<()> {
        match &mut self.status {
            TransactionManagerStatus::Valid(status) => status.change_transaction_depth(change),
            TransactionManagerStatus::InError => Err(Error::BrokenTransactionManager),
        }
    }
}

/// Diesel's view of [`Connection`]'s transactions.
#[derive(Debug)]
pub struct DualTransactionManager;

fn event_depth(depth: u32) -> NonZeroU32 {
    NonZeroU32::new(depth).unwrap_or(NonZeroU32::MIN)
}

impl TransactionManager<Connection> for DualTransactionManager {
    type TransactionStateData = TransactionState;

    async fn begin_transaction(connection: &mut Connection) -> QueryResult<()> {
        match connection.transaction().depth() {
            u32::MAX => Err(Error::BrokenTransactionManager),
            0 => connection.begin(&Begin::write()).await,
            depth => {
                let event = InstrumentationEvent::begin_transaction(event_depth(depth + 1));
                connection.emit(event);
                connection.refuse_if_failed()?;
                let begun = connection
                    .control(&format!("SAVEPOINT dualfuel_{depth}"))
                    .await;
                if let Err(failure) = &begun {
                    connection.transaction_mut().note(failure);
                }
                begun?;
                connection.transaction_mut().started()
            }
        }
    }

    async fn rollback_transaction(connection: &mut Connection) -> QueryResult<()> {
        let depth = connection.transaction().depth();
        connection.refuse_if_lent(depth)?;
        let sql = match depth {
            0 => return Err(Error::NotInTransaction),
            u32::MAX => return Err(Error::BrokenTransactionManager),
            1 => "ROLLBACK".to_owned(),
            // Both statements: `ROLLBACK TO` leaves the savepoint itself in place.
            _ => format!(
                "ROLLBACK TO SAVEPOINT dualfuel_{0}; RELEASE SAVEPOINT dualfuel_{0}",
                depth - 1
            ),
        };
        connection.emit(InstrumentationEvent::rollback_transaction(event_depth(
            depth,
        )));
        match connection.control(&sql).await {
            Ok(()) => connection.transaction_mut().ended(),
            Err(failure) => {
                connection.transaction_mut().broken();
                Err(failure)
            }
        }
    }

    async fn commit_transaction(connection: &mut Connection) -> QueryResult<()> {
        let depth = connection.transaction().depth();
        connection.refuse_if_lent(depth)?;
        let sql = match depth {
            0 => return Err(Error::NotInTransaction),
            u32::MAX => return Err(Error::BrokenTransactionManager),
            1 => "COMMIT".to_owned(),
            _ => format!("RELEASE SAVEPOINT dualfuel_{}", depth - 1),
        };
        if connection.transaction().is_failed() {
            Self::rollback_transaction(connection).await?;
            return Err(error::transaction_failed());
        }
        connection.emit(InstrumentationEvent::commit_transaction(event_depth(depth)));
        match connection.control(&sql).await {
            Ok(()) => connection.transaction_mut().ended(),
            Err(failure) => {
                connection.transaction_mut().note(&failure);
                // A refused COMMIT has ended the transaction on PostgreSQL; on SQLite
                // (a deferred foreign key, a busy file) it is still open.
                if connection.in_open_transaction() {
                    Self::rollback_transaction(connection).await?;
                } else if depth == 1 {
                    connection.transaction_mut().ended()?;
                } else {
                    // PostgreSQL has failed the whole transaction with it.
                    connection.transaction_mut().ended_badly()?;
                }
                Err(failure)
            }
        }
    }

    fn transaction_manager_status_mut(
        connection: &mut Connection,
    ) -> &mut TransactionManagerStatus {
        &mut connection.transaction_mut().status
    }

    fn is_broken_transaction_manager(connection: &mut Connection) -> bool {
        !connection.transaction().is_clean()
    }
}
