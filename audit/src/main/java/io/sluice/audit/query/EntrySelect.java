package io.sluice.audit.query;

import io.sluice.audit.index.IndexText;
import io.sluice.audit.index.IndexTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A statement over the index for what a filter asks. Every value is a parameter of it.
 *
 * @param sql with a question mark for each value
 * @param values in their order
 */
record EntrySelect(String sql, List<Object> values) {
    private static final String NAME = "(select id from name where text = ?)";

    /** Where a code may stand: the entry's own, its reason, or that of a recipient. */
    private static final List<String> CODES = List.of(
            "e.code = " + NAME,
            "e.reason = " + NAME,
            "e.outcomes in (select o.outcomes from outcome o where o.code = " + NAME + ")");

    EntrySelect {
        values = List.copyOf(values);
    }

    /** How many there are. @param below above the highest place */
    static EntrySelect count(QueryFilter filter, long below) {
        Conditions all = conditions(filter);
        all.and(" and e.idx < ?", below);
        if (filter.code() != null) {
            all.sql.append(" and (").append(String.join(" or ", CODES)).append(')');
            CODES.forEach(way -> all.values.add(filter.code()));
        }
        return new EntrySelect("select count(*) from entry e where 1 = 1" + all.sql, all.values);
    }

    /**
     * The first places of those in a range, in order.
     *
     * <p>A code is looked for in each of its ways apart, to the page's length: asked for in one condition, SQLite gathers all
     * entries that have it before it gives the first.
     *
     * @param from the lowest place
     * @param below above the highest place
     * @param newestFirst the highest place first
     */
    static EntrySelect places(QueryFilter filter, long from, long below, boolean newestFirst, int limit) {
        Conditions all = conditions(filter);
        String order = newestFirst ? " order by idx desc" : " order by idx";
        String end = " and e.idx >= " + from + " and e.idx < " + below + order + " limit " + limit;
        String begin = "select e.idx as idx from entry e where 1 = 1" + all.sql;
        String code = filter.code();
        if (code == null) {
            return new EntrySelect(begin + end, all.values);
        }
        String ways = CODES.stream()
                .map(way -> "select idx from (" + begin + " and " + way + end + ") as way")
                .collect(Collectors.joining(" union "));
        List<Object> values = CODES.stream()
                .flatMap(way -> Stream.concat(all.values.stream(), Stream.of(code)))
                .toList();
        return new EntrySelect("select idx from (" + ways + ") as found" + order + " limit " + limit, values);
    }

    PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            statement.setObject(i + 1, value instanceof String text ? IndexText.stored(text) : value);
        }
        return statement;
    }

    /** All but the code. */
    private static Conditions conditions(QueryFilter filter) {
        Conditions all = new Conditions(new StringBuilder(), new ArrayList<>());
        all.and(" and e.subject = (select id from subject where text = ?)", filter.subject());
        all.and(" and e.dataset = " + NAME, filter.dataset());
        all.and(" and e.producer = " + NAME, filter.producer());
        all.and(" and e.id = ?", filter.entryId());
        all.and(" and e.at >= ?", filter.from() == null ? null : IndexTime.micros(filter.from()));
        all.and(" and e.at < ?", filter.to() == null ? null : IndexTime.micros(filter.to()));
        all.and(" and e.revision = ?", filter.revision());
        if (filter.recipient() != null || filter.disposition() != null || filter.rule() != null) {
            // what is asked of a recipient holds of one and the same
            all.sql.append(" and e.outcomes in (select o.outcomes from outcome o");
            all.and(
                    " join reason r on r.outcomes = o.outcomes and r.recipient = o.recipient and r.rule = " + NAME,
                    filter.rule());
            all.sql.append(" where 1 = 1");
            all.and(" and o.recipient = " + NAME, filter.recipient());
            all.and(
                    " and o.disposition = " + NAME,
                    filter.disposition() == null ? null : filter.disposition().code());
            all.sql.append(')');
        }
        return all;
    }

    private record Conditions(StringBuilder sql, List<Object> values) {
        void and(String clause, @Nullable Object value) {
            if (value != null) {
                sql.append(clause);
                values.add(value);
            }
        }
    }
}
