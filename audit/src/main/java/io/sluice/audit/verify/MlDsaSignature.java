package io.sluice.audit.verify;

import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import java.util.List;
import java.util.Optional;

/** The signature that a log gives beside its Ed25519 one, by a key that stands against quantum computers. Stateless. */
public final class MlDsaSignature {
    private MlDsaSignature() {}

    /** Why {@code note}, a checkpoint of {@code origin}, is not signed by the log's ML-DSA-44 key; empty where it is. */
    public static Optional<String> fault(SignedNote note, String origin, CosignerKey key) {
        if (key.type() != CosignatureType.ML_DSA_44 || !key.name().equals(origin)) {
            return Optional.of("the ML-DSA-44 key that was given is not one of " + origin);
        }
        try {
            return note.cosignatures(List.of(key)).isEmpty()
                    ? Optional.of("is not signed by the log's ML-DSA-44 key " + key.id())
                    : Optional.empty();
        } catch (NoteException e) {
            return Optional.of("is not validly signed by the log's ML-DSA-44 key " + key.id());
        }
    }
}
