//! Pages: sizes, and opaque tokens that continue a listing.
//!
//! A token names the last key of its page, the listing and filters that it belongs to, and the height at
//! which the page was read; a checksum over all of it and the chain catches everything that was not made
//! here. State is always read at the tip, so each page is as of **its own** position, which the response
//! carries: a listing that goes on while blocks are committed meets every record that was there all the
//! time exactly once, and may or may not meet one that came or went meanwhile. A caller that needs all of
//! one height compares the positions.
use crate::limits::{API_PAGE_SIZE_DEFAULT, API_PAGE_SIZE_MAX, API_PAGE_TOKEN_BYTES_MAX};
use prost::Message;
use tally_contracts::types::{Hash, tagged_hash};
use tally_proto::v1;
use tally_proto::v1::receivable::ListReceivablesRequest;

/// Why a page cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("a page has at most {limit} records, {found} were asked for")]
    Size { found: u32, limit: u32 },
    #[error("the page token is not one that a node of this chain gave")]
    Malformed,
    #[error("the page token belongs to another listing or other filters; repeat those of its first page")]
    OtherQuery,
    #[error("the page token is of height {token}, this node is at {tip}; ask the node that gave it")]
    Ahead { token: u64, tip: u64 },
}

/// A request for a page of something.
pub(super) trait Listing: Message + Default {
    /// Of the method; part of what a token is bound to.
    const NAME: &'static str;

    /// Takes page size and token out, so that the filters remain.
    fn take_page(&mut self) -> (u32, String);
}

macro_rules! listings {
    ($($request:ty => $name:literal;)*) => {
        $(impl Listing for $request {
            const NAME: &'static str = $name;

            fn take_page(&mut self) -> (u32, String) {
                (std::mem::take(&mut self.page_size), std::mem::take(&mut self.page_token))
            }
        })*
    };
}

listings! {
    v1::receivable::ListReceivablesRequest => "receivables";
    v1::receivable::ListReceivableHistoryRequest => "history";
    v1::tranche::ListTranchesRequest => "tranches";
    v1::facility::ListFacilitiesRequest => "facilities";
    v1::guarantee::ListGuaranteesRequest => "guarantees";
    v1::pool::ListPoolsRequest => "pools";
    v1::financing::ListLiensRequest => "liens";
    v1::financing::ListProgrammesRequest => "programmes";
    v1::financing::ListFinancingCostsRequest => "costs";
    v1::financing::ListExtendedTermsRequest => "terms";
    v1::money::ListDepositsRequest => "deposits";
    v1::money::ListPayoutsRequest => "payouts";
    v1::member::ListMembersRequest => "members";
    v1::credit::ListConsentsRequest => "consents";
    v1::credit::ListCreditReadsRequest => "credit reads";
    v1::document::ListDocumentsRequest => "documents";
    v1::policy::ListPoliciesRequest => "policies";
    v1::governance::ListProposalsRequest => "proposals";
    v1::governance::ListMisbehavioursRequest => "misbehaviours";
    v1::screening::ListScreeningRequest => "screening";
    v1::screening::ListFreezesRequest => "freezes";
    v1::ledger::ListBlocksRequest => "blocks";
    v1::dispute::ListDisputesRequest => "disputes";
    v1::dispute::ListCreditNotesRequest => "credit notes";
    v1::netting::ListNettingsRequest => "nettings";
    v1::collection::ListCasesRequest => "cases";
    v1::collection::ListCaseEntriesRequest => "case entries";
}

/// The part of a listing that a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Records at most.
    pub size: usize,
    /// The last key of the page before; `None` for the first page.
    pub after: Option<Vec<u8>>,
    query: [u8; 8],
    chain: Hash,
}

const VERSION: u8 = 1;

impl Page {
    /// Takes the page out of `request`, whose filters remain, on the chain with this genesis.
    pub(super) fn of<L: Listing>(request: &mut L, chain: Hash, tip: u64) -> Result<Self, PageError> {
        let (size, token) = request.take_page();
        if size > API_PAGE_SIZE_MAX {
            return Err(PageError::Size { found: size, limit: API_PAGE_SIZE_MAX });
        }
        let size = if size == 0 { API_PAGE_SIZE_DEFAULT } else { size };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let query =
            short(tagged_hash("tallystick/page/query", &[L::NAME.as_bytes(), &request.encode_to_vec()]));
        let mut page = Self { size, after: None, query, chain };
        if !token.is_empty() {
            page.after = Some(page.read(&token, tip)?);
        }
        Ok(page)
    }

    /// The token for what follows `last`, read at `height`.
    pub(super) fn token(&self, last: &[u8], height: u64) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.query);
        bytes.extend(height.to_be_bytes());
        bytes.extend(last);
        let checksum = self.checksum(&bytes);
        bytes.extend(checksum);
        hex::encode(bytes)
    }

    /// The last key of the page before.
    fn read(&self, token: &str, tip: u64) -> Result<Vec<u8>, PageError> {
        if token.len() > API_PAGE_TOKEN_BYTES_MAX {
            return Err(PageError::Malformed);
        }
        let bytes = hex::decode(token).map_err(|_| PageError::Malformed)?;
        let (body, checksum) = bytes.split_last_chunk::<8>().ok_or(PageError::Malformed)?;
        if *checksum != self.checksum(body) {
            return Err(PageError::Malformed);
        }
        let (version, rest) = body.split_first().ok_or(PageError::Malformed)?;
        let (query, rest) = rest.split_first_chunk::<8>().ok_or(PageError::Malformed)?;
        let (height, last) = rest.split_first_chunk::<8>().ok_or(PageError::Malformed)?;
        if *version != VERSION {
            return Err(PageError::Malformed);
        }
        if *query != self.query {
            return Err(PageError::OtherQuery);
        }
        let height = u64::from_be_bytes(*height);
        if height > tip {
            return Err(PageError::Ahead { token: height, tip });
        }
        Ok(last.to_vec())
    }

    fn checksum(&self, body: &[u8]) -> [u8; 8] {
        short(tagged_hash("tallystick/page/token", &[&self.chain.0, body]))
    }
}

/// Whether a page token continues a listing of receivables, for `testnet/fuzz`; one that does is the one we would write.
pub fn fuzz_token(bytes: &[u8]) -> bool {
    let Ok(token) = std::str::from_utf8(bytes) else { return false };
    let mut request =
        ListReceivablesRequest { page_token: token.to_owned(), ..ListReceivablesRequest::default() };
    let Ok(page) = Page::of(&mut request, FUZZED_CHAIN, FUZZED_TIP) else { return false };
    page.after.is_some_and(|after| after.len() < API_PAGE_TOKEN_BYTES_MAX)
}

const FUZZED_CHAIN: Hash = Hash([7; 32]);
const FUZZED_TIP: u64 = 100;

/// A token that [`fuzz_token`] takes.
pub fn fuzz_token_seed() -> String {
    let page = Page::of(&mut ListReceivablesRequest::default(), FUZZED_CHAIN, FUZZED_TIP);
    page.expect("the first page is always there").token(&[1, 2, 3], FUZZED_TIP)
}

fn short(hash: Hash) -> [u8; 8] {
    hash.0.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    const CHAIN: Hash = Hash([7; 32]);

    fn request(size: u32, token: &str, anchor: &str) -> ListReceivablesRequest {
        ListReceivablesRequest {
            page_size: size,
            page_token: token.to_owned(),
            anchor: anchor.to_owned(),
            ..Default::default()
        }
    }

    fn token(anchor: &str) -> String {
        Page::of(&mut request(0, "", anchor), CHAIN, 9).unwrap().token(b"last", 9)
    }

    #[test]
    fn a_size_of_nothing_means_the_default_and_more_than_the_limit_is_refused() {
        let size = |size| Page::of(&mut request(size, "", ""), CHAIN, 9).map(|page| page.size);
        assert_eq!(size(0), Ok(50));
        assert_eq!(size(1_000), Ok(1_000));
        assert_eq!(size(1_001), Err(PageError::Size { found: 1_001, limit: 1_000 }));
    }

    #[test]
    fn a_token_continues_its_own_listing_also_at_a_later_height_and_with_another_size() {
        let page = Page::of(&mut request(7, &token("alpha"), "alpha"), CHAIN, 12).unwrap();
        assert_eq!((page.size, page.after.as_deref()), (7, Some(&b"last"[..])));
    }

    #[test]
    fn a_token_of_another_query_chain_or_future_is_refused() {
        let read = |token: &str, anchor, chain, tip| {
            Page::of(&mut request(0, token, anchor), chain, tip).map(|page| page.after)
        };
        let good = token("alpha");
        assert_eq!(read(&good, "beta", CHAIN, 9), Err(PageError::OtherQuery));
        assert_eq!(read(&good, "alpha", Hash([8; 32]), 9), Err(PageError::Malformed));
        assert_eq!(read(&good, "alpha", CHAIN, 8), Err(PageError::Ahead { token: 9, tip: 8 }));
        assert_eq!(read("zz", "alpha", CHAIN, 9), Err(PageError::Malformed));
        assert_eq!(read("00", "alpha", CHAIN, 9), Err(PageError::Malformed));
        assert_eq!(read(&"0".repeat(2_000), "alpha", CHAIN, 9), Err(PageError::Malformed));
    }

    #[test]
    fn no_single_changed_digit_passes() {
        let good = token("alpha");
        for position in 0..good.len() {
            let mut digits: Vec<char> = good.chars().collect();
            digits[position] = if digits[position] == '0' { '1' } else { '0' };
            let bad: String = digits.into_iter().collect();
            assert_eq!(
                Page::of(&mut request(0, &bad, "alpha"), CHAIN, 9).map(|page| page.after),
                Err(PageError::Malformed)
            );
        }
    }
}
