package io.sluice.protection.keytree;

import io.sluice.core.encoding.LengthPrefixed;
import java.time.Instant;
import java.util.HexFormat;

/**
 * That a revision of a tree's state is in force, as of an instant. It is said when the revision is made and again as its
 * heartbeat: what a registry holds of the tree ends a lease after the latest {@code issued}. Carries no secret.
 *
 * <p>It is published as {@link SignedAnnouncement}: this form has no signature of its own.
 *
 * @param revision from 1
 * @param previous SHA-256 of the manifest of the revision before, in hex; zeros for the first
 * @param manifest SHA-256 of the revision's manifest, in hex
 * @param issued by the clock of who announced it, in milliseconds
 */
public record Announcement(TreeId tree, long revision, String previous, String manifest, Instant issued) {
    private static final String FORM = "sluice-key-tree-announcement";
    private static final int DIGEST_BYTES = 32;
    private static final long MAX_MILLIS = 253_402_300_799_999L; // the year 9999

    public Announcement {
        requireDigest("previous", previous);
        requireDigest("manifest", manifest);
        if (revision < 1) {
            throw new IllegalArgumentException("revision is " + revision + ", not 1 or more");
        }
    }

    /** The published form. */
    public byte[] encode() {
        LengthPrefixed out = tree.binding(FORM, revision)
                .bytes(HexFormat.of().parseHex(previous))
                .bytes(HexFormat.of().parseHex(manifest));
        return Wire.u64(out, issued.toEpochMilli()).toBytes();
    }

    /**
     * The announcement of these bytes.
     *
     * @throws KeyTreeException {@code MALFORMED} where they are none
     */
    public static Announcement decode(byte[] bytes) {
        Wire in = new Wire("the announcement", bytes);
        in.start(FORM);
        TreeId tree = in.tree();
        long revision = in.longNumber("revision", Long.MAX_VALUE);
        String previous = in.digest("previous");
        String manifest = in.digest("manifest");
        Instant issued = Instant.ofEpochMilli(in.longNumber("issued", MAX_MILLIS));
        in.end();
        return new Announcement(tree, revision, previous, manifest, issued);
    }

    private static void requireDigest(String part, String hex) {
        if (hex.length() != 2 * DIGEST_BYTES
                || !hex.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
            throw new IllegalArgumentException(part + " is not a SHA-256 digest in lower-case hex");
        }
    }
}
