package io.sluice.cli.scenario;

import io.sluice.core.event.SubjectRef;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.text.Identifiers;
import io.sluice.protection.transform.Pseudonyms;
import io.sluice.protection.transform.SubjectFieldKey;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** What is remembered of a subject within a scenario: who it is, its random codes, its key. Confined to one thread. */
final class SubjectOfRun {
    private static final int KEY_BYTES = 32;

    private final Map<String, String> codes = new HashMap<>();
    private final SubjectFieldKey key;
    private Identifiers identifiers = Identifiers.NONE;

    SubjectOfRun(SubjectRef subject, SecureRandom random) {
        this.key = new SubjectFieldKey(
                KeyId.of(DraftPolicy.TENANT, "subject." + subject.value().replace('_', '-'), 1),
                SecretBytes.random(KEY_BYTES, random));
    }

    Pseudonyms pseudonyms() {
        return (domain, value) -> codes.computeIfAbsent(
                domain.length() + ":" + domain + value,
                first -> UUID.randomUUID().toString());
    }

    SubjectFieldKey key() {
        return key;
    }

    Identifiers identifiers() {
        return identifiers;
    }

    void remember(Identifiers known) {
        identifiers = known;
    }
}
