package io.sluice.protection.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.crypto.XaesGcm;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.text.Findings;
import java.io.InputStream;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class Sf1Test {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String REF = "s1_aebagbafaydqqcikbmga2dqpca";
    private final Sf1Opener opener = new Sf1Opener(Plans.RING, Plans.TENANT);

    @Test
    void opensAtItsPlaceAndNowhereElse() throws Exception {
        JsonNode view = MAPPER.readTree(Plans.text(
                Plans.json("/l/*/s~1", "encrypt domain=care", "/l/*/k", "keep"),
                "{\"l\":[{\"gone\":1},{\"s/\":\"J\\u00f6rg\",\"k\":1},{\"s/\":4.50},{\"s/\":true},{\"s/\":null}]}"));
        String field = view.at("/l/0/s~1").asText();

        assertThat(opener.open(field, place("/l/0/s~1"))).isEqualTo(new Sf1Answer.Opened(Sf1Type.STRING, "Jörg"));
        assertThat(opener.open(view.at("/l/1/s~1").asText(), place("/l/1/s~1")))
                .isEqualTo(new Sf1Answer.Opened(Sf1Type.DECIMAL, "4.50"));
        assertThat(opener.open(view.at("/l/2/s~1").asText(), place("/l/2/s~1")))
                .isEqualTo(new Sf1Answer.Opened(Sf1Type.BOOL, "true"));
        assertThat(view.at("/l/3/s~1").isNull()).isTrue();

        for (Sf1Place elsewhere : List.of(
                place("/l/1/s~1"),
                new Sf1Place("other", REF, "r1_abc", "/l/0/s~1", "treatment"),
                new Sf1Place("test-data", "", "r1_abc", "/l/0/s~1", "treatment"),
                new Sf1Place("test-data", REF, "r1_abd", "/l/0/s~1", "treatment"),
                new Sf1Place("test-data", REF, "r1_abc", "/l/0/s~1", "research"),
                new Sf1Place("test-data", REF, "r1_abc", "x".repeat(70_000), "treatment"))) {
            assertThat(opener.open(field, elsewhere)).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        }
        assertThat(new Sf1Opener(Plans.RING, "other").open(field, place("/l/0/s~1")))
                .isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
    }

    @Test
    void datasetBindingSurvivesAnotherRecord() throws Exception {
        String field = field("encrypt domain=care bind=dataset", "\"x\"");
        assertThat(opener.open(field, new Sf1Place("test-data", "", "another", "/a", "treatment")))
                .isEqualTo(new Sf1Answer.Opened(Sf1Type.STRING, "x"));
    }

    @Test
    void paddingHidesShortLengths() throws Exception {
        Set<Integer> lengths = new HashSet<>();
        for (String value : List.of("", "a", "HIV+", "none", "123456789012345")) {
            String field = field("encrypt domain=care pad=true", "\"" + value + "\"");
            lengths.add(field.length());
            assertThat(opener.open(field, place("/a"))).isEqualTo(new Sf1Answer.Opened(Sf1Type.STRING, value));
        }
        assertThat(lengths).hasSize(1);
    }

    @Test
    void refusesEveryFlippedBitAndAllGarbage() throws Exception {
        String field = field("encrypt domain=care", "\"secret\"");
        byte[] body = Base64.getUrlDecoder().decode(field.substring(4));
        for (int bit = 0; bit < body.length * 8; bit++) {
            byte[] flipped = body.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            String text = "sf1." + Base64.getUrlEncoder().withoutPadding().encodeToString(flipped);
            assertThat(opener.open(text, place("/a"))).isInstanceOf(Sf1Answer.Refused.class);
        }
        for (String text : List.of(
                "",
                "sf1.",
                "sf1.!",
                field + "=",
                field + "A",
                " " + field,
                field.substring(4),
                "SF1" + field.substring(3))) {
            assertThat(opener.open(text, place("/a"))).as(text).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        }
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            if (bytes.length > 2 && random.nextBoolean()) {
                System.arraycopy(body, 0, bytes, 0, Math.min(bytes.length, 15));
            }
            String text = "sf1." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            assertThat(opener.open(text, place("/a"))).as("seed " + seed).isInstanceOf(Sf1Answer.Refused.class);
        }
    }

    @Test
    void saysWhenTheKeyIsNotThere() throws Exception {
        String field = field("encrypt domain=care", "\"secret\"");
        byte[] body = Base64.getUrlDecoder().decode(field.substring(4));
        body[Sf1.KEY_ID_AT] ^= 1;
        String unknown = "sf1." + Base64.getUrlEncoder().withoutPadding().encodeToString(body);
        assertThat(opener.open(unknown, place("/a"))).isEqualTo(Sf1Answer.Refused.KEY_UNAVAILABLE);

        RingKey token = Plans.RING.getOrCreate("token.customers");
        System.arraycopy(token.id().toBytes(), 0, body, Sf1.KEY_ID_AT, KeyId.BYTES);
        String foreign = "sf1." + Base64.getUrlEncoder().withoutPadding().encodeToString(body);
        assertThat(opener.open(foreign, place("/a"))).isEqualTo(Sf1Answer.Refused.KEY_UNAVAILABLE);
    }

    /** Two views never share a nonce prefix: it would tell their recipients that the record is one. */
    @Test
    void fieldsOfAViewShareAPrefixAndViewsDoNot() throws Exception {
        Protector protector = Plans.protector();
        CompiledPlan plan = protector.compile(Plans.json("/*", "encrypt domain=care"));
        protector.read("{\"a\":\"1\",\"b\":\"1\"}".getBytes(UTF_8));
        Set<String> prefixes = new HashSet<>();
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            JsonNode view = MAPPER.readTree(((View.Protected) protector.protect(plan, Plans.CONTEXT)).bytes());
            for (JsonNode field : view) {
                byte[] body = Base64.getUrlDecoder().decode(field.asText().substring(4));
                prefixes.add(HexFormat.of().formatHex(body, 15, 27));
                nonces.add(HexFormat.of().formatHex(body, 15, 39));
            }
        }
        assertThat(prefixes).hasSize(50);
        assertThat(nonces).hasSize(100);
    }

    /** Golden vectors of {@code docs/specs/sf1.md}; may only be added to. */
    @Test
    void writesTheGoldenVectors() throws Exception {
        JsonNode golden;
        try (InputStream in = Objects.requireNonNull(Sf1Test.class.getResourceAsStream("/golden/sf1-1.json"))) {
            golden = MAPPER.readTree(in);
        }
        HexFormat hex = HexFormat.of();
        for (JsonNode vector : golden.get("vectors")) {
            SecretBytes secret =
                    SecretBytes.copyOf(hex.parseHex(vector.get("key").asText()));
            String keyName = vector.get("keyName").asText();
            RingKey key = new RingKey(keyName, 1, KeyId.of(vector.get("tenant").asText(), keyName, 1), secret);
            boolean record = vector.get("binding").asText().equals("record");
            Encrypt encrypt = new Encrypt(
                    new XaesGcm(secret),
                    key,
                    record ? Sf1.Binding.RECORD : Sf1.Binding.DATASET,
                    vector.get("padded").asBoolean(),
                    vector.get("tenant").asText(),
                    vector.get("dataset").asText(),
                    vector.get("purpose").asText());
            ViewWriter out = new ViewWriter(10_000);
            Transform.Outcome outcome = encrypt.write(new Fixed(vector), out);
            assertThat(outcome).isEqualTo(Transform.Outcome.WRITTEN);
            assertThat(new String(out.toBytes(), UTF_8))
                    .isEqualTo("\"" + vector.get("sf1").asText() + "\"");
        }
        assertThat(golden.get("vectors").size()).isGreaterThanOrEqualTo(32);
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
        public void copyTo(ViewWriter out) {
            throw new AssertionError("an encrypted field is never copied");
        }

        @Override
        public boolean isNamed(byte[] name) {
            throw new AssertionError("an encrypted field is not looked into");
        }

        @Override
        public boolean nameEndsWith(String suffix) {
            throw new AssertionError("an encrypted field is not looked into");
        }

        @Override
        public String sibling(byte[] name) {
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

    private static String field(String transform, String value) throws Exception {
        return MAPPER.readTree(Plans.text(Plans.json("/a", transform), "{\"a\":" + value + "}"))
                .get("a")
                .asText();
    }

    private static Sf1Place place(String path) {
        return new Sf1Place("test-data", REF, "r1_abc", path, "treatment");
    }
}
