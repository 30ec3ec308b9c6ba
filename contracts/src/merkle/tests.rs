//! The list tree against published vectors, a naive search of all proofs, and a liar.

use super::*;

/// The eight inputs of the Certificate Transparency test data, and the roots of their prefixes.
const INPUTS: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

#[test]
fn roots_equal_the_published_ones() {
    let hashes: Vec<Hash> = INPUTS.iter().map(|input| leaf_hash(input)).collect();
    for (count, expected) in ROOTS.iter().enumerate() {
        let text: String = root(&hashes[..count]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(text, *expected, "{count} entries");
    }
}

#[test]
fn every_entry_of_every_short_list_is_proven() {
    for count in 1..=65 {
        let (list, size) = (leaves(count), count as u64);
        let root = root(&list);
        for (index, leaf) in list.iter().enumerate() {
            let proof = prove(&list, index).unwrap();
            assert_eq!(verify(&root, index as u64, size, leaf, &proof), Ok(()), "{index} of {count}");
        }
        assert_eq!(prove(&list, count), None);
    }
}

#[test]
fn a_proof_serves_no_other_index_leaf_length_or_root() {
    for count in 2..=20usize {
        let (list, size) = (leaves(count), count as u64);
        let root = root(&list);
        for index in 0..count {
            let (proof, place) = (prove(&list, index).unwrap(), index as u64);
            for other in (0..count).filter(|other| *other != index) {
                assert!(verify(&root, other as u64, size, &list[index], &proof).is_err());
                assert!(verify(&root, place, size, &list[other], &proof).is_err());
            }
            for step in 0..proof.len() {
                let (mut flipped, mut shorter) = (proof.clone(), proof.clone());
                flipped[step][0] ^= 1;
                shorter.remove(step);
                assert!(verify(&root, place, size, &list[index], &flipped).is_err());
                assert!(verify(&root, place, size, &list[index], &shorter).is_err());
            }
            let longer = [&proof[..], &[[0; 32]]].concat();
            let refusal = MerkleError::WrongLength { index: place, count: size, found: longer.len() };
            assert_eq!(verify(&root, place, size, &list[index], &longer), Err(refusal));
            let outside = MerkleError::IndexOutside { index: size, count: size };
            assert_eq!(verify(&root, size, size, &list[index], &proof), Err(outside));
        }
    }
}

#[test]
fn a_proof_against_another_root_says_so() {
    let list = leaves(3);
    let proof = prove(&list, 1).unwrap();
    let error = verify(&[1; 32], 1, 3, &list[1], &proof).unwrap_err();
    assert_eq!(error, MerkleError::OtherRoot { expected: [1; 32], computed: root(&list) });
}

#[test]
fn an_endless_count_is_refused_without_effort() {
    let error = verify(&[0; 32], u64::MAX - 1, u64::MAX, &[0; 32], &[]).unwrap_err();
    assert_eq!(error, MerkleError::WrongLength { index: u64::MAX - 1, count: u64::MAX, found: 0 });
}
