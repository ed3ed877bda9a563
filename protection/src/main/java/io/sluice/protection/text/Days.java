package io.sluice.protection.text;

import java.time.LocalDate;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The forms in which people write a day. Separators are left to the search. Stateless. */
final class Days {
    /** The names of each month, in English, German, French and Spanish, whole and short; looked up once, for that is slow. */
    private static final Map<Month, Set<String>> MONTHS = months();

    private Days() {}

    private static Map<Month, Set<String>> months() {
        Map<Month, Set<String>> months = new EnumMap<>(Month.class);
        for (Month month : Month.values()) {
            Set<String> names = new LinkedHashSet<>();
            for (Locale language : List.of(Locale.ENGLISH, Locale.GERMAN, Locale.FRENCH, Locale.forLanguageTag("es"))) {
                names.add(month.getDisplayName(TextStyle.FULL, language));
                names.add(month.getDisplayName(TextStyle.SHORT, language));
            }
            months.put(month, names);
        }
        return months;
    }

    static Set<String> forms(LocalDate day) {
        Set<String> forms = new LinkedHashSet<>();
        String year = Integer.toString(10_000 + day.getYear()).substring(1);
        String shortYear = year.substring(2);
        for (String month : numbers(day.getMonthValue())) {
            for (String date : numbers(day.getDayOfMonth())) {
                for (String y : List.of(year, shortYear)) {
                    forms.add(y + month + date);
                    forms.add(month + date + y);
                    forms.add(date + month + y);
                }
            }
        }
        for (String month : MONTHS.getOrDefault(day.getMonth(), Set.of())) {
            inWords(month, day, forms);
        }
        return forms;
    }

    /** A day of a month is enough: a birthday goes without its year. */
    private static void inWords(String month, LocalDate day, Set<String> forms) {
        List<String> days = new ArrayList<>();
        for (String date : numbers(day.getDayOfMonth())) {
            days.add(month + date);
            days.add(date + month);
        }
        String ordinal = ordinal(day.getDayOfMonth());
        days.add(month + ordinal);
        days.add(ordinal + month);
        days.add(ordinal + "of" + month);
        days.add(day.getDayOfMonth() + "de" + month);
        for (String form : days) {
            forms.add(form);
            forms.add(form + day.getYear()); // it goes with the day where it follows
        }
    }

    private static List<String> numbers(int number) {
        return number < 10 ? List.of(Integer.toString(number), "0" + number) : List.of(Integer.toString(number));
    }

    private static String ordinal(int day) {
        String suffix =
                switch (day) {
                    case 1, 21, 31 -> "st";
                    case 2, 22 -> "nd";
                    case 3, 23 -> "rd";
                    default -> "th";
                };
        return day + suffix;
    }
}
