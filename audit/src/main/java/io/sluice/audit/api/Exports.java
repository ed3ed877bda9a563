package io.sluice.audit.api;

import com.fasterxml.jackson.databind.JsonNode;
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
 * computed from them), or CSV for spreadsheets (RFC 4180). A piece holds one page. Stateless.
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

    /**
     * An export.
     *
     * @param end places at and beyond it are left out: what was appended since it began
     */
    static Reply.Stream of(LogDesk desk, QueryFilter filter, boolean csv, long end) {
        String type = csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
        String name = csv ? "sluice-audit.csv" : "sluice-audit.ndjson";
        return new Reply.Stream(
                200,
                Map.of("content-type", type, "content-disposition", "attachment; filename=\"" + name + "\""),
                new Pages(desk, filter, csv, end));
    }

    /** Used by one thread at a time. */
    private static final class Pages implements Reply.Pieces {
        private final LogDesk desk;
        private final QueryFilter filter;
        private final boolean csv;
        private final long end;
        private OptionalLong next = OptionalLong.of(0);
        private boolean begun;

        Pages(LogDesk desk, QueryFilter filter, boolean csv, long end) {
            this.desk = desk;
            this.filter = filter;
            this.csv = csv;
            this.end = end;
        }

        @Override
        public Optional<byte[]> next() {
            ByteArrayOutputStream piece = new ByteArrayOutputStream();
            if (!begun && csv) {
                piece.writeBytes(row(COLUMNS));
            }
            begun = true;
            if (next.isPresent() && next.getAsLong() < end) {
                QueryPage page = desk.oldest(filter, next.getAsLong(), PAGE);
                next = page.next();
                page.entries().stream()
                        .filter(found -> found.index() < end)
                        .forEach(found -> piece.writeBytes(csv ? row(desk, found) : line(found)));
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
