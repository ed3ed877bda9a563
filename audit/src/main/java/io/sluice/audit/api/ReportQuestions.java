package io.sluice.audit.api;

import io.sluice.audit.report.Parameter;
import io.sluice.audit.report.ReportQuestion;
import io.sluice.audit.report.ReportRefusedException;
import io.sluice.audit.report.ReportSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads which report a request asks for. Stateless. */
public final class ReportQuestions {
    /** What a request for a report may have. */
    public static final Set<String> NAMES = names();

    private ReportQuestions() {}

    private static Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Parameter parameter : Parameter.values()) {
            names.add(parameter.code());
        }
        return Set.copyOf(names);
    }

    /** The report of the address. @throws RefusedException where there is none of that name */
    public static ReportSpec spec(Question question) {
        return ReportSpec.of(question.place("name"))
                .orElseThrow(() -> new RefusedException(
                        ProblemCode.NOT_FOUND,
                        "There is no report of this name; /api/v1/reports lists what there is."));
    }

    /**
     * What is asked. Where a report says how things stand and nobody named a time, that is now, and not when the log's last entry
     * was made: of a log that does not grow any more, all would else be as fresh as it was then.
     *
     * @throws RefusedException naming the parameter that is wrong, without what it holds
     */
    public static ReportQuestion of(Question question, Instant now) {
        ReportSpec spec = spec(question);
        Map<String, String> given = new TreeMap<>(question.parameters());
        // Of one with deadlines, the clock is when they began, which only who asks can know.
        if (spec.takes().contains(Parameter.CLOCK)
                && spec.terms().isEmpty()
                && !given.containsKey(Parameter.UNTIL.code())) {
            given.putIfAbsent(
                    Parameter.CLOCK.code(), now.truncatedTo(ChronoUnit.SECONDS).toString());
        }
        try {
            return ReportQuestion.of(spec.name(), given);
        } catch (ReportRefusedException e) {
            throw Question.invalid(String.valueOf(e.getMessage()));
        }
    }

    /** Whether all is there that the report needs. @throws RefusedException where there is none of that name */
    public static boolean isWhole(Question question) {
        return spec(question).needs().stream()
                .allMatch(needed -> question.parameters().containsKey(needed.code()));
    }

    /** What a page that has a form too is told as: where something is missing it shows that alone. */
    public static String toldOfPage(Question question) {
        return isWhole(question)
                ? told(question)
                : "report form " + spec(question).name();
    }

    /** The question as entries tell it: what the rulebook knows by its id, of the rest only that it was there. */
    public static String told(Question question) {
        String asked = question.granted() == null
                ? ""
                : Filters.told(question, question.granted().policy().rulebook());
        return ("report " + spec(question).name() + " " + asked).strip();
    }
}
