package io.sluice.core.decision;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * On what ground a view went out.
 *
 * @param purpose the recipient's purpose
 * @param gdpr6 letter of GDPR Art. 6(1), null where not under GDPR
 * @param gdpr9 letter of GDPR Art. 9(2), null where no special category is opened
 * @param hipaa HIPAA permission, null where not under HIPAA
 * @param consent version of the consent text, null where consent is not the basis
 * @param accounting528 exemption code of 45 CFR 164.528(a)(1), null where accounted or not applicable
 */
public record Legal(
        String purpose,
        @Nullable String gdpr6,
        @Nullable String gdpr9,
        @Nullable String hipaa,
        @Nullable String consent,
        @Nullable String accounting528) {
    /** The JSON object of an entry; absent members are absent. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("purpose", purpose);
        put(json, "gdpr6", gdpr6);
        put(json, "gdpr9", gdpr9);
        put(json, "hipaa", hipaa);
        put(json, "consent", consent);
        put(json, "accounting528", accounting528);
        return json;
    }

    private static void put(Map<String, Object> json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
