//! Download requests.

use dualfuel_test::{TestDatabase, each_engine};
use hub_domain::test_support::frozen_now;
use hub_domain::{ByteCount, DownloadChange, DownloadRequest, DownloadStatus, Id, Item, Patch};
use hub_persistence::test_support::{TestDbService, migrations};
use uuid::Uuid;

use crate::support::{
    SECOND, assert_not_found, check_list, first_page, make_download, new_download,
};

fn bytes(count: i64) -> ByteCount {
    ByteCount::new(count).unwrap()
}

#[each_engine(migrations = migrations())]
async fn a_new_request_waits_and_is_stored_as_it_is_returned(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();

    let made = make_download(&*service, "q4.gguf").await;

    assert_eq!(made.id.uuid().get_version_num(), 7);
    let expected = DownloadRequest {
        id: made.id,
        repo: "owner/model".parse().unwrap(),
        filename: "q4.gguf".parse().unwrap(),
        status: DownloadStatus::Pending,
        error: None,
        total_bytes: None,
        downloaded_bytes: bytes(0),
        started_at: None,
        created_at: frozen_now(),
        updated_at: frozen_now(),
    };
    assert_eq!(made, expected);
    let stored = service.get_download_request(made.id).await.unwrap();
    assert_eq!(stored, Some(made));
}

#[each_engine(migrations = migrations())]
async fn an_absent_request_is_none_and_cannot_be_changed(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    make_download(&*service, "q4.gguf").await;
    let absent = Id::from(Uuid::from_u128(1));

    assert_eq!(service.get_download_request(absent).await.unwrap(), None);
    let changed = service
        .update_download_request(absent, DownloadChange::default())
        .await;
    assert_not_found(changed, Item::DownloadRequest, absent);
}

#[each_engine(migrations = migrations())]
async fn the_same_file_may_be_asked_for_again(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();

    let first = make_download(&*service, "q4.gguf").await;
    let second = make_download(&*service, "q4.gguf").await;

    assert_ne!(first.id, second.id);
}

#[each_engine(migrations = migrations())]
async fn a_change_touches_what_it_names(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let made = make_download(&*service, "q4.gguf").await;
    let other = make_download(&*service, "q8.gguf").await;
    db.clock().advance(SECOND);
    let later = service.now();

    let all = DownloadChange {
        status: Some(DownloadStatus::Error),
        error: Patch::Set("disk full\nat 3 GB".parse().unwrap()),
        total_bytes: Patch::Set(bytes(i64::MAX)),
        downloaded_bytes: Some(bytes(3_000_000_000)),
        started_at: Patch::Set(later),
    };
    let set = service.update_download_request(made.id, all).await.unwrap();
    let expected = DownloadRequest {
        status: DownloadStatus::Error,
        error: Some("disk full\nat 3 GB".parse().unwrap()),
        total_bytes: Some(bytes(i64::MAX)),
        downloaded_bytes: bytes(3_000_000_000),
        started_at: Some(later),
        updated_at: later,
        ..made.clone()
    };
    assert_eq!(set, expected);
    let stored = service.get_download_request(made.id).await.unwrap();
    assert_eq!(stored, Some(set.clone()));

    db.clock().advance(SECOND);
    let nothing = DownloadChange::default();
    let kept = service
        .update_download_request(made.id, nothing)
        .await
        .unwrap();
    let expected = DownloadRequest {
        updated_at: service.now(),
        ..set
    };
    assert_eq!(kept, expected);

    let clear = DownloadChange {
        error: Patch::Clear,
        total_bytes: Patch::Clear,
        started_at: Patch::Clear,
        ..DownloadChange::default()
    };
    let cleared = service
        .update_download_request(made.id, clear)
        .await
        .unwrap();
    let expected = DownloadRequest {
        error: None,
        total_bytes: None,
        started_at: None,
        ..kept
    };
    assert_eq!(cleared, expected);

    let untouched = service.get_download_request(other.id).await.unwrap();
    assert_eq!(untouched, Some(other));
}

#[each_engine(migrations = migrations())]
async fn the_list_shows_the_last_changed_first(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let a = make_download(&*service, "a.gguf").await;
    // Of the same instant: the greater id first.
    let b = make_download(&*service, "b.gguf").await;
    db.clock().advance(SECOND);
    let c = make_download(&*service, "c.gguf").await;
    db.clock().advance(SECOND);
    let a = service
        .update_download_request(a.id, DownloadChange::default())
        .await
        .unwrap();
    let d = make_download(&*service, "d.gguf").await;

    check_list(&[d, a, c, b], async |page| {
        service.list_download_requests(page).await
    })
    .await;
}

#[each_engine(migrations = migrations())]
async fn the_requests_for_a_file_are_found_the_newest_first(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let wanted = new_download("q4.gguf");
    let a = make_download(&*service, "q4.gguf").await;
    let b = make_download(&*service, "q4.gguf").await;
    make_download(&*service, "q8.gguf").await;
    let mut elsewhere = new_download("q4.gguf");
    elsewhere.repo = "other/model".parse().unwrap();
    service.create_download_request(elsewhere).await.unwrap();
    db.clock().advance(SECOND);
    let c = make_download(&*service, "q4.gguf").await;
    // A change does not make a request newer.
    db.clock().advance(SECOND);
    let a = service
        .update_download_request(a.id, DownloadChange::default())
        .await
        .unwrap();

    check_list(&[c, b, a], async |page| {
        service
            .find_download_requests(&wanted.repo, &wanted.filename, page)
            .await
    })
    .await;
    let absent = "q2.gguf".parse().unwrap();
    let none = service
        .find_download_requests(&wanted.repo, &absent, first_page())
        .await
        .unwrap();
    assert_eq!((none.items, none.total), (vec![], 0));
}
