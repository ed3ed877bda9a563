package io.sluice.audit.pack;

import io.sluice.audit.log.EntryBundle;
import io.sluice.audit.log.TlogProof;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.timestamp.TimestampedCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of a pack's files, and how long each may be. Nothing else belongs into a pack. */
final class PackFiles {
    static final String MANIFEST = "pack.json";
    static final String README = "README.md";
    static final String VERIFIER = "verify.py";
    static final String CHECKPOINT = "checkpoint";
    static final String TIMESTAMPED = "checkpoint.timestamped";
    static final String LOG_KEY = "keys/log.vkey";
    static final String WITNESS_KEYS = "keys/witnesses.vkey";
    static final String FORMAT = "sluice-evidence-pack/v1";

    private static final Pattern ENTRY = Pattern.compile("entries/(0|[1-9][0-9]{0,17})\\.json");
    private static final Pattern PROOF = Pattern.compile("proofs/(0|[1-9][0-9]{0,17})\\.tlog-proof");
    private static final Pattern BY_DIGEST = Pattern.compile("(?:bundles/([0-9a-f]{64})|plans/([0-9a-f]{64})\\.json"
            + "|(?:approvals/[0-9a-f]{64}|activations/[1-9][0-9]{0,17})/([0-9a-f]{64})\\.json)");

    private static final long MAX_BUNDLE_BYTES = 64L << 20;
    private static final long MAX_TEXT_BYTES = 1L << 20;
    private static final Map<String, Long> ONCE = Map.of(
            MANIFEST, MAX_TEXT_BYTES,
            README, MAX_TEXT_BYTES,
            VERIFIER, MAX_TEXT_BYTES,
            CHECKPOINT, (long) SignedNote.MAX_BYTES,
            TIMESTAMPED, (long) TimestampedCheckpoint.MAX_BYTES,
            LOG_KEY, MAX_TEXT_BYTES,
            WITNESS_KEYS, MAX_TEXT_BYTES);

    /** What every pack has, beside an entry and its proof at least. */
    static final List<String> REQUIRED = List.of(README, VERIFIER, MANIFEST, CHECKPOINT, LOG_KEY);

    private PackFiles() {}

    static String entry(long index) {
        return "entries/" + index + ".json";
    }

    static String proof(long index) {
        return "proofs/" + index + ".tlog-proof";
    }

    static String bundle(String digest) {
        return "bundles/" + digest;
    }

    static String plan(String digest) {
        return "plans/" + digest + ".json";
    }

    /** The place in the log of the entry that a file holds; empty for other files. */
    static OptionalLong entryOf(String name) {
        return place(ENTRY, name);
    }

    /** The place in the log of the entry that a file proves; empty for other files. */
    static OptionalLong proofOf(String name) {
        return place(PROOF, name);
    }

    /** The SHA-256 that a file's name says its content has; empty for files that are not named by it. */
    static java.util.Optional<String> digestOf(String name) {
        Matcher matcher = BY_DIGEST.matcher(name);
        if (!matcher.matches()) {
            return java.util.Optional.empty();
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return java.util.Optional.of(matcher.group(group));
            }
        }
        return java.util.Optional.empty();
    }

    /** The most bytes of a file of this name; below 0 where a pack has none such. */
    static long maxBytes(String name) {
        Long once = ONCE.get(name);
        if (once != null) {
            return once;
        }
        if (entryOf(name).isPresent()) {
            return EntryBundle.MAX_ENTRY_BYTES;
        }
        if (proofOf(name).isPresent()) {
            return TlogProof.MAX_BYTES;
        }
        return digestOf(name).isPresent() ? MAX_BUNDLE_BYTES : -1;
    }

    /** The text that each pack of this version has: the verifier, or what is said to people. */
    static byte[] shipped(String name) {
        try (InputStream in = PackFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the resource " + name + " cannot be read", e);
        }
    }

    private static OptionalLong place(Pattern pattern, String name) {
        Matcher matcher = pattern.matcher(name);
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
