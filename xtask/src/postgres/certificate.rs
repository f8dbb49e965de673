//! A certificate for the private server, so that tests can speak TLS to it.
//!
//! A throw-away authority signs it. Clients that trust `ca.pem` may check it in
//! full, host name included: it is good for `localhost` and `127.0.0.1`, and
//! for nothing else, which a test of a wrong host name can use.

use anyhow::Context as _;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// The three files, PEM encoded. The authority's key is not kept.
pub(crate) struct Certificate {
    pub(crate) authority: String,
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Certificate {
    pub(crate) fn generate() -> anyhow::Result<Self> {
        make().context("cannot make a certificate for the private server")
    }
}

fn make() -> Result<Certificate, rcgen::Error> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority
        .distinguished_name
        .push(DnType::CommonName, "Dualfuel test authority");
    let authority_certificate = authority.self_signed(&authority_key)?;

    let key = KeyPair::generate()?;
    let mut server = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    server
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    let certificate = server.signed_by(&key, &Issuer::new(authority, authority_key))?;

    Ok(Certificate {
        authority: authority_certificate.pem(),
        certificate: certificate.pem(),
        key: key.serialize_pem(),
    })
}
