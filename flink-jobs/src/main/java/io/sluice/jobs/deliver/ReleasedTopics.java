package io.sluice.jobs.deliver;

import io.sluice.core.encoding.Names;
import io.sluice.core.event.Topics;
import java.util.regex.Pattern;

/** The topics of a tenant's recipients, by their names. */
final class ReleasedTopics {
    private static final String ANY = "a";

    private ReleasedTopics() {}

    /** Matches the topic of every recipient that there may be, and no other. */
    static Pattern pattern(String tenant) {
        return Pattern.compile(Pattern.quote(prefix(tenant)) + "(?=.{1," + Names.MAX_CHARS + "}$)" + Names.ID_PATTERN);
    }

    /** Whose topic it is. */
    static String recipient(String tenant, String topic) {
        String prefix = prefix(tenant);
        if (!topic.startsWith(prefix)) {
            throw new IllegalArgumentException(topic + " is no released topic of " + tenant);
        }
        return Names.requireId("recipient", topic.substring(prefix.length()));
    }

    private static String prefix(String tenant) {
        String some = new Topics(tenant, 1).released(ANY);
        return some.substring(0, some.length() - ANY.length());
    }
}
