//! Directories that packages may have made.

use std::path::{Path, PathBuf};

/// The directories under `root` that `pattern` stands for: `*` is anything
/// within one name.
pub(crate) fn expand(root: &Path, pattern: &str) -> Vec<PathBuf> {
    pattern
        .split('/')
        .fold(vec![root.to_owned()], |dirs, name| {
            match name.split_once('*') {
                None => dirs.into_iter().map(|dir| dir.join(name)).collect(),
                Some((start, end)) => dirs
                    .iter()
                    .flat_map(|dir| children(dir, start, end))
                    .collect(),
            }
        })
}

fn children(dir: &Path, start: &str, end: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        })
        .map(|entry| entry.path())
        .collect()
}
