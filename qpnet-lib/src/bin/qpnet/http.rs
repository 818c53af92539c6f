//! The way to a server over HTTPS, for downloads.

use std::error::Error;
use std::io;
use std::time::Duration;

use qpnet_lib::data::fetch::{Answer, Ask, Fault, Transport};
use ureq::config::Config;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, http};

/// HTTPS and nothing else, also behind redirects; by the proxy that the environment names.
pub struct Https(Agent);

impl Https {
    /// Give up a connection that is not made, or brings nothing, for so long.
    pub fn new(patience: Duration) -> Self {
        // The certificates of the machine: clinics add those of their own proxy there.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Config::builder()
            .https_only(true)
            .http_status_as_error(false)
            .tls_config(tls)
            .user_agent(concat!("qpnet/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(patience))
            .timeout_connect(Some(patience))
            .timeout_recv_response(Some(patience))
            .timeout_per_read(Some(patience))
            .timeout_per_write(Some(patience));
        Self(config.build().new_agent())
    }
}

impl Transport for Https {
    fn get(&self, ask: &Ask<'_>) -> Result<Answer, Fault> {
        // Packed on the way, a file would have another length.
        let mut request = self.0.get(ask.url).header("accept-encoding", "identity");
        if let Some(rest) = &ask.rest {
            request =
                request.header("range", format!("bytes={}-", rest.from)).header("if-range", rest.validator);
        }
        let (head, body) = request.call().map_err(|error| fault(&error))?.into_parts();
        let value = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers = head.headers.iter().filter_map(value).collect();
        Ok(Answer { status: head.status.as_u16(), headers, body: Box::new(body.into_reader()) })
    }
}

/// What a person should know of an error, and whether the next attempt may do better.
fn fault(error: &ureq::Error) -> Fault {
    let lasting = match error {
        // A certificate that is not trusted arrives as invalid data.
        ureq::Error::Io(error) => error.kind() == io::ErrorKind::InvalidData,
        ureq::Error::Timeout(_) | ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => false,
        _ => true,
    };
    let mut reason = match error {
        ureq::Error::RequireHttpsOnly(url) => {
            format!("the server redirects to {url}, which is not https: not followed")
        }
        error => error.to_string(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        reason += &format!(": {error}");
        cause = error.source();
    }
    Fault { reason, lasting }
}
