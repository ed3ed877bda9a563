package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A report: what it is, what it was made from, what it found. Holds codes, ids, counts and references, no value of a
 * record, because the log holds none. The same for the same log and question. Immutable.
 *
 * @param spec clauses and what it cannot tell
 * @param basis the log it was made from
 * @param asked what was asked, by name
 * @param findings what somebody has to look at, the most important first
 * @param sections tables, in their order
 * @param deadlines what has to be done, and until when
 */
public record Report(
        ReportSpec spec,
        Basis basis,
        Map<String, String> asked,
        List<Finding> findings,
        List<Section> sections,
        List<Deadline> deadlines) {
    /** How a column is written. */
    public enum Kind {
        TEXT,
        /** An id or code. */
        CODE,
        NUMBER,
        /** A count, drawn beside the others of its column. */
        BAR,
        /** A time, RFC 3339, UTC. */
        TIME,
        /** The place of an entry in the log. */
        ENTRY,
        /** A word that says whether all is well. */
        STATE
    }

    /**
     * What a report was made from.
     *
     * @param origin the log's name
     * @param size entries under the checkpoint
     * @param root the checkpoint's root, base64
     * @param read how many entries were read for it
     * @param from begin of the window; null for the log's
     * @param until end of the window; null for the log's
     * @param last when the last entry under the checkpoint was recorded; null in an empty log
     * @param gaps what keeps the log from being complete, each in a sentence; empty where nothing is known to
     */
    public record Basis(
            String origin,
            long size,
            String root,
            long read,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable Instant last,
            List<String> gaps) {
        public Basis {
            gaps = List.copyOf(gaps);
        }

        /** Whether each position up to the last has one entry. */
        public boolean complete() {
            return gaps.isEmpty();
        }
    }

    /**
     * Something that does not add up, contradicts, or has to be judged.
     *
     * @param code what kind
     * @param text in a sentence
     * @param entries where: places in the log, the first of them at most
     */
    public record Finding(String code, String text, List<Long> entries) {
        public Finding {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A column.
     *
     * @param id its member in JSON
     * @param title its heading
     * @param kind how it is written
     */
    public record Column(String id, String title, Kind kind) {}

    /**
     * A table.
     *
     * @param id its member in JSON
     * @param title its heading
     * @param note a sentence on how to read it; empty for none
     * @param columns each with its id
     * @param rows cells in the order of the columns: texts and {@link Long}s; an empty text where there is nothing
     * @param more how many rows there are beyond those that are listed
     */
    public record Section(
            String id, String title, String note, List<Column> columns, List<List<Object>> rows, long more) {
        public Section {
            columns = List.copyOf(columns);
            rows = rows.stream().map(row -> List.copyOf(row)).toList();
        }
    }

    /**
     * A deadline.
     *
     * @param term what has to be done
     * @param ends until when; null where the time that it counts from was not passed in
     * @param applies whether it does; empty where only a person can say
     * @param because why it does or does not; empty where nothing is said
     */
    public record Deadline(ReportSpec.Term term, @Nullable Instant ends, String applies, String because) {}

    public Report {
        asked = new LinkedHashMap<>(asked);
        findings = List.copyOf(findings);
        sections = List.copyOf(sections);
        deadlines = List.copyOf(deadlines);
    }

    /** The JSON form, its members in reading order. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("report", spec.name());
        json.put("title", spec.title());
        json.put("answers", spec.answers());
        json.put("log", log());
        json.put("window", window());
        json.put("asked", asked);
        json.put("complete", basis.complete());
        json.put("gaps", basis.gaps());
        computed(json);
        json.put("deadlines", deadlines.stream().map(Report::json).toList());
        json.put("clauses", spec.toJson().get("clauses"));
        json.put("signs", spec.signs());
        json.put("cannotTell", spec.cannotTell());
        return json;
    }

    /**
     * What was computed from the entries under the checkpoint, and nothing that words, law, or a later state of the log's
     * folder change: the same for the same log, size and question, also where older entries are pruned.
     */
    public Map<String, Object> figures() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("report", spec.name());
        json.put("log", log());
        json.put("asked", asked);
        computed(json);
        return json;
    }

    private void computed(Map<String, Object> json) {
        json.put("findings", findings.stream().map(Report::json).toList());
        for (Section section : sections) {
            json.put(section.id(), rows(section));
            if (section.more() > 0) {
                json.put(section.id() + "More", section.more());
            }
        }
    }

    /** {@link #toJson} as a tree. */
    public JsonNode tree() {
        try {
            return StrictJson.read(CanonicalJson.bytes(toJson()));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("a report is JSON", e);
        }
    }

    private Map<String, Object> log() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("origin", basis.origin());
        json.put("size", basis.size());
        json.put("root", basis.root());
        json.put("read", basis.read());
        return json;
    }

    private Map<String, Object> window() {
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "from", basis.from());
        put(json, "until", basis.until());
        put(json, "last", basis.last());
        json.put("zone", "UTC");
        return json;
    }

    private static void put(Map<String, Object> json, String name, @Nullable Instant time) {
        if (time != null) {
            json.put(name, time.toString());
        }
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("code", finding.code());
        json.put("text", finding.text());
        json.put("entries", finding.entries());
        return json;
    }

    private static Map<String, Object> json(Deadline deadline) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", deadline.term().id());
        json.put("clause", deadline.term().clause());
        json.put("says", deadline.term().says());
        json.put("from", deadline.term().from());
        json.put("after", deadline.term().after());
        put(json, "ends", deadline.ends());
        if (!deadline.applies().isEmpty()) {
            json.put("applies", deadline.applies());
        }
        if (!deadline.because().isEmpty()) {
            json.put("because", deadline.because());
        }
        return json;
    }

    private static List<Map<String, Object>> rows(Section section) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (List<Object> row : section.rows()) {
            Map<String, Object> json = new LinkedHashMap<>();
            for (int i = 0; i < row.size(); i++) {
                if (!row.get(i).equals("")) {
                    json.put(section.columns().get(i).id(), row.get(i));
                }
            }
            rows.add(json);
        }
        return rows;
    }
}
