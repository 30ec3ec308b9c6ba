//! Members: who is on this ledger.
use super::super::Services;
use super::super::error::Resource;
use super::filter::{one_of, required_member};
use tally_contracts::member::Member;
use tally_contracts::state::Key;
use tally_contracts::types::MemberId;
use tally_proto::v1::member::member_service_server::MemberService;
use tally_proto::v1::member::{
    GetMemberRequest, GetMemberResponse, ListMembersRequest, ListMembersResponse, MemberStatus, Role,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl MemberService for Services {
    async fn get_member(
        &self,
        request: Request<GetMemberRequest>,
    ) -> Result<Response<GetMemberResponse>, Status> {
        let request = request.into_inner();
        self.read(move |reading| {
            let id = required_member(&request.member, "member")?;
            let member: Member = reading.find(&Key::Member(id), Resource::Member, id)?;
            Ok(GetMemberResponse { member: Some((&member).into()), position: reading.position() })
        })
        .await
    }

    async fn list_members(
        &self,
        request: Request<ListMembersRequest>,
    ) -> Result<Response<ListMembersResponse>, Status> {
        let mut request = request.into_inner();
        self.read(move |reading| {
            let page = reading.page(&mut request)?;
            let role: Option<Role> = one_of(request.role, "role")?;
            let status: Option<MemberStatus> = one_of(request.status, "status")?;
            let keep = |member: &Member| {
                role.is_none_or(|role| member.roles.iter().any(|own| Role::from(*own) == role))
                    && status.is_none_or(|status| MemberStatus::from(member.status) == status)
            };
            let listed = reading.list(&page, &[member_type()], keep)?;
            Ok(ListMembersResponse {
                members: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}

/// The first byte of every member's key.
fn member_type() -> u8 {
    Key::Member(MemberId::new("any").expect("three letters are a member id")).type_byte()
}
