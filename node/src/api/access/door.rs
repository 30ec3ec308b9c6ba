//! A connection's door: the sessions that were opened over it, which end with it, and what its caller may still ask.
use super::super::standing::Standing;
use super::Reader;
use super::quotas::Bucket;
use crate::limits::{
    API_OPEN_CALLS_BURST, API_OPEN_CALLS_PER_SECOND, API_SESSION_LIFETIME, API_SESSIONS_PER_CONNECTION_MAX,
    API_STREAMS_PER_CONNECTION_MAX, API_STRIKES_BURST, API_STRIKES_PER_SECOND,
};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard};
use tally_contracts::types::MemberId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Sessions by token. A token means nothing at another door: whoever steals one must steal the connection too.
#[derive(Debug)]
pub(in super::super) struct Door {
    sessions: Mutex<BTreeMap<[u8; 32], Session>>,
    /// Of calls in nobody's name.
    calls: Mutex<Bucket>,
    /// Streams in nobody's name that are open: submissions, health, reflection.
    streams: Arc<Semaphore>,
    /// Who the connection itself showed to be, by a client's certificate.
    member: Option<MemberId>,
    standing: Arc<Standing>,
    /// Of refusals that are the caller's own doing.
    strikes: Mutex<Bucket>,
    /// Bytes of requests that are in memory.
    held: AtomicUsize,
}

impl Default for Door {
    fn default() -> Self {
        Self::of(None, Arc::default())
    }
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub reader: Reader,
    expires: Instant,
    /// When the ledger was last asked whether the key still counts.
    pub checked: Instant,
}

impl Door {
    /// Of a connection that showed to be this member's; of one that showed nothing with `None`.
    pub(in super::super) fn of(member: Option<MemberId>, standing: Arc<Standing>) -> Self {
        let calls = Bucket::full(API_OPEN_CALLS_PER_SECOND, API_OPEN_CALLS_BURST);
        let strikes = Bucket::full(API_STRIKES_PER_SECOND, API_STRIKES_BURST);
        let streams = Arc::new(Semaphore::new(API_STREAMS_PER_CONNECTION_MAX));
        if member.is_some() {
            standing.know();
        }
        Self {
            sessions: Mutex::default(),
            calls: Mutex::new(calls),
            streams,
            member,
            standing,
            strikes: Mutex::new(strikes),
            held: AtomicUsize::new(0),
        }
    }

    pub(in super::super) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Bytes of requests that are in memory.
    pub(in super::super) fn held(&self) -> &AtomicUsize {
        &self.held
    }

    /// Counts something that no honest client does often; whoever does is shown out.
    pub(in super::super) fn strike(&self) {
        if !self.strikes.lock().expect("nothing panics while it holds the strikes").take() {
            self.standing.show_out();
        }
    }

    /// Whether this member may read here.
    pub(super) fn admits(&self, member: MemberId) -> bool {
        self.member.is_none_or(|own| own == member)
    }

    /// Whether a call in nobody's name may pass now.
    pub(super) fn take_call(&self) -> bool {
        self.calls.lock().expect("nothing panics while it holds the calls").take()
    }

    /// A place for one more stream in nobody's name.
    pub(in super::super) fn stream(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.streams).try_acquire_owned().ok()
    }

    /// Remembers a session; of too many, the one that would end first makes room.
    pub(super) fn open(&self, token: [u8; 32], reader: Reader) {
        let now = Instant::now();
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.expires > now);
        if sessions.len() >= API_SESSIONS_PER_CONNECTION_MAX
            && let Some(first) =
                sessions.iter().min_by_key(|(_, session)| session.expires).map(|(token, _)| *token)
        {
            sessions.remove(&first);
        }
        self.standing.know();
        sessions.insert(token, Session { reader, expires: now + API_SESSION_LIFETIME, checked: now });
    }

    /// The session of this token, unless it ended.
    pub(super) fn session(&self, token: &[u8; 32]) -> Option<Session> {
        let mut sessions = self.lock();
        let session = sessions.get(token)?.clone();
        if session.expires > Instant::now() {
            return Some(session);
        }
        sessions.remove(token);
        None
    }

    /// What the ledger says now about a session's reader; `None` ends it.
    pub(super) fn checked(&self, token: &[u8; 32], reader: Option<&Reader>) {
        let mut sessions = self.lock();
        match reader {
            None => {
                sessions.remove(token);
            }
            Some(reader) => {
                if let Some(session) = sessions.get_mut(token) {
                    session.reader = reader.clone();
                    session.checked = Instant::now();
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Session>> {
        self.sessions.lock().expect("nothing panics while it holds the sessions")
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShownBy;
    use super::*;
    use std::sync::Arc;
    use tally_contracts::types::PublicKey;

    fn reader() -> Reader {
        Reader {
            member: MemberId::new("beta").unwrap(),
            roles: Arc::default(),
            key: PublicKey([1; 32]),
            method: "",
            shown_by: ShownBy::Signature,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_ends_after_its_lifetime() {
        let door = Door::default();
        door.open([1; 32], reader());
        tokio::time::advance(API_SESSION_LIFETIME - std::time::Duration::from_secs(1)).await;
        assert!(door.session(&[1; 32]).is_some());
        assert!(door.session(&[2; 32]).is_none());
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        assert!(door.session(&[1; 32]).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_has_a_bounded_number_of_sessions_and_the_oldest_makes_room() {
        let door = Door::default();
        for number in 0..=API_SESSIONS_PER_CONNECTION_MAX {
            door.open([u8::try_from(number).unwrap(); 32], reader());
            tokio::time::advance(std::time::Duration::from_millis(1)).await;
        }
        assert_eq!(door.lock().len(), API_SESSIONS_PER_CONNECTION_MAX);
        assert!(door.session(&[0; 32]).is_none() && door.session(&[1; 32]).is_some());
        door.checked(&[1; 32], None);
        assert!(door.session(&[1; 32]).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_few_mistakes_are_forgiven_and_a_flood_of_them_is_shown_out() {
        let door = Door::default();
        let must_go = || door.standing().must_go(&std::task::Context::from_waker(std::task::Waker::noop()));
        (0..API_STRIKES_BURST).for_each(|_| door.strike());
        assert!(!must_go());
        door.strike();
        assert!(must_go());
    }
}
