package io.sluice.jobs.postgres;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What SQL states mean here. PostgreSQL's manual, appendix A. */
final class SqlStates {
    /** Connection exceptions, insufficient resources, operator intervention. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57");
    /** Serialisation failure, deadlock, a server that was a primary and is a standby now. */
    private static final Set<String> PASSING = Set.of("40001", "40P01", "25006");

    /** Connections that the server, or the driver on its behalf, refused. */
    private static final String REJECTED = "08004";

    private static final Map<String, String> ADVICE = Map.of(
            "28P01", "The password in deliver.postgresql.passwordFile is not the role's",
            "28000", "The server's pg_hba.conf does not let the role in this way",
            "3D000", "Make the database first: CREATE DATABASE ... ENCODING 'UTF8'",
            "42501", "Grant the role what it lacks, or run as an administrator what \"sluice job deliver ddl\" prints");

    private SqlStates() {}

    /** Whether a fault may pass by itself. A query cancelled by its own time limit counts: locks go away. */
    static boolean passes(SQLException fault) {
        String state = fault.getSQLState();
        return state != null
                && state.length() == 5
                && !state.equals(REJECTED)
                && (PASSING_CLASSES.contains(state.substring(0, 2)) || PASSING.contains(state));
    }

    /** What to do about it. */
    static Optional<String> advice(SQLException fault) {
        return Optional.ofNullable(ADVICE.get(String.valueOf(fault.getSQLState())));
    }
}
