package io.sluice.protection.transform;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.transform.Sf1Answer.Refused;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns tokens of {@code tokenise-fpe} back. A token says nothing of its key: the rule does under which it was made. FF1
 * protects no value from being altered, so {@link Sf1Answer.Ok} means that some value has this token, not that anybody ever
 * made it. Makes no key. Thread-safe.
 */
public final class FpeOpener {
    private static final Logger LOG = LoggerFactory.getLogger(FpeOpener.class);

    private final KeyRing ring;
    private final String tenant;

    /** Opens with the keys of this ring what this tenant made. */
    public FpeOpener(KeyRing ring, String tenant) {
        this.ring = ring;
        this.tenant = tenant;
    }

    /**
     * The id of the key that a rule names.
     *
     * @param epoch another version of it; 0 for the rule's own
     */
    public Optional<KeyId> key(FieldRule rule, int epoch) {
        return read(rule).map(read -> id(version(read, epoch)));
    }

    /**
     * Turns a token back.
     *
     * @param rule a rule {@code tokenise-fpe}
     * @param epoch another version of its key; 0 for the rule's own
     */
    public Sf1Answer open(String token, FieldRule rule, int epoch) {
        Optional<FpeRule> read = read(rule);
        if (read.isEmpty()) {
            return Refused.AUTH_FAILED;
        }
        if (!ring.reach().now()) {
            return Refused.KEY_UNAVAILABLE;
        }
        NamedKey named = version(read.get(), epoch);
        Optional<RingKey> key;
        try {
            key = ring.find(id(named));
        } catch (KeyAccessException e) {
            LOG.warn("a token's key could not be looked for key={} code={}", id(named), e.code());
            return Refused.KEY_UNAVAILABLE;
        }
        if (key.isEmpty()) {
            return ring.destroyed(id(named)).isPresent() ? Refused.KEY_SHREDDED : Refused.AUTH_FAILED;
        }
        String value = new FpeTokens(
                        tenant,
                        read.get().domain(),
                        read.get().form(),
                        key.get().secret())
                .value(token);
        return value == null ? Refused.AUTH_FAILED : new Sf1Answer.Ok(Sf1Type.STRING, value);
    }

    private KeyId id(NamedKey named) {
        return KeyId.of(tenant, named.name(), named.version());
    }

    private static NamedKey version(FpeRule rule, int epoch) {
        return epoch == 0 ? rule.key() : rule.key().at(epoch);
    }

    private static Optional<FpeRule> read(FieldRule rule) {
        if (rule.transform().kind() != TransformKind.TOKENISE_FPE) {
            return Optional.empty();
        }
        try {
            return Optional.of(FpeRule.of(new Params(rule)));
        } catch (PlanRefusedException e) {
            return Optional.empty(); // no token was ever made by such a rule
        }
    }
}
