package io.sluice.audit.pack;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What entries cite of the policy: the bundles and plans that decided, by digest, and the activations that put them in
 * force, by number; and which bundle under which activation. The verifier in the pack reads the same members. Not safe for use by many threads.
 */
final class Cited {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Set<String> bundles = new TreeSet<>();
    private final Set<String> plans = new TreeSet<>();
    private final Set<Long> activations = new TreeSet<>();
    private final Map<Long, Set<String>> under = new TreeMap<>();

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

    /** By the number of an activation, the bundles that entries say decided under it. */
    Map<Long, Set<String>> under() {
        return under;
    }

    private void policy(JsonNode policy) {
        long stamped = number(policy.path("activation"));
        long applied = number(policy.path("applied"));
        digest(policy.path("bundle"), bundle -> {
            bundles.add(bundle);
            if (stamped > 0 || applied > 0) { // what was applied decided, else what was stamped
                under.computeIfAbsent(applied > 0 ? applied : stamped, number -> new TreeSet<>())
                        .add(bundle);
            }
        });
    }

    private long number(JsonNode activation) {
        if (activation.isIntegralNumber() && activation.longValue() > 0) {
            activations.add(activation.longValue());
            return activation.longValue();
        }
        return 0;
    }

    /** The bundles that an activation names, the one in force and its rollout's; none where it is of another number. */
    static Set<String> named(byte[] activation, long number) {
        Set<String> named = new TreeSet<>();
        try {
            JsonNode said = StrictJson.read(activation);
            if (said.path("activation").isIntegralNumber()
                    && said.path("activation").longValue() == number) {
                digest(said.path("bundle"), named::add);
                for (String part : List.of("canary", "shadow", "returned")) {
                    digest(said.path("rollout").path(part).path("bundle"), named::add);
                }
            }
        } catch (MalformedJsonException e) {
            return Set.of(); // it names nothing, and the caller says so
        }
        return named;
    }

    private static void digest(JsonNode text, Consumer<String> found) {
        if (text.isTextual() && DIGEST.matcher(text.textValue()).matches()) {
            found.accept(text.textValue());
        }
    }
}
