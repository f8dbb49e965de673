//! Files and directories, and their text.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::SourceError;

/// A file or directory. A symbolic link is what it leads to.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) is_dir: bool,
}

/// What a directory holds, by name, without hidden entries.
pub(super) fn list(dir: &Path) -> Result<Vec<Entry>, SourceError> {
    let failed = |source| io_error(dir, source);
    let read = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SourceError::Missing {
                dir: dir.to_owned(),
            });
        }
        read => read.map_err(failed)?,
    };
    let mut entries = Vec::new();
    for found in read {
        let path = found.map_err(failed)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(SourceError::NotText {
                detail: ": its name is not".to_owned(),
                path,
            });
        };
        if name.starts_with('.') {
            continue;
        }
        let metadata = fs::metadata(&path).map_err(|source| io_error(&path, source))?;
        entries.push(Entry {
            name: name.to_owned(),
            is_dir: metadata.is_dir(),
            path,
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// The text of a file, byte for byte.
pub(super) fn text(path: &Path) -> Result<String, SourceError> {
    let bytes = fs::read(path).map_err(|source| io_error(path, source))?;
    let not_text = |detail: String| SourceError::NotText {
        path: path.to_owned(),
        detail,
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(not_text(" but in UTF-16: save it as UTF-8".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.utf8_error().valid_up_to();
        let line = 1 + count_lines(error.as_bytes().get(..before).unwrap_or_default());
        not_text(format!(": see line {line}"))
    })?;
    // To SQLite a NUL is the end of the text, whatever follows it.
    match text.find('\0') {
        Some(at) => {
            let line = 1 + count_lines(text.as_bytes().get(..at).unwrap_or_default());
            Err(not_text(format!(": line {line} has a NUL byte")))
        }
        None => Ok(text),
    }
}

fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

fn io_error(path: &Path, source: io::Error) -> SourceError {
    SourceError::Io {
        path: path.to_owned(),
        source,
    }
}
