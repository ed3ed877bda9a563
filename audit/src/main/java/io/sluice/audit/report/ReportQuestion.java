package io.sluice.audit.report;

import io.sluice.audit.query.QueryFilter;
import io.sluice.core.event.SubjectRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which report is asked for, and of what. Its time is passed in, never read from a clock, so that the same question to the
 * same log has the same answer. Immutable.
 *
 * @param spec the report
 * @param given its parameters, checked
 */
public record ReportQuestion(ReportSpec spec, Map<Parameter, String> given) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/#-]{0,199}");

    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    public ReportQuestion {
        given = Map.copyOf(given);
    }

    /**
     * Reads a question.
     *
     * @param name of the report
     * @param given parameters by their name; empty ones count as not given
     * @throws ReportRefusedException naming the parameter that is wrong or missing, without what it holds
     */
    public static ReportQuestion of(String name, Map<String, String> given) {
        ReportSpec spec = ReportSpec.of(name)
                .orElseThrow(() -> new ReportRefusedException("There is no such report. There are "
                        + String.join(
                                ", ",
                                ReportSpec.all().stream().map(ReportSpec::name).toList())
                        + "."));
        Map<Parameter, String> read = new EnumMap<>(Parameter.class);
        given.forEach((code, value) -> {
            if (!value.isEmpty()) {
                read.put(parameter(spec, code), value);
            }
        });
        for (Parameter needed : new TreeSet<>(spec.needs())) {
            if (!read.containsKey(needed)) {
                throw new ReportRefusedException(
                        "The report " + name + " needs the parameter " + needed.code() + ": " + meaning(needed) + ".");
            }
        }
        read.forEach(ReportQuestion::check);
        ReportQuestion question = new ReportQuestion(spec, read);
        requireOrder(question, Parameter.BASELINE, Parameter.FROM);
        requireOrder(question, Parameter.FROM, Parameter.UNTIL);
        return question;
    }

    private static Parameter parameter(ReportSpec spec, String code) {
        return Parameter.ofCode(code)
                .filter(known -> spec.needs().contains(known) || spec.takes().contains(known))
                .orElseThrow(() -> new ReportRefusedException("The report " + spec.name() + " takes "
                        + String.join(
                                ", ",
                                java.util.stream.Stream.concat(spec.needs().stream(), spec.takes().stream())
                                        .sorted()
                                        .map(Parameter::code)
                                        .toList())
                        + (Parameter.ofCode(code).isPresent() ? ", not " + code + "." : ", and nothing else.")));
    }

    private static void check(Parameter parameter, String value) {
        boolean good =
                switch (parameter) {
                    case SUBJECT -> SubjectRef.isReference(value);
                    case DATASET, RECIPIENT -> ID.matcher(value).matches();
                    case FROM, UNTIL, BASELINE, CLOCK -> isTime(value);
                };
        if (!good) {
            throw new ReportRefusedException("The parameter " + parameter.code() + " is " + meaning(parameter) + ".");
        }
    }

    private static String meaning(Parameter parameter) {
        return switch (parameter) {
            case SUBJECT -> "a subject's reference, s, a number, _ and 26 characters; see ./sluice subject status";
            case DATASET, RECIPIENT -> "an id of the rulebook";
            case FROM, UNTIL, BASELINE -> "a time like 2026-03-01T00:00:00Z";
            case CLOCK -> "the time that deadlines count from, like 2026-03-01T00:00:00Z";
        };
    }

    private static boolean isTime(String value) {
        try {
            Instant time = Instant.parse(value);
            return !time.isBefore(Instant.EPOCH) && time.isBefore(LATEST);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static void requireOrder(ReportQuestion question, Parameter first, Parameter second) {
        Instant one = question.time(first).orElse(null);
        Instant other = question.time(second).orElse(null);
        if (one != null && other != null && !one.isBefore(other)) {
            throw new ReportRefusedException(
                    "The parameter " + first.code() + " has to be before " + second.code() + ".");
        }
    }

    /** A parameter; empty where it was not given. */
    public Optional<String> value(Parameter parameter) {
        return Optional.ofNullable(given.get(parameter));
    }

    /** A parameter that is a time; empty where it was not given. */
    public Optional<Instant> time(Parameter parameter) {
        return value(parameter).map(Instant::parse);
    }

    /** The same with another begin of its window. */
    ReportQuestion since(Instant from) {
        Map<Parameter, String> more = new EnumMap<>(Parameter.class);
        more.putAll(given);
        more.put(Parameter.FROM, from.toString());
        return new ReportQuestion(spec, more);
    }

    /** Entries of the window, of the dataset and of the subject; what is narrowed by recipient looks at each itself. */
    QueryFilter filter() {
        QueryFilter filter = QueryFilter.all().between(orNull(Parameter.FROM), orNull(Parameter.UNTIL));
        String subject = given.get(Parameter.SUBJECT);
        String dataset = given.get(Parameter.DATASET);
        filter = subject == null ? filter : filter.withSubject(subject);
        return dataset == null ? filter : filter.withDataset(dataset);
    }

    /** The same, of what occurred before the clock: for reports that tell how things stood then. */
    QueryFilter filterAsOf() {
        QueryFilter filter = filter();
        Instant clock = orNull(Parameter.CLOCK);
        Instant until = filter.to();
        return clock == null || (until != null && until.isBefore(clock))
                ? filter
                : filter.between(filter.from(), clock);
    }

    private @Nullable Instant orNull(Parameter parameter) {
        return time(parameter).orElse(null);
    }

    /** What was asked, by name, in the order of the parameters. */
    public Map<String, String> asked() {
        Map<String, String> asked = new LinkedHashMap<>();
        for (Parameter parameter : Parameter.values()) {
            String value = given.get(parameter);
            if (value != null) {
                asked.put(parameter.code(), value);
            }
        }
        return asked;
    }
}
