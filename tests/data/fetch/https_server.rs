//! A server for one test: TLS on 127.0.0.1, with a certificate of its own, and answers that the test chooses.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a client asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub path: String,
    /// `Range`
    pub range: Option<String>,
    /// `If-Range`
    pub if_range: Option<String>,
}

impl Asked {
    fn parse(head: &str) -> Self {
        let mut lines = head.lines();
        let path = lines.next().and_then(|line| line.split(' ').nth(1)).expect("request line").to_owned();
        let mut asked = Self { path, ..Self::default() };
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "range" => asked.range = Some(value.to_owned()),
                "if-range" => asked.if_range = Some(value.to_owned()),
                "accept-encoding" => assert_eq!(value, "identity"),
                _ => {}
            }
        }
        asked
    }

    /// The first byte that is wanted.
    pub fn from(&self) -> Option<usize> {
        self.range.as_deref()?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// What happens after the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The connection is closed.
    Close,
    /// It stays open, and nothing comes.
    Hang,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// `200 OK`
    pub status: String,
    pub headers: Vec<String>,
    /// May be shorter than `Content-Length` says.
    pub body: Vec<u8>,
    pub then: Then,
}

impl Reply {
    pub fn new(status: &str, headers: &[String], body: &[u8]) -> Self {
        Self { status: status.to_owned(), headers: headers.to_vec(), body: body.to_vec(), then: Then::Close }
    }

    /// All of a file.
    pub fn whole(file: &[u8], tag: &str) -> Self {
        Self::new("200 OK", &[format!("Content-Length: {}", file.len()), format!("ETag: {tag}")], file)
    }

    /// The file from byte `from`.
    pub fn rest(file: &[u8], tag: &str, from: usize) -> Self {
        let range = format!("Content-Range: bytes {from}-{}/{}", file.len() - 1, file.len());
        let length = format!("Content-Length: {}", file.len() - from);
        Self::new("206 Partial Content", &[length, range, format!("ETag: {tag}")], &file[from..])
    }

    /// What a server that knows ranges answers.
    pub fn proper(asked: &Asked, file: &[u8], tag: &str) -> Self {
        match asked.from() {
            Some(from) if asked.if_range.as_deref() == Some(tag) => Self::rest(file, tag, from),
            _ => Self::whole(file, tag),
        }
    }

    /// The same, but only the first bytes of the body come.
    pub fn cut(mut self, bytes: usize, then: Then) -> Self {
        self.body.truncate(bytes);
        self.then = then;
        self
    }
}

/// Listens until the test ends.
pub struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// `answer` is given the request and its number, from 0. The certificate of the issuer is written to
    /// `issuer.pem` in `folder`, for `SSL_CERT_FILE`.
    pub fn start(folder: &Path, answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let config = config(&folder.join("issuer.pem"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
        let port = listener.local_addr().expect("address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, log, answer) = (Arc::clone(&config), Arc::clone(&log), Arc::clone(&answer));
                thread::spawn(move || serve(stream.ok()?, config, &log, answer.as_ref()));
            }
        });
        Self { port, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}/{path}", self.port)
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("lock").clone()
    }
}

/// One request and its answer; `None` when the client goes away or does not trust the certificate.
fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    log: &Mutex<Vec<Asked>>,
    answer: &(impl Fn(&Asked, usize) -> Reply + ?Sized),
) -> Option<()> {
    let mut stream = StreamOwned::new(ServerConnection::new(config).ok()?, stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let asked = Asked::parse(&String::from_utf8_lossy(&head));
    let number = {
        let mut log = log.lock().ok()?;
        log.push(asked.clone());
        log.len() - 1
    };
    let reply = answer(&asked, number);
    let headers: String = reply.headers.iter().map(|line| format!("{line}\r\n")).collect();
    write!(stream, "HTTP/1.1 {}\r\n{headers}Connection: close\r\n\r\n", reply.status).ok()?;
    stream.write_all(&reply.body).ok()?;
    stream.flush().ok()?;
    if reply.then == Then::Hang {
        // Until the client has gone.
        stream.sock.read_to_end(&mut Vec::new()).ok()?;
    }
    Some(())
}

/// A new issuer and a certificate for 127.0.0.1.
fn config(issuer_file: &Path) -> Arc<ServerConfig> {
    let mut issuer = CertificateParams::new(Vec::new()).expect("parameters");
    issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    issuer.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    issuer.distinguished_name.push(DnType::CommonName, "issuer of one test");
    let issuer_key = KeyPair::generate().expect("key");
    let trusted = issuer.self_signed(&issuer_key).expect("issuer");
    std::fs::write(issuer_file, trusted.pem()).expect("write");
    let key = KeyPair::generate().expect("key");
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()])
        .and_then(|server| server.signed_by(&key, &Issuer::new(issuer, issuer_key)))
        .expect("certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder().with_no_client_auth();
    Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).expect("config"))
}
