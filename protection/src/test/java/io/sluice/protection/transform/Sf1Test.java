package io.sluice.protection.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.core.audit.ReasonCode;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.crypto.XaesNonces;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keys.RingKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sf1Test {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String REF = "s1_aebagbafaydqqcikbmga2dqpca";
    private final Sf1Opener opener = new Sf1Opener(FieldKeys.ofRing(Plans.RING), Plans.TENANT);

    @Test
    void opensAtItsPlaceAndNowhereElse() throws Exception {
        JsonNode view = MAPPER.readTree(Plans.text(
                Plans.json("/l/*/s~1", "encrypt domain=care", "/l/*/k", "keep"),
                "{\"l\":[{\"gone\":1},{\"s/\":\"J\\u00f6rg\",\"k\":1},{\"s/\":4.50},{\"s/\":true},{\"s/\":null}]}"));
        String field = view.at("/l/0/s~1").asText();

        assertThat(opener.open(field, place("/l/0/s~1"))).isEqualTo(new Sf1Answer.Ok(Sf1Type.STRING, "Jörg"));
        assertThat(opener.open(view.at("/l/1/s~1").asText(), place("/l/1/s~1")))
                .isEqualTo(new Sf1Answer.Ok(Sf1Type.DECIMAL, "4.50"));
        assertThat(opener.open(view.at("/l/2/s~1").asText(), place("/l/2/s~1")))
                .isEqualTo(new Sf1Answer.Ok(Sf1Type.BOOL, "true"));
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
        assertThat(new Sf1Opener(FieldKeys.ofRing(Plans.RING), "other").open(field, place("/l/0/s~1")))
                .isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
    }

    @Test
    void datasetBindingSurvivesAnotherRecord() throws Exception {
        String field = field("encrypt domain=care bind=dataset", "\"x\"");
        assertThat(opener.open(field, new Sf1Place("test-data", "", "another", "/a", "treatment")))
                .isEqualTo(new Sf1Answer.Ok(Sf1Type.STRING, "x"));
    }

    @Test
    void paddingHidesShortLengths() throws Exception {
        Set<Integer> lengths = new HashSet<>();
        for (String value : List.of("", "a", "HIV+", "none", "123456789012345")) {
            String field = field("encrypt domain=care pad=true", "\"" + value + "\"");
            lengths.add(field.length());
            assertThat(opener.open(field, place("/a"))).isEqualTo(new Sf1Answer.Ok(Sf1Type.STRING, value));
        }
        assertThat(lengths).hasSize(1);
    }

    @Test
    void refusesAllGarbage() throws Exception {
        String field = field("encrypt domain=care", "\"secret\"");
        byte[] body = body(field);
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
            assertThat(opener.open(text(bytes), place("/a")))
                    .as("seed " + seed)
                    .isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        }
    }

    /** The ring drops no key: a name that it does not know was not given here, and one of another kind is no key of a field. */
    @Test
    void refusesKeysThatAreNoneOfFields() throws Exception {
        for (String transform : List.of("encrypt domain=care", "encrypt-deterministic domain=care")) {
            byte[] body = body(field(transform, "\"secret\""));
            for (String name : List.of("token.customers", "encrypt.other", "encrypt-deterministic.other", "other")) {
                RingKey foreign = Plans.RING.getOrCreate(name);
                System.arraycopy(foreign.id().toBytes(), 0, body, Sf1.KEY_ID_AT, KeyId.BYTES);
                assertThat(opener.open(text(body), place("/a"))).as(name).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
            }
        }
    }

    /** Authentic, but under a key that is made for something else: whoever has that key cannot make fields with it. */
    @Test
    void opensOnlyUnderKeysMadeForItsSuite() {
        for (String name : List.of("encrypt.care", "token.customers", "encrypt-deterministic.care")) {
            RingKey key = Plans.RING.getOrCreate(name);
            Sf1.Form form = new Sf1.Form(Sf1Suite.XAES, Sf1.Binding.DATASET, false);
            Sf1Associated associated = new Sf1Associated(form);
            associated.begin(form.associatedPrefix(Sf1Type.STRING, Plans.TENANT, "test-data"), "", "");
            associated.beginPath().add("/a".getBytes(UTF_8));
            assertThat(associated.endPath("treatment".getBytes(UTF_8))).isTrue();
            byte[] body = new byte[Sf1Suite.XAES.ciphertextAt + 1 + Sf1Suite.XAES.overheadBytes];
            body[0] = Sf1.MAGIC;
            body[1] = (byte) Sf1Suite.XAES.code;
            body[2] = (byte) form.flags(Sf1Type.STRING);
            System.arraycopy(key.id().toBytes(), 0, body, Sf1.KEY_ID_AT, KeyId.BYTES);
            Sf1Suite.XAES.cipher(key.secret()).seal(associated.bytes(), new byte[] {'x'}, body);

            assertThat(opener.open(text(body), place("/a")))
                    .as(name)
                    .isEqualTo(
                            name.equals("encrypt.care")
                                    ? new Sf1Answer.Ok(Sf1Type.STRING, "x")
                                    : Sf1Answer.Refused.AUTH_FAILED);
        }
    }

    @Test
    void saysWhenTheKeysCannotBeAsked(@TempDir Path folder) throws Exception {
        Keystore keystore = Keystore.openOrCreate(folder, folder.resolve("password"), Plans.TENANT);
        String field = field(keystore, "encrypt domain=care");
        byte[] unknown = body(field);
        unknown[Sf1.KEY_ID_AT] ^= 1;
        Sf1Opener local = new Sf1Opener(FieldKeys.ofRing(keystore.ring()), Plans.TENANT);

        Files.delete(folder.resolve("keyring.json"));

        assertThat(local.open(text(unknown), place("/a"))).isEqualTo(Sf1Answer.Refused.KEY_UNAVAILABLE);
        assertThat(local.open(field, place("/a"))).isEqualTo(new Sf1Answer.Ok(Sf1Type.STRING, "x"));
    }

    @Test
    void saysWhenTheKeyWasDestroyed(@TempDir Path folder) throws Exception {
        Path password = folder.resolve("password");
        Keystore keystore = Keystore.openOrCreate(folder, password, Plans.TENANT);
        String held = field(keystore, "encrypt-deterministic domain=care key=kms");
        String other = field(keystore, "encrypt-deterministic domain=other key=kms");
        KeyId name = KeyId.of(Plans.TENANT, "encrypt-deterministic.kms.care", 1);
        byte[] otherSuite = body(field(keystore, "encrypt domain=care"));
        System.arraycopy(name.toBytes(), 0, otherSuite, Sf1.KEY_ID_AT, KeyId.BYTES);

        assertThat(keystore.kms().destroy("keyring." + name.hex())).isPresent();
        KeyRing reopened = Keystore.open(folder, password, Plans.TENANT).ring();

        Sf1Opener after = new Sf1Opener(FieldKeys.ofRing(reopened), Plans.TENANT);
        assertThat(after.open(held, place("/a"))).isEqualTo(Sf1Answer.Refused.KEY_SHREDDED);
        assertThat(after.open(text(otherSuite), place("/a"))).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        assertThat(after.open(other, place("/a"))).isEqualTo(new Sf1Answer.Ok(Sf1Type.STRING, "x"));
    }

    /** What the keys answer is the answer; the four are told apart. */
    @Test
    void passesOnWhatTheKeysAnswer() throws Exception {
        String field = field("encrypt domain=care", "\"secret\"");
        for (Sf1Answer.Refused refused : Sf1Answer.Refused.values()) {
            FieldKeys keys = new FieldKeys() {
                @Override
                Sf1Answer open(KeyId id, Sf1Suite suite, Sf1Place place, Function<Sf1Cipher, Sf1Answer> opening) {
                    return refused;
                }
            };
            assertThat(new Sf1Opener(keys, Plans.TENANT).open(field, place("/a")))
                    .isEqualTo(refused);
        }
        assertThat(Sf1Answer.Refused.values())
                .extracting(Enum::name)
                .containsExactly("AUTH_FAILED", "KEY_SHREDDED", "KEY_UNAVAILABLE");
    }

    @Test
    void equalValuesAreEqualWhereDeterministic() throws Exception {
        String bound = "encrypt-deterministic domain=care";
        JsonNode view = MAPPER.readTree(Plans.text(
                Plans.json("/l/*/s", bound, "/t", bound),
                "{\"l\":[{\"s\":\"x\"},{\"s\":\"y\"},{\"s\":\"x\"},{\"s\":1}],\"t\":\"x\"}"));
        String first = view.at("/l/0/s").asText();

        assertThat(view.at("/l/2/s").asText()).isEqualTo(first);
        assertThat(view.at("/l/1/s").asText()).isNotEqualTo(first);
        assertThat(view.get("t").asText()).isNotEqualTo(first);
        assertThat(field(bound, "\"1\"")).isNotEqualTo(field(bound, "1")).isEqualTo(field(bound, "\"1\""));
        assertThat(opener.open(first, place("/l/7/s"))).isEqualTo(new Sf1Answer.Ok(Sf1Type.STRING, "x"));
        assertThat(opener.open(first, place("/l/7/t"))).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        assertThat(opener.open(view.at("/l/3/s").asText(), place("/l/3/s")))
                .isEqualTo(new Sf1Answer.Ok(Sf1Type.INT, "1"));
        assertThat(field("encrypt domain=care", "\"x\"")).isNotEqualTo(field("encrypt domain=care", "\"x\""));
    }

    /** Bound to nobody, a field would open at everybody who is nobody. */
    @Test
    void bindsToASubjectOnlyWhereThereIsOne() throws Exception {
        for (String transform : List.of("encrypt domain=care", "encrypt-deterministic domain=care")) {
            Protector protector = Plans.protector();
            CompiledPlan plan = protector.compile(Plans.json("/a", transform + " bind=subject"));
            protector.read("{\"a\":\"x\"}".getBytes(UTF_8));
            assertThat(protector.protect(plan, Plans.CONTEXT)).isInstanceOf(View.Protected.class);
            assertThat(protector.protect(plan, new RecordContext(Plans.DAY, null, "r1_abc")))
                    .isEqualTo(new View.Failed(ReasonCode.TRANSFORM_FAILED));
        }
    }

    @Test
    void refusesFormsThatAreNone() {
        for (String transform : List.of(
                "encrypt domain=care bind=galaxy",
                "encrypt domain=care commit=1",
                "encrypt-deterministic domain=care bind=record",
                "encrypt-deterministic domain=care commit=true",
                "encrypt-deterministic domain=Care",
                "encrypt-deterministic")) {
            assertThatThrownBy(() -> Plans.protector().compile(Plans.json("/a", transform)))
                    .isInstanceOf(PlanRefusedException.class);
        }
        assertThatThrownBy(() -> new Sf1.Form(Sf1Suite.SIV, Sf1.Binding.RECORD, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Neither a value nor a key shows in what a log or an exception might print. */
    @Test
    void showsNothingOfKeysAndValues() throws Exception {
        byte[] key = "0123456789abcdef0123456789ABCDEF".getBytes(UTF_8);
        SecretBytes secret = SecretBytes.copyOf(key);
        List<Object> shown = new ArrayList<>();
        for (Sf1Suite suite : Sf1Suite.values()) {
            shown.add(suite.cipher(secret));
            Throwable refused = catchThrowable(() -> suite.cipher(SecretBytes.copyOf(Arrays.copyOf(key, 99)))
                    .seal(new ByteSink(), new byte[0], new byte[0]));
            shown.add(String.valueOf(refused));
        }
        shown.add(new RingKey("encrypt.care", 1, KeyId.of("dev", "encrypt.care", 1), secret));
        shown.add(FieldKeys.ofRing(Plans.RING));
        shown.add(new XaesNonces(new SecureRandom()));
        shown.add(new Sf1Answer.Ok(Sf1Type.STRING, "999-67-4006"));
        String field = field("encrypt domain=care", "\"x\"");
        shown.add(Objects.requireNonNull(Sf1.parse(field)));
        for (Object one : shown) {
            assertThat(one.toString())
                    .doesNotContain("0123456789abcdef", "999-67", field.substring(4))
                    .doesNotContain(HexFormat.of().formatHex(key).substring(0, 16))
                    .doesNotContain(Base64.getEncoder().encodeToString(key).substring(0, 16))
                    .doesNotContain("48, 49, 50");
        }
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

    private static String field(String transform, String value) throws Exception {
        return MAPPER.readTree(Plans.text(Plans.json("/a", transform), "{\"a\":" + value + "}"))
                .get("a")
                .asText();
    }

    /** The value "x" at /a. */
    private static String field(Keystore keystore, String transform) throws Exception {
        Protector protector = new Protector(Plans.TENANT, keystore.ring(), new SecureRandom(), ViewLimits.DEFAULT);
        protector.read("{\"a\":\"x\"}".getBytes(UTF_8));
        View view = protector.protect(protector.compile(Plans.json("/a", transform)), Plans.CONTEXT);
        return MAPPER.readTree(((View.Protected) view).bytes()).get("a").asText();
    }

    private static byte[] body(String field) {
        return Base64.getUrlDecoder().decode(field.substring(4));
    }

    private static String text(byte[] body) {
        return "sf1." + Base64.getUrlEncoder().withoutPadding().encodeToString(body);
    }

    private static Sf1Place place(String path) {
        return new Sf1Place("test-data", REF, "r1_abc", path, "treatment");
    }
}
