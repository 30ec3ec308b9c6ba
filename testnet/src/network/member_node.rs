//! A member's own node: a replica of what it may see, beside the network's full nodes.

use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tally_client::sdk::{Client, Reader, Session};
use tally_contracts::Action;
use tally_contracts::member::{AddKey, KeyCapacity};
use tally_contracts::types::{MemberId, PublicKey};
use tokio::time::sleep;

use super::error::{NetworkError, io};
use super::keys::{make_key, make_passphrase};
use super::layout::NodeLayout;
use super::node_config::{log, table};
use super::plan::TlsPlan;
use super::process::NodeProcess;
use super::{Network, ports};
use crate::limits::{POLL, READY_MAX};

/// A member node that runs. Dropping it ends it.
#[derive(Debug)]
pub struct MemberNode {
    /// Whose it is.
    pub member: MemberId,
    /// Where its files lie.
    pub files: NodeLayout,
    /// Where its API answers.
    pub api: SocketAddr,
    process: NodeProcess,
    reader: Reader,
}

impl MemberNode {
    /// A client of this node alone, reading for its member.
    pub fn client(&self) -> Result<Client, NetworkError> {
        Ok(Client::new(&[format!("http://{}", self.api)])?.with_reader(self.reader.clone()))
    }

    /// The newest block that it proved; `None` where it does not answer.
    pub async fn height(&self) -> Option<u64> {
        let status = self.client().ok()?.status().await.ok()?;
        status.position.map(|position| position.height)
    }

    /// Waits until it proved `height`.
    pub async fn wait_height(&mut self, height: u64, most: Duration) -> Result<u64, NetworkError> {
        let begun = Instant::now();
        loop {
            self.process.check_running()?;
            let tip = self.height().await.unwrap_or(0);
            if tip >= height {
                return Ok(tip);
            }
            if begun.elapsed() > most {
                let (waiting, log) = (format!("{}'s member node", self.member), self.files.log());
                return Err(NetworkError::NotReady { waiting, seconds: most.as_secs(), log });
            }
            sleep(POLL).await;
        }
    }

    /// SIGKILL: no time for a last word.
    pub fn kill(&mut self) -> Result<(), NetworkError> {
        self.process.kill()
    }

    /// Fails where it ended by itself.
    pub fn check_running(&mut self) -> Result<(), NetworkError> {
        self.process.check_running()
    }

    /// Asks it to end and waits for it.
    pub fn stop(&mut self) -> Result<(), NetworkError> {
        self.process.ask_to_end();
        self.process.wait_for_end().map(|_| ())
    }
}

impl Network {
    /// Makes a key for the node, has the member add it on the ledger, and starts the node, which then catches up.
    pub async fn start_member_node(&self, member: MemberId) -> Result<MemberNode, NetworkError> {
        let files = self.layout.node(&format!("{member}-own"));
        let passphrase = make_passphrase(&files.passphrase())?;
        let key_file = files.root.join("keys/reader.pem");
        let key = make_key(&key_file, &passphrase)?;
        let public = PublicKey(key.verifying_key().to_bytes());
        // alone it approves nothing of what needs a maker
        let action =
            Action::AddKey(AddKey { key: public, capacity: KeyCapacity::Checker, last_height: None });
        let client = self.client_of(member)?;
        let signers = vec![self.key_of(member)?];
        Session::new(client, &self.plan.chain_id, member, signers, None)?.act(action).await?;
        let listens = ports::free(1)?;
        let count = listens.len();
        let api = *listens.first().ok_or(NetworkError::NoNode { index: 0, count })?;
        fs::write(files.config(), self.member_config(member, &files, api))
            .map_err(io(files.config(), "write"))?;
        let name = format!("{member}-own");
        let process = NodeProcess::spawn(&self.binary("tallyd"), &name, &files)?;
        let reader = Reader::new(&self.plan.chain_id, member, self.key_of(member)?);
        let mut node = MemberNode { member, files, api, process, reader };
        let height = self.height(0).await.unwrap_or(1);
        node.wait_height(height, READY_MAX).await?;
        Ok(node)
    }

    /// Starts a member node again that ended.
    pub fn restart_member_node(&self, node: &mut MemberNode) -> Result<(), NetworkError> {
        let name = format!("{}-own", node.member);
        node.process = NodeProcess::spawn(&self.binary("tallyd"), &name, &node.files)?;
        Ok(())
    }

    fn member_config(&self, member: MemberId, files: &NodeLayout, api: SocketAddr) -> String {
        let heartbeat = i64::try_from(self.plan.heartbeat_ms).unwrap_or(i64::MAX);
        let mut own =
            table([("id", member.to_string().into()), ("validators", self.urls().join(",").into())]);
        if self.plan.tls != TlsPlan::Off {
            own.insert("tls_roots".to_owned(), self.layout.authority().display().to_string().into());
        }
        if self.plan.tls == TlsPlan::NodesAndMembers {
            let shown = self.layout.member_certificate(member.as_str());
            own.insert("tls_certificate".to_owned(), shown.certificate.display().to_string().into());
            own.insert("tls_key".to_owned(), shown.key.display().to_string().into());
        }
        let key_file = files.root.join("keys/reader.pem");
        let keys = table([
            ("reader", key_file.display().to_string().into()),
            ("passphrase_file", files.passphrase().display().to_string().into()),
        ]);
        let config = table([
            ("data_dir", "data".into()),
            ("genesis", self.layout.genesis().display().to_string().into()),
            ("moniker", format!("{member}-own").into()),
            ("role", "member".into()),
            ("keys", keys.into()),
            ("consensus", table([("heartbeat_ms", heartbeat.into())]).into()),
            ("api", table([("listen", api.to_string().into())]).into()),
            ("member", own.into()),
            ("metrics", table([("listen", "off".into())]).into()),
            ("log", log(self.plan.log_filter.as_deref())),
        ]);
        config.to_string()
    }
}
