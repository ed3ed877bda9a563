package io.sluice.cli.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;

/**
 * Looks for identifiers in a file: in its bytes, in each encoding, and in what the file hides from a search over bytes:
 * batches of a Kafka segment (which may be compressed), rows of a SQLite file (which may lie in pieces), gzip and zlib
 * streams anywhere in it.
 */
final class LeakScan {
    private static final int MOST_INFLATED = 64 << 20;
    private static final int LEAST_BYTES = 6;
    /** What a keyed hash, which is written in base32, spells by chance once in some runs. */
    private static final Pattern SPELT_BY_CHANCE = Pattern.compile("[a-z2-7]{7,8}");

    /** The index's only times: of 16 digits in a row, thousands of times, eight spell somebody's date in some runs. */
    private static final String MICROSECONDS = "at";

    private final PatternSet patterns = new PatternSet();
    private final RandomCodes codes;

    LeakScan(Identifiers identifiers) {
        this.codes = new RandomCodes(identifiers);
        identifiers.values().forEach((value, kind) -> {
            String label = kind + " (" + value.length() + " characters, starts with " + value.charAt(0) + ")";
            Encodings.of(value).forEach((encoding, text) -> add(text, label + " " + encoding));
            if (value.length() >= LEAST_BYTES) {
                patterns.add(value.getBytes(StandardCharsets.UTF_16LE), label + " UTF-16LE");
                patterns.add(value.getBytes(StandardCharsets.UTF_16BE), label + " UTF-16BE");
            }
        });
    }

    /** A few letters turn up in ciphertext by chance; as a JSON value, behind a colon or in a list, they do not. */
    private void add(String text, String name) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LEAST_BYTES && !SPELT_BY_CHANCE.matcher(text).matches()) {
            patterns.add(bytes, name);
            return;
        }
        for (String before : new String[] {":", "[", ",", ": ", ", ", "[ "}) {
            byte[] quoted = (before + "\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
            if (quoted.length >= LEAST_BYTES) {
                patterns.add(quoted, name);
            }
        }
        for (String standing : new String[] {">" + text + "<", " " + text + " "}) {
            byte[] apart = standing.getBytes(StandardCharsets.UTF_8);
            if (apart.length
                    >= LEAST_BYTES) { // five bytes turn up in some megabytes of ciphertext once in some hundred runs
                patterns.add(apart, name);
            }
        }
    }

    /** The names of what stands in a file. */
    Set<String> findIn(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Set<String> found = new TreeSet<>(patterns.findIn(codes.without(bytes)));
        String name = file.getFileName().toString();
        if (name.matches("[0-9]{20}\\.log")) {
            found.addAll(patterns.findIn(codes.without(records(file))));
        }
        if (name.endsWith(".sqlite")) {
            found.addAll(patterns.findIn(codes.without(rows(file))));
        }
        for (byte[] inflated : inflated(bytes)) {
            found.addAll(patterns.findIn(codes.without(inflated)));
        }
        return found;
    }

    /** Keys, values and headers of a segment, decompressed. */
    private static byte[] records(Path segment) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (FileRecords records = FileRecords.open(segment.toFile(), false)) {
            for (RecordBatch batch : records.batches()) {
                for (Record record : batch) {
                    write(record.key(), all);
                    write(record.value(), all);
                    for (Header header : record.headers()) {
                        all.writeBytes((header.key() + "\n").getBytes(StandardCharsets.UTF_8));
                        all.writeBytes(header.value() == null ? new byte[0] : header.value());
                        all.write('\n');
                    }
                }
            }
        }
        return all.toByteArray();
    }

    private static void write(@org.jspecify.annotations.Nullable ByteBuffer bytes, ByteArrayOutputStream all) {
        if (bytes != null) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            all.writeBytes(copy);
            all.write('\n');
        }
    }

    /** Every value of every table, but times in microseconds. */
    private static byte[] rows(Path database) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet names = statement.executeQuery("SELECT name FROM sqlite_master WHERE type = 'table'")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
                    while (rows.next()) {
                        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                            if (rows.getMetaData().getColumnName(column).equals(MICROSECONDS)) {
                                continue;
                            }
                            byte[] value = rows.getBytes(column);
                            all.writeBytes(value == null ? new byte[0] : value);
                            all.write('\n');
                        }
                    }
                }
            }
        } catch (SQLException e) {
            throw new IOException(database + " cannot be read", e);
        }
        return all.toByteArray();
    }

    /** What inflates of the bytes, wherever a gzip or zlib header stands. */
    static List<byte[]> inflated(byte[] bytes) {
        List<byte[]> all = new ArrayList<>();
        for (int at = 0; at + 2 < bytes.length; at++) {
            int two = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
            if (two == 0x1f8b && bytes[at + 2] == 8) {
                inflate(bytes, gzipBody(bytes, at), true, all);
            } else if ((bytes[at] & 0x0f) == 8 && (bytes[at] & 0xf0) == 0x70 && two % 31 == 0) {
                inflate(bytes, at, false, all);
            }
        }
        return all;
    }

    /** Where the deflated data begin behind a gzip header (RFC 1952, section 2.3). */
    private static int gzipBody(byte[] bytes, int start) {
        int flags = start + 3 < bytes.length ? bytes[start + 3] : 0;
        int at = start + 10;
        if ((flags & 4) != 0 && at + 1 < bytes.length) {
            at += 2 + (bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8);
        }
        for (int flag : new int[] {8, 16}) {
            if ((flags & flag) != 0) {
                while (at < bytes.length && bytes[at] != 0) {
                    at++;
                }
                at++;
            }
        }
        return (flags & 2) != 0 ? at + 2 : at;
    }

    private static void inflate(byte[] bytes, int at, boolean raw, List<byte[]> all) {
        if (at >= bytes.length) {
            return;
        }
        Inflater inflater = new Inflater(raw);
        inflater.setInput(bytes, at, bytes.length - at);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            int count;
            while ((count = inflater.inflate(buffer)) > 0 && out.size() < MOST_INFLATED) {
                out.write(buffer, 0, count);
            }
        } catch (DataFormatException e) {
            // No stream, or a broken one: what came out before counts.
        } finally {
            inflater.end();
        }
        if (out.size() > 0) {
            all.add(out.toByteArray());
        }
    }
}
