package io.sluice.audit.witness;

import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Witnesses for tests. */
public final class WitnessFixture {
    private WitnessFixture() {}

    public static Cosigner newKey(String name) {
        return Cosigner.generate(name, CosignatureType.ED25519, new SecureRandom());
    }

    public static WitnessConfig config(Path folder, Cosigner key, VerifierKey... logs) {
        return new WitnessConfig(folder, List.of(key), List.of(logs), Clock.systemUTC());
    }

    /** The note with a signature of each. */
    public static SignedNote cosigned(SignedNote note, Instant time, Cosigner... witnesses) {
        StringBuilder lines = new StringBuilder();
        Arrays.stream(witnesses).forEach(witness -> lines.append(witness.line(note.text(), time)));
        return note.plus(lines.toString());
    }
}
