package io.sluice.protection.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Tags;
import io.sluice.core.event.TagsReader;
import io.sluice.protection.crypto.KeyWrap;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keys.Unwrapped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The golden vectors of {@code docs/specs/seal.md}, made by another implementation; they may only be added to. */
class SealGoldenTest {
    private static final HexFormat HEX = HexFormat.of();

    @TempDir
    Path folder;

    @Test
    void sealsAsSpecified() {
        for (JsonNode vector : vectors()) {
            SealedEvent sealed = sealer(vector).seal(tags(vector), event(vector));
            assertThat(HEX.formatHex(sealed.value()))
                    .isEqualTo(vector.get("value").asText());
            assertThat(HEX.formatHex(SealFixtures.seal(sealed)))
                    .isEqualTo(vector.get("seal").asText());
            assertThat(new String(sealed.key(), UTF_8))
                    .isEqualTo(vector.get("key").asText());
            assertThat(HEX.formatHex(
                            SealForm.associatedData("dev", ce(tags(vector).toHeaders()))))
                    .isEqualTo(vector.get("associatedData").asText());
        }
    }

    @Test
    void bindsEveryHeaderOrNone() {
        for (JsonNode vector : vectors()) {
            Map<String, String> headers = new TreeMap<>(tags(vector).toHeaders());
            headers.put("ce_unheard", "of");
            assertThatThrownBy(() -> SealForm.associatedData("dev", ce(headers)))
                    .hasMessageContaining("ce_unheard");
        }
    }

    private static List<Header> ce(Map<String, String> sorted) {
        return sorted.entrySet().stream()
                .map(tag -> new Header(tag.getKey(), tag.getValue().getBytes(UTF_8)))
                .toList();
    }

    @Test
    void opensAsSpecified() {
        for (JsonNode vector : vectors()) {
            assertThat(open(
                            opener(vector, new AtomicInteger(), UnwrapLimits.DEFAULT, new AtomicLong()),
                            vector,
                            hex(vector, "seal")))
                    .isEqualTo(new Opened.Open(tags(vector), event(vector)));
        }
    }

    @Test
    void aDataKeyEndsAtItsLastUse() {
        JsonNode last = vectors().get(1); // its counter is the last one of a data key
        Sealer sealer = sealer(last);
        sealer.seal(tags(last), event(last));
        SealedEvent next = sealer.seal(tags(last), event(last));
        byte[] seal = SealFixtures.seal(next);
        SealForm form = Objects.requireNonNull(SealForm.ofHeader(seal));
        assertThat(form.wrapped()).isNotEqualTo(hex(last, "wrapped"));
        assertThat(ByteBuffer.wrap(form.nonce()).getLong(4)).isZero();
    }

    @Test
    void asksTheKmsOncePerKeyAndPerRefusal() {
        JsonNode vector = vectors().get(0);
        AtomicInteger asked = new AtomicInteger();
        AtomicLong nanos = new AtomicLong();
        Opener opener = opener(vector, asked, UnwrapLimits.DEFAULT, nanos);
        byte[] forged = hex(vector, "seal");
        forged[forged.length - 1] ^= 1;
        for (int i = 0; i < 100; i++) {
            assertThat(open(opener, vector, hex(vector, "seal"))).isInstanceOf(Opened.Open.class);
            assertThat(open(opener, vector, forged)).isEqualTo(new Opened.Refused(ReasonCode.SEAL_INVALID));
        }
        assertThat(asked).hasValue(2);
        nanos.addAndGet(UnwrapLimits.DEFAULT.keyLife().toNanos() + 1);
        open(opener, vector, hex(vector, "seal"));
        assertThat(asked).hasValue(3);
    }

    @Test
    void boundsTheRateOfUnwrapsAndRecovers() {
        JsonNode vector = vectors().get(0);
        AtomicInteger asked = new AtomicInteger();
        AtomicLong nanos = new AtomicLong();
        UnwrapLimits d = UnwrapLimits.DEFAULT;
        Opener opener = opener(
                vector,
                asked,
                new UnwrapLimits(d.cacheEntries(), d.keyLife(), d.refusalLife(), d.unknownLife(), 10, 20),
                nanos);
        byte[] forged = hex(vector, "seal");
        for (int i = 0; i < 1_000; i++) {
            ByteBuffer.wrap(forged).putInt(forged.length - 4, i);
            assertThat(open(opener, vector, forged)).isInstanceOf(Opened.Refused.class);
        }
        assertThat(asked).hasValue(20);
        assertThat(open(opener, vector, hex(vector, "seal"))).isEqualTo(new Opened.Refused(ReasonCode.KEY_UNAVAILABLE));
        nanos.addAndGet(1_000_000_000);
        assertThat(open(opener, vector, hex(vector, "seal"))).isInstanceOf(Opened.Open.class);
    }

    @Test
    void saysSealExceptionWhereNoKeyCanBeHad() throws IOException {
        SealKeys keys = SealKeys.openOrCreate(folder.resolve("k"), folder.resolve("p"), "dev");
        java.nio.file.Files.delete(folder.resolve("p"));
        JsonNode vector = vectors().get(0);
        assertThatThrownBy(() -> keys.sealer().seal(tags(vector), event(vector)))
                .isInstanceOf(SealException.class);
        assertThatThrownBy(() -> SealKeys.open(folder.resolve("none"), folder.resolve("p"), "dev"))
                .isInstanceOf(SealException.class);
    }

    private Sealer sealer(JsonNode vector) {
        byte[] nonce = ByteBuffer.allocate(12)
                .put(hex(vector, "noncePrefix"))
                .putLong(vector.get("counter").asLong())
                .array();
        SealForm form = new SealForm(nonce, vector.get("keyName").asText(), hex(vector, "wrapped"));
        DataKey key = new DataKey(LocalDate.of(2026, 11, 23), SecretBytes.copyOf(hex(vector, "dataKey")), form);
        Keystore keystore = Keystore.openOrCreate(folder.resolve("s"), folder.resolve("pw"), "dev");
        return new Sealer(keystore.kms(), keystore.ring().reach(), "dev", new SecureRandom(), key);
    }

    private static Opener opener(JsonNode vector, AtomicInteger asked, UnwrapLimits limits, AtomicLong nanos) {
        SecretBytes kek = SecretBytes.copyOf(hex(vector, "kek"));
        return new Opener(
                (keyName, wrapped) -> {
                    asked.incrementAndGet();
                    byte[] binding = new LengthPrefixed()
                            .text("sluice-kms")
                            .u8(1)
                            .text(keyName)
                            .bytes(SealForm.wrapBinding("dev"))
                            .toBytes();
                    SecretBytes key = KeyWrap.unwrap(kek, wrapped, binding);
                    return key == null ? Unwrapped.Refused.INVALID : new Unwrapped.Key(key);
                },
                "dev",
                limits,
                nanos::get);
    }

    private static Opened open(Opener opener, JsonNode vector, byte[] seal) {
        List<Header> headers = new ArrayList<>();
        for (Map.Entry<String, JsonNode> tag : vector.get("tags").properties()) {
            headers.add(new Header(tag.getKey(), tag.getValue().asText().getBytes(UTF_8)));
        }
        headers.add(new Header(Headers.CONTENT_TYPE, Headers.SEALED_CONTENT_TYPE.getBytes(UTF_8)));
        headers.add(new Header(Headers.SEAL, seal));
        return opener.open(vector.get("key").asText().getBytes(UTF_8), headers, hex(vector, "value"));
    }

    private static Tags tags(JsonNode vector) {
        Map<String, String> headers = new TreeMap<>();
        vector.get("tags")
                .properties()
                .forEach(tag -> headers.put(tag.getKey(), tag.getValue().asText()));
        return new TagsReader().read(headers).orElseThrow();
    }

    private static ClientEvent event(JsonNode vector) {
        JsonNode json = vector.get("attributes");
        TreeMap<String, String> extensions = new TreeMap<>();
        json.get("extensions")
                .properties()
                .forEach(e -> extensions.put(e.getKey(), e.getValue().asText()));
        return new ClientEvent(
                json.get("id").asText(),
                json.get("source").asText(),
                json.get("type").asText(),
                text(json, "subject"),
                text(json, "time"),
                json.get("contenttype").asText(),
                extensions,
                hex(vector, "data"));
    }

    private static @Nullable String text(JsonNode json, String member) {
        return json.has(member) ? json.get(member).asText() : null;
    }

    private static byte[] hex(JsonNode vector, String member) {
        return HEX.parseHex(vector.get(member).asText());
    }

    private static JsonNode vectors() {
        try (InputStream in = Objects.requireNonNull(SealGoldenTest.class.getResourceAsStream("/golden/seal-1.json"))) {
            return new ObjectMapper().readTree(in).get("vectors");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
