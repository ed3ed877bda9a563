package io.sluice.gateway.tag;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.Dataset;
import io.sluice.gateway.admit.Pointers;
import io.sluice.gateway.parse.ChoiceParser;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Subject ids in the one form that is hashed: an event and a choice about one person must meet. Thread-safe. */
final class SubjectIds {
    private SubjectIds() {}

    /**
     * The subject of a payload.
     *
     * @throws RefusedException {@code subject-missing}, {@code subject-invalid}, both naming the catalog's pointer
     */
    static String ofPayload(Dataset.Subject subject, JsonNode payload) {
        JsonNode value = payload.at(Pointers.of(subject.at()));
        if (value.isMissingNode() || value.isNull()) {
            throw at(
                    subject,
                    ProblemCode.SUBJECT_MISSING,
                    "The payload has no data subject at the pointer; send its id there.");
        }
        if (!value.isTextual() && !value.isIntegralNumber()) {
            throw at(subject, ProblemCode.SUBJECT_INVALID, "The data subject's id must be a string or an integer.");
        }
        String id = stripped(subject.strip(), value.asText());
        if (id.isBlank()) {
            throw at(
                    subject,
                    ProblemCode.SUBJECT_MISSING,
                    "The data subject's id at the pointer is empty; send an id there.");
        }
        if (id.length() > ChoiceParser.MAX_SUBJECT_CHARS) {
            throw at(
                    subject,
                    ProblemCode.SUBJECT_INVALID,
                    "The data subject's id has more than " + ChoiceParser.MAX_SUBJECT_CHARS + " characters.");
        }
        return id;
    }

    /**
     * The subject of a choice: the form that each dataset of the controller that uses the scheme would give it.
     *
     * @throws RefusedException {@code choice-invalid} where no dataset uses the scheme, or they disagree
     */
    static String ofChoice(Iterable<Dataset> datasets, String controller, String scheme, String raw) {
        Set<String> forms = new TreeSet<>();
        for (Dataset dataset : datasets) {
            for (Dataset.Subject subject : dataset.subjects()) {
                if (dataset.controller().equals(controller) && subject.scheme().equals(scheme)) {
                    forms.add(stripped(subject.strip(), raw));
                }
            }
        }
        if (forms.isEmpty()) {
            throw choice("/scheme", "No dataset of this controller names subjects by this scheme.");
        }
        if (forms.size() > 1) {
            throw choice(
                    "/subject", "The datasets of this controller read this id differently; send it without a prefix.");
        }
        String id = forms.iterator().next();
        if (id.isBlank()) {
            throw choice("/subject", "The id is empty behind its prefix.");
        }
        return id;
    }

    /** Removes the first listed prefix that the id starts with, once. */
    private static String stripped(List<String> prefixes, String raw) {
        for (String prefix : prefixes) {
            if (raw.startsWith(prefix)) {
                return raw.substring(prefix.length());
            }
        }
        return raw;
    }

    private static RefusedException at(Dataset.Subject subject, ProblemCode code, String detail) {
        return new RefusedException(new Problem(code, detail, subject.at(), null, List.of()));
    }

    private static RefusedException choice(String pointer, String detail) {
        return new RefusedException(new Problem(ProblemCode.CHOICE_INVALID, detail, pointer, null, List.of()));
    }
}
