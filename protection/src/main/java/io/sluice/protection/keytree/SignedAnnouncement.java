package io.sluice.protection.keytree;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keytree.KeyTreeException.Code;

/** The form in which an announcement is published: itself, and the custodian's signature of it. Stateless. */
public final class SignedAnnouncement {
    /** Longest announcement. */
    static final int MAX_BYTES = 512;

    private SignedAnnouncement() {}

    /** Where it stands on the control topic: each revision has its last heartbeat there, so the chain stays whole. */
    public static String recordKey(Announcement announcement) {
        return "tree/" + announcement.tree() + "/" + announcement.revision();
    }

    /** Whether a record of the control topic is one, by its key. */
    public static boolean isRecordKey(String key) {
        return key.startsWith("tree/");
    }

    /** The published bytes. */
    public static byte[] sign(Announcement announcement, CustodianKey custodian) {
        byte[] bytes = announcement.encode();
        LengthPrefixed out = new LengthPrefixed().bytes(bytes);
        for (byte one : custodian.sign(bytes)) {
            out.u8(one & 0xff);
        }
        return out.toBytes();
    }

    /**
     * What the custodian announced.
     *
     * @throws KeyTreeException {@code MALFORMED} where the bytes are no signed announcement, {@code FORGED} where somebody
     *     else signed it, or nobody
     */
    public static Announcement verify(byte[] published, CustodianPublicKey custodian) {
        Wire in = new Wire("the signed announcement", published);
        byte[] bytes = in.prefixed("announcement", MAX_BYTES);
        byte[] signature = in.bytes("signature", CustodianPublicKey.SIGNATURE_BYTES);
        in.end();
        if (!custodian.verifies(bytes, signature)) {
            throw new KeyTreeException(Code.FORGED, "the announcement is not signed by the custodian that is pinned");
        }
        return Announcement.decode(bytes);
    }
}
