//! The last checks, and every figure as the commands show it.

use serde_json::{Value, json};
use tally_contracts::types::{FacilityId, ReceivableId};
use tally_proto::v1::guarantee::GetGuaranteeRequest;
use tally_proto::v1::policy::GetPolicyRequest;
use tally_proto::v1::pool::{GetPoolRequest, SubsidyTerms};

use super::cast::REGULATOR;
use super::report::Report;
use super::typed::text;
use super::{CIRCLE, DILUTED, DISPUTED, FAILING, Failure, LONG, PLANNED};
use crate::demo::error::DemoError;
use crate::demo::recompute::Day;
use crate::demo::{audit, recompute};
use crate::network::NodeKind;

impl Failure<'_> {
    /// The last stage, and what the whole run found.
    pub(super) async fn gather(mut self) -> Result<Report, DemoError> {
        self.stages.begin("every node is asked for state root and invariants; every figure is recomputed");
        let height = audit::everything(self.network, self.stages).await?;
        let client = self.reader()?.client().clone();
        let offset = client.policy(GetPolicyRequest { version: 0 }).await?.policy;
        let offset = i64::from(offset.map_or(0, |policy| policy.utc_offset_minutes));
        let mut receivables = Vec::new();
        for id in [FAILING, DILUTED].into_iter().chain(CIRCLE).chain([PLANNED, DISPUTED, LONG]) {
            receivables.push(self.receivable(id, offset).await?);
        }
        for one in &mut self.transactions {
            one["on"] = json!(Day::of(text(one, "time"), offset));
        }
        if let Some(policy) = self.seen.get_mut("policy") {
            let on = Day::of(text(&policy["refused_after_it"], "time"), offset);
            policy["refused_after_it"]["on"] = json!(on);
        }
        let case = self.case(FAILING).await?;
        if let Some(plan) = self.seen.get("plan").cloned() {
            let plan = json!({"instalments": plan, "case": self.case(PLANNED).await?});
            self.seen.insert("plan", plan);
        }
        let credit_note = self.read(REGULATOR, &["credit-note", "get", "K1"]).await?;
        let count = |kind: NodeKind| self.network.nodes().iter().filter(|node| node.kind == kind).count();
        let mut value = json!({
            "story": "default",
            "validators": count(NodeKind::Validator),
            "observers": count(NodeKind::Observer),
            "height": height,
            "state_roots_equal": true,
            "invariants_ok": true,
            "clock_speed": self.options.speed(),
            "utc_offset_minutes": offset,
            "refusals": self.refusals,
            "receivables": receivables,
            "facility": self.facility().await?,
            "guarantee": self.guarantee().await?,
            "pool": self.pool().await?,
            "credit_note": credit_note,
            "case": case,
            "transactions": self.transactions,
        });
        for (key, seen) in std::mem::take(&mut self.seen) {
            value[key] = seen;
        }
        let broken = recompute::broken_promises(&value);
        if !broken.is_empty() {
            return Err(DemoError::Broken {
                what: "every figure can be recomputed",
                found: broken.join("; "),
            });
        }
        self.stages.end("everything is accounted for, and an outside calculation agrees");
        let rows = rows(&value);
        Ok(Report { value, rows, wall_s: 0.0 })
    }

    /// One receivable with its terms, its tree, its history and the figures behind it.
    async fn receivable(&self, id: &str, offset: i64) -> Result<Value, DemoError> {
        let mut value = self.read(REGULATOR, &["receivable", "get", id]).await?;
        let number: ReceivableId = id.parse().map_err(|_| DemoError::Missing {
            what: "a receivable's number",
            hint: "ids are R1 and so on",
        })?;
        let record = self.reader()?.client().receivable(number).await?;
        value["late_rate_ppm_per_year"] = json!(record.late_rate_ppm_per_year);
        value["tree"] = self.read(REGULATOR, &["receivable", "tree", id]).await?;
        let mut history = self.read(REGULATOR, &["receivable", "history", id]).await?;
        for row in history.as_array_mut().into_iter().flatten() {
            row["on"] = json!(Day::of(text(row, "time"), offset));
        }
        value["history"] = history;
        let working = recompute::working(&value);
        value["working"] = working.map_err(|error| DemoError::Broken {
            what: "a receivable's history is complete",
            found: error.to_string(),
        })?;
        Ok(value)
    }

    /// A case with every entry of its file.
    async fn case(&self, id: &str) -> Result<Value, DemoError> {
        let mut case = self.read(REGULATOR, &["case", "get", id]).await?;
        case["entries"] = self.read(REGULATOR, &["case", "entries", id]).await?;
        Ok(case)
    }

    async fn facility(&self) -> Result<Value, DemoError> {
        let facility = self.reader()?.client().facility(FacilityId::new(1)).await?;
        let offering = facility.offering.unwrap_or_default();
        let curve: Vec<(u32, u32)> =
            offering.curve.iter().map(|point| (point.days, point.rate_ppm)).collect();
        Ok(json!({
            "id": "F1", "funder": facility.funder, "curve": curve, "fee_ppm": offering.fee_ppm,
            "day_count": "act/360",
        }))
    }

    async fn guarantee(&self) -> Result<Value, DemoError> {
        let mut value = self.read(REGULATOR, &["guarantee", "get", "B1"]).await?;
        let answer = self.reader()?.client().guarantee(GetGuaranteeRequest { guarantee: 1 }).await?;
        let terms = answer.guarantee.and_then(|guarantee| guarantee.terms).unwrap_or_default();
        value["share_ppm"] = json!(terms.share_ppm);
        value["tranche"] = json!(self.bought);
        Ok(value)
    }

    async fn pool(&self) -> Result<Value, DemoError> {
        let mut value = self.read(REGULATOR, &["pool", "get", "C1"]).await?;
        let answer = self.reader()?.client().pool(GetPoolRequest { pool: 1 }).await?;
        let pool = answer.pool.unwrap_or_default();
        let terms = pool.terms.unwrap_or_default();
        value["share_with_guarantor_ppm"] = json!(terms.share_with_guarantor_ppm);
        value["interest_subsidy"] = subsidy(terms.interest_subsidy.as_ref());
        value["fee_subsidy"] = subsidy(terms.fee_subsidy.as_ref());
        let minor = |text: &str| text.parse::<u64>().unwrap_or(0);
        let contributions = pool.contributions.iter();
        value["contributions"] = contributions
            .map(|one| json!({"member": one.member, "minor_units": minor(&one.minor_units)}))
            .collect();
        Ok(value)
    }
}

/// A share of a cost, up to a cap.
fn subsidy(terms: Option<&SubsidyTerms>) -> Value {
    let cap = terms.and_then(|terms| terms.cap.as_ref()).map_or(0, |cap| cap.minor_units);
    json!({"share_ppm": terms.map_or(0, |terms| terms.share_ppm), "cap_minor_units": cap})
}

/// What people read.
fn rows(value: &Value) -> Vec<[String; 2]> {
    let at = |pointer: &str| value.pointer(pointer).map_or_else(String::new, Value::to_string);
    let count =
        |pointer: &str| value.pointer(pointer).and_then(Value::as_array).map_or(0, Vec::len).to_string();
    let row = |name: &str, value: String| [name.to_owned(), value];
    let mut rows = vec![
        row("validators and observers", format!("{} + {}", at("/validators"), at("/observers"))),
        row("height", at("/height")),
        row("commands that changed or tried something", count("/transactions")),
        row("paid by the guarantor, minor units", at("/guarantee/paid/minor_units")),
        row("paid by the pool", at("/pool/paid/minor_units")),
        row("recovered by the pool", at("/pool/recovered/minor_units")),
        row("credited by the credit note", at("/credit_note/amount/minor_units")),
        row("subsidised by the pool", at("/pool/subsidised/minor_units")),
        row("set off without money", at("/netting/reduction/minor_units")),
        row("disputed", at("/dispute/amount/minor_units")),
        row("of that upheld", at("/dispute_credit_note/amount/minor_units")),
        row("instalments of the plan, all kept", count("/plan/instalments")),
        row("entries of the case's file", count("/case/entries")),
        row("payments through the waterfall", count("/receivables/0/working/payments")),
        row("past transactions that the new policy refuses", count("/policy/would_be_refused")),
    ];
    for (reason, times) in value.pointer("/refusals").and_then(Value::as_object).into_iter().flatten() {
        rows.push(row(&format!("refused: {reason}"), times.to_string()));
    }
    rows.push(row("state roots equal on all nodes", "yes".to_owned()));
    rows.push(row("invariants hold on all nodes", "yes".to_owned()));
    rows.push(row("every figure recomputed outside", "yes".to_owned()));
    rows
}
