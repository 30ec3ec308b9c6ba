//! What people need to act as any member: profiles, and a script for another terminal.

use std::fs;
use std::path::Path;

use tally_client::profile::{HOME_VARIABLE, PROFILE_VARIABLE, Profile, ProfileFile};
use tally_contracts::types::MemberId;

use super::error::{NetworkError, io};
use super::layout::Layout;
use super::plan::{Plan, TlsPlan};

/// Writes one profile for each member. `nodes` are the API addresses, validators first.
pub fn write_profiles(plan: &Plan, layout: &Layout, nodes: &[String]) -> Result<(), NetworkError> {
    let mut file = ProfileFile::load(&layout.home().join("profiles.toml"))?;
    for (index, member) in plan.members.iter().enumerate() {
        let (own, has_tls) = (layout.member_certificate(member.id.as_str()), plan.tls != TlsPlan::Off);
        let profile = Profile {
            nodes: preferred(plan, member.id, index, nodes),
            chain_id: Some(plan.chain_id.clone()),
            member: Some(member.id.to_string()),
            key_file: Some(Path::new("keys").join(format!("{}.pem", member.id))),
            passphrase_file: Some("passphrase".into()),
            encryption_key_file: Some(Path::new("keys").join(format!("{}.x25519", member.id))),
            ca_file: has_tls.then(|| layout.authority()),
            certificate_file: has_tls.then_some(own.certificate),
            certificate_key_file: has_tls.then_some(own.key),
        };
        file.add(member.id.as_str(), profile)?;
    }
    Ok(file.save()?)
}

/// A member asks its own node first where it runs one; the others are spread over all nodes.
pub fn preferred(plan: &Plan, member: MemberId, index: usize, nodes: &[String]) -> Vec<String> {
    let own = plan.operators().iter().position(|(operator, _)| operator.id == member);
    let first = own.unwrap_or(index) % nodes.len().max(1);
    let (before, after) = nodes.split_at(first);
    after.iter().chain(before).cloned().collect()
}

/// Writes `env.sh`, which puts the commands on the PATH and the profiles in their place.
pub fn write_env(plan: &Plan, layout: &Layout) -> Result<(), NetworkError> {
    let default = plan.members.first().map(|member| member.id.to_string()).unwrap_or_default();
    let names = plan.members.iter().map(|member| member.id.to_string()).collect::<Vec<_>>().join(" ");
    let text = format!(
        "# Sourced by another terminal while this network is up: `. {env}`\n\
         export PATH={binaries}:\"$PATH\"\n\
         export {HOME_VARIABLE}={home}\n\
         export {PROFILE_VARIABLE}=\"${{{PROFILE_VARIABLE}:-{default}}}\"\n\
         echo \"tally and tallyd are on the PATH; you act as ${PROFILE_VARIABLE}. Others, with --as: {names}\" >&2\n",
        env = quoted(&layout.env()),
        binaries = quoted(&plan.binaries),
        home = quoted(&layout.home()),
    );
    fs::write(layout.env(), text).map_err(io(layout.env(), "write"))
}

/// A path as a shell reads it, whatever it holds.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_one_word_for_a_shell() {
        assert_eq!(quoted(Path::new("/a b/it's")), "'/a b/it'\\''s'");
    }
}
