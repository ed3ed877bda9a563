package io.sluice.policies.infer;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Forms by which a value tells what it may be, whatever its field is called. */
public enum ValueForm {
    /** An e-mail address. */
    EMAIL("[^@\\s]{1,64}@[A-Za-z0-9.-]{1,250}\\.[A-Za-z]{2,24}"),
    /** A web address. */
    URL("https?://\\S+"),
    /** A UUID, plain or as a URN. */
    UUID("(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    /** A social security number of the United States, with hyphens. */
    SSN("[0-9]{3}-[0-9]{2}-[0-9]{4}"),
    /** A date, with or without time. */
    DATE("[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"),
    /** An IP address. */
    IP("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}"),
    /** A card number: 13 to 19 digits, and Luhn's check digit fits. */
    CARD("[0-9](?:[ -]?[0-9]){12,18}"),
    /** A telephone number with its country. */
    PHONE("\\+[0-9][0-9 ()./-]{6,20}|\\(?[0-9]{3}\\)?[ -][0-9]{3}-[0-9]{4}"),
    /** A text of several words: somebody may have written anything. */
    WORDS("(?s)\\S+(?:\\s+\\S+){4,}.*");

    private final Pattern form;

    ValueForm(String form) {
        this.form = Pattern.compile(form);
    }

    /** The forms that a text has; the more particular one where several would do. */
    public static Set<ValueForm> of(String text) {
        Set<ValueForm> forms = EnumSet.noneOf(ValueForm.class);
        for (ValueForm one : values()) {
            if (one.form.matcher(text).matches() && (one != CARD || luhn(text))) {
                forms.add(one);
            }
        }
        return forms;
    }

    private static boolean luhn(String text) {
        int sum = 0;
        boolean twice = false;
        for (int i = text.length() - 1; i >= 0; i--) {
            if (Character.isDigit(text.charAt(i))) {
                int digit = text.charAt(i) - '0';
                sum += twice ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
                twice = !twice;
            }
        }
        return sum % 10 == 0;
    }
}
