//! One member's key at full rate: transactions that hold, the same ones again, and ones whose signature does not.

use std::time::Duration;

use tally_client::sdk::{Client, ClientError, Envelope, SubmitMany, Trust, random_request_id, valid_until};
use tally_contracts::types::{Height, MemberId};
use tally_keys::{KeyFile, Passphrase, PassphraseSource, SigningKey};
use tally_proto::{TransactionDraft, signing, transaction};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::super::HostileError;
use super::super::honest::credit;
use super::{Attack, Orders};

/// Transactions between two ticks.
const BATCH: usize = 25;
/// Bytes of an encoded signature, which come last.
const SIGNATURE_BYTES: usize = 64;
/// How long transactions are signed for the same last height.
const REFRESH: Duration = Duration::from_secs(5);
/// Before a broken stream is opened again.
const PAUSE: Duration = Duration::from_secs(1);

/// What is flooded with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Valid,
    Replayed,
    WrongSignature,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Valid, Self::Replayed, Self::WrongSignature];

    /// Transactions a second at each node.
    const fn per_second(self) -> u32 {
        match self {
            Self::Valid => 500,
            Self::Replayed => 200,
            Self::WrongSignature => 100,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Valid => "flood of one key: valid",
            Self::Replayed => "flood of one key: replayed",
            Self::WrongSignature => "flood of one key: wrong signature",
        }
    }
}

/// The member whose key floods.
pub struct Flooder {
    member: MemberId,
    owner: MemberId,
    key: SigningKey,
    chain_id: String,
    trust: Trust,
}

impl Flooder {
    /// With the member's own key file.
    pub fn open(orders: &Orders) -> Result<Self, HostileError> {
        let passphrase =
            Passphrase::obtain(&PassphraseSource::File(orders.passphrase_file.clone()), "the attack")?;
        Ok(Self {
            member: MemberId::new(&orders.member)?,
            owner: MemberId::new(&orders.owner)?,
            key: KeyFile::open(&orders.key_file, &passphrase)?,
            chain_id: orders.chain_id.clone(),
            trust: Trust::load(&orders.authority, None)?,
        })
    }

    fn sign(&self, last: Height) -> Result<Envelope, HostileError> {
        let request_id = random_request_id()?;
        let draft = TransactionDraft {
            request_id,
            sender: self.member,
            signers: vec![signing::public_key(&self.key)],
            valid_until: last,
            action: credit(self.owner, &hex::encode(request_id))?,
        };
        Ok(transaction::sign(draft.encode(), &self.chain_id, std::slice::from_ref(&self.key))?.into())
    }

    fn batch(
        &self,
        kind: Kind,
        last: Height,
        first: &mut Vec<Envelope>,
    ) -> Result<Vec<Envelope>, HostileError> {
        if kind == Kind::Replayed && !first.is_empty() {
            return Ok(first.clone());
        }
        let mut batch = (0..BATCH).map(|_| self.sign(last)).collect::<Result<Vec<_>, _>>()?;
        if kind == Kind::WrongSignature {
            for envelope in &mut batch {
                let at = envelope.bytes.len().saturating_sub(SIGNATURE_BYTES);
                if let Some(byte) = envelope.bytes.get_mut(at) {
                    *byte ^= 1;
                }
            }
        }
        *first = batch.clone();
        Ok(batch)
    }
}

/// Floods one node for as long as the attack lasts.
pub async fn run(attack: &Attack, flooder: &Flooder, url: &str, kind: Kind) -> Result<(), HostileError> {
    let client = Client::trusting(&[url], Some(&flooder.trust))?;
    let ticks = kind.per_second() / u32::try_from(BATCH).unwrap_or(1);
    let mut ticks = interval(Duration::from_secs(1) / ticks.max(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (mut stream, mut first) = (client.submit_many(), Vec::new());
    let mut last: Option<(Height, Instant)> = None;
    loop {
        tokio::select! {
            answers = stream.next() => if !heard(attack, kind, answers) {
                sleep(PAUSE).await;
                stream = client.submit_many();
            },
            _ = ticks.tick() => {
                let height = match last {
                    Some((height, since)) if since.elapsed() < REFRESH => height,
                    _ => match valid_until(&client, &flooder.chain_id).await {
                        Ok(height) => height,
                        // a node that does not answer its attacker
                        Err(_) => continue,
                    },
                };
                last = Some(last.filter(|(known, _)| *known == height).unwrap_or((height, Instant::now())));
                hand_in(attack, kind, &mut stream, flooder.batch(kind, height, &mut first)?)?;
            }
        }
    }
}

fn hand_in(
    attack: &Attack,
    kind: Kind,
    stream: &mut SubmitMany,
    batch: Vec<Envelope>,
) -> Result<(), HostileError> {
    let count = batch.len();
    if stream.room() >= count {
        stream.hand_in(batch)?;
        attack.tally.many(kind.name(), count);
    }
    Ok(())
}

/// False where the stream is over.
fn heard(
    attack: &Attack,
    kind: Kind,
    answers: Option<Result<Vec<tally_client::sdk::Answer>, ClientError>>,
) -> bool {
    let Some(Ok(answers)) = answers else { return false };
    for answer in answers {
        let told = match (kind, answer.outcome) {
            (Kind::Valid, Ok(_)) => "flood of one key: valid, answered",
            (Kind::Valid, Err(_)) => "flood of one key: valid, refused as too fast",
            (Kind::Replayed, _) => "flood of one key: replayed, answered",
            (Kind::WrongSignature, _) => "flood of one key: wrong signature, refused",
        };
        attack.tally.one(told);
    }
    true
}
