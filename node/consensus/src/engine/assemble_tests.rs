//! Parts in good and bad order, forged, oversized, missing and repeated.

use super::*;
use crate::engine::split::Publisher;
use crate::keys::SecretKey;
use crate::types::{BlockId, Validator, ValidatorKey};

const CHAIN: &str = "chain";
const BLOCK_BYTES_MAX: usize = 16 * PART_BYTES_MIN;

fn secret(byte: u8) -> SecretKey {
    SecretKey::new([byte; 32])
}

fn validators() -> ValidatorSet {
    let member = |byte| Validator { public_key: secret(byte).validator_key(), power: 1 };
    ValidatorSet::new((1..=4).map(member).collect()).unwrap()
}

fn secret_of(key: ValidatorKey) -> SecretKey {
    (1..=4).map(secret).find(|secret| secret.validator_key() == key).unwrap()
}

fn proposer(height: u64, round: u32) -> SecretKey {
    secret_of(validators().proposer(Height::new(height), Round::new(round)).public_key)
}

fn peer(byte: u8) -> PeerId {
    PeerId::from_bytes(&secret(byte).keypair().public().to_peer_id().to_bytes()).unwrap()
}

fn proposal(height: u64, round: u32, size: usize) -> Proposal {
    Proposal {
        height: Height::new(height),
        round: Round::new(round),
        valid_round: None,
        proposer: proposer(height, round).validator_key(),
        id: BlockId::new([7; 32]),
        bytes: (0..size).map(|index| (index % 251) as u8).collect::<Vec<_>>().into(),
    }
}

fn stream(proposal: &Proposal, signer: SecretKey) -> Vec<StreamMessage<Part>> {
    Publisher::new(CHAIN.to_owned(), signer, PART_BYTES_MIN).stream(proposal).unwrap()
}

fn feed(
    assembler: &mut Assembler,
    from: PeerId,
    messages: &[StreamMessage<Part>],
) -> Vec<Result<Progress, PartError>> {
    let validators = validators();
    let now = Now {
        height: Height::new(5),
        round: Round::FIRST,
        validators: &validators,
        is_exact: true,
        restream_from: Round::new(10),
    };
    messages.iter().map(|message| assembler.insert(from, message.clone(), &now)).collect()
}

fn assembler() -> Assembler {
    Assembler::new(CHAIN.to_owned(), BLOCK_BYTES_MAX)
}

fn change_header(messages: &mut [StreamMessage<Part>], change: impl FnOnce(&mut PartsHeader)) {
    let StreamMessage { content, .. } = &mut messages[0];
    let arc_malachitebft_app_channel::app::streaming::StreamContent::Data(Part::Header(header)) = content
    else {
        panic!("the first part is no header")
    };
    change(header);
}

#[test]
fn a_block_of_any_size_in_any_order_is_put_together() {
    for size in [1, PART_BYTES_MIN - 1, PART_BYTES_MIN, PART_BYTES_MIN + 1, BLOCK_BYTES_MAX] {
        let block = proposal(5, 0, size);
        let messages = stream(&block, proposer(5, 0));
        let mut reversed = messages.clone();
        reversed.reverse();
        let mut twice = messages.clone();
        twice.insert(1, messages[0].clone());
        twice.insert(2, messages[1].clone());
        for order in [messages.clone(), reversed, twice] {
            let mut assembler = assembler();
            let results = feed(&mut assembler, peer(9), &order);
            let complete: Vec<_> =
                results.iter().flatten().filter(|p| matches!(p, Progress::Complete(_))).collect();
            assert_eq!(complete, [&Progress::Complete(block.clone())], "{size} bytes");
            assert_eq!(assembler.bytes(), 0);
        }
    }
}

#[test]
fn a_missing_part_leaves_the_block_incomplete() {
    let messages = stream(&proposal(5, 0, 3 * PART_BYTES_MIN), proposer(5, 0));
    for missing in 0..messages.len() {
        let mut some = messages.clone();
        some.remove(missing);
        let results = feed(&mut assembler(), peer(9), &some);
        assert!(results.iter().all(|result| matches!(result, Ok(Progress::Waiting(_)))), "without {missing}");
    }
}

#[test]
fn bad_headers_are_refused() {
    type Change = fn(&mut PartsHeader);
    let (height, round) = (Height::new(5), Round::FIRST);
    let rows: Vec<(Proposal, SecretKey, Change, PartError)> = vec![
        (proposal(4, 0, 9), proposer(4, 0), |_| {}, PartError::NotNear { height: Height::new(4), round }),
        (proposal(8, 0, 9), proposer(8, 0), |_| {}, PartError::NotNear { height: Height::new(8), round }),
        (proposal(5, 11, 9), proposer(5, 11), |_| {}, PartError::NotNear { height, round: Round::new(11) }),
        (
            proposal(5, 0, BLOCK_BYTES_MAX + 1),
            proposer(5, 0),
            |_| {},
            PartError::Size { block_bytes: BLOCK_BYTES_MAX as u64 + 1, part_bytes: PART_BYTES_MIN as u32 },
        ),
        (
            proposal(5, 0, 9),
            proposer(5, 0),
            |h| h.part_bytes = 1,
            PartError::Size { block_bytes: 9, part_bytes: 1 },
        ),
        (
            Proposal { proposer: proposer(5, 1).validator_key(), ..proposal(5, 0, 9) },
            proposer(5, 1),
            |_| {},
            PartError::WrongProposer,
        ),
        (proposal(5, 9, 9), proposer(5, 0), |_| {}, PartError::NotTheProposer),
        (proposal(5, 0, 9), secret(77), |_| {}, PartError::NotTheProposer),
        (proposal(5, 10, 9), secret(77), |_| {}, PartError::PublisherUnknown),
        (
            proposal(5, 0, 9),
            proposer(5, 1),
            |h| h.publisher = proposer(5, 0).validator_key(),
            PartError::BadSignature,
        ),
        (proposal(5, 0, 9), proposer(5, 0), |h| h.block_bytes += 1, PartError::BadSignature),
        (proposal(5, 0, 9), proposer(5, 0), |h| h.id = BlockId::new([8; 32]), PartError::BadSignature),
        (proposal(5, 0, 9), proposer(5, 0), |h| h.valid_round = Some(Round::FIRST), PartError::BadSignature),
        (
            proposal(5, 0, 9),
            proposer(5, 0),
            |h| h.publisher = proposer(5, 1).validator_key(),
            PartError::NotTheProposer,
        ),
    ];
    for (block, signer, change, error) in rows {
        let mut messages = stream(&block, signer);
        change_header(&mut messages, change);
        let results = feed(&mut assembler(), peer(9), &messages[..1]);
        assert_eq!(results, [Err(error)]);
    }
}

#[test]
fn another_validator_may_stream_the_proposers_block_in_a_late_round() {
    let block = proposal(5, 10, 9);
    let results = feed(&mut assembler(), peer(9), &stream(&block, proposer(5, 3)));
    assert_eq!(results.last(), Some(&Ok(Progress::Complete(block))));
}

#[test]
fn forged_data_closes_the_stream_but_not_the_proposal() {
    let block = proposal(5, 0, 2 * PART_BYTES_MIN);
    let good = stream(&block, proposer(5, 0));
    let mut forged = good.clone();
    forged[2].content = arc_malachitebft_app_channel::app::streaming::StreamContent::Data(Part::Data {
        index: 1,
        bytes: vec![0; PART_BYTES_MIN].into(),
    });
    let mut assembler = assembler();
    assert_eq!(feed(&mut assembler, peer(9), &forged).last(), Some(&Err(PartError::WrongHash)));
    assert_eq!(feed(&mut assembler, peer(9), &good[..1]), [Err(PartError::Closed)]);
    assert_eq!(feed(&mut assembler, peer(8), &good).last(), Some(&Ok(Progress::Complete(block))));
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let messages = stream(&proposal(5, 0, 2 * PART_BYTES_MIN), proposer(5, 0));
    for (index, size) in [(2, PART_BYTES_MIN), (1, 1), (0, PART_BYTES_MIN + 1), (u32::MAX, 5)] {
        let mut bad = messages.clone();
        let bytes = vec![0; size].into();
        bad[1].content =
            arc_malachitebft_app_channel::app::streaming::StreamContent::Data(Part::Data { index, bytes });
        let expected = Err(PartError::BadPart { index, bytes: size });
        assert_eq!(feed(&mut assembler(), peer(9), &bad[..2]).last(), Some(&expected), "after the header");
        let swapped = [bad[1].clone(), bad[0].clone()];
        assert_eq!(feed(&mut assembler(), peer(9), &swapped).last(), Some(&expected), "before the header");
    }
}

#[test]
fn one_peer_holds_a_bounded_share_of_memory() {
    let mut assembler = assembler();
    for _ in 0..3 * STREAMS_PER_PEER_MAX {
        // Everything but the last part, so that nothing is ever complete.
        let messages = stream(&proposal(5, 0, BLOCK_BYTES_MAX), proposer(5, 0));
        feed(&mut assembler, peer(9), &messages[..messages.len() - 1]);
        let headless = stream(&proposal(5, 0, BLOCK_BYTES_MAX), proposer(5, 0));
        feed(&mut assembler, peer(9), &headless[1..]);
    }
    assert!(assembler.bytes() <= STREAMS_PER_PEER_MAX * BLOCK_BYTES_MAX, "{} bytes", assembler.bytes());
    let honest = proposal(5, 0, BLOCK_BYTES_MAX);
    let results = feed(&mut assembler, peer(8), &stream(&honest, proposer(5, 0)));
    assert_eq!(results.last(), Some(&Ok(Progress::Complete(honest))));
}

#[test]
fn what_is_over_is_forgotten() {
    let mut assembler = assembler();
    let messages = stream(&proposal(5, 0, 2 * PART_BYTES_MIN), proposer(5, 0));
    feed(&mut assembler, peer(9), &messages[..2]);
    assembler.prune(Height::new(5));
    assert_eq!(assembler.bytes(), PART_BYTES_MIN);
    assembler.prune(Height::new(6));
    assert_eq!(assembler.bytes(), 0);
}
