//! What every handler can reach.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hub_domain::{Clock, DbServices};

use crate::backend::Backend;
use crate::telemetry::Metrics;

/// How much one request may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest body.
    pub body_bytes: usize,
    /// The longest that a request may take.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 1024 * 1024,
            request: Duration::from_secs(30),
        }
    }
}

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    backend: Arc<dyn Backend>,
    services: Arc<dyn DbServices>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    limits: Limits,
    draining: AtomicBool,
}

impl AppState {
    /// Puts together what handlers reach.
    #[must_use]
    pub fn new(
        backend: Arc<dyn Backend>,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
        limits: Limits,
    ) -> Self {
        let services = backend.services();
        let draining = AtomicBool::new(false);
        AppState(Arc::new(Inner {
            backend,
            services,
            clock,
            metrics,
            limits,
            draining,
        }))
    }

    /// The repositories. Handlers have them from their caller, not from here.
    pub(crate) fn services(&self) -> &dyn DbServices {
        self.0.services.as_ref()
    }

    /// The open database.
    #[must_use]
    pub fn backend(&self) -> &dyn Backend {
        self.0.backend.as_ref()
    }

    /// The clock by which tokens expire.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// Whether the database is one file of one organisation.
    #[must_use]
    pub fn is_standalone(&self) -> bool {
        self.0.backend.is_standalone()
    }

    /// The numbers that the process counts.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// How much one request may ask for.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Whether the server takes no new work because it is about to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Says that the server is about to stop.
    pub fn start_draining(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState")
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}
