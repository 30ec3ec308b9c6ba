//! Rotations in one command each: whatever interrupts one, the same command goes on with it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tally_contracts::Action;
use tally_contracts::governance::RotateConsensusKey;
use tally_contracts::limits::KEY_CHANGE_DELAY_BLOCKS;
use tally_contracts::member::{AddKey, KeyCapacity, RevokeKey};
use tally_contracts::types::{Height, MemberId, PublicKey};
use tally_keys::{Cost, KeyError, KeyHandle, KeyUri, Passphrase, PassphraseSource, Pkcs11Signer, rotate};
use tally_proto::v1::ledger::ListValidatorsRequest;
use tally_proto::v1::member::{KeyCapacity as WireCapacity, Member, MemberKey};
use tokio::time::{Instant, sleep};

use super::context::{Context, Mode};
use super::error::CommandError;
use super::show::RotatedRow;
use crate::sdk::{Client, Outcome, Session, Wait, random_request_id};

/// Blocks and machines have so long to follow.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// A key beside the one in use.
struct Pair {
    from: PublicKey,
    to: PublicKey,
    next: KeyHandle,
}

/// When a member's next key ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// When the one in use would have.
    AsBefore,
    /// After this height.
    After(Height),
    /// When it is revoked.
    Never,
}

impl End {
    /// The last height of the key that takes the place of `old`.
    fn last_height(self, old: &MemberKey) -> Option<Height> {
        match self {
            Self::AsBefore => last_height(old),
            Self::After(height) => Some(height),
            Self::Never => None,
        }
    }
}

/// Registers the next key of the acting member, revokes the one in use with it, and puts it in its place.
pub async fn member(context: &Context, end: End) -> Result<(), CommandError> {
    let place = context.settings().key_file()?.value.clone();
    let pair = prepare(&place, &context.settings().passphrase.value)?;
    let member = context.member()?;
    let record = record(context.client()?, member).await?;
    let old = key_of(&record, pair.from).ok_or_else(|| missing("the key in use, on the ledger"))?;
    let next = key_of(&record, pair.to);
    let last_height = next.as_ref().map_or_else(|| end.last_height(&old), last_height);
    if last_height.is_some() && !leaves_one_without_end(&record, &pair) {
        return Err(CommandError::LastKey);
    }
    if next.is_none() {
        let (key, capacity) = (pair.to, capacity(old.capacity));
        let action = Action::AddKey(AddKey { key, capacity, last_height });
        if context.mode != Mode::Submit {
            return context.act(action).await;
        }
        context.tell(&context.perform(action).await?)?;
    }
    let (record, tip) = until(|| counts(context, member, pair.to)).await?;
    if key_of(&record, pair.from).is_some_and(|key| outlasts_revocation(&key, tip)) {
        // by the next key: if it did not sign, the old one must not go
        let action = Action::RevokeKey(RevokeKey { key: pair.from });
        context.tell(&act_with(context, pair.next.clone(), action).await?)?;
    }
    finish(&place, pair.from, &context.settings().passphrase.value)?;
    context.show(&RotatedRow::new(member, pair.from, pair.to).until(last_height))
}

/// Gives a validator the next key, and waits until its node votes with it.
pub async fn validator(
    context: &Context,
    place: &Path,
    passphrase_file: PathBuf,
) -> Result<(), CommandError> {
    let source = PassphraseSource::File(passphrase_file);
    let pair = prepare(place, &source)?;
    let action = RotateConsensusKey { from: pair.from, to: pair.to };
    if context.mode != Mode::Submit {
        return context.act(Action::RotateConsensusKey(action)).await;
    }
    if !votes(context, pair.to).await? {
        context.tell(&context.perform(Action::RotateConsensusKey(action)).await?)?;
    }
    let to = pair.to;
    // the node puts the key in its place when it begins to vote with it
    let moved = async || {
        let is_moved = KeyHandle::inspect(place).is_ok_and(|key| key.to_bytes() == to.0);
        Ok(is_moved.then_some(()))
    };
    until(moved).await?;
    context.show(&RotatedRow::new(context.member()?, pair.from, pair.to))
}

/// The key in use and the next one, which is made unless an interrupted rotation made it.
fn prepare(place: &Path, source: &PassphraseSource) -> Result<Pair, KeyError> {
    let purpose = place.display().to_string();
    let secret = || Passphrase::obtain(source, &purpose);
    let next_place: PathBuf = match KeyUri::of(place)? {
        Some(uri) => uri.next_reference().into(),
        None => rotate::next_path(place),
    };
    match KeyUri::of(&next_place)? {
        Some(next) if Pkcs11Signer::inspect(&next).is_err() => {
            Pkcs11Signer::create(&next, secret)?;
        }
        Some(_) => {}
        None => {
            rotate::prepare(place, &secret()?, Cost::Standard)?;
        }
    }
    let from = PublicKey(KeyHandle::inspect(place)?.to_bytes());
    let next = KeyHandle::open(&next_place, secret)?;
    Ok(Pair { from, to: PublicKey(next.public().to_bytes()), next })
}

fn finish(place: &Path, from: PublicKey, source: &PassphraseSource) -> Result<(), KeyError> {
    let Some(uri) = KeyUri::of(place)? else {
        rotate::finish(place)?;
        return Ok(());
    };
    let secret = || Passphrase::obtain(source, uri.reference());
    let next: PathBuf = uri.next_reference().into();
    let retired = format!("{}.retired-{}", uri.object, hex::encode(&from.0[..8]));
    Pkcs11Signer::rename(&uri, &retired, secret)?;
    match KeyUri::of(&next)? {
        Some(next) => Pkcs11Signer::rename(&next, &uri.object, secret),
        None => Ok(()),
    }
}

async fn record(client: &Client, member: MemberId) -> Result<Member, CommandError> {
    let standing = client.member_standing(member).await?;
    standing.member.ok_or_else(|| missing("the member's record"))
}

fn missing(what: &'static str) -> CommandError {
    CommandError::Missing { what, hint: "look at it with tally member get" }
}

fn key_of(member: &Member, key: PublicKey) -> Option<MemberKey> {
    member.keys.iter().find(|own| own.public_key == key.0).cloned()
}

/// At which a key signs for the last time, where that is settled.
fn last_height(key: &MemberKey) -> Option<Height> {
    key.revoked_from_height.map(|from| Height::new(from.saturating_sub(1)))
}

/// Whether a key without an end is left where both of a pair have gone: the ledger lets nobody be without.
fn leaves_one_without_end(member: &Member, pair: &Pair) -> bool {
    let is_other = |key: &MemberKey| key.public_key != pair.from.0 && key.public_key != pair.to.0;
    member.keys.iter().any(|key| is_other(key) && key.revoked_from_height.is_none())
}

/// Whether a key would still sign when a revocation in the next block counts. One that was given a last height would, for as
/// long as that is away.
fn outlasts_revocation(key: &MemberKey, tip: u64) -> bool {
    let revoked_from = tip.saturating_add(1).saturating_add(KEY_CHANGE_DELAY_BLOCKS);
    key.revoked_from_height.is_none_or(|end| end > revoked_from)
}

fn capacity(wire: i32) -> KeyCapacity {
    match WireCapacity::try_from(wire) {
        Ok(WireCapacity::Maker) => KeyCapacity::Maker,
        Ok(WireCapacity::Checker) => KeyCapacity::Checker,
        Ok(WireCapacity::Both | WireCapacity::Unspecified) | Err(_) => KeyCapacity::Both,
    }
}

/// The member's record with the height that it is of, once a key counts in the next block.
async fn counts(
    context: &Context,
    member: MemberId,
    key: PublicKey,
) -> Result<Option<(Member, u64)>, CommandError> {
    let standing = context.client()?.member_standing(member).await?;
    let tip = standing.position.as_ref().map(|position| position.height).unwrap_or_default();
    let record = standing.member.ok_or_else(|| missing("the member's record"))?;
    let is_valid = key_of(&record, key).is_some_and(|key| key.valid_from_height <= tip + 1);
    Ok(is_valid.then_some((record, tip)))
}

async fn votes(context: &Context, key: PublicKey) -> Result<bool, CommandError> {
    let answer = context.client()?.validators(ListValidatorsRequest { height: 0 }).await?;
    Ok(answer.validators.iter().any(|one| one.public_key == key.0))
}

async fn act_with(context: &Context, key: KeyHandle, action: Action) -> Result<Outcome, CommandError> {
    let (client, chain_id, member) = (context.client()?.clone(), context.chain_id()?, context.member()?);
    let session = Session::new(client, chain_id, member, vec![key], Some(context.journal()))?;
    Ok(session.request(action, random_request_id()?, Wait::Committed).await?)
}

/// Looks again and again until there is an answer.
async fn until<T>(look: impl AsyncFn() -> Result<Option<T>, CommandError>) -> Result<T, CommandError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if Instant::now() > deadline {
            return Err(CommandError::RotationWaits);
        }
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_revoked_unless_it_ends_by_itself_no_later() {
        let outlasts = |revoked_from_height, tip| {
            outlasts_revocation(&MemberKey { revoked_from_height, ..MemberKey::default() }, tip)
        };
        let soonest = 101 + KEY_CHANGE_DELAY_BLOCKS;
        assert!(outlasts(None, 100), "it has no end");
        assert!(outlasts(Some(soonest + 1), 100), "its last height is further than a revocation");
        assert!(!outlasts(Some(soonest), 100), "an earlier run revoked it");
        assert!(!outlasts(Some(7), 100), "long gone");
    }

    #[test]
    fn the_next_key_ends_with_the_one_before_it_unless_somebody_says_otherwise() {
        let old = MemberKey { revoked_from_height: Some(501), ..MemberKey::default() };
        assert_eq!(End::AsBefore.last_height(&old), Some(Height::new(500)));
        assert_eq!(End::After(Height::new(900)).last_height(&old), Some(Height::new(900)));
        assert_eq!(End::Never.last_height(&old), None);
        assert_eq!(End::AsBefore.last_height(&MemberKey::default()), None);
    }
}
