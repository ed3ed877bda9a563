package io.sluice.custodian.erase;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Tags;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.seal.SealKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Destroys the wrapping keys of the days whose sealed records nobody may need any more: when the retention of ingress and that
 * of quarantine, one after the other, have passed since the day ended. Confined to one thread.
 */
final class PeriodKeys {
    /** The key of the ledger's record of the destruction under way, or done last. */
    static final String RECORD_KEY = "period-keys";

    private final SealKeys seal;
    private final long retentionDays;

    /** @param retention of ingress and quarantine together; counted in whole days */
    PeriodKeys(SealKeys seal, Duration retention) {
        this.seal = seal;
        this.retentionDays = retention.plusDays(1).minusNanos(1).toDays();
    }

    /** The days whose keys are there, and from which day on each is destroyed. */
    List<Map<String, Object>> living() {
        List<Map<String, Object>> living = new ArrayList<>();
        for (LocalDate day : seal.periods()) {
            living.add(Map.of("day", day.toString(), "destroyedFrom", dueOn(day).toString()));
        }
        return living;
    }

    /** From when on no sealed record of today opens any more. */
    Instant todaysEnd(Instant now) {
        return dueOn(LocalDate.ofInstant(now, ZoneOffset.UTC))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    private LocalDate dueOn(LocalDate day) {
        return day.plusDays(retentionDays + 2); // a record may be received at the end of a day and read on the next
    }

    /**
     * Destroys what is due. What is to go is written down before, so that a custodian that dies in between still says what went.
     *
     * @param begun the value of the ledger's record, null where there is none
     */
    byte[] destroyDue(byte @org.jspecify.annotations.Nullable [] begun, String tenant, Instant now, Ledger ledger) {
        LocalDate oldest = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(retentionDays + 1);
        List<String> days = new ArrayList<>(unfinished(begun));
        seal.periods().headSet(oldest).forEach(day -> days.add(day.toString()));
        List<String> due = days.stream().distinct().sorted().toList();
        if (due.isEmpty()) {
            return begun == null ? new byte[0] : begun;
        }
        ledger.commit(Map.of(RECORD_KEY, record(due, "due")), List.of());
        List<DestroyReceipt> receipts = seal.destroyPeriodsBefore(oldest);
        byte[] done = record(due, "done");
        Map<String, Object> detail = new TreeMap<>();
        detail.put("days", due);
        detail.put("receipts", StepJson.receipts(receipts));
        detail.put("destroyedAt", Tags.timestamp(now));
        ledger.commit(
                Map.of(RECORD_KEY, done),
                List.of(ActEntry.of(
                        ActEntry.Code.PERIOD_KEYS_DESTROYED, tenant, Erasures.WRITER, Erasures.WRITER, now, detail)));
        return done;
    }

    private static byte[] record(List<String> days, String state) {
        return CanonicalJson.bytes(Map.of("version", 1, "days", days, "state", state));
    }

    private static List<String> unfinished(byte @org.jspecify.annotations.Nullable [] begun) {
        List<String> days = new ArrayList<>();
        try {
            if (begun != null && begun.length > 0) {
                var json = StrictJson.read(begun);
                if (json.path("state").asText().equals("due")) {
                    json.path("days").forEach(day -> days.add(day.asText()));
                }
            }
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(RECORD_KEY + " on the control topic is no JSON", e);
        }
        return days;
    }
}
