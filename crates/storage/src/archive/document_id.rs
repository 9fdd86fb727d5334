//! The `_id` of a call's document.

use atlas_domain::{CallId, ObjectId, TenantId};

/// The `_id` of a call that never had another: made of its tenant and its id, so that a call that is inserted a second
/// time is refused also where no unique index on `call_id` can be: in a database that was not
/// migrated yet, and on a cluster that is sharded by another key.
pub(crate) fn document_id(tenant: &TenantId, call_id: CallId) -> ObjectId {
    let uuid = call_id.as_uuid().as_bytes();
    let tenant = tenant_bytes(tenant);
    let mut id = [0; 12];
    // The first and the last six bytes of a UUID are its own; what is between them holds its
    // version and variant, and is mixed in.
    let own = uuid.iter().take(6).chain(uuid.iter().skip(10));
    let mixed = uuid.iter().skip(6).take(4).chain(&tenant);
    for (byte, own) in id.iter_mut().zip(own) {
        *byte = *own;
    }
    for (byte, mixed) in id.iter_mut().zip(mixed) {
        *byte ^= *mixed;
    }
    ObjectId::from_bytes(id)
}

/// Eight bytes that differ from tenant to tenant (FNV-1a); zeros for the default one.
fn tenant_bytes(tenant: &TenantId) -> [u8; 8] {
    if *tenant == TenantId::default() {
        return [0; 8];
    }
    let hash = tenant
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    hash.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn calls_and_tenants_have_ids_of_their_own() {
        let mut ids = HashSet::new();
        for tenant in ["default", "other", "another"] {
            for call in [
                "6f2cbf1c-53d2-4e4b-9d8c-000000000001",
                "6f2cbf1c-53d2-4e4b-9d8c-000000000002",
                "6f2cbf1c-53d2-4e4b-9d8d-000000000001",
                "6f2cbf1c-53d2-4e4c-9d8c-000000000001",
                "7f2cbf1c-53d2-4e4b-9d8c-000000000001",
            ] {
                ids.insert(document_id(&tenant.parse().unwrap(), call.parse().unwrap()));
            }
        }
        assert_eq!(ids.len(), 15);
        let again = document_id(
            &TenantId::default(),
            "6f2cbf1c-53d2-4e4b-9d8c-000000000001".parse().unwrap(),
        );
        assert!(ids.contains(&again), "the same call has the same id");
    }
}
