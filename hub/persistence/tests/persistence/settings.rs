//! Settings.

use dualfuel_test::{TestDatabase, each_engine};
use hub_domain::test_support::frozen_now;
use hub_domain::{
    Clock as _, DbServices as _, NewSetting, PageRequest, Setting, SettingType, SettingValue,
};
use hub_persistence::test_support::{TestDbService, migrations};

use crate::support::{SECOND, check_list, first_page, make_setting, new_setting};

#[each_engine(migrations = migrations())]
async fn a_setting_of_each_type_is_stored_as_it_is_returned(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    let values = [
        (SettingType::String, "a\nb"),
        (SettingType::String, ""),
        (SettingType::Number, "-0.5"),
        (SettingType::Number, "10000000000000000"),
        (SettingType::Boolean, "true"),
        (SettingType::Option, "cuda"),
    ];

    for (value_type, text) in values {
        let value = SettingValue::from_text(value_type, text).unwrap();
        let key = "some.key".parse().unwrap();
        let new = NewSetting { key, value };
        let written = global.upsert_setting(new.clone()).await.unwrap();
        let expected = Setting {
            key: new.key.clone(),
            value: new.value,
            created_at: frozen_now(),
            updated_at: frozen_now(),
        };
        assert_eq!(written, expected);
        let stored = global.get_setting(&new.key).await.unwrap();
        assert_eq!(stored, Some(written));
    }
}

#[each_engine(migrations = migrations())]
async fn writing_again_replaces_the_value_and_keeps_created_at(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    let first = make_setting(&db, "log.level").await;
    let other = make_setting(&db, "log.format").await;
    db.clock().advance(SECOND);

    let value = SettingValue::Boolean(true);
    let new = NewSetting {
        key: first.key.clone(),
        value: value.clone(),
    };
    let second = global.upsert_setting(new).await.unwrap();

    let expected = Setting {
        value,
        updated_at: db.clock().now(),
        ..first.clone()
    };
    assert_eq!(second, expected);
    assert_eq!(second.created_at, frozen_now());
    let stored = global.get_setting(&first.key).await.unwrap();
    assert_eq!(stored, Some(second));
    let untouched = global.get_setting(&other.key).await.unwrap();
    assert_eq!(untouched, Some(other));
}

#[each_engine(migrations = migrations())]
async fn an_absent_setting_is_none(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    make_setting(&db, "log.level").await;
    // Case matters.
    let absent = "LOG.level".parse().unwrap();

    assert_eq!(global.get_setting(&absent).await.unwrap(), None);
    assert_eq!(global.delete_setting(&absent).await.unwrap(), 0);
    let listed = global.list_settings(first_page()).await.unwrap();
    assert_eq!(listed.total, 1);
}

#[each_engine(migrations = migrations())]
async fn a_deleted_setting_is_gone(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    let made = make_setting(&db, "log.level").await;
    let other = make_setting(&db, "log.format").await;

    assert_eq!(global.delete_setting(&made.key).await.unwrap(), 1);

    assert_eq!(global.get_setting(&made.key).await.unwrap(), None);
    assert_eq!(global.delete_setting(&made.key).await.unwrap(), 0);
    let untouched = global.get_setting(&other.key).await.unwrap();
    assert_eq!(untouched, Some(other));
}

/// Bytes compared, on both engines.
#[each_engine(migrations = migrations())]
async fn the_list_is_by_key(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let mut expected = Vec::new();
    for key in ["b.a", "B", "b-a", "a10", "a_", "a2"] {
        expected.push(make_setting(&db, key).await);
    }
    expected.sort_by(|one, other| one.key.as_str().cmp(other.key.as_str()));
    assert_eq!(expected[0].key.as_str(), "B");

    let global = db.global();
    check_list(&expected, async |page| global.list_settings(page).await).await;
}

#[each_engine(migrations = migrations())]
async fn a_page_holds_a_hundred_at_most(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    for number in 0..101 {
        let new = new_setting(&format!("key.{number:03}"), "value");
        global.upsert_setting(new).await.unwrap();
    }

    let page = global
        .list_settings(PageRequest::new(1, 1_000))
        .await
        .unwrap();

    assert_eq!((page.items.len(), page.total), (100, 101));
    let rest = global
        .list_settings(PageRequest::new(2, 1_000))
        .await
        .unwrap();
    assert_eq!(rest.items.len(), 1);
    let far = PageRequest::new(u32::MAX, 100);
    assert_eq!(global.list_settings(far).await.unwrap().items, []);
}
