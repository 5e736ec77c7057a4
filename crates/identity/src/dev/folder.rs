//! A folder with everything that TLS and identity need on a developer's machine.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use identifiers::Agb;

use super::{Authority, DevError, Issued, Period};

/// How long it is all valid, in days.
const DAYS: i64 = 90;
/// Stands on top of every file.
const NOTICE: &str = "# For development only: made by `zorginkoop dev-certs`, with keys that lie in plain files.\n";

/// The services; each has a certificate to follow the others' feeds with.
pub const SERVICES: [&str; 5] = ["registration", "tariffing", "budget", "homecare", "screening"];

/// People and systems of an office: their names, and the role each has.
const PEOPLE: [(&str, &str); 8] = [
    ("adapter", "adapter"),
    ("purchaser-1", "purchaser"),
    ("purchaser-2", "purchaser"),
    ("decider-1", "decider"),
    ("decider-2", "decider"),
    ("investigator", "investigator"),
    ("operator", "operator"),
    ("auditor", "auditor"),
];

/// Who removes what was kept long enough. What belongs to no office is among it, which takes a role for every office; the
/// operator of one office is not given that.
const PURGE: &str = "purge";

/// What is written.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The office that the certificates of people and systems are for, by its short name.
    pub office: String,
    /// Other offices; each has a purchaser, with which to see that it is kept out of the first one's data.
    pub other_offices: Vec<String>,
    /// The providers that the adapter's certificate carries.
    pub agbs: Vec<Agb>,
    /// From when it is valid.
    pub now: DateTime<Utc>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name in the folder.
    pub name: String,
    /// What it is.
    pub about: String,
}

/// A file that is going to be written.
struct File {
    name: String,
    about: String,
    text: String,
}

impl Contents {
    /// Writes the files into a folder, which is made when it is missing; all of them readable by their owner only.
    /// Files of other names are left alone. Services that use the files take the new ones by themselves.
    ///
    /// # Errors
    /// When a file is there already and `replace` was not asked for, or something can't be made or written.
    pub fn write(&self, folder: &Path, replace: bool) -> Result<Vec<Written>, DevError> {
        let files = self.files()?;
        let existing = files.iter().map(|file| folder.join(&file.name)).find(|path| path.exists());
        if let (Some(path), false) = (existing, replace) {
            return Err(DevError::Exists(path));
        }
        fs::create_dir_all(folder).map_err(|source| DevError::Io { path: folder.to_owned(), source })?;
        for file in &files {
            let path = folder.join(&file.name);
            put(&path, &format!("{NOTICE}{}", file.text)).map_err(|source| DevError::Io { path, source })?;
        }
        Ok(files.into_iter().map(|File { name, about, .. }| Written { name, about }).collect())
    }

    fn files(&self) -> Result<Vec<File>, DevError> {
        let period = Period::days(self.now, DAYS);
        let authority = Authority::new("zorginkoop development CA", period)?;
        let mut files = Vec::new();
        let mut file = |name: &str, about: &str, text: &str| {
            files.push(File { name: name.to_owned(), about: about.to_owned(), text: text.to_owned() });
        };
        file("ca.pem", "the development CA, of servers and clients", &authority.certificate());
        file("ca.key", "its private key", authority.key());
        file("crl.pem", "its list of revoked certificates: none", &authority.revocation_list(&[], period)?);
        let mut pair = |name: &str, about: &str, issued: &Issued| {
            file(&format!("{name}.pem"), about, &issued.certificate);
            file(&format!("{name}.key"), "its private key", &issued.key);
        };
        let names = ["dns:localhost", "ip:127.0.0.1", "ip:::1"].map(str::to_owned);
        let names: Vec<String> =
            names.into_iter().chain(SERVICES.iter().map(|service| format!("dns:{service}"))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        pair("server", "all five services on this machine", &authority.server(&names, period)?);
        for (who, role) in PEOPLE {
            let mut names = vec![self.san(who)];
            if role == "adapter" {
                names.extend(self.agbs.iter().map(|agb| format!("uri:urn:zorginkoop:agb:{agb}")));
            }
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            pair(who, &format!("a client: {role} of {}", self.office), &authority.client(&names, period)?);
        }
        for office in &self.other_offices {
            let issued = authority.client(&[&other_san(office)], period)?;
            pair(&format!("purchaser-{office}"), &format!("a client: purchaser of {office}"), &issued);
        }
        for service in SERVICES {
            let about = format!("a client: {service}, which follows the feeds of others");
            pair(&format!("service-{service}"), &about, &authority.client(&[&service_san(service)], period)?);
        }
        let issued = authority.client(&[&of_no_office(PURGE)], period)?;
        pair(PURGE, "a client: the nightly purge, operator of every office", &issued);
        file("identities.toml", "the identity map: what each of the clients may do", &self.map());
        Ok(files)
    }

    fn map(&self) -> String {
        let mut text = String::new();
        let mut entry = |san: &str, name: &str, role: &str, office: &str| {
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "\n[[certificate]]\nsan = \"{san}\"\nname = \"{name}\"\n\
                 grants = [{{ roles = [\"{role}\"], offices = [\"{office}\"] }}]\n"
            );
        };
        for (who, role) in PEOPLE {
            entry(&self.san(who), &format!("{who}-{}", self.office), role, &self.office);
        }
        for office in &self.other_offices {
            entry(&other_san(office), &format!("purchaser-{office}"), "purchaser", office);
        }
        for service in SERVICES {
            // Screening asks registration who the people are that it looks up.
            let roles = if service == "screening" { "service\", \"investigator" } else { "service" };
            entry(&service_san(service), service, roles, "*");
        }
        entry(&of_no_office(PURGE), PURGE, "operator", "*");
        text
    }

    fn san(&self, who: &str) -> String {
        format!("uri:urn:zorginkoop:development:{}:{who}", self.office)
    }
}

fn other_san(office: &str) -> String {
    format!("uri:urn:zorginkoop:development:{office}:purchaser")
}

fn service_san(service: &str) -> String {
    of_no_office(&format!("service:{service}"))
}

fn of_no_office(who: &str) -> String {
    format!("uri:urn:zorginkoop:development:{who}")
}

/// Writes a file beside its place and moves it there, so that nobody reads half of it.
fn put(path: &Path, text: &str) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // One that was left behind may be open to others.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&beside)?.write_all(text.as_bytes())?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use contract::access::Role;

    use super::*;
    use crate::{ClientSettings, IdentitySettings, Offices, TlsSettings, check, map::IdentityMap};

    fn contents() -> Contents {
        Contents {
            office: "vgz".to_owned(),
            other_offices: vec!["cz".to_owned()],
            agbs: vec!["41410001".parse().unwrap()],
            now: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        }
    }

    #[test]
    fn what_is_written_is_in_order_and_says_what_it_is_for() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("certs");
        let written = contents().write(&out, false).unwrap();
        for file in &written {
            let path = out.join(&file.name);
            assert!(fs::read_to_string(&path).unwrap().starts_with("# For development only"), "{}", file.name);
            #[cfg(unix)]
            {
                let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
                assert_eq!(mode & 0o777, 0o600, "{}", file.name);
            }
        }
        let mut tls: TlsSettings =
            toml::from_str("certificate = 'server.pem'\nkey = 'server.key'\nclient_ca = 'ca.pem'\ncrl = 'crl.pem'")
                .unwrap();
        tls.resolve(&out);
        let identity = IdentitySettings { map: out.join("identities.toml"), tokens: None };
        let people = PEOPLE.map(|(name, _)| name.to_owned()).into_iter().chain([PURGE.to_owned()]);
        for name in people.chain(SERVICES.map(|name| format!("service-{name}"))) {
            let (certificate, key) = (out.join(format!("{name}.pem")), out.join(format!("{name}.key")));
            let client = ClientSettings { certificate, key, ca: out.join("ca.pem") };
            assert_eq!(check(Some(&tls), Some(&identity), Some(&client)), []);
        }
    }

    #[test]
    fn only_the_purge_is_an_operator_of_every_office() {
        let map = IdentityMap::read(Path::new("identities.toml"), contents().map().as_bytes()).unwrap();
        let operators = map.certificates.values().filter(|entry| entry.grants[0].roles.contains(&Role::Operator));
        let operators = operators.map(|entry| (entry.name.as_str(), entry.grants[0].offices.clone()));
        let mut operators: Vec<(&str, Offices)> = operators.collect();
        operators.sort_by_key(|(name, _)| *name);
        let vgz = Offices::Only(["vgz".to_owned()].into());
        assert_eq!(operators, [("operator-vgz", vgz), ("purge", Offices::All)]);
    }

    #[test]
    fn only_its_own_files_are_replaced_and_only_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("precious"), "x").unwrap();
        contents().write(folder.path(), false).unwrap();
        let before = fs::read(folder.path().join("ca.pem")).unwrap();
        assert!(
            matches!(contents().write(folder.path(), false), Err(DevError::Exists(path)) if path.ends_with("ca.pem"))
        );
        assert_eq!(fs::read(folder.path().join("ca.pem")).unwrap(), before);
        contents().write(folder.path(), true).unwrap();
        assert_ne!(fs::read(folder.path().join("ca.pem")).unwrap(), before);
        assert!(folder.path().join("precious").exists());
    }
}
