//! Settings: what operators tell the whole service.
//!
//! A setting's value has a type that is stored beside it, and the text in the
//! database must read as that type: [`SettingValue::from_text`] is the one
//! place where that is decided, for requests and for rows alike.

use async_trait::async_trait;
use serde_json::Number;

use crate::json::settle_number;
use crate::text::{check_length, check_word, text_enum, text_type};
use crate::{DbResult, Invalid, Name, Page, PageRequest, Timestamp};

text_type! {
    /// A setting's key: letters, digits and `_.-`, 1 to 100 of them. Case
    /// matters.
    SettingKey, check_key
}

text_type! {
    /// A setting's text: at most 4096 characters without NUL. May be empty.
    SettingText, check_text
}

fn check_key(text: &str) -> Result<(), Invalid> {
    check_word(text, 100, "_.-")
}

fn check_text(text: &str) -> Result<(), Invalid> {
    if text.contains('\0') {
        return Err(Invalid::new("must not hold the character U+0000"));
    }
    if text.is_empty() {
        Ok(())
    } else {
        check_length(text, 4_096)
    }
}

text_enum! {
    /// The type of a setting's value.
    SettingType {
        /// Any text.
        String = "string",
        /// A number.
        Number = "number",
        /// True or false.
        Boolean = "boolean",
        /// One name out of those that the reader of the setting knows.
        Option = "option",
    }
}

/// A finite number in the one form that it prints in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingNumber(Number);

impl SettingNumber {
    /// Brings `number` to its one form.
    #[must_use]
    pub fn new(number: Number) -> Self {
        SettingNumber(settle_number(number))
    }

    /// The number.
    #[must_use]
    pub fn get(&self) -> &Number {
        &self.0
    }
}

/// A setting's value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingValue {
    /// Any text.
    String(SettingText),
    /// A number.
    Number(SettingNumber),
    /// True or false.
    Boolean(bool),
    /// One name out of those that the reader of the setting knows.
    Option(Name),
}

impl SettingValue {
    /// Reads `text` as a value of type `value_type`.
    ///
    /// # Errors
    ///
    /// The text is no such value.
    ///
    /// # Examples
    ///
    /// ```
    /// use hub_domain::{SettingType, SettingValue};
    ///
    /// let value = SettingValue::from_text(SettingType::Boolean, "true")?;
    /// assert_eq!(value, SettingValue::Boolean(true));
    /// assert!(SettingValue::from_text(SettingType::Boolean, "yes").is_err());
    /// # Ok::<(), hub_domain::Invalid>(())
    /// ```
    pub fn from_text(value_type: SettingType, text: &str) -> Result<Self, Invalid> {
        Ok(match value_type {
            SettingType::String => SettingValue::String(SettingText::new(text)?),
            SettingType::Number => SettingValue::Number(SettingNumber::new(
                text.parse().map_err(|_| Invalid::new("must be a number"))?,
            )),
            SettingType::Boolean => SettingValue::Boolean(
                text.parse()
                    .map_err(|_| Invalid::new("must be true or false"))?,
            ),
            SettingType::Option => SettingValue::Option(Name::new(text)?),
        })
    }

    /// The value as it is stored; [`SettingValue::from_text`] reads it back.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            SettingValue::String(text) => text.to_string(),
            SettingValue::Number(number) => number.0.to_string(),
            SettingValue::Boolean(truth) => truth.to_string(),
            SettingValue::Option(name) => name.to_string(),
        }
    }

    /// The value's type.
    #[must_use]
    pub fn value_type(&self) -> SettingType {
        match self {
            SettingValue::String(_) => SettingType::String,
            SettingValue::Number(_) => SettingType::Number,
            SettingValue::Boolean(_) => SettingType::Boolean,
            SettingValue::Option(_) => SettingType::Option,
        }
    }
}

/// One setting of the whole service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub key: SettingKey,
    /// Its value.
    pub value: SettingValue,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// A setting to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSetting {
    /// Its key.
    pub key: SettingKey,
    /// Its value; the type may differ from the one before.
    pub value: SettingValue,
}

/// The settings. Operators and the command line only.
#[async_trait]
pub trait SettingsRepository: Send + Sync {
    /// Reads a setting.
    async fn get_setting(&self, key: &SettingKey) -> DbResult<Option<Setting>>;

    /// Writes a setting, whether or not it was there; `created_at` stays.
    async fn upsert_setting(&self, new: NewSetting) -> DbResult<Setting>;

    /// Deletes a setting and says how many rows went: 0 or 1.
    async fn delete_setting(&self, key: &SettingKey) -> DbResult<u64>;

    /// Lists settings by key, bytes compared.
    async fn list_settings(&self, page: PageRequest) -> DbResult<Page<Setting>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value_type: SettingType, text: &str, expected: Option<&str>) {
        let stored = SettingValue::from_text(value_type, text).ok().map(|value| {
            assert_eq!(value.value_type(), value_type);
            let stored = value.to_text();
            assert_eq!(SettingValue::from_text(value_type, &stored), Ok(value));
            stored
        });
        assert_eq!(stored.as_deref(), expected, "{value_type} {text}");
    }

    #[test]
    fn a_value_reads_as_its_type_or_not_at_all() {
        check(SettingType::String, "", Some(""));
        check(SettingType::String, "a\nb", Some("a\nb"));
        check(SettingType::String, "a\0b", None);
        check(SettingType::Number, "8640", Some("8640"));
        check(SettingType::Number, "-0.5", Some("-0.5"));
        check(SettingType::Number, "1e16", Some("10000000000000000"));
        check(SettingType::Number, "NaN", None);
        check(SettingType::Number, "12 ", None);
        check(SettingType::Boolean, "false", Some("false"));
        check(SettingType::Boolean, "1", None);
        check(SettingType::Option, "cuda", Some("cuda"));
        check(SettingType::Option, "", None);
    }
}
