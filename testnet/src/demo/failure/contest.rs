//! A part of a debt is disputed: the rest is paid on time, and a decision says what becomes of the part.

use tally_proto::v1::receivable::ReceivableStatus;

use super::cast::{CIRCLE as PARTIES, REGULATOR};
use super::typed::{event, named, text};
use super::{DISPUTED, Failure};
use crate::demo::error::DemoError;

/// What the anchor disputes, and how much of it the decision upholds, in CNY.
const CONTESTED: &str = "50000.00";
const UPHELD: &str = "20000.00";

impl Failure<'_> {
    /// Before the due date.
    pub(super) async fn contest(&mut self) -> Result<(), DemoError> {
        self.stages.begin("an anchor disputes a part of what it owes");
        let photos = self.paper("photos.txt", "tools that rust")?;
        let open = ["dispute", "open", DISPUTED, "--amount", CONTESTED, "--evidence", &photos];
        let words: Vec<&str> = open.into_iter().chain(["--reason", "a part of the tools rusts"]).collect();
        let opened = self.act(PARTIES[1], &words).await?;
        let dispute = named(event(&opened, "dispute_opened")?, "dispute")?;
        self.stages.end(&format!("{dispute}: {CONTESTED} CNY of {DISPUTED} wait, the rest is due as before"));
        Ok(())
    }

    /// After it.
    pub(super) async fn rule(&mut self) -> Result<(), DemoError> {
        self.stages.begin("a decision upholds a part of the dispute");
        let award = self.paper("award.txt", "20,000.00 CNY of the tools do rust")?;
        let rule = ["dispute", "rule", "D1", "--upheld", UPHELD, "--reference", "CIETAC-2026-17"];
        let words: Vec<&str> = rule.into_iter().chain(["--award", &award]).collect();
        let ruled = self.act(REGULATOR, &words).await?;
        event(&ruled, "dispute_ruled")?;
        let today = self.today().await?;
        self.wait(DISPUTED, ReceivableStatus::Settled, today).await?;
        let dispute = self.read(REGULATOR, &["dispute", "get", "D1"]).await?;
        let note = self.read(REGULATOR, &["credit-note", "get", text(&dispute, "credit_note")]).await?;
        self.seen.insert("dispute", dispute);
        self.seen.insert("dispute_credit_note", note);
        self.stages
            .end(&format!("{UPHELD} CNY are credited, what is left of {DISPUTED} is paid the same day"));
        Ok(())
    }
}
