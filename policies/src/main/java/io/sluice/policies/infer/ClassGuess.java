package io.sluice.policies.infer;

import io.sluice.core.rulebook.DataClass;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * Which class of the taxonomy a field may be of: by the form of its values, which cannot lie about themselves, then by its name,
 * then by the names above it. A guess, for an officer to confirm. Stateless.
 *
 * @param dataClass class id of the rulebook
 * @param reason why it was guessed
 */
public record ClassGuess(String dataClass, String reason) {
    /** Classes by the form of values, the most telling first. */
    private static final List<Map.Entry<ValueForm, String>> BY_FORM = List.of(
            Map.entry(ValueForm.EMAIL, "identifier.email"),
            Map.entry(ValueForm.SSN, "identifier.ssn"),
            Map.entry(ValueForm.CARD, "identifier.account"),
            Map.entry(ValueForm.IP, "identifier.ip"),
            Map.entry(ValueForm.PHONE, "identifier.phone"));

    /** Classes by words of a name, in camel or snake case; the first that fits. */
    private static final List<Map.Entry<Pattern, String>> BY_NAME = List.of(
            name("e?-?mail", "identifier.email"),
            name("phone|mobile|telephone|tel", "identifier.phone"),
            name("fax", "identifier.fax"),
            name("ssn|social security", "identifier.ssn"),
            name("passport", "identifier.passport"),
            name("licen[cs]e", "identifier.licence"),
            name("mrn|medical record", "identifier.mrn"),
            name("iban|account|card number|pan", "identifier.account"),
            name("ip|ip address", "identifier.ip"),
            name("birth ?date|date of birth|dob|born", "date.birth"),
            name("death|deceased", "date.death"),
            name("gender|sex", "demographic.gender"),
            name("language|locale", "demographic.language"),
            name("marital status", "demographic.marital-status"),
            name("ethnicity|race", "demographic.ethnic-origin"),
            name("zip|zip code|post(al)? ?code|plz", "geo.zip"),
            name("city|town|municipality", "geo.city"),
            name("state|province|region", "geo.state"),
            name("country", "geo.country"),
            name("street|line|address|house number", "geo.street"),
            name("lat|latitude|lon|lng|longitude|coordinates", "geo.coordinates"),
            name("note|notes|comment|comments|remark|remarks|message|description|text", "text.note"),
            name("(first|last|full|given|family|sur|middle|display|maiden) ?name|given|family|name", "identifier.name"),
            name("diagnosis|icd|condition|allergy|medication|prescription|symptom", "health.code"),
            name("channel", "commerce.channel"),
            name("sku|product|title|category|quantity", "commerce.product"),
            name("price|amount|currency", "commerce.price"),
            name("total", "commerce.total"),
            name("url|website|homepage", "identifier.url"),
            name("status", "record.status"),
            name("type|kind", "record.type"));

    private static Map.Entry<Pattern, String> name(String words, String dataClass) {
        return Map.entry(Pattern.compile("(?:.* )?(?:" + words + ")"), dataClass);
    }

    /** The guess for a field; empty where nothing tells. */
    public static Optional<ClassGuess> of(ObservedField field, SortedMap<String, DataClass> classes) {
        for (Map.Entry<ValueForm, String> one : BY_FORM) {
            if (field.mostly(one.getKey()) && classes.containsKey(one.getValue())) {
                return Optional.of(new ClassGuess(one.getValue(), "values that look like " + word(one.getKey())));
            }
        }
        String words = words(field.name());
        for (Map.Entry<Pattern, String> one : BY_NAME) {
            if (one.getKey().matcher(words).matches() && classes.containsKey(one.getValue())) {
                return Optional.of(new ClassGuess(one.getValue(), "its name"));
            }
        }
        return byShape(field, words, classes);
    }

    private static Optional<ClassGuess> byShape(
            ObservedField field, String words, SortedMap<String, DataClass> classes) {
        if (field.mostly(ValueForm.DATE) && classes.containsKey("date.record")) {
            return Optional.of(new ClassGuess("date.record", "values that look like dates"));
        }
        if (words.matches("(?:.* )?(?:id|uuid|key|reference|number|code)") || field.mostly(ValueForm.UUID)) {
            boolean own = field.path().indexOf('/', 1) < 0 && words.matches("id|uuid|key");
            String code = own ? "code.record" : "code.reference";
            if (classes.containsKey(code)) {
                return Optional.of(new ClassGuess(code, "a name or form of an id"));
            }
        }
        if (field.mostly(ValueForm.WORDS) && classes.containsKey("text.note")) {
            return Optional.of(new ClassGuess("text.note", "values of several words"));
        }
        return Optional.empty();
    }

    /** {@code placedAt}, {@code placed_at} and {@code placed-at} as {@code placed at}. */
    static String words(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1 $2")
                .replaceAll("[_.\\-\\s]+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static String word(ValueForm form) {
        return switch (form) {
            case EMAIL -> "e-mail addresses";
            case SSN -> "social security numbers";
            case CARD -> "card numbers";
            case IP -> "IP addresses";
            case PHONE -> "telephone numbers";
            case URL -> "web addresses";
            case UUID -> "UUIDs";
            case DATE -> "dates";
            case WORDS -> "texts";
        };
    }
}
