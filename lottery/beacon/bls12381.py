"""BLS signatures on BLS12-381 with signatures in G1 and public keys in G2.

Source: draft-irtf-cfrg-bls-signature-05, sections 2.7 and 3.1, in the variant with minimal
signature size.
"""

from functools import lru_cache

from lottery.beacon.bls12381_fields import FP12_ONE
from lottery.beacon.bls12381_g1 import decode_g1, g1_negate
from lottery.beacon.bls12381_g2 import decode_g2
from lottery.beacon.bls12381_hash import hash_to_g1
from lottery.beacon.bls12381_pairing import Lines, pairing_product, prepare

# draft-irtf-cfrg-bls-signature-05, section 4.2.1: the ciphersuite ID is the tag.
SIGNATURE_TAG = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"

# draft-irtf-cfrg-pairing-friendly-curves-11, section 4.2.1: the generator of G2, compressed.
G2_GENERATOR = bytes.fromhex(
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049"
    "334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051"
    "c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
)


def signature_matches(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of a message was made with the secret half of a key.

    Args:
        public_key: 96 bytes, a compressed point of G2.
        message: Any bytes.
        signature: 48 bytes, a compressed point of G1.

    Returns:
        True if e(signature, G2 generator) = e(H(message), public_key).

    Raises:
        BeaconError: The key or the signature is no point of its prime-order group.

    Source: draft-irtf-cfrg-bls-signature-05, section 2.7 (CoreVerify).
    """
    key_lines = _prepared(public_key, "the beacon's public key")
    signed = decode_g1(signature, "the signature")
    hashed = hash_to_g1(message, SIGNATURE_TAG)
    generator_lines = _prepared(G2_GENERATOR, "the generator")
    product = pairing_product([(signed, generator_lines), (g1_negate(hashed), key_lines)])
    return product == FP12_ONE


@lru_cache(maxsize=8)
def _prepared(encoded: bytes, what: str) -> Lines:
    """Decode, check and prepare a point of G2, once for each of the few keys there are."""
    return prepare(decode_g2(encoded, what))
