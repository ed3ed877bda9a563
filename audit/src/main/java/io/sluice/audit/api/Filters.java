package io.sluice.audit.api;

import io.sluice.audit.query.QueryFilter;
import io.sluice.core.decision.Disposition;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.rulebook.Rulebook;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The parameters of a search. Stateless. */
public final class Filters {
    /** Names a subject by its reference; needs the act {@code subject} too. */
    static final String SUBJECT = "subject";
    /** What a search can be narrowed by: the options of {@code audit query}. */
    public static final Set<String> NAMES = Set.of(
            SUBJECT,
            "dataset",
            "recipient",
            "producer",
            "disposition",
            "code",
            "revision",
            "rule",
            "id",
            "from",
            "until");

    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/#-]{0,199}");

    private static final Pattern REVISION = Pattern.compile("[1-9][0-9]{0,15}");

    private Filters() {}

    /** Reads the filter. @throws RefusedException naming the parameter that is wrong, without what it holds */
    public static QueryFilter of(Question question) {
        QueryFilter filter = QueryFilter.all();
        filter = question.parameter(SUBJECT)
                .map(Filters::subject)
                .map(filter::withSubject)
                .orElse(filter);
        filter = code(question, "dataset").map(filter::withDataset).orElse(filter);
        filter = code(question, "recipient").map(filter::withRecipient).orElse(filter);
        filter = code(question, "producer").map(filter::withProducer).orElse(filter);
        filter = code(question, "code").map(filter::withCode).orElse(filter);
        filter = question.parameter("revision")
                .map(Filters::revision)
                .map(filter::withRevision)
                .orElse(filter);
        filter = code(question, "rule").map(filter::withRule).orElse(filter);
        filter = code(question, "id").map(filter::withEntryId).orElse(filter);
        filter = question.parameter("disposition")
                .map(Filters::disposition)
                .map(filter::withDisposition)
                .orElse(filter);
        return filter.between(
                time(question, "from").orElse(null), time(question, "until").orElse(null));
    }

    /** A subject's reference. @throws RefusedException where it is none */
    public static String subject(String text) {
        if (!SubjectRef.isReference(text)) {
            throw Question.invalid("A subject is named by its reference: s, a number, _ and 26 characters. See"
                    + " ./sluice subject status.");
        }
        return text;
    }

    /**
     * The filter as entries tell it. What the rulebook knows stands there by its id; what somebody typed that it does not
     * know stands there as {@code other}, since it could be anything.
     */
    public static String told(Question question, Rulebook rulebook) {
        List<String> said = new ArrayList<>();
        question.parameter(SUBJECT).filter(SubjectRef::isReference).ifPresent(ref -> said.add("subject=" + ref));
        say(said, question, "dataset", rulebook.datasets().keySet());
        say(said, question, "recipient", rulebook.recipients().keySet());
        say(said, question, "producer", rulebook.producers().keySet());
        question.parameter("revision").filter(REVISION.asMatchPredicate()).ifPresent(n -> said.add("revision=" + n));
        for (String name : List.of("disposition", "code", "rule", "id", "from", "until", "at", "baseline", "clock")) {
            if (question.parameters().containsKey(name)) {
                said.add(name);
            }
        }
        return String.join(" ", said);
    }

    private static void say(List<String> said, Question question, String name, Set<String> known) {
        question.parameter(name).ifPresent(value -> said.add(name + "=" + (known.contains(value) ? value : "other")));
    }

    private static Optional<String> code(Question question, String name) {
        Optional<String> value = question.parameter(name);
        if (value.isPresent() && !CODE.matcher(value.get()).matches()) {
            throw Question.invalid("The parameter " + name + " is no id or code.");
        }
        return value;
    }

    private static long revision(String text) {
        if (!REVISION.matcher(text).matches()) {
            throw Question.invalid("The parameter revision is the number of a policy revision, as 7.");
        }
        return Long.parseLong(text);
    }

    private static Disposition disposition(String text) {
        for (Disposition disposition : Disposition.values()) {
            if (disposition.code().equals(text.toLowerCase(Locale.ROOT))) {
                return disposition;
            }
        }
        throw Question.invalid("The parameter disposition is release, withhold or quarantine.");
    }

    private static Optional<Instant> time(Question question, String name) {
        try {
            return question.parameter(name).map(Instant::parse);
        } catch (DateTimeException e) {
            throw Question.invalid("The parameter " + name + " is a time like 2026-03-01T00:00:00Z.");
        }
    }
}
