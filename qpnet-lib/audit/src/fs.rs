//! Files that are either whole or absent: temporary name, `fsync`, rename.

#[cfg(feature = "system")]
mod atomic;
mod error;
mod hashing;
#[cfg(feature = "system")]
mod lock;
#[cfg(feature = "system")]
mod stage;

#[cfg(feature = "system")]
pub use atomic::{create_atomic, read, write_atomic, write_atomic_with};
pub use error::FileError;
pub use hashing::Hashing;
#[cfg(feature = "system")]
pub use lock::{Lock, LockError};
#[cfg(feature = "system")]
pub use stage::{FolderError, Stage, check_free, check_replaceable};
