package io.sluice.jobs.postgres;

import io.sluice.core.encoding.Names;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of one recipient: its names and the statements that make it. A recipient's id has lower-case letters, digits and
 * hyphens, so a quoted name needs no escape.
 *
 * @param schema the schema
 * @param recipient the recipient
 */
record RecipientTable(String schema, String recipient) {
    /** PostgreSQL cuts longer names silently (NAMEDATALEN), and two could meet. */
    private static final int MAX_NAME = 63;

    private static final int DIGEST_CHARS = 16;

    /** Name and type of every column, as {@code format_type} writes it. */
    static final Map<String, String> COLUMNS = columns();

    RecipientTable {
        Names.requireId("recipient", recipient);
    }

    /** Its unqualified name, unquoted: the recipient's id, cut where it is longer than PostgreSQL allows. */
    String name() {
        return fitting(recipient);
    }

    /** Its qualified name for a statement. */
    String qualified() {
        return "\"" + schema + "\".\"" + name() + "\"";
    }

    /** Makes it where it is missing. */
    List<String> ddl() {
        return List.of(
                """
                CREATE TABLE IF NOT EXISTS %s (
                  id text PRIMARY KEY,
                  source text,
                  type text,
                  subject text,
                  time timestamptz,
                  datacontenttype text,
                  extensions json,
                  data json,
                  data_binary bytea,
                  kafka_partition integer NOT NULL,
                  kafka_offset bigint NOT NULL,
                  delivered_at timestamptz NOT NULL DEFAULT now(),
                  notice text,
                  noticed_at timestamptz,
                  notice_offset bigint,
                  CHECK (source IS NOT NULL AND type IS NOT NULL OR notice IS NOT DISTINCT FROM 'erasure')
                )""".formatted(qualified()),
                "CREATE INDEX IF NOT EXISTS \"%s\" ON %s (subject) WHERE subject IS NOT NULL"
                        .formatted(fitting(recipient + "~subject"), qualified()),
                "CREATE INDEX IF NOT EXISTS \"%s\" ON %s (kafka_partition, kafka_offset)"
                        .formatted(fitting(recipient + "~offset"), qualified()));
    }

    /** A tilde is in no recipient's id, so a cut name meets no other's. */
    private static String fitting(String name) {
        if (name.length() <= MAX_NAME) {
            return name;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return name.substring(0, MAX_NAME - DIGEST_CHARS - 1)
                    + "~"
                    + HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "text");
        columns.put("source", "text");
        columns.put("type", "text");
        columns.put("subject", "text");
        columns.put("time", "timestamp with time zone");
        columns.put("datacontenttype", "text");
        columns.put("extensions", "json");
        columns.put("data", "json");
        columns.put("data_binary", "bytea");
        columns.put("kafka_partition", "integer");
        columns.put("kafka_offset", "bigint");
        columns.put("delivered_at", "timestamp with time zone");
        columns.put("notice", "text");
        columns.put("noticed_at", "timestamp with time zone");
        columns.put("notice_offset", "bigint");
        return columns;
    }
}
