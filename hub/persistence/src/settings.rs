//! Settings, in the global table `settings`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::upsert::excluded;
use dualfuel::Dual;
use dualfuel::prelude::*;
use hub_domain::{
    DbResult, Item, NewSetting, Page, PageRequest, Setting, SettingKey, SettingType, SettingValue,
    SettingsRepository,
};

use crate::errors::{self, TxError};
use crate::paging;
use crate::rows::{Cell, Columns, Row, decode_found};
use crate::schema::settings::{self, dsl};
use crate::service::NoOrgService;

const ITEM: Item = Item::Setting;

#[derive(Queryable, Selectable)]
#[diesel(table_name = settings, check_for_backend(Dual))]
struct SettingRow {
    key: Cell<String>,
    value: Cell<String>,
    value_type: Cell<String>,
    created_at: Cell<DateTime<Utc>>,
    updated_at: Cell<DateTime<Utc>>,
}

impl Row for SettingRow {
    type Item = Setting;

    fn decode(self) -> DbResult<Setting> {
        let columns = Columns::of("settings", self.key.named());
        let value_type: SettingType = columns.text("value_type", self.value_type)?;
        Ok(Setting {
            key: columns.text("key", self.key)?,
            value: columns.check("value", self.value, |text| {
                SettingValue::from_text(value_type, &text)
            })?,
            created_at: columns.time("created_at", self.created_at)?,
            updated_at: columns.time("updated_at", self.updated_at)?,
        })
    }
}

#[async_trait]
impl SettingsRepository for NoOrgService {
    async fn get_setting(&self, key: &SettingKey) -> DbResult<Option<Setting>> {
        let found: Option<SettingRow> = dsl::settings
            .find(key.as_str())
            .select(SettingRow::as_select())
            .get_result(&mut self.scope.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn upsert_setting(&self, new: NewSetting) -> DbResult<Setting> {
        let now = self.shared.now();
        self.scope
            .write(async |tx| {
                let row: SettingRow = diesel::insert_into(dsl::settings)
                    .values((
                        dsl::key.eq(new.key.as_str()),
                        dsl::value.eq(new.value.to_text()),
                        dsl::value_type.eq(new.value.value_type().as_str()),
                        dsl::created_at.eq(now),
                        dsl::updated_at.eq(now),
                    ))
                    .on_conflict(dsl::key)
                    .do_update()
                    .set((
                        dsl::value.eq(excluded(dsl::value)),
                        dsl::value_type.eq(excluded(dsl::value_type)),
                        dsl::updated_at.eq(excluded(dsl::updated_at)),
                    ))
                    .returning(SettingRow::as_returning())
                    .get_result(tx)
                    .await?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn delete_setting(&self, key: &SettingKey) -> DbResult<u64> {
        self.scope
            .write(async |tx| {
                let rows = diesel::delete(dsl::settings.find(key.as_str()))
                    .execute(tx)
                    .await?;
                Ok::<_, TxError>(rows as u64)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn list_settings(&self, page: PageRequest) -> DbResult<Page<Setting>> {
        paging::load(
            &self.scope,
            ITEM,
            page,
            dsl::settings.count(),
            dsl::settings
                .order(dsl::key)
                .select(SettingRow::as_select()),
        )
        .await
    }
}
