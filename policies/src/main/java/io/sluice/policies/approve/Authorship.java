package io.sluice.policies.approve;

import io.sluice.core.encoding.LengthPrefixed;
import java.time.Instant;
import java.util.Base64;

/**
 * Who wrote a revision: an officer's signature over its content, number and times. It stands in the bundle's metadata, so
 * that the bundle signer cannot name somebody who does not know of it. Immutable.
 *
 * @param officer the author's id among the approvers
 * @param signature base64 Ed25519
 */
public record Authorship(String officer, String signature) {
    /**
     * What is signed.
     *
     * @param tenant the deployment
     * @param manifestRevision number and digest of the content, as in the manifest
     * @param notBefore its first instant
     * @param expires its end
     */
    public record Work(String tenant, String manifestRevision, Instant notBefore, Instant expires) {
        private byte[] message(String officer) {
            return new LengthPrefixed()
                    .text("sluice-author")
                    .u8(1)
                    .text(tenant)
                    .text(manifestRevision)
                    .text(notBefore.toString())
                    .text(expires.toString())
                    .text(officer)
                    .toBytes();
        }
    }

    /** Signs; the same work and key give the same signature. */
    public static Authorship of(OfficerKey key, Work work) {
        byte[] signature = key.sign(work.message(key.officer()));
        return new Authorship(key.officer(), Base64.getEncoder().encodeToString(signature));
    }

    /** Whether it is that officer's of these, over that work. */
    public boolean verifies(Approvers approvers, Work work) {
        OfficerPublicKey key = approvers.officers().get(officer);
        try {
            return key != null
                    && key.verifies(work.message(officer), Base64.getDecoder().decode(signature));
        } catch (IllegalArgumentException e) {
            return false; // not base64
        }
    }
}
