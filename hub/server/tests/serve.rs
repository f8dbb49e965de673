//! How connections end: on a signal, at the limit, and for strangers who send
//! nothing.

#![expect(clippy::unwrap_used, reason = "a test that panics has done its job")]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use hub_server::serve::{Ended, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

/// A server with one slow route, which a test lets go on.
struct Server {
    address: SocketAddr,
    stop: Arc<Notify>,
    entered: Arc<Notify>,
    go_on: Arc<Notify>,
    drained: Arc<AtomicBool>,
    ended: JoinHandle<Ended>,
}

async fn start(drain: Duration) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let [stop, entered, go_on] = std::array::from_fn(|_| Arc::new(Notify::new()));
    let router = {
        let (entered, go_on) = (entered.clone(), go_on.clone());
        let slow = async move || {
            entered.notify_one();
            go_on.notified().await;
            "done"
        };
        Router::new()
            .route("/slow", get(slow))
            .route("/quick", get(async || "here"))
    };
    let drained = Arc::new(AtomicBool::new(false));
    let ended = {
        let (stop, drained) = (stop.clone(), drained.clone());
        tokio::spawn(async move {
            let draining = move || drained.store(true, Ordering::SeqCst);
            serve(listener, router, stop.notified(), draining, drain).await
        })
    };
    Server {
        address,
        stop,
        entered,
        go_on,
        drained,
        ended,
    }
}

async fn ask(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: hub\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Until the server closes the connection.
async fn read_all(mut stream: TcpStream) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let server = start(Duration::from_secs(60)).await;
    let waiting = ask(server.address, "/slow").await;
    server.entered.notified().await;

    server.stop.notify_one();
    let drained = async {
        while !server.drained.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(60), drained).await.unwrap();
    server.go_on.notify_one();

    let answer = read_all(waiting).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"),
        "{answer}"
    );
    assert_eq!(server.ended.await.unwrap(), Ended::Drained);
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_connection_that_is_kept_open_does_not_delay_the_end() {
    let server = start(Duration::from_secs(60)).await;
    let mut kept = ask(server.address, "/quick").await;
    let mut start = [0; 12];
    kept.read_exact(&mut start).await.unwrap();

    let stopped = Instant::now();
    server.stop.notify_one();

    assert_eq!(server.ended.await.unwrap(), Ended::Drained);
    assert!(stopped.elapsed() < Duration::from_secs(30));
    read_all(kept).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_request_that_does_not_end_is_cut_off_at_the_limit() {
    let server = start(Duration::from_secs(60)).await;
    let _waiting = ask(server.address, "/slow").await;
    server.entered.notified().await;

    let stopped = Instant::now();
    server.stop.notify_one();

    assert_eq!(server.ended.await.unwrap(), Ended::CutOff);
    assert_eq!(stopped.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_finish_its_head_is_dropped() {
    let server = start(Duration::from_secs(60)).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(b"GET /quick HTTP/1.1\r\nhost:")
        .await
        .unwrap();

    let started = Instant::now();
    // Closed, or reset: gone either way.
    let answer = read_all(stream).await.unwrap_or_default();

    assert!(!answer.contains("200"), "{answer}");
    assert_eq!(started.elapsed().as_secs(), 15);
}
