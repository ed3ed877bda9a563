package io.sluice.protection.transform;

import java.time.LocalDate;

/** Generalisations of dates (45 CFR 164.514(b)(2)(i)(C)). What is no date fails the view. */
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
     * a partial date leaves the age open, the older age counts.
     */
    static final class Age90 extends Transform.OfText {
        private final boolean fhir;

        Age90(boolean fhir) {
            this.fhir = fhir;
        }

        @Override
        Outcome write(String text, Field field, ViewWriter out) {
            PartialDate born = PartialDate.parse(text);
            if (born == null) {
                return Outcome.FAILED;
            }
            if (!isOver89(born, field.context().day())) {
                return sameType(born.yearText(), field, out);
            }
            return fhir ? Outcome.OVER_89 : string("90+", out);
        }

        static boolean isOver89(PartialDate born, LocalDate day) {
            // A birthday on 29 February counts from the 28th in other years (plusYears does that): the older reading.
            return !born.earliest().plusYears(OLDEST_AGE + 1L).isAfter(day);
        }
    }
}
