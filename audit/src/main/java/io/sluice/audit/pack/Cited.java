package io.sluice.audit.pack;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What entries cite of the policy: the bundles and plans that decided, by digest, and the activations that put them in
 * force, by number. The verifier in the pack reads the same members. Not safe for use by many threads.
 */
final class Cited {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Set<String> bundles = new TreeSet<>();
    private final Set<String> plans = new TreeSet<>();
    private final Set<Long> activations = new TreeSet<>();

    void add(JsonNode entry) {
        JsonNode detail = entry.path("detail");
        policy(entry.path("policy"));
        policy(detail.path("policy"));
        policy(detail);
        policy(detail.path("canary"));
        entry.path("recipients").forEach(recipient -> digest(recipient.path("plan"), plans::add));
    }

    Set<String> bundles() {
        return bundles;
    }

    Set<String> plans() {
        return plans;
    }

    Set<Long> activations() {
        return activations;
    }

    private void policy(JsonNode policy) {
        digest(policy.path("bundle"), bundles::add);
        number(policy.path("activation"));
        number(policy.path("applied"));
    }

    private void number(JsonNode activation) {
        if (activation.isIntegralNumber() && activation.longValue() > 0) {
            activations.add(activation.longValue());
        }
    }

    private static void digest(JsonNode text, Consumer<String> found) {
        if (text.isTextual() && DIGEST.matcher(text.textValue()).matches()) {
            found.accept(text.textValue());
        }
    }
}
