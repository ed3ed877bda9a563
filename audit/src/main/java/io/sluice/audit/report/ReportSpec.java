package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a report is, apart from any log: its clauses, its deadlines, who signs it and what it cannot tell. Law moves, so
 * this is data: a file for each report beside this class. Immutable.
 *
 * @param name in addresses and on the command line
 * @param title its heading
 * @param answers the question that it answers
 * @param clauses what asks for it
 * @param terms the deadlines that the clauses set
 * @param signs who has to look at it and sign
 * @param cannotTell what a log cannot know, so that nobody reads it into the report
 * @param needs parameters that it cannot do without
 * @param takes parameters that it may have beside
 * @param words explanations of codes that stand in it, by code
 */
public record ReportSpec(
        String name,
        String title,
        String answers,
        List<Clause> clauses,
        List<Term> terms,
        List<String> signs,
        List<String> cannotTell,
        Set<Parameter> needs,
        Set<Parameter> takes,
        Map<String, String> words) {
    /** In the order of their lists. */
    private static final List<String> NAMES = List.of(
            "conservation",
            "activity",
            "access",
            "portability",
            "processing",
            "dpia",
            "accounting",
            "safe-harbor",
            "breach",
            "fields",
            "refusals",
            "holds",
            "controls");

    /** What no report can tell of a log, whatever it is of. */
    private static final String OF_ONE_LOG =
            "What stands in other logs. A log holds one partition of audit.entries: where"
                    + " there are several, each has its own records, and what people did (holds, reviews, values that were shown)"
                    + " is in that of partition 0 alone. Make the report of each.";

    private static final class Lazy {
        static final Map<String, ReportSpec> ALL = load();
    }

    /**
     * What asks for the report.
     *
     * @param clause its citation
     * @param says in own words
     */
    public record Clause(String clause, String says) {}

    /**
     * A deadline.
     *
     * @param id unique within the report
     * @param clause its citation
     * @param says who has to do what
     * @param from what it counts from, in words
     * @param after how long it takes, as ISO 8601 has it: {@code PT72H}, {@code P1M}
     * @param ofYearEnd whether it counts from the end of the calendar year and not from the moment
     */
    public record Term(String id, String clause, String says, String from, String after, boolean ofYearEnd) {
        /** How long, in words: {@code 72 hours from becoming aware}. */
        public String words() {
            return length(after) + " from " + from;
        }

        /** A length of time in words. @param iso as ISO 8601 has it */
        static String length(String iso) {
            String digits = iso.replaceAll("[^0-9]", "");
            String unit =
                    switch (iso.charAt(iso.length() - 1)) {
                        case 'H' -> "hour";
                        case 'D' -> "day";
                        case 'M' -> "month";
                        default -> "year";
                    };
            return digits + " " + unit + (digits.equals("1") ? "" : "s");
        }
    }

    public ReportSpec {
        clauses = List.copyOf(clauses);
        terms = List.copyOf(terms);
        signs = List.copyOf(signs);
        cannotTell = List.copyOf(cannotTell);
        needs = Set.copyOf(needs);
        takes = Set.copyOf(takes);
        words = Map.copyOf(words);
    }

    /** All reports that there are. */
    public static List<ReportSpec> all() {
        return List.copyOf(Lazy.ALL.values());
    }

    /** The report of that name. */
    public static Optional<ReportSpec> of(String name) {
        return Optional.ofNullable(Lazy.ALL.get(name));
    }

    /** The JSON form, without any log. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("title", title);
        json.put("answers", answers);
        json.put(
                "clauses",
                clauses.stream()
                        .map(one -> Map.of("clause", one.clause(), "says", one.says()))
                        .toList());
        json.put("needs", codes(needs));
        json.put("takes", codes(takes));
        json.put("signs", signs);
        json.put("cannotTell", cannotTell);
        return json;
    }

    private static List<String> codes(Set<Parameter> parameters) {
        return parameters.stream().sorted().map(Parameter::code).toList();
    }

    private static Map<String, ReportSpec> load() {
        Map<String, ReportSpec> all = new LinkedHashMap<>();
        NAMES.forEach(name -> all.put(name, read(name)));
        return all;
    }

    private static ReportSpec read(String name) {
        return of(name, file(name));
    }

    /** The file of a report. */
    static JsonNode file(String name) {
        try (InputStream resource = ReportSpec.class.getResourceAsStream(name + ".json")) {
            if (resource == null) {
                throw new IllegalStateException("the report " + name + " is missing from the jar");
            }
            return StrictJson.read(resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("the report " + name + " is not JSON: " + e.getMessage(), e);
        }
    }

    private static ReportSpec of(String name, JsonNode json) {
        List<Clause> clauses = new ArrayList<>();
        json.path("clauses").forEach(one -> clauses.add(new Clause(text(one, "clause"), text(one, "says"))));
        List<Term> terms = new ArrayList<>();
        json.path("deadlines")
                .forEach(one -> terms.add(new Term(
                        text(one, "id"),
                        text(one, "clause"),
                        text(one, "says"),
                        text(one, "from"),
                        text(one, "after"),
                        one.path("ofYearEnd").asBoolean(false))));
        Map<String, String> words = new LinkedHashMap<>();
        json.path("words")
                .properties()
                .forEach(word -> words.put(word.getKey(), word.getValue().asText()));
        return new ReportSpec(
                name,
                text(json, "title"),
                text(json, "answers"),
                clauses,
                terms,
                texts(json.path("signs")),
                Stream.concat(texts(json.path("cannotTell")).stream(), Stream.of(OF_ONE_LOG))
                        .toList(),
                parameters(json.path("needs")),
                parameters(json.path("takes")),
                words);
    }

    private static Set<Parameter> parameters(JsonNode array) {
        Set<Parameter> parameters = EnumSet.noneOf(Parameter.class);
        texts(array).forEach(code -> parameters.add(Parameter.ofCode(code).orElseThrow()));
        return parameters;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    private static String text(JsonNode json, String member) {
        if (!json.path(member).isTextual()) {
            throw new IllegalStateException("a report's file lacks the text '" + member + "'");
        }
        return json.path(member).textValue();
    }
}
