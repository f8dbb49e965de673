//! A new migration is a new file, which Cargo does not look for by itself.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
