package io.sluice.cli.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The leak scan can fail: whatever is planted, in whatever form and file, is found. */
class LeakScanTest {
    private static final Path INPUT = Path.of(System.getProperty("sluice.data"), "fhir", "synthea_r4");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Identifiers identifiers = new Identifiers();
    private static LeakScan scan = new LeakScan(identifiers);
    private static Map<String, String> oneOfEachKind = Map.of();

    @TempDir
    Path scratch;

    @BeforeAll
    static void readThePatients() throws IOException {
        identifiers = Identifiers.ofFolder(INPUT);
        scan = new LeakScan(identifiers);
        Map<String, String> longest = new TreeMap<>();
        identifiers
                .values()
                .forEach((value, kind) ->
                        longest.merge(kind, value, (one, other) -> one.length() >= other.length() ? one : other));
        oneOfEachKind = longest;
    }

    @Test
    void knowsEveryKindThatTheIssueNames() {
        assertThat(oneOfEachKind)
                .containsKeys(
                        "family name",
                        "given name",
                        "mother's maiden name",
                        "address line",
                        "city",
                        "postal code",
                        "telecom",
                        "social security number",
                        "driver's license",
                        "passport number",
                        "birth date",
                        "Patient id",
                        "Observation id",
                        "geolocation");
    }

    /** Each kind in each encoding, within a view as research could get it. */
    @Test
    void findsEachKindInEachEncoding() throws IOException {
        List<String> missed = new ArrayList<>();
        for (Map.Entry<String, String> planted : oneOfEachKind.entrySet()) {
            for (Map.Entry<String, String> encoded :
                    Encodings.of(planted.getValue()).entrySet()) {
                Path view = scratch.resolve("view.ndjson");
                Files.writeString(
                        view, "{\"specversion\":\"1.0\",\"data\":{\"code\":\"" + encoded.getValue() + "\",\"n\":1}}\n");
                if (scan.findIn(view).isEmpty()) {
                    missed.add(planted.getKey() + " " + encoded.getKey());
                }
            }
        }
        assertThat(missed).isEmpty();
    }

    /** Wrapped more than once: what no list of encodings holds. */
    @Test
    void unwrapsWhatIsWrappedTwice() throws IOException {
        for (Map.Entry<String, String> planted : oneOfEachKind.entrySet()) {
            String value = planted.getValue();
            String upper = value.toUpperCase(java.util.Locale.ROOT);
            for (String wrapped : List.of(
                    Base64.getEncoder().encodeToString(gzip(value)),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(deflate(upper)),
                    Base64.getEncoder()
                            .encodeToString(
                                    encoded(value, "HTML entities, decimal").getBytes(StandardCharsets.UTF_8)),
                    new StringBuilder(encoded(value, "hex")).reverse().toString(),
                    "<p>about " + encoded(upper, "HTML entities, hexadecimal") + ", in a text</p>")) {
                Unwrapped unwrapped = new Unwrapped(identifiers);
                unwrapped.add(JSON.createObjectNode().put("note", wrapped));
                assertThat(unwrapped.holds(identifiers))
                        .as(planted.getKey() + " in " + wrapped)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void findsNothingWhereNothingIs() throws IOException {
        Path view = Files.writeString(
                scratch.resolve("view.ndjson"),
                "{\"specversion\":\"1.0\",\"data\":{\"resourceType\":\"Observation\",\"effectiveDateTime\":\"2024\"}}\n");
        Unwrapped unwrapped = new Unwrapped(identifiers);
        unwrapped.add(JSON.readTree(view.toFile()));

        assertThat(scan.findIn(view)).isEmpty();
        assertThat(unwrapped.holds(identifiers)).isEmpty();
    }

    /** A random UUID is no identifier, whatever some of its digits spell; a UUID that is one is found. */
    @Test
    void tellsARandomCodeFromAnId() throws IOException {
        String id = requireNonNull(oneOfEachKind.get("Patient id"));
        for (String uuid : List.of("20110719-1957-4abe-8dad-0123456789ab", id)) {
            Path view = Files.writeString(
                    scratch.resolve("view.ndjson"), "{\"data\":{\"reference\":\"urn:uuid:" + uuid + "\"}}\n");
            Unwrapped unwrapped = new Unwrapped(identifiers);
            unwrapped.add(JSON.readTree(view.toFile()));
            assertThat(scan.findIn(view).isEmpty()).as(uuid).isEqualTo(!uuid.equals(id));
            assertThat(unwrapped.holds(identifiers).isEmpty()).as(uuid).isEqualTo(!uuid.equals(id));
        }
        RandomCodes codes = new RandomCodes(identifiers);
        assertThat(codes.isCode(id)).isFalse();
        assertThat(codes.isCode("20110719-1957-4abe-8dad-0123456789a")).isFalse();
        assertThat(codes.isCode("Abe 20110719-1957-4abe-8dad-0123456789ab")).isFalse();
    }

    /** Whatever a producer compresses with, keys, values and headers of a segment are looked into. */
    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void looksIntoBatchesOfASegment(CompressionType type) throws IOException {
        String line = requireNonNull(oneOfEachKind.get("address line"));
        byte[] filler = "{\"a\":1}".repeat(200).getBytes(StandardCharsets.UTF_8);
        byte[] planted = ("{\"line\":\"" + line + "\"}").repeat(3).getBytes(StandardCharsets.UTF_8);
        for (SimpleRecord record : List.of(
                new SimpleRecord(1, filler, planted),
                new SimpleRecord(1, planted, filler),
                new SimpleRecord(1, filler, filler, new org.apache.kafka.common.header.Header[] {
                    new org.apache.kafka.common.header.internals.RecordHeader("x", planted)
                }))) {
            MemoryRecords records =
                    MemoryRecords.withRecords(Compression.of(type).build(), record);
            byte[] bytes = new byte[records.sizeInBytes()];
            records.buffer().get(bytes);
            Path segment = Files.write(scratch.resolve("00000000000000000000.log"), bytes);

            assertThat(scan.findIn(segment)).anyMatch(name -> name.startsWith("address line"));
        }
    }

    @Test
    void looksIntoRowsStreamsAndUtf16() throws Exception {
        String line = requireNonNull(oneOfEachKind.get("address line"));
        Path sqlite = scratch.resolve("audit.sqlite");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (a TEXT)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
                insert.setString(1, "x".repeat(4_055) + line + "x".repeat(9_000)); // over more than one page
                insert.execute();
            }
        }
        Path rolled = Files.write(scratch.resolve("sluice.1.log.gz"), gzip("... " + line + " ..."));
        Path state = Files.write(scratch.resolve("_metadata"), concat(new byte[99], deflate("state " + line)));
        Path wide = Files.write(scratch.resolve("wide"), line.getBytes(StandardCharsets.UTF_16BE));

        for (Path file : List.of(sqlite, rolled, state, wide)) {
            assertThat(scan.findIn(file)).as(file.toString()).anyMatch(name -> name.startsWith("address line"));
        }
    }

    private static String encoded(String value, String encoding) {
        return requireNonNull(Encodings.of(value).get(encoding));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] deflate(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
