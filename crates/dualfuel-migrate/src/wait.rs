//! Trying for a lock that another run holds.
//!
//! A lock is tried for and tried again, never waited for in the server: so the
//! wait is told of, has the limit of the run, and ends with the program.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::apply::Run;
use crate::session::Driver;
use crate::{Event, MigrateError};

/// A wait under way.
pub(crate) struct Wait {
    start: Instant,
    pause: Duration,
    told: bool,
}

impl Wait {
    pub(crate) fn begin() -> Self {
        Wait {
            start: Instant::now(),
            pause: Duration::from_millis(5),
            told: false,
        }
    }

    /// After an attempt: whether the lock is held now. If not, it pauses, for
    /// longer each time, so that the caller can try again.
    ///
    /// # Errors
    ///
    /// [`MigrateError::Locked`]: the run has waited long enough.
    pub(crate) async fn is_over<D: Driver>(
        &mut self,
        run: &mut Run<'_, D>,
        held: bool,
    ) -> Result<bool, MigrateError> {
        let left = run.wait_left(self.start);
        if held || left.is_zero() {
            run.waited += self.start.elapsed();
            return match held {
                true => Ok(true),
                false => Err(MigrateError::Locked { waited: run.waited }),
            };
        }
        if !self.told {
            self.told = true;
            run.options.tell(Event::Waiting);
        }
        sleep(self.pause.min(left)).await;
        self.pause = (self.pause * 2).min(Duration::from_millis(250));
        Ok(false)
    }
}
