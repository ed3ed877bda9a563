package io.sluice.protection.transform;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Generalisations of dates (45 CFR 164.514(b)(2)(i)(C)). What is no date fails the view. A time with a zone counts as the
 * local day that is written there, wherever the reader is.
 */
final class DateTransforms {
    /** Oldest age that is told: ages over it form one class. */
    static final int OLDEST_AGE = 89;

    private DateTransforms() {}

    /** {@code generalise.year} and {@code generalise.month}. */
    static final class Coarsen extends Transform.OfText {
        private final boolean toMonth;

        Coarsen(boolean toMonth) {
            this.toMonth = toMonth;
        }

        @Override
        Outcome write(String text, Field field, ViewWriter out) {
            PartialDate date = PartialDate.parse(text);
            if (date == null) {
                return Outcome.FAILED;
            }
            return sameType(toMonth ? date.monthText() : date.yearText(), field, out);
        }
    }

    /**
     * {@code generalise.age90} of a birth date: the year, or for whoever is over 89 on the decision's day only that. Where
     * a partial date leaves the age open, the older age counts. Of an age, which has at most three digits before the point:
     * the age up to 89, else that it is over. In FHIR the {@code code} beside a number is its unit.
     */
    static final class Age90 extends Transform.OfText {
        private static final BigDecimal NINETY = BigDecimal.valueOf(OLDEST_AGE + 1L);
        private static final MemberName CODE = MemberName.of("code");
        /** UCUM. Whatever else stands there counts as years. */
        private static final Set<String> SHORTER = Set.of("mo", "wk", "d", "h", "min");

        private final boolean fhir;

        Age90(boolean fhir) {
            this.fhir = fhir;
        }

        @Override
        Outcome write(String text, Field field, ViewWriter out) {
            if (isAge(text)) {
                return age(text, field, out);
            }
            PartialDate born = PartialDate.parse(text);
            if (born == null) {
                return Outcome.FAILED;
            }
            return isOver89(born, field.context().day()) ? over89(out) : sameType(born.yearText(), field, out);
        }

        private Outcome age(String text, Field field, ViewWriter out) {
            String unit = fhir ? field.sibling(CODE) : null;
            if (inYears(unit) && new BigDecimal(text).compareTo(NINETY) >= 0) {
                return over89(out);
            }
            field.copyTo(out);
            return Outcome.WRITTEN;
        }

        /** At most three digits, and nine behind a point. */
        private static boolean isAge(String text) {
            int point = text.indexOf('.');
            int whole = point < 0 ? text.length() : point;
            return areDigits(text, 0, whole, 3) && (point < 0 || areDigits(text, point + 1, text.length(), 9));
        }

        private static boolean areDigits(String text, int from, int to, int most) {
            for (int i = from; i < to; i++) {
                if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                    return false;
                }
            }
            return to > from && to - from <= most;
        }

        /** Three digits of months, weeks or days are less than 89 years. */
        private static boolean inYears(@Nullable String unit) {
            return unit == null || !SHORTER.contains(unit);
        }

        private Outcome over89(ViewWriter out) {
            return fhir ? Outcome.OVER_89 : string("90+", out);
        }

        static boolean isOver89(PartialDate born, LocalDate day) {
            // A birthday on 29 February counts from the 28th in other years (plusYears does that): the older reading.
            return !born.earliest().plusYears(OLDEST_AGE + 1L).isAfter(day);
        }
    }
}
