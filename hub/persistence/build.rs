//! Cargo does not see a file that is added to an embedded folder by itself.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
