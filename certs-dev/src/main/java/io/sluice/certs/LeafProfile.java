package io.sluice.certs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a leaf certificate is to say, before anybody signs it. */
record LeafProfile(
        String commonName,
        String unit,
        List<GeneralName> names,
        List<KeyPurposeId> purposes,
        Instant notBefore,
        Instant notAfter) {

    private static final List<GeneralName> LOCAL_NAMES = List.of(
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1"));

    LeafProfile {
        names = List.copyOf(names);
        purposes = List.copyOf(purposes);
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("notBefore is not before notAfter");
        }
    }

    static LeafProfile of(DevIdentity identity, Instant notBefore, Instant notAfter) {
        List<GeneralName> names = new ArrayList<>(identity.server() ? LOCAL_NAMES : List.of());
        Optional<String> spiffeId = identity.spiffeId();
        spiffeId.ifPresent(id -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, id)));
        List<KeyPurposeId> purposes = identity.server()
                ? List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)
                : List.of(KeyPurposeId.id_kp_clientAuth);
        return new LeafProfile(identity.commonName(), identity.kind().unit(), names, purposes, notBefore, notAfter);
    }

    LeafProfile valid(Instant newNotBefore, Instant newNotAfter) {
        return new LeafProfile(commonName, unit, names, purposes, newNotBefore, newNotAfter);
    }

    LeafProfile withNames(GeneralName... others) {
        return new LeafProfile(commonName, unit, List.of(others), purposes, notBefore, notAfter);
    }

    LeafProfile serverOnly() {
        return new LeafProfile(commonName, unit, names, List.of(KeyPurposeId.id_kp_serverAuth), notBefore, notAfter);
    }
}
