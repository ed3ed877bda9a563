package io.sluice.policies.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.canary.CanaryReport;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.PolicyStanding;
import io.sluice.policies.shadow.ShadowReport;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process, or a task of one, tells of the policy: a record of {@code policy.status}. Numbers, times, codes and words of
 * Sluice's own; no value of a record, nothing of the host. Immutable.
 *
 * @param reporter whom it is about
 * @param at when it was told, by the reporter's clock
 * @param stopped whether it is the last word of a process that stopped in good order
 * @param inForce what decides there; null where nothing does
 * @param next the newest activation that was read, where it is not the one in force
 * @param finding what keeps it from deciding, in words; null where nothing does
 * @param decided the activation of the record that was decided last; null before the first, and of rooms that decide none
 * @param unwritten status records that could not be written since the start
 * @param shadow what a shadow would have decided otherwise; null where there was none
 * @param canary how a canary does, of the task that watches it; null where none was out that returns by itself
 */
public record RoomStatus(
        Reporter reporter,
        Instant at,
        boolean stopped,
        @Nullable Held inForce,
        @Nullable Next next,
        @Nullable String finding,
        @Nullable Long decided,
        long unwritten,
        @Nullable ShadowReport shadow,
        @Nullable CanaryReport canary) {
    /** Longest reason that is told, in characters. */
    public static final int MAX_REASON_CHARS = 300;

    /**
     * What is in force.
     *
     * @param activation its number
     * @param revision the revision that it put in force
     * @param expires when that ends
     * @param since since when the process has it, by its own clock
     */
    public record Held(long activation, long revision, Instant expires, Instant since) {}

    /**
     * A newer activation that was read and is not in force.
     *
     * @param activation its number
     * @param state why: {@code refused}, {@code waiting}, {@code upcoming}, {@code expired}
     * @param code why it was refused; null where it was not
     * @param reason the same in words
     */
    public record Next(
            long activation,
            String state,
            @Nullable String code,
            @Nullable String reason) {}

    /** What is told of a standing. @param since since when what is in force is */
    static RoomStatus of(
            Reporter reporter,
            Instant at,
            PolicyStanding standing,
            Instant since,
            @Nullable String finding,
            @Nullable Long decided,
            long unwritten) {
        HistoryEntry held = standing.inForce();
        VerifiedBundle bundle = held == null ? null : held.bundle();
        return new RoomStatus(
                reporter,
                at.truncatedTo(ChronoUnit.MILLIS),
                false,
                held == null || bundle == null
                        ? null
                        : new Held(
                                held.signed().activation().number(),
                                bundle.revision(),
                                bundle.metadata().expires(),
                                since.truncatedTo(ChronoUnit.MILLIS)),
                next(held, standing.newest()),
                finding,
                decided,
                unwritten,
                null,
                null);
    }

    private static @Nullable Next next(@Nullable HistoryEntry held, @Nullable HistoryEntry newest) {
        if (newest == null || held != null && number(held) == number(newest)) {
            return null;
        }
        BundleRefusedException refusal = newest.refusal();
        return new Next(
                number(newest),
                newest.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                refusal == null ? null : refusal.code().code(),
                refusal == null ? null : shortened(String.valueOf(refusal.getMessage())));
    }

    private static long number(HistoryEntry entry) {
        return entry.signed().activation().number();
    }

    private static String shortened(String reason) {
        return reason.length() <= MAX_REASON_CHARS ? reason : reason.substring(0, MAX_REASON_CHARS - 1) + "…";
    }

    /** The same as the last word. */
    RoomStatus last(Instant when) {
        return new RoomStatus(
                reporter,
                when.truncatedTo(ChronoUnit.MILLIS),
                true,
                inForce,
                next,
                finding,
                decided,
                unwritten,
                shadow,
                canary);
    }

    /** The same with what a shadow would have decided otherwise, and how a canary does. */
    RoomStatus with(@Nullable ShadowReport counted, @Nullable CanaryReport watched) {
        return new RoomStatus(reporter, at, stopped, inForce, next, finding, decided, unwritten, counted, watched);
    }

    /** Whether an officer has to know at once that it is not as it was. */
    boolean differs(@Nullable RoomStatus before) {
        return before == null
                || stopped != before.stopped
                || !java.util.Objects.equals(inForce, before.inForce)
                || !java.util.Objects.equals(next, before.next)
                || !java.util.Objects.equals(finding, before.finding);
    }

    /** Canonical JSON. */
    public byte[] toBytes() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("room", reporter.room());
        json.put("instance", reporter.instance());
        json.put("boot", reporter.boot());
        put(json, "task", reporter.task());
        json.put("started", reporter.started().toString());
        json.put("everyMs", reporter.every().toMillis());
        json.put("at", at.toString());
        json.put("stopped", stopped);
        if (inForce != null) {
            json.put("activation", inForce.activation());
            json.put("revision", inForce.revision());
            json.put("expires", inForce.expires().toString());
            json.put("since", inForce.since().toString());
        }
        if (next != null) {
            Map<String, Object> member = new LinkedHashMap<>();
            member.put("activation", next.activation());
            member.put("state", next.state());
            put(member, "code", next.code());
            put(member, "reason", next.reason());
            json.put("next", member);
        }
        put(json, "finding", finding);
        put(json, "decided", decided);
        json.put("unwritten", unwritten);
        if (shadow != null) {
            json.put("shadow", shadow.toJson());
        }
        if (canary != null) {
            json.put("canary", canary.toJson());
        }
        return CanonicalJson.bytes(json);
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    /**
     * Reads the JSON form; members of a later version are passed over.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static RoomStatus of(byte[] bytes) {
        try {
            JsonNode json = StrictJson.read(bytes);
            JsonNode next = json.path("next");
            return new RoomStatus(
                    new Reporter(
                            text(json, "room"),
                            text(json, "instance"),
                            text(json, "boot"),
                            json.has("task") ? Math.toIntExact(number(json, "task")) : null,
                            Instant.parse(text(json, "started")),
                            Duration.ofMillis(number(json, "everyMs"))),
                    Instant.parse(text(json, "at")),
                    json.path("stopped").asBoolean(),
                    json.has("activation")
                            ? new Held(
                                    number(json, "activation"),
                                    number(json, "revision"),
                                    Instant.parse(text(json, "expires")),
                                    Instant.parse(text(json, "since")))
                            : null,
                    next.isObject()
                            ? new Next(
                                    number(next, "activation"),
                                    text(next, "state"),
                                    textOrNull(next, "code"),
                                    textOrNull(next, "reason"))
                            : null,
                    textOrNull(json, "finding"),
                    json.has("decided") ? number(json, "decided") : null,
                    number(json, "unwritten"),
                    json.has("shadow") ? ShadowReport.of(json.get("shadow")) : null,
                    json.has("canary") ? CanaryReport.of(json.get("canary")) : null);
        } catch (MalformedJsonException | DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("The status is malformed", e);
        }
    }

    private static long number(JsonNode json, String name) {
        if (!json.path(name).canConvertToLong() || !json.path(name).isIntegralNumber()) {
            throw new IllegalArgumentException("The status' " + name + " must be a number");
        }
        return json.get(name).longValue();
    }

    private static String text(JsonNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new IllegalArgumentException("The status' " + name + " must be a string");
        }
        return json.get(name).textValue();
    }

    private static @Nullable String textOrNull(JsonNode json, String name) {
        return json.has(name) ? text(json, name) : null;
    }
}
