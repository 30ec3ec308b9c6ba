//! Places: what lies on disks, in logs, metrics and exported files, and who can look there.

use std::fs;
use std::path::{Path, PathBuf};

use tally_contracts::types::MemberId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

use super::canary::{Canary, Kind};
use super::error::{CanaryError, io};
use super::limits::FILE_BYTES_MAX;
use super::read::Found;
use super::search::Search;
use super::wal;
use super::world::World;
use crate::network::{Network, Node, NodeKind};

/// Who can look into a place, and so which canaries may lie there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// A validator's disk: it executes over the whole ledger, and opens no document.
    Ledger,
    /// Logs and metrics are for operators: nothing of anybody's business.
    Nobody,
    /// A member's own folder: what it may meet, as over the API.
    Member(MemberId),
    /// The same of its own node, which holds its own transactions for certain.
    OwnNode(MemberId),
}

impl Sight {
    /// Whether a canary may lie in such a place.
    pub fn may_hold(self, canary: &Canary) -> bool {
        match self {
            Self::Ledger => canary.kind != Kind::DocumentText,
            Self::Nobody => false,
            Self::Member(member) | Self::OwnNode(member) => canary.may.contains(&member),
        }
    }
}

impl Sight {
    /// Whether a canary lies there for certain.
    pub fn must_hold(self, canary: &Canary) -> bool {
        match self {
            Self::Ledger => self.may_hold(canary),
            Self::Nobody | Self::Member(_) => false,
            Self::OwnNode(member) => canary.is_only_for(member),
        }
    }
}

impl Canary {
    /// Whether only this member ever meets it: its own transactions hold it.
    pub fn is_only_for(&self, member: MemberId) -> bool {
        self.kind != Kind::DocumentText && self.may == [member]
    }
}

/// A place with what was found there.
pub struct Place {
    /// For people.
    pub name: String,
    /// Who can look there.
    pub sight: Sight,
    /// What is there.
    pub found: Found,
}

impl Place {
    /// Everything below a folder.
    pub fn folder(
        name: impl Into<String>,
        sight: Sight,
        folder: &Path,
        search: &Search,
    ) -> Result<Self, CanaryError> {
        let mut found = Found::default();
        walk(folder, search, &mut found)?;
        Ok(Self { name: name.into(), sight, found })
    }
}

/// Who can look onto a node's disk: where a member's own node comes along, it is one more line here.
fn sight_of(node: &Node) -> Sight {
    match node.kind {
        NodeKind::Validator | NodeKind::Observer => Sight::Ledger,
    }
}

/// What the network wrote and says of itself.
pub async fn of_network(world: &World, search: &Search) -> Result<Vec<Place>, CanaryError> {
    let mut places = Vec::new();
    for node in world.network.nodes() {
        let disk = format!("disk of {}", node.name);
        places.push(Place::folder(disk, sight_of(node), &node.files.data(), search)?);
        let mut log = Found::default();
        let path = node.files.log();
        read(&path, search, &mut log)?;
        places.push(Place { name: format!("log of {}", node.name), sight: Sight::Nobody, found: log });
        let mut metrics = Found::default();
        let text = scrape(node.addresses.metrics).await?;
        metrics.look(search, &text, || "metrics".to_owned());
        places.push(Place {
            name: format!("metrics of {}", node.name),
            sight: Sight::Nobody,
            found: metrics,
        });
    }
    Ok(places)
}

/// What the real `tally` writes for a member: statements, reports, lists and proofs, with what the command keeps itself.
pub async fn exports(world: &World, search: &Search) -> Result<Vec<Place>, CanaryError> {
    let mut places = Vec::new();
    for member in world.cast.members() {
        let folder = export(world, member).await?;
        let sight = Sight::Member(member);
        places.push(Place::folder(format!("exports of {member}"), sight, &folder, search)?);
    }
    Ok(places)
}

/// Commands whose output is kept, and the file that it is kept in.
const EXPORTS: [(&str, &str); 13] = [
    ("receivables.csv", "receivable list -o csv"),
    ("receivables.json", "receivable list -o json"),
    ("tranches.csv", "tranche list -o csv"),
    ("facilities.json", "facility list -o json"),
    ("deposits.csv", "money balance -o csv"),
    ("members.json", "member list -o json"),
    ("terms.csv", "report terms -o csv"),
    ("costs.csv", "report costs -o csv"),
    ("ageing.json", "report ageing -o json"),
    ("maturity.csv", "report maturity -o csv"),
    ("statement.csv", "report statement --from 2026-02-09 --to 2026-02-09 -o csv"),
    ("statement.json", "report statement --from 2026-02-09 --to 2026-02-09 -o json"),
    ("disclosure.json", "report disclosure --from 2026-02-09 --to 2026-02-09 -o json"),
];

/// Runs the commands with a home of the member's own, in which nothing but its own key lies.
async fn export(world: &World, member: MemberId) -> Result<PathBuf, CanaryError> {
    let layout = world.network.layout();
    let folder = layout.root.join("exports").join(member.as_str());
    let (home, keys) = (folder.join("home"), folder.join("home").join("keys"));
    fs::create_dir_all(&keys).map_err(io(&keys, "create"))?;
    let own_key = layout.member_key(member.as_str());
    for (from, to) in [
        (layout.home().join("profiles.toml"), home.join("profiles.toml")),
        (layout.member_passphrase(), home.join("passphrase")),
        (own_key, keys.join(format!("{member}.pem"))),
    ] {
        fs::copy(&from, &to).map_err(io(&from, "copy"))?;
    }
    let tally = world.network.binary("tally");
    for (file, line) in EXPORTS {
        let output = Command::new(&tally)
            .args(["--as", member.as_str()])
            .args(line.split(' '))
            .env("TALLY_HOME", &home)
            .env_remove("TALLY_PROFILE")
            .kill_on_drop(true)
            .output()
            .await
            .map_err(io(&tally, "run"))?;
        let said = [output.stdout, output.stderr].concat();
        let path = folder.join(file);
        fs::write(&path, said).map_err(io(&path, "write"))?;
    }
    Ok(folder)
}

/// Folders that the caller names.
pub fn also(values: &[String], network: &Network, search: &Search) -> Result<Vec<Place>, CanaryError> {
    let place = |value: &String| {
        let bad = || CanaryError::Also { value: value.clone() };
        let (member, folder) = value.split_once('=').ok_or_else(bad)?;
        let member = MemberId::new(member).map_err(|_| bad())?;
        if !network.plan().members.iter().any(|plan| plan.id == member) {
            return Err(bad());
        }
        Place::folder(format!("{folder} of {member}"), Sight::Member(member), Path::new(folder), search)
    };
    values.iter().map(place).collect()
}

/// Every file, links not followed; what disappears meanwhile, as a database's files do, is not there.
fn walk(folder: &Path, search: &Search, found: &mut Found) -> Result<(), CanaryError> {
    for entry in fs::read_dir(folder).map_err(io(folder, "list"))? {
        let entry = entry.map_err(io(folder, "list"))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(io(folder, "list"))?);
        if kind.is_dir() {
            walk(&path, search, found)?;
        } else if kind.is_file() {
            read(&path, search, found)?;
        }
    }
    Ok(())
}

fn read(path: &Path, search: &Search, found: &mut Found) -> Result<(), CanaryError> {
    let bytes = match fs::metadata(path) {
        Ok(file) => file.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io(path, "look at")(error)),
    };
    if bytes > FILE_BYTES_MAX {
        return Err(CanaryError::FileTooLarge { path: path.to_path_buf(), bytes, limit: FILE_BYTES_MAX });
    }
    match fs::read(path) {
        Ok(mut bytes) if wal::is_log(path) => {
            bytes.extend(wal::content(&bytes));
            found.look(search, &bytes, || path.display().to_string());
        }
        Ok(bytes) => found.look(search, &bytes, || path.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(io(path, "read")(error)),
    }
    Ok(())
}

async fn scrape(address: std::net::SocketAddr) -> Result<Vec<u8>, CanaryError> {
    let here = PathBuf::from(address.to_string());
    let mut stream = TcpStream::connect(address).await.map_err(io(&here, "reach"))?;
    let request = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(io(&here, "ask"))?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.map_err(io(&here, "read"))?;
    Ok(text)
}
