package io.sluice.audit.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.export.AuditEvents;
import io.sluice.audit.export.EventForm;
import io.sluice.audit.export.OcsfEvents;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * All that a search finds, to take along: NDJSON, each line the bytes of an entry as the log has them (its leaf hash can be
 * computed from them), CSV for spreadsheets (RFC 4180), FHIR AuditEvents or OCSF events. A piece holds one page. Stateless.
 */
final class Exports {
    private static final int PAGE = 200;
    private static final List<String> COLUMNS = List.of(
            "index",
            "id",
            "type",
            "time",
            "recorded",
            "dataset",
            "producer",
            "subject",
            "actor",
            "outcome",
            "reason",
            "activation",
            "revision",
            "recipients",
            "sentence");

    /** Where a formula may begin: before the blanks at the begin, after a separator. */
    private static final Pattern FORMULA = Pattern.compile("(^|[;,|])(?=[\\s\\h\"]*[=+\\-@])");

    private Exports() {}

    /** What an export is made of. */
    enum Format {
        /** The bytes of the log. */
        NDJSON("ndjson", "entries.ndjson", "application/x-ndjson"),
        /** For spreadsheets. */
        CSV("csv", "entries.csv", "text/csv; charset=utf-8; header=present"),
        /** HL7 FHIR R4. */
        FHIR("fhir", "audit-events.ndjson", AuditEvents.MEDIA_TYPE),
        /** OCSF. */
        OCSF("ocsf", "ocsf.ndjson", OcsfEvents.MEDIA_TYPE);

        private static final EventForm AUDIT_EVENTS = new AuditEvents();
        private static final EventForm OCSF_EVENTS = new OcsfEvents();

        private final String code;
        private final String file;
        private final String mediaType;

        Format(String code, String file, String mediaType) {
            this.code = code;
            this.file = file;
            this.mediaType = mediaType;
        }

        /** In the entries of readings. */
        String code() {
            return code;
        }

        /** The last part of its address. */
        String file() {
            return file;
        }

        private byte[] head() {
            return this == CSV ? row(COLUMNS) : new byte[0];
        }

        private byte[] of(LogDesk desk, String origin, QueryPage.Found found) {
            return switch (this) {
                case NDJSON -> line(found);
                case CSV -> row(desk, found);
                case FHIR -> AUDIT_EVENTS.lines(origin, found.index(), found.entry(), desk.sentence(found));
                case OCSF -> OCSF_EVENTS.lines(origin, found.index(), found.entry(), desk.sentence(found));
            };
        }
    }

    /**
     * An export.
     *
     * @param checkpoint what was appended since it is left out
     */
    static Reply.Stream of(LogDesk desk, QueryFilter filter, Format format, Checkpoint checkpoint) {
        return new Reply.Stream(
                200,
                Map.of(
                        "content-type",
                        format.mediaType,
                        "content-disposition",
                        "attachment; filename=\"sluice-" + format.file.replace("entries", "audit") + "\""),
                new Pages(desk, filter, format, checkpoint));
    }

    /** Used by one thread at a time. */
    private static final class Pages implements Reply.Pieces {
        private final LogDesk desk;
        private final QueryFilter filter;
        private final Format format;
        private final Checkpoint checkpoint;
        private OptionalLong next = OptionalLong.of(0);
        private boolean begun;

        Pages(LogDesk desk, QueryFilter filter, Format format, Checkpoint checkpoint) {
            this.desk = desk;
            this.filter = filter;
            this.format = format;
            this.checkpoint = checkpoint;
        }

        @Override
        public Optional<byte[]> next() {
            ByteArrayOutputStream piece = new ByteArrayOutputStream();
            if (!begun) {
                piece.writeBytes(format.head());
            }
            begun = true;
            if (next.isPresent() && next.getAsLong() < checkpoint.size()) {
                QueryPage page = desk.oldest(filter, next.getAsLong(), PAGE);
                next = page.next();
                page.entries().stream()
                        .filter(found -> found.index() < checkpoint.size())
                        .forEach(found -> piece.writeBytes(format.of(desk, checkpoint.origin(), found)));
            } else if (piece.size() == 0) {
                return Optional.empty();
            }
            return Optional.of(piece.toByteArray());
        }
    }

    private static byte[] line(QueryPage.Found found) {
        byte[] line = java.util.Arrays.copyOf(found.bytes(), found.bytes().length + 1);
        line[line.length - 1] = '\n';
        return line;
    }

    private static byte[] row(LogDesk desk, QueryPage.Found found) {
        JsonNode entry = found.entry();
        List<String> recipients = new ArrayList<>();
        entry.path("recipients")
                .forEach(recipient -> recipients.add(recipient.path("id").asText("?") + "="
                        + recipient.path("disposition").asText("?")));
        JsonNode outcome = entry.path("outcome");
        return row(List.of(
                Long.toString(found.index()),
                text(entry, "id"),
                text(entry, "type"),
                text(entry, "time"),
                text(entry, "recorded"),
                text(entry, "dataset"),
                text(entry, "producer"),
                text(entry.path("subject"), "ref"),
                text(entry, "actor"),
                outcome.isMissingNode() ? text(entry, "code") : text(outcome, "code"),
                text(outcome, "reason"),
                text(entry.path("policy"), "activation"),
                text(entry.path("policy"), "revision"),
                String.join("; ", recipients),
                desk.sentence(found)));
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asText("");
    }

    private static byte[] row(List<String> cells) {
        StringBuilder row = new StringBuilder();
        for (String cell : cells) {
            row.append(row.isEmpty() ? "" : ",").append(cell(cell));
        }
        return row.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Quoted always. What a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection), also within
     * a cell after what separates cells elsewhere; line ends within a cell become blanks.
     */
    static String cell(String text) {
        String flat = text.replaceAll("[\\r\\n\\t\\x00]+", " ");
        return '"' + FORMULA.matcher(flat).replaceAll("$1'").replace("\"", "\"\"") + '"';
    }
}
