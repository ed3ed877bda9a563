package io.sluice.jobs.protect;

import io.sluice.core.event.SubjectRef;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.protection.text.IdentifierKeys;
import io.sluice.protection.text.Identifiers;
import io.sluice.protection.text.SealedIdentifiers;
import io.sluice.protection.text.TextDropped;
import io.sluice.protection.text.TextLimits;
import io.sluice.protection.text.TextMasker;
import io.sluice.protection.transform.IdentifierFields;
import io.sluice.protection.transform.PlanRefusedException;
import io.sluice.protection.transform.Protector;
import io.sluice.protection.transform.RecordIdentifiers;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows what to look for inside the texts of a record: what the record says of its persons, and what earlier records said
 * of its subject. A record that names its subject is remembered. The texts of a subject of whom no record has given a name and
 * a day of birth, address, telephone or e-mail stay closed. Confined to the task thread.
 */
final class RecordTexts {
    /** Most datasets of rulebooks of which it is kept where their identifiers stand. */
    private static final int MAX_DATASETS = 256;

    private static final TextLimits LIMITS = TextLimits.DEFAULT;

    private final Protector protector;
    private final String tenant;
    private final SecureRandom random;
    private final Map<InBundle, IdentifierFields> fields = new Recent<>(MAX_DATASETS);

    /** A dataset, as one revision describes it. */
    private record InBundle(String bundle, String dataset) {}

    RecordTexts(Protector protector, String tenant, SecureRandom random) {
        this.protector = protector;
        this.tenant = tenant;
        this.random = random;
    }

    /**
     * The masker of the texts of the payload that was read last.
     *
     * @param keys of the record's subject; null where it has none
     */
    TextMasker masker(DecidedRecord record, SubjectMemory memory, @Nullable IdentifierKeys keys)
            throws IOException, PlanRefusedException {
        RecordIdentifiers named = protector.identifiers(fields(record));
        SubjectRef subject = record.opened().tags().subjectRef();
        Identifiers known = named.subject();
        if (subject != null && keys != null) {
            SealedIdentifiers sealed = new SealedIdentifiers(tenant, keys, random, LIMITS);
            byte[] remembered = memory.sealed();
            Identifiers before = remembered == null ? Identifiers.NONE : sealed.open(remembered, subject);
            if (before == null) {
                return TextMasker.closed(TextDropped.IDENTIFIERS_UNREADABLE);
            }
            known = before.and(named.subject(), LIMITS);
            if (named.subject().hasName() && !known.equals(before)) {
                memory.remember(sealed.seal(known, subject));
            }
        }
        return known.tellWho() || !known.complete()
                ? TextMasker.of(known.and(named.all(), LIMITS), LIMITS)
                : TextMasker.closed(TextDropped.SUBJECT_UNKNOWN);
    }

    private IdentifierFields fields(DecidedRecord record) throws PlanRefusedException {
        InBundle key = new InBundle(record.policy().bundle(), record.dataset().id());
        IdentifierFields known = fields.get(key);
        if (known == null) {
            Rulebook rulebook = record.policy().rulebook();
            known = protector.identifierFields(record.dataset(), rulebook.classes());
            fields.put(key, known);
        }
        return known;
    }
}
