package io.sluice.audit.oidc;

import io.sluice.audit.access.Visitor;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a verified token says of a person. Nothing but issuer, subject and groups is taken: no name, no e-mail. Stateless. */
final class Claims {
    /** OpenID Connect Core 1.0 section 2: at most 255 ASCII characters. */
    private static final Pattern SUBJECT = Pattern.compile("[!-~]{1,255}");

    private static final int MAX_GROUPS = 1_000;

    private Claims() {}

    /** @throws NotProvedException where the subject is none, or the groups are not texts */
    static Visitor visitor(OidcConfig config, @Nullable String subject, @Nullable Object groups)
            throws NotProvedException {
        if (subject == null || !SUBJECT.matcher(subject).matches()) {
            throw new NotProvedException("Its subject is not 1 to 255 printable ASCII characters.");
        }
        Set<String> named = new TreeSet<>();
        if (groups != null) {
            if (!(groups instanceof List<?> list) || list.size() > MAX_GROUPS) {
                throw new NotProvedException("Its claim of groups is no array of at most " + MAX_GROUPS + " texts.");
            }
            for (Object group : list) {
                if (!(group instanceof String text)) {
                    throw new NotProvedException("Its claim of groups holds something that is no text.");
                }
                named.add(text);
            }
        }
        return Visitor.ofProvider(config.issuer(), subject, named);
    }
}
