package io.sluice.reveal.value;

import io.sluice.core.decision.RevealDecision;
import io.sluice.core.decision.RevealInput;
import io.sluice.policies.PolicyException;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.transform.FieldKeys;
import io.sluice.protection.transform.FpeOpener;
import io.sluice.protection.transform.Sf1Answer;
import io.sluice.protection.transform.Sf1Header;
import io.sluice.protection.transform.Sf1Opener;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens a protected value where the policy allows it. The policy is asked first, about what the value says of itself, so
 * that who may not reveal learns nothing of keys either. Thread-safe.
 */
public final class Revealer {
    private final KeyRing ring;
    private final FpeOpener tokens;
    /** Confined to one thread, hence guarded by itself. */
    private final Sf1Opener fields;

    /**
     * @param ring the keys of domains
     * @param keys the keys of fields, those of subjects included
     */
    public Revealer(KeyRing ring, FieldKeys keys, String tenant) {
        this.ring = ring;
        this.tokens = new FpeOpener(ring, tenant);
        this.fields = new Sf1Opener(keys, tenant);
    }

    /**
     * What became of one value.
     *
     * @param outcome the answer
     * @param input what the policy was asked, or would have been
     * @param decision what it answered; null where it was not asked
     * @param key the id of its key, null where nobody can tell
     * @param binding which parts of the place an SF1 text is bound to, null for others
     */
    public record Judged(
            Outcome outcome,
            RevealInput.Value input,
            @Nullable RevealDecision decision,
            @Nullable KeyId key,
            @Nullable String binding) {}

    /**
     * Judges one value and opens it where it may be.
     *
     * @param emergency whether an emergency access is used
     * @param barred why the policy is not even asked, as {@code emergency-expired}; null where it is
     * @throws PolicyException where the policy could not answer; nothing is revealed then
     */
    public Judged reveal(
            ActivePolicy policy,
            LocalDate day,
            String caller,
            String purpose,
            Item item,
            boolean emergency,
            @Nullable String barred) {
        Recognised found = Recognised.of(item, policy, this::domain);
        RevealInput.Value input = found.input(day, caller, purpose, item, emergency);
        KeyId key = key(found, item);
        String binding = found.header() == null ? null : found.header().binding();
        if (barred != null) {
            return new Judged(new Outcome.Refused(barred), input, null, key, binding);
        }
        RevealDecision decision = policy.reveal(input);
        Outcome outcome = decision instanceof RevealDecision.Denied denied
                ? new Outcome.Refused(denied.code())
                : found.hopeless().<Outcome>map(Outcome.Refused::new).orElseGet(() -> open(found, item));
        return new Judged(outcome, input, decision, key, binding);
    }

    private Outcome open(Recognised found, Item item) {
        boolean token = !found.tokenRules().isEmpty();
        Sf1Answer answer;
        if (token) {
            answer = tokens.open(item.value(), found.tokenRules().get(0), item.epoch());
        } else {
            synchronized (fields) {
                answer = fields.open(item.value(), item.place());
            }
        }
        return answer instanceof Sf1Answer.Ok ok
                ? new Outcome.Revealed(ok.type(), ok.text(), !token)
                : new Outcome.Closed((Sf1Answer.Refused) answer);
    }

    private @Nullable KeyId key(Recognised found, Item item) {
        if (found.header() != null) {
            return found.header().key();
        }
        return found.tokenRules().size() == 1
                ? tokens.key(found.tokenRules().get(0), item.epoch()).orElse(null)
                : null;
    }

    /** Unknown where the keys cannot be asked: the opener will say so. */
    private Optional<String> domain(KeyId key) {
        try {
            return ring.find(key)
                    .map(RingKey::name)
                    .or(() -> ring.destroyed(key))
                    .flatMap(Sf1Header::domainOf);
        } catch (KeyAccessException e) {
            return Optional.empty();
        }
    }
}
