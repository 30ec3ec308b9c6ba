//! Who is there beside those that deal: a guarantor, two that owe each other, and the stranger who asks.

use tally_contracts::member::Role;

use super::error::ProbeError;
use super::limits::MEMBERS;
use crate::canaries::Cast;
use crate::demo::Actor;
use crate::network::{MemberPlan, Network, NetworkError, gln_of};

/// Asks about everything and has to do with nothing.
pub const STRANGER: &str = "stranger";
const GUARANTOR: &str = "surety";
const CIRCLE: [&str; 2] = ["circle-01", "circle-02"];
/// GS1's code for a global location number.
const GLN: &str = "0088";

/// Their hands.
pub struct People {
    /// Guarantees and manages pools.
    pub guarantor: Actor,
    /// Anchor and supplier of each other.
    pub circle: [Actor; 2],
}

/// Those that deal, and these.
pub fn cast() -> Result<Cast, ProbeError> {
    let mut cast = Cast::new(MEMBERS)?;
    let both = &[Role::Anchor, Role::Supplier][..];
    let others = [
        (GUARANTOR, &[Role::Guarantor][..]),
        (CIRCLE[0], both),
        (CIRCLE[1], both),
        (STRANGER, &[Role::Supplier]),
    ];
    for (number, (id, roles)) in (5_000_001_u32..).zip(others) {
        let gln = gln_of(number);
        cast.plans.push(MemberPlan::new(id, id, &[(GLN, &gln)], roles)?);
    }
    Ok(cast)
}

impl People {
    /// Of a network with that cast.
    pub fn of(network: &Network) -> Result<Self, NetworkError> {
        let actor = |slug: &str| Actor::new(network, tally_contracts::types::MemberId::new(slug)?);
        Ok(Self { guarantor: actor(GUARANTOR)?, circle: [actor(CIRCLE[0])?, actor(CIRCLE[1])?] })
    }
}
