package io.sluice.policies.infer;

import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Rulebook;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A catalog file for what was observed, for an officer to finish. It loads as it is; what was guessed says so, and what was not is
 * commented out, so that it stays closed (P6). Stateless.
 */
public final class CatalogProposal {
    /** Fewer events say nothing of how many values an attribute has. */
    private static final int LEAST_EVENTS = 3;

    private static final int MAX_ATTRIBUTE_CHARS = 20;

    private final Rulebook rulebook;
    private final StringBuilder text = new StringBuilder();

    private CatalogProposal(Rulebook rulebook) {
        this.rulebook = rulebook;
    }

    /**
     * What the proposal is for.
     *
     * @param dataset the new dataset's id
     * @param controller who answers for it
     * @param purpose what it is collected for
     * @param regimes laws that it is under
     * @param format how its payloads are read
     */
    public record Frame(
            String dataset, String controller, String purpose, List<String> regimes, Dataset.Format format) {
        public Frame {
            regimes = List.copyOf(regimes);
        }
    }

    /**
     * The text of {@code catalog/<dataset>.yaml}.
     *
     * @param events how many events were looked at
     */
    public static String of(Rulebook rulebook, Frame frame, int events, List<ObservedField> fields) {
        return new CatalogProposal(rulebook).text(frame, events, fields);
    }

    private String text(Frame frame, int events, List<ObservedField> fields) {
        line("# Proposed from " + events + (events == 1 ? " sample event" : " sample events")
                + ". Finish what says TODO, read the rest:" + " a class is a guess until you have confirmed it.");
        line("dataset: " + frame.dataset());
        line("title: " + quoted("TODO: what the dataset is"));
        line("controller: " + frame.controller());
        line("regimes: [" + String.join(", ", frame.regimes()) + "]");
        line("format: " + frame.format().name().toLowerCase(Locale.ROOT));
        line("# TODO: payloads/" + frame.dataset() + ".schema.json says what a payload must be; then: schema: payloads/"
                + frame.dataset() + ".schema.json");
        line("purposes: [" + frame.purpose() + "]");
        line("retention: {ingress: P7D, released: P2Y, clause: " + quoted("TODO: why so long") + "}");
        subjects(fields);
        line(
                "# What nothing below declares goes out to nobody. quarantine holds such records back until you have looked at them.");
        line("undeclared: drop");
        attributes(events, fields);
        List<ObservedField> open = new ArrayList<>();
        List<String> guessed = new ArrayList<>();
        for (ObservedField field : fields) {
            Optional<ClassGuess> guess =
                    isPattern(field.path()) ? ClassGuess.of(field, rulebook.classes()) : Optional.empty();
            if (guess.isEmpty()) {
                open.add(field);
            } else {
                guessed.add("  # " + seen(field, events) + "; class by "
                        + guess.get().reason());
                guessed.add("  " + key(field.path()) + ": " + guess.get().dataClass());
            }
        }
        line(guessed.isEmpty() ? "fields: {}" : "fields:");
        guessed.forEach(this::line);
        if (!open.isEmpty()) {
            line("  # TODO: what these are does not show. Until they have a class they are closed to everybody.");
            open.forEach(field -> {
                line("  # " + seen(field, events));
                line("  # " + key(field.path()) + ": CLASS");
            });
        }
        return text.toString();
    }

    private void subjects(List<ObservedField> fields) {
        List<ObservedField> ids = fields.stream()
                .filter(field -> !field.path().contains("*"))
                .filter(field -> field.path()
                        .matches("/id|/[A-Za-z_]*(?i:customer|patient|user|person|member|subject)[A-Za-z_]*(/id)?|"
                                + "/[A-Za-z_]*(?i:customer|patient|user|person|member|subject)[A-Za-z_]*Id"))
                .filter(field ->
                        field.types().contains("string") || field.types().contains("integer"))
                .toList();
        line(
                "# TODO: whom the record is about, by the id that all records of the person have. Without it no consent, no objection and no");
        line("# erasure reaches the record.");
        Optional<ObservedField> person = ids.stream()
                .filter(field -> !field.path().equals("/id"))
                .findFirst()
                .or(() -> ids.stream().findFirst());
        line(
                person.isPresent()
                        ? "subjects: [{at: " + quoted(person.get().path()) + ", scheme: person}]"
                        : "subjects: []");
    }

    /** Codes of few values, of classes that say nothing of a person. */
    private void attributes(int events, List<ObservedField> fields) {
        List<String> lines = new ArrayList<>();
        for (ObservedField field : fields) {
            Optional<ClassGuess> guess = ClassGuess.of(field, rulebook.classes());
            DataClass dataClass =
                    guess.map(one -> rulebook.classes().get(one.dataClass())).orElse(null);
            boolean few = !field.codes().isEmpty() && field.values() >= 2 * field.distinct() && events >= LEAST_EVENTS;
            if (few
                    && !field.path().contains("*")
                    && dataClass != null
                    && dataClass.kind() == DataClass.Kind.ORDINARY) {
                lines.add("#   " + attribute(field) + ": {at: " + key(field.path()) + ", values: ["
                        + String.join(
                                ", ",
                                field.codes().stream()
                                        .map(CatalogProposal::quoted)
                                        .toList()) + "]}  # "
                        + field.distinct() + " different in " + field.values());
            }
        }
        if (!lines.isEmpty()) {
            line(
                    "# Candidates for attributes, on which rules may decide. Each stands in clear in headers and in the audit log: only codes of");
            line("# closed lists that say nothing of a person.");
            line("# attributes:");
            lines.forEach(this::line);
        }
    }

    /** A member's name may look like a part of a pattern; such a field has to be named by hand. */
    private static boolean isPattern(String path) {
        try {
            return FieldPattern.parse(path).text().equals(path);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String attribute(ObservedField field) {
        String name = ClassGuess.words(field.name()).replaceAll("[^a-z0-9]", "");
        return name.substring(0, Math.min(MAX_ATTRIBUTE_CHARS, name.length()));
    }

    private static String seen(ObservedField field, int events) {
        return String.join(" or ", field.types()) + ", in " + field.events() + " of " + events + ", " + field.distinct()
                + " different";
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String key(String path) {
        return path.matches("[A-Za-z0-9_/.*-]+") ? path : quoted(path);
    }

    private static String quoted(String text) {
        return com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString(); // a JSON text is one of YAML
    }
}
