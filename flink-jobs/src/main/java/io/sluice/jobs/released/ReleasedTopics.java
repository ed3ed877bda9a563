package io.sluice.jobs.released;

import io.sluice.core.encoding.Names;
import io.sluice.core.event.Topics;
import java.util.Collection;
import java.util.regex.Pattern;

/** The topics of a tenant's recipients, by their names. */
public final class ReleasedTopics {
    private ReleasedTopics() {}

    /**
     * Matches the topics of recipients and no other.
     *
     * @param recipients whose; empty for every recipient that there may be
     */
    public static Pattern pattern(String tenant, Collection<String> recipients) {
        recipients.forEach(recipient -> Names.requireId("recipient", recipient));
        String any = "(?=.{1," + Names.MAX_CHARS + "}$)" + Names.ID_PATTERN;
        String names = recipients.isEmpty() ? any : "(?:" + String.join("|", recipients) + ")";
        return Pattern.compile(Pattern.quote(prefix(tenant)) + names);
    }

    /** Whose topic it is. */
    public static String recipient(String tenant, String topic) {
        String prefix = prefix(tenant);
        if (!topic.startsWith(prefix)) {
            throw new IllegalArgumentException(topic + " is no released topic of " + tenant);
        }
        return Names.requireId("recipient", topic.substring(prefix.length()));
    }

    private static String prefix(String tenant) {
        return new Topics(tenant, 1).releasedPrefix();
    }
}
