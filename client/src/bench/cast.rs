//! Who plays: members with their keys, and their signatures.

use std::path::Path;

use ed25519_dalek::SigningKey;
use tally_contracts::Action;
use tally_contracts::types::{Height, MemberId, PublicKey};
use tally_keys::{KeyFile, Passphrase, PassphraseSource};
use tally_proto::{TransactionDraft, signing, v1};

use super::error::BenchError;
use super::network::{MemberEntry, NetworkFile, Part};
use crate::sdk::{Envelope, Reader, RequestId};

/// A player by its place in the cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat(usize);

/// Who shall do what.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Who signs.
    pub by: Seat,
    /// What.
    pub action: Action,
}

/// Everybody who plays.
pub struct Cast {
    chain_id: String,
    players: Vec<Player>,
    /// Keep deposits and buy.
    pub banks: Vec<Seat>,
    /// Issue and owe.
    pub anchors: Vec<Seat>,
    /// Hold, pay on and sell.
    pub suppliers: Vec<Seat>,
}

struct Player {
    id: MemberId,
    key: SigningKey,
    public: PublicKey,
}

impl Cast {
    /// Opens everybody's key.
    pub fn open(network: &NetworkFile) -> Result<Self, BenchError> {
        let source = PassphraseSource::File(network.passphrase_file.clone());
        let passphrase = Passphrase::obtain(&source, "the members' keys")?;
        let keys = open_keys(&network.members, &passphrase)?;
        let mut cast = Self {
            chain_id: network.chain_id.clone(),
            players: Vec::new(),
            banks: Vec::new(),
            anchors: Vec::new(),
            suppliers: Vec::new(),
        };
        for (entry, key) in network.members.iter().zip(keys) {
            let seat = Seat(cast.players.len());
            let public = signing::public_key(&key);
            cast.players.push(Player { id: MemberId::new(&entry.id)?, key, public });
            match entry.part {
                Part::Bank => cast.banks.push(seat),
                Part::Anchor => cast.anchors.push(seat),
                Part::Supplier => cast.suppliers.push(seat),
            }
        }
        at_least("bank", cast.banks.len(), 1)?;
        at_least("anchor", cast.anchors.len(), 2)?;
        at_least("supplier", cast.suppliers.len(), 2)?;
        Ok(cast)
    }

    /// What signatures are for.
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    /// A player that reads.
    pub fn reader(&self, seat: Seat) -> Reader {
        let player = self.player(seat);
        Reader::new(&self.chain_id, player.id, player.key.clone())
    }

    /// How many members sign.
    pub fn len(&self) -> usize {
        self.players.len()
    }

    /// A player's member.
    pub fn id(&self, seat: Seat) -> MemberId {
        self.player(seat).id
    }

    /// Signs an order: what is sent, and its id. The generator's largest cost is the signature itself.
    pub fn sign(&self, order: Order, request_id: RequestId, valid_until: Height) -> Envelope {
        let player = self.player(order.by);
        let draft = TransactionDraft {
            request_id,
            sender: player.id,
            signers: vec![player.public],
            valid_until,
            action: order.action,
        };
        let body = draft.encode();
        let id = signing::transaction_id(&self.chain_id, &body);
        let signature = signing::sign_body(&self.chain_id, &body, &player.key);
        let signed = v1::transaction::SignedTransaction { body, signatures: vec![signature.to_vec()] };
        Envelope { id, bytes: prost::Message::encode_to_vec(&signed) }
    }

    /// The keys of everybody, for the yardsticks.
    pub fn keys(&self) -> impl Iterator<Item = &SigningKey> {
        self.players.iter().map(|player| &player.key)
    }

    fn player(&self, seat: Seat) -> &Player {
        self.players.get(seat.0).expect("seats are made with their players, which never leave")
    }
}

/// Deriving a key's cipher is slow by design, so that every core helps.
fn open_keys(members: &[MemberEntry], passphrase: &Passphrase) -> Result<Vec<SigningKey>, BenchError> {
    let open = |path: &Path| Ok(KeyFile::open(path, passphrase)?);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let share = members.len().div_ceil(workers).max(1);
    std::thread::scope(|scope| {
        let opening: Vec<_> = members
            .chunks(share)
            .map(|members| {
                scope.spawn(move || {
                    members.iter().map(|entry| open(&entry.key_file)).collect::<Result<Vec<_>, BenchError>>()
                })
            })
            .collect();
        let opened = opening.into_iter().map(|worker| worker.join().expect("opening a key never panics"));
        Ok(opened.collect::<Result<Vec<_>, _>>()?.concat())
    })
}

fn at_least(part: &'static str, found: usize, needed: usize) -> Result<(), BenchError> {
    if found < needed {
        return Err(BenchError::TooFew { part, found, needed });
    }
    Ok(())
}
