package io.sluice.cli.policy;

import io.sluice.cli.output.Table;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.policies.canary.CanaryReport;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.status.Reporter;
import io.sluice.policies.status.RoomStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which activation each process and task has in force, beside what {@code policy.bundles} says. Immutable. */
public final class StatusBoard {
    /** So many intervals without a word are a silence. */
    private static final int MISSED = 3;
    /** Beside that: what a word takes to come. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(5);

    private static final Comparator<Row> ORDER = Comparator.comparing(
                    (Row row) -> row.reporter().room())
            .thenComparing(row -> row.reporter().instance())
            .thenComparing(row -> Objects.requireNonNullElse(row.reporter().task(), -1))
            .thenComparing(row -> row.reporter().started());

    private final List<Row> rows;
    private final Instant now;
    private final @Nullable Long wanted;
    private final boolean watched;

    /** How one stands to what is in force. */
    public enum State {
        /** It has what is in force. */
        CURRENT,
        /** It has not, within the time that a switch takes. */
        SWITCHING,
        /** It has an older one, for longer. */
        BEHIND,
        /** It lives and has nothing in force. */
        WITHOUT,
        /** It no longer tells; what it has nobody knows. */
        SILENT,
        /** It stopped in good order. */
        STOPPED;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One process or task.
     *
     * @param status what it told last
     * @param appended when, by the broker's clock
     * @param state how it stands
     */
    public record Row(RoomStatus status, Instant appended, State state) {
        Reporter reporter() {
            return status.reporter();
        }
    }

    /**
     * @param read what was told
     * @param inForce what {@code policy.bundles} puts in force; null for nothing
     * @param appended when that was written there; asked of the return of a canary alone, null where nobody looked
     * @param now by this machine's clock
     * @param grace how long after a switch began a room may be without it
     */
    public StatusBoard(
            StatusTopic.Read read,
            @Nullable HistoryEntry inForce,
            @Nullable Instant appended,
            Instant now,
            Duration grace) {
        this.now = now;
        this.wanted = inForce == null ? null : inForce.signed().activation().number();
        this.watched = inForce != null && inForce.signed().comingBack().isPresent();
        Instant begun = begun(inForce, Objects.requireNonNullElse(appended, now));
        this.rows = read.told().stream()
                .filter(told -> told.appended().isAfter(now.minus(ClusterLayout.STATUS_RETENTION)))
                .filter(told -> read.told().stream().noneMatch(other -> replaces(other, told)))
                .map(told -> new Row(told.status(), told.appended(), state(told, begun, grace)))
                .sorted(ORDER)
                .toList();
    }

    private static Instant begun(@Nullable HistoryEntry inForce, Instant appended) {
        if (inForce == null) {
            return Instant.MIN;
        }
        if (inForce.signed().activation().returned().isPresent()) {
            return appended; // it was signed when the canary went out
        }
        Instant issued = inForce.signed().activation().issued();
        var bundle = inForce.bundle();
        return bundle == null || bundle.metadata().notBefore().isBefore(issued)
                ? issued
                : bundle.metadata().notBefore();
    }

    /** Whether a later start under the same name took over from one that has said nothing since. */
    private static boolean replaces(StatusTopic.Told other, StatusTopic.Told told) {
        Reporter one = told.status().reporter();
        Reporter later = other.status().reporter();
        return later.name().equals(one.name())
                && !later.boot().equals(one.boot())
                && !later.started().isBefore(told.status().at());
    }

    private State state(StatusTopic.Told told, Instant begun, Duration grace) {
        RoomStatus status = told.status();
        if (status.stopped()) {
            return State.STOPPED;
        }
        if (age(told.appended())
                        .compareTo(
                                status.reporter().every().multipliedBy(MISSED).plus(ON_THE_WAY))
                > 0) {
            return State.SILENT;
        }
        RoomStatus.Held held = status.inForce();
        if (wanted == null) {
            return held == null ? State.CURRENT : State.SWITCHING;
        }
        if (held != null && held.activation() >= wanted) {
            return State.CURRENT;
        }
        Instant since = begun.isAfter(status.reporter().started())
                ? begun
                : status.reporter().started();
        if (now.isBefore(since.plus(grace))) {
            return State.SWITCHING;
        }
        return held == null ? State.WITHOUT : State.BEHIND;
    }

    private Duration age(Instant then) {
        return then.isAfter(now) ? Duration.ZERO : Duration.between(then, now);
    }

    /** All, by room, instance and task. */
    public List<Row> rows() {
        return rows;
    }

    /** Those that somebody has to look after. */
    public List<Row> lagging() {
        return rows.stream()
                .filter(row -> switch (row.state()) {
                    case BEHIND, WITHOUT, SILENT -> true;
                    case CURRENT, SWITCHING, STOPPED -> false;
                })
                .toList();
    }

    /** A row for each, and a sentence for all. */
    public String text() {
        if (rows.isEmpty()) {
            return "No room has told anything within the last hour; one that runs tells of itself all the time."
                    + canaryText();
        }
        Table table = new Table("room", "activation", "revision", "ends", "since", "last record", "told", "state");
        for (Row row : rows) {
            RoomStatus.Held held = row.status().inForce();
            Long decided = row.status().decided();
            table.row(
                    row.reporter().name(),
                    held == null ? "-" : held.activation(),
                    held == null ? "-" : held.revision(),
                    held == null ? "-" : held.expires(),
                    held == null ? "-" : words(age(held.since())),
                    decided == null ? "-" : decided,
                    words(age(row.appended())) + " ago",
                    row.state().code() + remark(row.status()));
        }
        return table + "\n\n" + sentence() + canaryText();
    }

    private static String remark(RoomStatus status) {
        List<String> remarks = new ArrayList<>();
        RoomStatus.Next next = status.next();
        if (next != null) {
            remarks.add("activation " + next.activation() + " is " + next.state()
                    + (next.code() == null ? "" : " (" + next.code() + ", " + next.reason() + ")"));
        }
        if (status.finding() != null) {
            remarks.add(status.finding());
        }
        if (status.unwritten() > 0) {
            remarks.add(status.unwritten() + " of its words were lost");
        }
        return remarks.isEmpty() ? "" : ": " + String.join("; ", remarks);
    }

    private String sentence() {
        List<Row> lagging = lagging();
        long running = rows.stream().filter(row -> row.state() != State.STOPPED).count();
        if (lagging.isEmpty()) {
            boolean switching = rows.stream().anyMatch(row -> row.state() == State.SWITCHING);
            return switching
                    ? "A switch is under way."
                    : running == 0
                            ? "No room runs."
                            : wanted == null
                                    ? "Nothing is in force at any of the " + running + " that run."
                                    : "All that run (" + running + ") have activation " + wanted + ".";
        }
        long others = rows.stream().filter(row -> row.state() == State.CURRENT).count();
        return lagging.stream().map(this::lag).collect(Collectors.joining("; "))
                + (wanted == null || others == 0
                        ? "."
                        : "; " + (others == 1 ? "the other one is" : "the other " + others + " are") + " at " + wanted
                                + ".");
    }

    /** What the one says who watches the canary; that nobody does, where one is out that should go back by itself. */
    private String canaryText() {
        CanaryReport told = canary();
        return told == null
                ? watched
                        ? "\nNobody watches the canary: it stays until an officer ends it, or a protect job runs."
                        : ""
                : "\n" + told.text();
    }

    /** What was told of the canary in force, or of the one that the activation in force took back; null for nothing. */
    private @Nullable CanaryReport canary() {
        return rows.stream()
                .filter(row -> row.state() != State.SILENT && row.state() != State.STOPPED)
                .flatMap(row -> Stream.ofNullable(row.status().canary()))
                .filter(told -> wanted != null
                        && (watched && told.activation() == wanted
                                || told.returned() && told.activation() == wanted - 1))
                .findFirst()
                .orElse(null);
    }

    private String lag(Row row) {
        RoomStatus.Held held = row.status().inForce();
        String name = row.reporter().name();
        return switch (row.state()) {
            case SILENT -> name + " has been silent for " + words(age(row.appended()));
            case WITHOUT -> name + " has nothing in force";
            default -> name + " is at activation " + (held == null ? "-" : held.activation());
        };
    }

    private static String words(Duration duration) {
        if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
            return duration.toSeconds() + " s";
        }
        return duration.compareTo(Duration.ofHours(2)) < 0
                ? duration.toMinutes() + " min"
                : duration.compareTo(Duration.ofDays(2)) < 0 ? duration.toHours() + " h" : duration.toDays() + " d";
    }

    /** As members of {@code -o json}. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rooms", rows.stream().map(this::json).toList());
        json.put("lagging", lagging().stream().map(row -> row.reporter().name()).toList());
        CanaryReport told = canary();
        if (told != null) {
            json.put("canary", told.toJson());
        }
        return json;
    }

    private Map<String, Object> json(Row row) {
        RoomStatus status = row.status();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("room", status.reporter().room());
        json.put("instance", status.reporter().instance());
        json.put("boot", status.reporter().boot());
        put(json, "task", status.reporter().task());
        json.put("state", row.state().code());
        json.put("told", row.appended().toString());
        json.put("ageSeconds", age(row.appended()).toSeconds());
        RoomStatus.Held held = status.inForce();
        if (held != null) {
            json.put("activation", held.activation());
            json.put("revision", held.revision());
            json.put("expires", held.expires().toString());
            json.put("since", held.since().toString());
        }
        put(json, "decided", status.decided());
        RoomStatus.Next next = status.next();
        if (next != null) {
            Map<String, Object> member = new LinkedHashMap<>();
            member.put("activation", next.activation());
            member.put("state", next.state());
            put(member, "code", next.code());
            put(member, "reason", next.reason());
            json.put("next", member);
        }
        put(json, "finding", status.finding());
        json.put("unwritten", status.unwritten());
        return json;
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
