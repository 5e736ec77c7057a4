//! Locations: which folder, or which part of which bucket.

use std::{
    fs::DirBuilder,
    path::{Path, PathBuf},
    sync::Arc,
};

use object_store::{ObjectStore, local::LocalFileSystem};

use crate::LocationError;

#[derive(Debug, PartialEq, Eq)]
enum Location<'a> {
    Folder(&'a Path),
    S3 { bucket: &'a str, prefix: &'a str },
}

/// The store at a location. A folder that is missing is made, for its owner only.
pub(crate) fn open(location: &str) -> Result<Arc<dyn ObjectStore>, LocationError> {
    match parse(location)? {
        Location::Folder(path) => folder(path),
        Location::S3 { bucket, prefix } => s3(location, bucket, prefix),
    }
}

fn parse(location: &str) -> Result<Location<'_>, LocationError> {
    let not_a_location = || LocationError::NotALocation(location.to_owned());
    match location.split_once("://") {
        None if location.is_empty() => Err(not_a_location()),
        None => Ok(Location::Folder(Path::new(location))),
        Some(("s3", place)) => match place.split_once('/').unwrap_or((place, "")) {
            ("", _) => Err(not_a_location()),
            (bucket, prefix) => Ok(Location::S3 { bucket, prefix: prefix.trim_end_matches('/') }),
        },
        Some(_) => Err(not_a_location()),
    }
}

fn folder(path: &Path) -> Result<Arc<dyn ObjectStore>, LocationError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| LocationError::Folder { path: PathBuf::from(path), source })?;
    let unusable = |source| LocationError::Unusable { location: path.display().to_string(), source };
    Ok(Arc::new(LocalFileSystem::new_with_prefix(path).map_err(unusable)?.with_fsync(true)))
}

#[cfg(feature = "s3")]
fn s3(location: &str, bucket: &str, prefix: &str) -> Result<Arc<dyn ObjectStore>, LocationError> {
    use object_store::{aws::AmazonS3Builder, prefix::PrefixStore};

    // The HTTP client takes its cryptography from the process. That something was installed already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let unusable = |source| LocationError::Unusable { location: location.to_owned(), source };
    let prefix = object_store::path::Path::parse(prefix).map_err(|error| unusable(error.into()))?;
    let bucket = AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(unusable)?;
    Ok(Arc::new(PrefixStore::new(bucket, prefix)))
}

#[cfg(not(feature = "s3"))]
fn s3(location: &str, _bucket: &str, _prefix: &str) -> Result<Arc<dyn ObjectStore>, LocationError> {
    Err(LocationError::WithoutS3(location.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_folder_or_in_a_bucket() {
        for (location, expected) in [
            ("documents", Location::Folder(Path::new("documents"))),
            ("/var/lib/zorginkoop/a b", Location::Folder(Path::new("/var/lib/zorginkoop/a b"))),
            ("s3://bucket", Location::S3 { bucket: "bucket", prefix: "" }),
            ("s3://bucket/", Location::S3 { bucket: "bucket", prefix: "" }),
            ("s3://bucket/a/b/", Location::S3 { bucket: "bucket", prefix: "a/b" }),
        ] {
            assert_eq!(parse(location).unwrap(), expected, "{location}");
        }
    }

    #[test]
    fn everything_else_is_none() {
        for location in ["", "s3://", "s3:///prefix", "gs://bucket", "file:///var", "://"] {
            let error = open(location).unwrap_err();
            assert!(matches!(error, LocationError::NotALocation(_)), "{location}: {error}");
        }
    }

    #[cfg(not(feature = "s3"))]
    #[test]
    fn a_bucket_needs_the_feature() {
        let error = open("s3://bucket/documents").unwrap_err().to_string();
        assert!(error.contains("s3://bucket/documents") && error.contains("feature `s3`"), "{error}");
    }

    #[cfg(feature = "s3")]
    #[test]
    fn a_bucket_opens_without_a_call_to_it() {
        assert_eq!(open("s3://bucket/documents").unwrap().to_string(), "PrefixObjectStore(documents)".to_owned());
        assert!(matches!(open("s3://bucket/a//b"), Err(LocationError::Unusable { .. })));
    }

    #[test]
    fn a_folder_is_made_for_its_owner_only() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a").join("b");
        open(path.to_str().unwrap()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        }
        let file = home.path().join("file");
        std::fs::write(&file, "text").unwrap();
        let error = open(file.to_str().unwrap()).unwrap_err();
        assert!(error.to_string().contains("cannot make the folder"), "{error}");
    }
}
