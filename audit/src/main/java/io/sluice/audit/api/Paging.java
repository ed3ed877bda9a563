package io.sluice.audit.api;

import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import java.util.OptionalLong;

/**
 * Where a page begins and which way it goes. A cursor stays good however the log grows, since places never change.
 *
 * @param at the place; empty for the first page
 * @param newest whether the newest entry comes first
 */
public record Paging(OptionalLong at, boolean newest) {
    /** Of the parameters {@code at} and {@code order}. @param newestFirst where a question says nothing */
    public static Paging of(Question question, boolean newestFirst) {
        String order = question.parameter("order").orElse(newestFirst ? "newest" : "oldest");
        if (!order.equals("newest") && !order.equals("oldest")) {
            throw Question.invalid("The parameter order is oldest or newest.");
        }
        return new Paging(Cursor.of(question), order.equals("newest"));
    }

    /** The page. */
    public QueryPage find(LogDesk desk, QueryFilter filter, int limit) {
        return newest
                ? desk.newest(filter, at.orElse(Long.MAX_VALUE), limit)
                : desk.oldest(filter, at.orElse(0), limit);
    }
}
