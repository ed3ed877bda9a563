package io.sluice.policies.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands in an expected view for a value that is another in every run: {@code <uuid>}, {@code <token>}. With a name, as
 * {@code <uuid:patient>}, it captures: wherever the name stands in a scenario, in whichever view, the value is the same, and two
 * names of one kind never have one value.
 */
public enum Placeholder {
    /** A random code: {@code pseudonymise}. */
    UUID("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    /** A token: {@code tokenise}. */
    TOKEN("tok[0-9]+_[a-z0-9]{4}_[a-z2-7]{26}"),
    /** A field ciphertext: {@code encrypt}, {@code encrypt-deterministic}. */
    ENCRYPTED("sf1\\.[A-Za-z0-9_-]+"),
    /** A date, with or without time: {@code date-shift}. */
    DATE("[0-9]{4}(?:-?[0-9]{2}(?:-?[0-9]{2}(?:[T ]?[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"),
    /** Any text: {@code tokenise-fpe}. */
    TEXT("(?s:.*)"),
    /** Any value at all, an object or a list too. */
    ANY("(?s:.*)");

    private static final Pattern FORM = Pattern.compile("<([a-z]+)(?::([a-z0-9-]+))?>");

    private final String form;

    Placeholder(String form) {
        this.form = form;
    }

    /** Its word, between the brackets. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As it is written, with a name. */
    public String named(String name) {
        return "<" + word() + ":" + name + ">";
    }

    /** As it is written. */
    public String plain() {
        return "<" + word() + ">";
    }

    /** Whether a whole text has the form of what it stands for. */
    public boolean matches(String text) {
        return Pattern.matches(form, text);
    }

    static Optional<Placeholder> of(String word) {
        for (Placeholder one : values()) {
            if (one.word().equals(word)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    static List<String> words() {
        List<String> words = new ArrayList<>();
        for (Placeholder one : values()) {
            words.add(one.plain());
        }
        return words;
    }

    /** A word in brackets that is the whole text and no placeholder: probably a slip of the finger. Null where there is none. */
    static @Nullable String unknown(String expected) {
        Matcher whole = FORM.matcher(expected);
        return whole.matches() && of(whole.group(1)).isEmpty() ? whole.group(1) : null;
    }

    /**
     * Compares a text with an expected one that may hold placeholders.
     *
     * @param captured values by name so far; extended where the text fits
     */
    static boolean fits(String expected, String actual, Map<String, String> captured) {
        StringBuilder pattern = new StringBuilder();
        List<String> names = new ArrayList<>();
        Matcher placeholders = FORM.matcher(expected);
        int from = 0;
        while (placeholders.find()) {
            Optional<Placeholder> one = of(placeholders.group(1));
            if (one.isPresent()) {
                pattern.append(Pattern.quote(expected.substring(from, placeholders.start())))
                        .append('(')
                        .append(one.get().form)
                        .append(')');
                names.add(placeholders.group(2) == null ? "" : placeholders.group(1) + ":" + placeholders.group(2));
                from = placeholders.end();
            }
        }
        pattern.append(Pattern.quote(expected.substring(from)));
        Matcher whole = Pattern.compile(pattern.toString()).matcher(actual);
        if (!whole.matches()) {
            return false;
        }
        for (int i = 0; i < names.size(); i++) {
            if (!names.get(i).isEmpty() && !capture(names.get(i), whole.group(i + 1), captured)) {
                return false;
            }
        }
        return true;
    }

    private static boolean capture(String name, String value, Map<String, String> captured) {
        String before = captured.get(name);
        if (before != null) {
            return before.equals(value);
        }
        String kind = name.substring(0, name.indexOf(':') + 1);
        boolean taken = captured.entrySet().stream()
                .anyMatch(other ->
                        other.getKey().startsWith(kind) && other.getValue().equals(value));
        if (!taken) {
            captured.put(name, value);
        }
        return !taken;
    }
}
