//! Members by whatever they are called: id, legal name or identifier.

use tally_contracts::types::MemberId;
use tally_proto::v1::member::{ListMembersRequest, Member};

use super::context::Context;
use super::error::CommandError;
use super::value::ValueError;

impl Context {
    /// The member behind a name. An id is taken as it is; anything else is looked up on the ledger.
    pub async fn member_named(&self, name: &str) -> Result<MemberId, CommandError> {
        if let Ok(id) = MemberId::new(name) {
            return Ok(id);
        }
        let members = self.client()?.members(ListMembersRequest::default(), 0).await?;
        Ok(pick(&members, name)?)
    }

    /// The same for a list.
    pub async fn members_named(&self, names: &[String]) -> Result<Vec<MemberId>, CommandError> {
        let mut members = Vec::with_capacity(names.len());
        for name in names {
            members.push(self.member_named(name).await?);
        }
        Ok(members)
    }

    /// For filters: an empty text where no name is given.
    pub async fn filter_named(&self, name: Option<&String>) -> Result<String, CommandError> {
        match name {
            Some(name) => Ok(self.member_named(name).await?.to_string()),
            None => Ok(String::new()),
        }
    }
}

fn pick(members: &[Member], name: &str) -> Result<MemberId, ValueError> {
    let is_called = |member: &&Member| {
        let wanted = name.to_lowercase();
        member.legal_name.to_lowercase() == wanted
            || member
                .identifiers
                .iter()
                .any(|one| one.value == name || format!("{}:{}", one.scheme, one.value) == name)
    };
    let found: Vec<&Member> = members.iter().filter(is_called).collect();
    match found.as_slice() {
        [] => Err(ValueError::MemberUnknown { name: name.to_owned() }),
        [one] => Ok(MemberId::new(&one.id)?),
        several => {
            let found = several.iter().map(|member| member.id.as_str()).collect::<Vec<_>>().join(", ");
            Err(ValueError::MemberAmbiguous { name: name.to_owned(), found })
        }
    }
}

#[cfg(test)]
mod tests {
    use tally_proto::v1::member::PartyIdentifier;

    use super::*;

    fn member(id: &str, legal_name: &str, uscc: &str) -> Member {
        let identifiers = vec![PartyIdentifier { scheme: "USCC".to_owned(), value: uscc.to_owned() }];
        Member { id: id.to_owned(), legal_name: legal_name.to_owned(), identifiers, ..Member::default() }
    }

    #[test]
    fn a_member_is_found_by_legal_name_or_identifier() {
        let members =
            [member("huaxin", "Huaxin Heavy Machinery", "91310000MA7TLY0A5T"), member("twin", "Twin", "1")];
        for name in ["huaxin heavy machinery", "91310000MA7TLY0A5T", "USCC:91310000MA7TLY0A5T"] {
            assert_eq!(pick(&members, name).unwrap().as_str(), "huaxin", "{name}");
        }
        assert!(matches!(pick(&members, "Nobody Ltd"), Err(ValueError::MemberUnknown { .. })));
        let twins = [members[1].clone(), Member { id: "twin-2".to_owned(), ..members[1].clone() }];
        assert!(matches!(pick(&twins, "Twin"), Err(ValueError::MemberAmbiguous { .. })));
    }
}
