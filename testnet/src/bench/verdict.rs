//! Whether a report keeps what every run promises, whatever the machine's speed.

use serde_json::Value;

/// What a report always has, as pointers into it.
const KEYS: [&str; 24] = [
    "/workload",
    "/validators",
    "/outstanding",
    "/seconds",
    "/committed",
    "/committed_tx_per_s",
    "/latency_ms/p50",
    "/latency_ms/p95",
    "/latency_ms/p99",
    "/latency_ms/p999",
    "/cpu_ms_per_tx",
    "/cpu_ms_per_tx_by_process/load",
    "/bytes_per_tx/wire",
    "/bytes_per_tx/disk",
    "/tx_per_block",
    "/memory_peak_mib",
    "/live_tranches",
    "/ed25519_batch_per_core_s",
    "/synced_write_ms_p50",
    "/limit_ratio",
    "/state_roots_equal",
    "/invariants_ok",
    "/machine/cores",
    "/started_at",
];

/// Every promise of a report that is not kept; empty where all are.
pub fn broken_promises(report: &Value) -> Vec<String> {
    let missing = KEYS.iter().filter(|key| report.pointer(key).is_none_or(Value::is_null));
    let mut broken: Vec<String> = missing.map(|key| format!("the report has {key}")).collect();
    let number = |key: &str| report.pointer(key).and_then(Value::as_f64).unwrap_or(-1.0);
    let holds = |key: &str| report.get(key).and_then(Value::as_bool).unwrap_or(false);
    let processes =
        report.get("cpu_ms_per_tx_by_process").and_then(Value::as_object).map_or(0, |all| all.len());
    let promises = [
        ("something is committed", number("/committed") > 0.0),
        ("committed transactions were timed", number("/latency_ms/count") > 0.0),
        (
            "nothing is refused",
            report.get("refused").and_then(Value::as_object).is_some_and(|all| all.is_empty()),
        ),
        ("everything is answered", number("/unanswered") == 0.0),
        ("every process is counted", processes as f64 == number("/validators") + 1.0),
        ("one state root on all nodes", holds("state_roots_equal")),
        ("all invariants hold", holds("invariants_ok")),
    ];
    broken.extend(promises.iter().filter(|(_, kept)| !kept).map(|(promise, _)| (*promise).to_owned()));
    broken
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({
            "workload": "transfer", "validators": 1, "outstanding": 8, "seconds": 3.0, "committed": 9,
            "committed_tx_per_s": 3.0, "latency_ms": {"p50": 1.0, "p95": 1.0, "p99": 1.0, "p999": 1.0, "count": 9},
            "cpu_ms_per_tx": 1.0, "cpu_ms_per_tx_by_process": {"bank-01": 0.9, "load": 0.1},
            "bytes_per_tx": {"wire": 1.0, "disk": 1.0}, "tx_per_block": 1.0, "memory_peak_mib": 1.0,
            "live_tranches": 9, "ed25519_batch_per_core_s": 1.0, "synced_write_ms_p50": 1.0, "limit_ratio": 0.1,
            "state_roots_equal": true, "invariants_ok": true, "machine": {"cores": 2}, "started_at": "now",
            "refused": {}, "unanswered": 0
        })
    }

    #[test]
    fn a_broken_promise_is_named() {
        assert_eq!(broken_promises(&good()), Vec::<String>::new());
        for (key, value, promise) in [
            ("committed", json!(0), "something is committed"),
            ("refused", json!({"NOT_HOLDER": 1}), "nothing is refused"),
            ("unanswered", json!(2), "everything is answered"),
            ("validators", json!(2), "every process is counted"),
            ("state_roots_equal", json!(false), "one state root on all nodes"),
            ("invariants_ok", json!(false), "all invariants hold"),
            ("bytes_per_tx", json!({"wire": 1.0}), "the report has /bytes_per_tx/disk"),
        ] {
            let mut report = good();
            report[key] = value;
            assert_eq!(broken_promises(&report), [promise], "{key}");
        }
    }
}
