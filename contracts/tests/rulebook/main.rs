//! The rulebook as tables: one file per object, each row a short business script and what came of it.
//!
//! `UPDATE_EXPECT=1 cargo test -p tally-contracts` writes what happens into the tables; read the difference.
#[path = "../common/mod.rs"]
mod common;

mod approval;
mod boundaries;
mod collection;
mod costs;
mod coverage;
mod credit;
mod day_counts;
mod default;
mod dilution;
mod discount;
mod dispute;
mod document;
mod due;
mod facility;
mod genesis;
mod governance;
mod guarantee;
mod halts;
mod invariants;
mod items;
mod late;
mod liens;
mod member;
mod money;
mod netting;
mod pledge;
mod policy;
mod pool;
mod priority;
mod programme;
mod receivable;
mod recourse;
mod replay;
mod reservation;
mod screening;
mod settlement;
mod tranche;
mod vectors;
