//! Instrumentation: what a connection tells about the statements it runs.

use diesel::connection::{
    DynInstrumentation, Instrumentation, InstrumentationEvent, StrQueryHelper,
};
use diesel::result::Error;

/// The instrumentation of one connection.
///
/// Off unless the application asked for it, since an event formats nothing by
/// itself but costs a virtual call. A finished statement is named by its SQL
/// without values: they are row content.
pub(crate) struct Events {
    sink: DynInstrumentation,
    on: bool,
}

impl Default for Events {
    fn default() -> Self {
        Events {
            sink: DynInstrumentation::none(),
            on: false,
        }
    }
}

impl Events {
    pub(crate) fn set(&mut self, sink: impl Instrumentation) {
        self.sink = sink.into();
        self.on = true;
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    pub(crate) fn sink(&mut self) -> &mut dyn Instrumentation {
        &mut *self.sink
    }

    pub(crate) fn started(&mut self, sql: &str) {
        if self.on {
            let query = StrQueryHelper::new(sql);
            self.sink
                .on_connection_event(InstrumentationEvent::start_query(&query));
        }
    }

    pub(crate) fn finished(&mut self, sql: &str, error: Option<&Error>) {
        if self.on {
            let query = StrQueryHelper::new(sql);
            self.sink
                .on_connection_event(InstrumentationEvent::finish_query(&query, error));
        }
    }
}
