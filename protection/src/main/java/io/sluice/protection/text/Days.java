package io.sluice.protection.text;

import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The forms in which people write a day. Separators are left to the search. Stateless. */
final class Days {
    private static final List<Locale> LANGUAGES =
            List.of(Locale.ENGLISH, Locale.GERMAN, Locale.FRENCH, Locale.forLanguageTag("es"));

    private Days() {}

    static Set<String> forms(LocalDate day) {
        Set<String> forms = new LinkedHashSet<>();
        String year = "%04d".formatted(day.getYear());
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
        for (Locale language : LANGUAGES) {
            for (TextStyle style : List.of(TextStyle.FULL, TextStyle.SHORT)) {
                inWords(day.getMonth().getDisplayName(style, language), day, forms);
            }
        }
        return forms;
    }

    /** A day of a month is enough: a birthday goes without its year. */
    private static void inWords(String month, LocalDate day, Set<String> forms) {
        for (String date : numbers(day.getDayOfMonth())) {
            forms.add(month + date);
            forms.add(date + month);
        }
        String ordinal = ordinal(day.getDayOfMonth());
        forms.add(month + ordinal);
        forms.add(ordinal + month);
        forms.add(ordinal + "of" + month);
        forms.add(day.getDayOfMonth() + "de" + month);
        // The year goes with it where it follows.
        for (String form : List.copyOf(forms)) {
            if (form.contains(month)) {
                forms.add(form + day.getYear());
            }
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
