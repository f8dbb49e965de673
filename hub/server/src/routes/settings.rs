//! Settings of the whole service. Operators only, also to read: a setting is
//! no organisation's business.

use axum::Json;
use hub_domain::{
    Invalid, Name, NewSetting, Setting, SettingKey, SettingNumber, SettingText, SettingType,
    SettingValue, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Deleted, List};
use crate::auth::OperatorCaller;
use crate::extract::{Body, PageQuery, PathKey, Query};
use crate::problem::{ApiResult, Check, Problem, ProblemDocument};

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Setting)]
pub struct SettingView {
    /// Its key.
    key: String,
    /// Its value: text, a number or a boolean, as `value_type` says.
    value: Value,
    /// The type of the value.
    #[schema(value_type = ValueType)]
    value_type: SettingType,
    /// When it was first written.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// The type of a setting's value. `option` is one name out of those that the
/// reader of the setting knows.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "stands for `SettingType` in the OpenAPI document")]
enum ValueType {
    String,
    Number,
    Boolean,
    Option,
}

impl From<Setting> for SettingView {
    fn from(setting: Setting) -> Self {
        SettingView {
            key: setting.key.into_string(),
            value_type: setting.value.value_type(),
            value: match setting.value {
                SettingValue::Number(number) => Value::Number(number.get().clone()),
                SettingValue::Boolean(truth) => Value::Bool(truth),
                text => Value::String(text.to_text()),
            },
            created_at: setting.created_at,
            updated_at: setting.updated_at,
        }
    }
}

/// Lists settings by key.
#[utoipa::path(
    get,
    path = "/api/v1/settings",
    operation_id = "list_settings",
    tag = "settings",
    security(("token" = ["operator"])),
    params(PageQuery),
    responses(
        (status = 200, description = "One page", body = List<SettingView>),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn list(
    caller: OperatorCaller,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<List<SettingView>>> {
    Ok(Json(caller.db.list_settings(page.into()).await?.into()))
}

/// Reads a setting.
#[utoipa::path(
    get,
    path = "/api/v1/settings/{key}",
    operation_id = "get_setting",
    tag = "settings",
    security(("token" = ["operator"])),
    params(("key" = String, Path, description = "The setting's key")),
    responses(
        (status = 200, description = "The setting", body = SettingView),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn get(
    caller: OperatorCaller,
    PathKey(key): PathKey<SettingKey>,
) -> ApiResult<Json<SettingView>> {
    let found = caller.db.get_setting(&key).await?;
    found
        .map(|found| Json(found.into()))
        .ok_or_else(|| Problem::not_found("setting"))
}

/// A setting's value and type.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutSetting {
    /// The value: text, a number or a boolean, as `value_type` says.
    #[schema(example = json!(8192))]
    value: Value,
    /// The type of the value.
    #[schema(value_type = ValueType)]
    value_type: SettingType,
}

fn check_value(body: PutSetting) -> Result<SettingValue, Invalid> {
    match (body.value_type, body.value) {
        (SettingType::Number, Value::Number(number)) => {
            Ok(SettingValue::Number(SettingNumber::new(number)))
        }
        (SettingType::Boolean, Value::Bool(truth)) => Ok(SettingValue::Boolean(truth)),
        (SettingType::String, Value::String(text)) => {
            SettingText::new(text).map(SettingValue::String)
        }
        (SettingType::Option, Value::String(text)) => Name::new(text).map(SettingValue::Option),
        (value_type, _) => Err(Invalid::new(format!("must be of the type {value_type}"))),
    }
}

/// Writes a setting, whether or not it was there.
#[utoipa::path(
    put,
    path = "/api/v1/settings/{key}",
    operation_id = "put_setting",
    tag = "settings",
    security(("token" = ["operator"])),
    params(("key" = String, Path, description = "The setting's key")),
    request_body = PutSetting,
    responses(
        (status = 200, description = "The setting as it is now", body = SettingView),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn put(
    caller: OperatorCaller,
    PathKey(key): PathKey<String>,
    Body(body): Body<PutSetting>,
) -> ApiResult<Json<SettingView>> {
    let mut check = Check::default();
    let key = check.field("key", SettingKey::new(key));
    let value = check.field("value", check_value(body));
    let (key, value) = key.zip(value).ok_or_else(|| check.problem())?;
    Ok(Json(
        caller
            .db
            .upsert_setting(NewSetting { key, value })
            .await?
            .into(),
    ))
}

/// Deletes a setting. Doing it again succeeds and says 0.
#[utoipa::path(
    delete,
    path = "/api/v1/settings/{key}",
    operation_id = "delete_setting",
    tag = "settings",
    security(("token" = ["operator"])),
    params(("key" = String, Path, description = "The setting's key")),
    responses(
        (status = 200, description = "How many rows went", body = Deleted),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn delete(
    caller: OperatorCaller,
    PathKey(key): PathKey<SettingKey>,
) -> ApiResult<Json<Deleted>> {
    let deleted = caller.db.delete_setting(&key).await?;
    Ok(Json(Deleted { deleted }))
}
