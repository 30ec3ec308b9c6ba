//! Reading: each member asks its node everything that can be asked, and what comes back is searched at once.

use std::sync::Arc;

use tally_contracts::types::MemberId;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::error::CanaryError;
use super::limits::{QUESTIONS_AT_ONCE, READERS_AT_ONCE, STREAM_SILENCE};
use super::search::{Hits, Search};
use super::world::World;
use crate::questions::{Asker, Question, everything, is_stream};

/// What was found somewhere.
#[derive(Debug, Default)]
pub struct Found {
    /// By canary.
    pub hits: Hits,
    /// Bytes that were searched.
    pub bytes: u64,
    /// Questions that were asked, or files that were read.
    pub pieces: u64,
}

impl Found {
    /// Searches one more piece.
    pub fn look(&mut self, search: &Search, bytes: &[u8], place: impl Fn() -> String) {
        search.look(bytes, place, &mut self.hits);
        self.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.pieces += 1;
    }

    /// The same with what was found elsewhere.
    pub fn join(&mut self, other: Self) {
        for (canary, hit) in other.hits {
            self.hits.entry(canary).or_insert(hit);
        }
        self.bytes += other.bytes;
        self.pieces += other.pieces;
    }
}

/// What every member's questions brought it, the regulator's too.
pub async fn everybody(
    world: &World,
    search: &Arc<Search>,
    progress: impl Fn(usize),
) -> Result<Vec<(MemberId, Found)>, CanaryError> {
    let questions = Arc::new(everything(&world.extent));
    let places = Arc::new(Semaphore::new(READERS_AT_ONCE));
    let mut tasks = JoinSet::new();
    let urls = world.network.urls();
    let readers = world.cast.members().chain([world.cast.regulator]);
    for (number, member) in readers.enumerate() {
        let key = world.network.key_of(member)?;
        let url = own_node(world, member).unwrap_or_else(|| urls[number % urls.len().max(1)].clone());
        let chain_id = world.floor.chain_id.clone();
        let (questions, search) = (Arc::clone(&questions), Arc::clone(search));
        let places = Arc::clone(&places);
        tasks.spawn(async move {
            // the semaphore is never closed
            let _place = places.acquire_owned().await.ok();
            let asker = Asker::connect((member, &key), &url, &chain_id).await?;
            Ok::<_, CanaryError>((member, ask_all(asker, questions, search).await?))
        });
    }
    let mut found = Vec::new();
    while let Some(done) = tasks.join_next().await {
        found.push(done??);
        progress(found.len());
    }
    found.sort_by_key(|(member, _)| *member);
    Ok(found)
}

/// The same of one member at one node.
pub async fn at(
    world: &World,
    search: &Arc<Search>,
    (member, url): (MemberId, String),
) -> Result<Found, CanaryError> {
    let key = world.network.key_of(member)?;
    let asker = Asker::connect((member, &key), &url, &world.floor.chain_id).await?;
    ask_all(asker, Arc::new(everything(&world.extent)), Arc::clone(search)).await
}

/// Who operates a node asks that one.
fn own_node(world: &World, member: MemberId) -> Option<String> {
    let node = world.network.nodes().iter().find(|node| node.name == member.as_str());
    node.map(crate::network::Node::url)
}

async fn ask_all(
    asker: Asker,
    questions: Arc<Vec<Question>>,
    search: Arc<Search>,
) -> Result<Found, CanaryError> {
    let mut tasks = JoinSet::new();
    for worker in 0..QUESTIONS_AT_ONCE {
        let (asker, questions, search) = (asker.clone(), Arc::clone(&questions), Arc::clone(&search));
        tasks.spawn(async move {
            let mut found = Found::default();
            for question in questions.iter().skip(worker).step_by(QUESTIONS_AT_ONCE) {
                let told = tell(&asker, question).await?;
                let place = || format!("{} {}", short(question.method), question.what);
                found.look(&search, &told, place);
            }
            Ok::<_, CanaryError>(found)
        });
    }
    let mut found = Found::default();
    while let Some(done) = tasks.join_next().await {
        found.join(done??);
    }
    Ok(found)
}

async fn tell(asker: &Asker, question: &Question) -> Result<Vec<u8>, CanaryError> {
    if is_stream(question.method) {
        return Ok(asker.listen(question.method, &question.message, STREAM_SILENCE).await?);
    }
    Ok(asker.ask(question.method, &question.message).await?.everything())
}

/// A path without its package.
fn short(method: &str) -> &str {
    method.rsplit_once('.').map_or(method, |(_, short)| short)
}

/// Each document as each of its readers opens it.
pub async fn opened(
    world: &World,
    search: &Search,
    found: &mut [(MemberId, Found)],
) -> Result<(), CanaryError> {
    for deal in &world.deals {
        let document = deal.document;
        for reader in deal.readers.iter().chain([&world.cast.regulator]) {
            let actor = world.floor.actor(*reader)?;
            let (papers, chain_id) = (&world.floor.papers, &world.floor.chain_id);
            let content = papers.read((*reader, actor.client()), chain_id, document).await?;
            if let Some((_, own)) = found.iter_mut().find(|(member, _)| member == reader) {
                own.look(search, &content, || format!("{document}, opened"));
            }
        }
    }
    Ok(())
}
