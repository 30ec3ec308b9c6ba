//! Whether a summary keeps what the demo promises.

use serde_json::Value;

/// Every promise of a summary's JSON that is not kept; empty where all are.
pub fn broken_promises(summary: &Value, p50_ms_max: Option<f64>) -> Vec<String> {
    if summary.get("story").is_some_and(|story| story == "default") {
        return super::recompute::broken_promises(summary);
    }
    let number = |key: &str| summary.get(key).and_then(Value::as_u64).unwrap_or(0);
    let holds = |key: &str| summary.get(key).and_then(Value::as_bool).unwrap_or(false);
    let p50 = summary.pointer("/discount_submit_to_commit_ms/p50").and_then(Value::as_f64);
    let refusals = summary.get("refusals").and_then(Value::as_object);
    let refused =
        |reason: &str| refusals.and_then(|all| all.get(reason)).and_then(Value::as_u64).unwrap_or(0) > 0;
    let promises = [
        ("four validators", number("validators") == 4),
        ("an observer", number("observers") == 1),
        ("a receivable", number("receivables") >= 1),
        ("tranches of three tiers", number("tranches") >= 5),
        ("a second submission is refused", refused("INVOICE_ALREADY_USED")),
        ("an over-split is refused", refused("SPLIT_NOT_CONSERVING")),
        ("a stranger's discount is refused", refused("NOT_HOLDER")),
        ("a stale quote is refused", refused("PROCEEDS_BELOW_MINIMUM")),
        ("something is settled", number("settled_minor_units") > 0),
        (
            "what is debited is distributed",
            number("settled_minor_units") == number("distributed_minor_units"),
        ),
        ("one state root on all nodes", holds("state_roots_equal")),
        ("all invariants hold", holds("invariants_ok")),
        ("the killed validator came back", number("restarted_validator_height") >= number("height")),
        (
            "the median latency is measured and within its limit",
            p50.is_some_and(|p50| p50 <= p50_ms_max.unwrap_or(f64::MAX)),
        ),
    ];
    promises.iter().filter(|(_, kept)| !kept).map(|(promise, _)| (*promise).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({
            "validators": 4, "observers": 1, "height": 90, "receivables": 3, "tranches": 70,
            "refusals": {"INVOICE_ALREADY_USED": 1, "SPLIT_NOT_CONSERVING": 1, "NOT_HOLDER": 1, "PROCEEDS_BELOW_MINIMUM": 1},
            "discount_submit_to_commit_ms": {"p50": 60.5, "p99": 90.0},
            "settled_minor_units": 7, "distributed_minor_units": 7, "state_roots_equal": true, "invariants_ok": true,
            "restarted_validator_height": 91, "wall_s": 80.0
        })
    }

    #[test]
    fn a_broken_promise_is_named() {
        assert_eq!(broken_promises(&good(), Some(150.0)), Vec::<String>::new());
        assert_eq!(
            broken_promises(&good(), Some(50.0)),
            ["the median latency is measured and within its limit"]
        );
        for (key, value) in [
            ("validators", json!(3)),
            ("refusals", json!({})),
            ("distributed_minor_units", json!(6)),
            ("state_roots_equal", json!(false)),
            ("restarted_validator_height", json!(12)),
        ] {
            let mut summary = good();
            summary[key] = value;
            assert!(!broken_promises(&summary, None).is_empty(), "{key}");
        }
    }
}
