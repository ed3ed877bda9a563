package io.sluice.policies.approve;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.decision.Rollout;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An activation as it stands on {@code policy.bundles} under {@code activation/<n>}: the number, what it puts in force, and
 * the signature of the officer who issued it. Immutable.
 *
 * @param activation what it says
 * @param officer who issued it
 * @param signature base64 Ed25519 over its canonical form without the signature
 * @param back the officer's signature over the activation that takes its canary back; null where it has none that does
 */
public record SignedActivation(
        Activation activation,
        String officer,
        String signature,
        @Nullable String back) {
    public SignedActivation {
        if ((back != null) != activation.back().isPresent()) {
            throw new IllegalArgumentException(
                    "The activation's canary has a limit and a signed return, or neither of them");
        }
    }

    /** Issues an activation, and with it the one that takes its canary back. */
    public static SignedActivation issue(Activation activation, OfficerKey key) {
        String back = activation.back().map(one -> sign(one, null, key)).orElse(null);
        return issue(activation, back, key);
    }

    static SignedActivation issue(Activation activation, @Nullable String back, OfficerKey key) {
        return new SignedActivation(activation, key.officer(), sign(activation, back, key), back);
    }

    private static String sign(Activation activation, @Nullable String back, OfficerKey key) {
        return Base64.getEncoder().encodeToString(key.sign(message(activation, key.officer(), back)));
    }

    /** What takes its canary back: bytes that anybody may publish once the limit is reached. Empty where nothing does. */
    public Optional<SignedActivation> comingBack() {
        String signed = back;
        return signed == null
                ? Optional.empty()
                : activation.back().map(one -> new SignedActivation(one, officer, signed, null));
    }

    /** Whether one of these officers issued it, and what takes its canary back too. */
    public boolean issuedBy(Approvers approvers) {
        OfficerPublicKey key = approvers.officers().get(officer);
        try {
            return key != null
                    && key.verifies(
                            message(activation, officer, back),
                            Base64.getDecoder().decode(signature))
                    && comingBack().filter(one -> !one.issuedBy(approvers)).isEmpty();
        } catch (IllegalArgumentException e) {
            return false; // not base64
        }
    }

    /** Canonical JSON. */
    public byte[] toBytes() {
        Map<String, Object> json = unsigned(activation, officer, back);
        json.put("signature", signature);
        return CanonicalJson.bytes(json);
    }

    /**
     * Reads the JSON form.
     *
     * @throws IllegalArgumentException if it is malformed, or says what this version does not know
     */
    public static SignedActivation of(byte[] json) {
        try {
            JsonNode root = StrictJson.read(json);
            Activation activation = new Activation(
                    number(root, "activation"),
                    text(root, "bundle"),
                    number(root, "revision"),
                    text(root, "tenant"),
                    Instant.parse(text(root, "issued")),
                    rollout(root.get("rollout")));
            SignedActivation signed = new SignedActivation(
                    activation,
                    text(root, "officer"),
                    text(root, "signature"),
                    root.has("return") ? text(root, "return") : null);
            // What we would not honour is not ours to accept.
            if (!Arrays.equals(signed.toBytes(), CanonicalJson.bytes(root))) {
                throw new IllegalArgumentException("The activation has members that are not known");
            }
            return signed;
        } catch (MalformedJsonException | DateTimeException e) {
            throw new IllegalArgumentException("The activation is malformed", e);
        }
    }

    private static @Nullable Rollout rollout(@Nullable JsonNode json) {
        if (json == null) {
            return null;
        }
        JsonNode canary = json.get("canary");
        JsonNode shadow = json.get("shadow");
        JsonNode returned = json.get("returned");
        return new Rollout(
                canary == null
                        ? null
                        : new Canary(candidate(canary), basisPoints(canary, "shareBasisPoints"), limit(canary)),
                shadow == null ? null : candidate(shadow),
                json.has("floor"),
                returned == null ? null : candidate(returned));
    }

    private static @Nullable ReturnLimit limit(JsonNode canary) {
        JsonNode limit = canary.get("returnAt");
        return limit == null
                ? null
                : new ReturnLimit(basisPoints(limit, "excessBasisPoints"), number(limit, "records"));
    }

    private static Candidate candidate(JsonNode json) {
        return new Candidate(text(json, "bundle"), number(json, "revision"));
    }

    private static int basisPoints(JsonNode json, String name) {
        return (int) Math.min(Math.max(number(json, name), -1), Canary.ALL); // both are refused
    }

    private static byte[] message(Activation activation, String officer, @Nullable String back) {
        return new LengthPrefixed()
                .text("sluice-activation")
                .u8(format(activation))
                .bytes(CanonicalJson.bytes(unsigned(activation, officer, back)))
                .toBytes();
    }

    private static int format(Activation activation) {
        if (activation.rollout() == null) {
            return 1;
        }
        return activation.back().isEmpty() && activation.returned().isEmpty() ? 2 : 3;
    }

    private static Map<String, Object> unsigned(Activation activation, String officer, @Nullable String back) {
        Map<String, Object> json = new TreeMap<>();
        json.put("activation", activation.number());
        json.put("bundle", activation.bundle());
        json.put("revision", activation.revision());
        json.put("tenant", activation.tenant());
        json.put("issued", activation.issued().toString());
        json.put("officer", officer);
        Rollout rollout = activation.rollout();
        if (rollout != null) {
            json.put("rollout", json(rollout));
        }
        if (back != null) {
            json.put("return", back);
        }
        return json;
    }

    private static Map<String, Object> json(Rollout rollout) {
        Map<String, Object> json = new TreeMap<>();
        Canary canary = rollout.canary();
        if (canary != null) {
            Map<String, Object> named = json(canary.candidate());
            named.put("shareBasisPoints", canary.shareBasisPoints());
            ReturnLimit limit = canary.returnAt();
            if (limit != null) {
                named.put(
                        "returnAt",
                        new TreeMap<>(
                                Map.of("excessBasisPoints", limit.excessBasisPoints(), "records", limit.records())));
            }
            json.put("canary", named);
        }
        if (rollout.shadow() != null) {
            json.put("shadow", json(rollout.shadow()));
        }
        if (rollout.floor()) {
            json.put("floor", true);
        }
        if (rollout.returned() != null) {
            json.put("returned", json(rollout.returned()));
        }
        return json;
    }

    private static Map<String, Object> json(Candidate candidate) {
        return new TreeMap<>(Map.of("bundle", candidate.bundle(), "revision", candidate.revision()));
    }

    private static long number(JsonNode root, String name) {
        if (!root.path(name).canConvertToLong() || !root.path(name).isIntegralNumber()) {
            throw new IllegalArgumentException("The activation's " + name + " must be a number");
        }
        return root.get(name).longValue();
    }

    private static String text(JsonNode root, String name) {
        if (!root.path(name).isTextual()) {
            throw new IllegalArgumentException("The activation's " + name + " must be a string");
        }
        return root.get(name).textValue();
    }
}
