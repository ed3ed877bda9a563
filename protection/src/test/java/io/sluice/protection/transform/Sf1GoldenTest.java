package io.sluice.protection.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.text.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Golden vectors of {@code docs/specs/sf1.md}, made by an independent implementation; may only be added to. */
class Sf1GoldenTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));
    private static final Path GOLDEN = HOME.resolve("protection/src/test/resources/golden");
    private static final List<String> FILES = List.of("sf1-1.json", "sf1-2.json", "sf1-3.json");

    @Test
    void writesAndOpensTheGoldenVectors() throws IOException {
        int count = 0;
        for (String file : FILES) {
            JsonNode golden = golden(file);
            Sf1Suite suite =
                    Objects.requireNonNull(Sf1Suite.ofCode(golden.get("suite").asInt()));
            for (JsonNode vector : golden.get("vectors")) {
                assertThat(written(suite, vector)).isEqualTo(vector.get("sf1").asText());
                assertThat(opened(vector))
                        .isEqualTo(new Sf1Answer.Ok(
                                Sf1Type.valueOf(vector.get("type").asText().toUpperCase(Locale.ROOT)),
                                vector.get("plaintext").asText()));
                count++;
            }
        }
        assertThat(count).isGreaterThanOrEqualTo(92);
    }

    @Test
    void refusesWhatTheGoldenVectorsRefuse() throws IOException {
        JsonNode golden = golden("sf1-refused.json");
        for (JsonNode vector : golden.get("vectors")) {
            assertThat(opened(vector)).as(vector.get("why").asText()).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        }
        assertThat(golden.get("vectors").size()).isGreaterThanOrEqualTo(101);
    }

    /** Whoever has Python and its package cryptography can check the format; where they are not at hand this is skipped. */
    @Test
    void theReaderInPythonAgrees() throws Exception {
        Path reader = HOME.resolve("docs/specs/sf1_reader.py");
        assertThat(Files.readAllLines(reader)).hasSizeLessThan(100);
        Assumptions.assumeTrue(
                python("-c", "import cryptography").code() == 0,
                "python3 with its package cryptography is not at hand: pip install cryptography");

        Python answer = python(
                reader.toString(),
                GOLDEN.resolve("sf1-1.json").toString(),
                GOLDEN.resolve("sf1-2.json").toString(),
                GOLDEN.resolve("sf1-3.json").toString(),
                GOLDEN.resolve("sf1-refused.json").toString());

        int opened = 0;
        for (String file : FILES) {
            opened += golden(file).get("vectors").size();
        }
        int refused = golden("sf1-refused.json").get("vectors").size();
        assertThat(answer).isEqualTo(new Python(0, opened + " opened, " + refused + " refused\n"));
    }

    /** How a run of python3 ended; code -1 where there is no python3. */
    private record Python(int code, String output) {}

    private static Python python(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Python(process.waitFor(), output);
        } catch (IOException e) {
            return new Python(-1, String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode golden(String file) throws IOException {
        return MAPPER.readTree(GOLDEN.resolve(file).toFile());
    }

    private static String written(Sf1Suite suite, JsonNode vector) {
        RingKey key = key(vector);
        Sf1.Binding binding = Sf1.Binding.valueOf(vector.get("binding").asText().toUpperCase(Locale.ROOT));
        Encrypt encrypt = new Encrypt(
                new Sf1.Form(suite, binding, vector.get("padded").asBoolean()),
                new Encrypt.DomainKey(key.id(), suite.cipher(key.secret())),
                vector.get("tenant").asText(),
                vector.get("dataset").asText(),
                vector.get("purpose").asText());
        ViewWriter out = new ViewWriter(10_000);
        assertThat(encrypt.write(new Fixed(vector), out)).isEqualTo(Transform.Outcome.WRITTEN);
        String json = new String(out.toBytes(), UTF_8);
        return json.substring(1, json.length() - 1);
    }

    private static Sf1Answer opened(JsonNode vector) {
        RingKey key = key(vector);
        FieldKeys keys = new FieldKeys() {
            @Override
            Sf1Answer open(KeyId id, Sf1Suite suite, Sf1Place place, Function<Sf1Cipher, Sf1Answer> opening) {
                return id.equals(key.id()) ? opening.apply(suite.cipher(key.secret())) : Sf1Answer.Refused.AUTH_FAILED;
            }
        };
        Sf1Place place = new Sf1Place(
                vector.get("dataset").asText(),
                vector.get("subjectRef").asText(),
                vector.get("recordId").asText(),
                vector.get("path").asText(),
                vector.get("purpose").asText());
        return new Sf1Opener(keys, vector.get("tenant").asText())
                .open(vector.get("sf1").asText(), place);
    }

    private static RingKey key(JsonNode vector) {
        SecretBytes secret =
                SecretBytes.copyOf(HexFormat.of().parseHex(vector.get("key").asText()));
        String name = vector.get("keyName").asText();
        return new RingKey(name, 1, KeyId.of(vector.get("tenant").asText(), name, 1), secret);
    }

    /** A field of a golden vector. */
    private record Fixed(JsonNode vector) implements Field {
        @Override
        public int kind() {
            return switch (vector.get("type").asText()) {
                case "string" -> JsonTape.STRING;
                case "bool" -> JsonTape.TRUE;
                default -> JsonTape.NUMBER;
            };
        }

        @Override
        public String text() {
            return vector.get("plaintext").asText();
        }

        @Override
        public byte[] utf8() {
            return text().getBytes(UTF_8);
        }

        @Override
        public void copyTo(ViewWriter out) {
            throw new AssertionError("an encrypted field is never copied");
        }

        @Override
        public boolean isNamed(MemberName name) {
            throw new AssertionError("an encrypted field is not looked into");
        }

        @Override
        public boolean nameEndsWith(String suffix) {
            throw new AssertionError("an encrypted field is not looked into");
        }

        @Override
        public String sibling(MemberName name) {
            throw new AssertionError("an encrypted field is not looked into");
        }

        @Override
        public Findings findings() {
            throw new AssertionError("an encrypted field is not looked into");
        }

        @Override
        public RecordContext context() {
            String subject = vector.get("subjectRef").asText();
            return new RecordContext(
                    Plans.DAY,
                    subject.isEmpty() ? null : new SubjectRef(subject),
                    vector.get("recordId").asText());
        }

        @Override
        public void pointer(ByteSink out) {
            out.add(vector.get("path").asText().getBytes(UTF_8));
        }

        @Override
        public byte[] nonce() {
            return HexFormat.of().parseHex(vector.get("nonce").asText());
        }
    }
}
