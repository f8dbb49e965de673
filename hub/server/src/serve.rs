//! Connections: taken, served, and ended in good order.
//!
//! On a signal the server stops taking connections, lets requests under way
//! finish, and ends after a limit whatever they do. A client that opens a
//! connection and does not finish a request's head is dropped, so that idle
//! strangers cannot use up the server's sockets.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::{Service, ServiceExt};

/// The longest that a client may take to send a request's head.
const HEAD_LIMIT: Duration = Duration::from_secs(15);

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every request was answered.
    Drained,
    /// The limit ran out with requests under way; they were cut off.
    CutOff,
}

/// Serves until `stop` is done, then lets requests finish for at most `drain`.
///
/// `draining` runs between the two, before the first connection is closed.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    draining: impl FnOnce(),
    drain: Duration,
) -> Ended {
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => spawn(stream, &router, &connections),
                Err(error) => pause_after(&error).await,
            },
        }
    }
    draining();
    drop(listener);
    tokio::select! {
        () = connections.shutdown() => Ended::Drained,
        () = tokio::time::sleep(drain) => Ended::CutOff,
    }
}

fn spawn(stream: TcpStream, router: &Router, connections: &GracefulShutdown) {
    // Without it small answers wait for the acknowledgement of earlier ones.
    // A socket that refuses is about to fail anyway.
    drop(stream.set_nodelay(true));
    let router = router.clone();
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        async move {
            let router = <Router as ServiceExt<Request>>::ready(&mut router).await?;
            router.call(request.map(Body::new)).await
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD_LIMIT);
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error, "a connection ended early");
        }
    });
}

/// Some errors belong to the connection that came; others, such as having no
/// file descriptors left, last, and asking again at once would only spin.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};

    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::error!(%error, "cannot take a connection");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Is done when the process is told to stop: by Ctrl-C or, on Unix, SIGTERM.
///
/// # Errors
///
/// The operating system does not hand out signals.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    // Taken now and not at the first poll: a signal in between would kill.
    #[cfg(unix)]
    let (mut interrupt, mut terminate) = {
        use tokio::signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        )
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    })
}
