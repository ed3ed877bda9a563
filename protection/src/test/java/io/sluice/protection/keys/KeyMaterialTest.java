package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.seal.SealKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Key material shows in no log line of any level, no exception and no toString of an object that can reach it. */
@Isolated
class KeyMaterialTest {
    private static final byte[] BOUND = "bound".getBytes(UTF_8);

    @TempDir
    Path folder;

    private final StringBuilder said = new StringBuilder();
    private final Collection<String> logged = new ConcurrentLinkedQueue<>();

    @Test
    void isShownNowhere() throws Exception {
        List<byte[]> secrets;
        Logger root = (Logger) LogManager.getLogger("io.sluice");
        Level before = root.getLevel();
        AbstractAppender appender = appender();
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.TRACE);
        try {
            secrets = use();
        } finally {
            root.setLevel(before);
            root.removeAppender(appender);
        }
        logged.forEach(line -> said.append(line).append('\n'));

        assertThat(secrets).hasSizeGreaterThan(6);
        assertThat(said.toString()).contains("RingKey[encrypt.care/1]", "SecretBytes[hidden]", "KeyAccessException");
        for (byte[] secret : secrets) {
            for (String form : forms(secret)) {
                assertThat(said.toString().toLowerCase(Locale.ROOT).contains(form.toLowerCase(Locale.ROOT)))
                        .as("a key shows in what was said")
                        .isFalse();
            }
        }
    }

    @Test
    void theSearchFindsWhatIsShown() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        for (Object leak : List.of(
                HexFormat.of().formatHex(secret),
                "key=" + Base64.getEncoder().encodeToString(secret),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                Arrays.toString(secret),
                new Exception("of " + HexFormat.of().withUpperCase().formatHex(secret, 0, 16)),
                new Exception(new IOException(new String(secret, ISO_8859_1))))) {
            said.setLength(0);
            say(leak);
            assertThat(forms(secret).stream()
                            .anyMatch(form ->
                                    said.toString().toLowerCase(Locale.ROOT).contains(form.toLowerCase(Locale.ROOT))))
                    .as(String.valueOf(leak))
                    .isTrue();
        }
    }

    /** What travels in Flink's state or job graph is serializable; what has keys must not be. */
    @Test
    void nothingThatHoldsKeysIsSerializable() {
        for (Class<?> type : List.of(
                SecretBytes.class,
                RingKey.class,
                KeyRing.class,
                Keystore.class,
                Kms.class,
                LocalKms.class,
                Pkcs11Kms.class,
                AwsKms.class,
                Unwrapped.Key.class,
                SealKeys.class)) {
            assertThat(Serializable.class.isAssignableFrom(type))
                    .as(type.getName())
                    .isFalse();
        }
    }

    /** Uses every part that has keys, well and badly. Returns all keys that there were. */
    private List<byte[]> use() throws Exception {
        List<byte[]> secrets = new ArrayList<>();
        Path password = folder.resolve("password");
        Keystore keystore = Keystore.openOrCreate(folder, password, "dev");
        keystore.ring().version("token.kms.d", 1, true);
        keystore.ring().getOrCreate("encrypt.care");
        keystore.ring().rotate("encrypt.care");
        FakeKms fake = new FakeKms();
        KeyRing other = KeyRing.openOrCreate(folder.resolve("other.json"), fake, "dev", Clock.systemUTC());
        other.getOrCreate("encrypt.care");
        SecretBytes loose = SecretBytes.random(32, new SecureRandom());
        for (String name : keystore.kms().keyNames()) {
            byte[] wrapped = keystore.kms().wrap(name, loose, BOUND);
            say(keystore.kms().describe(name));
            say(keystore.kms().unwrap(name, wrapped, BOUND));
            say(keystore.kms().unwrap(name, wrapped, new byte[0]));
        }
        say(fails(() -> keystore.kms().wrap("none", loose, BOUND)));
        SealKeys seal = SealKeys.openOrCreate(folder.resolve("ingress"), folder.resolve("ingress-password"), "dev");
        walk(List.of(keystore, other, seal, seal.sealer(), loose));
        say(keystore.ring().list());

        fake.switchOff(true);
        say(fails(() -> other.getOrCreate("encrypt.new")));
        say(fails(other::rewrap));
        say(fake.unwrap("keyring", new byte[61], BOUND));
        fake.switchOff(false);
        say(other.rewrap());

        secrets.add(Files.readString(password).strip().getBytes(UTF_8));
        for (KeyRing ring : List.of(keystore.ring(), other)) {
            ring.all().forEach(key -> secrets.add(key.secret().with(byte[]::clone)));
        }
        secrets.add(loose.with(byte[]::clone));

        String content = Files.readString(folder.resolve("keyring.json"));
        Files.writeString(folder.resolve("keyring.json"), content.replace("encrypt.care", "encrypt.mine"));
        say(fails(() -> Keystore.open(folder, password, "dev")));
        Files.writeString(folder.resolve("keyring.json"), content);
        Files.writeString(password, "something-else-that-is-secret");
        secrets.add("something-else-that-is-secret".getBytes(UTF_8));
        say(fails(() -> Keystore.open(folder, password, "dev")));
        return secrets;
    }

    private static Throwable fails(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError("it should have failed");
    }

    private void say(Object object) {
        if (object instanceof Throwable thrown) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            said.append(trace);
        }
        said.append(object).append('\n');
    }

    /** Says every object of Sluice that can be reached by fields and collections. */
    private void walk(Object root) throws IllegalAccessException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Object> waiting = new ArrayList<>(List.of(root));
        while (!waiting.isEmpty()) {
            Object next = waiting.remove(waiting.size() - 1);
            if (!seen.add(next)) {
                continue;
            }
            if (next instanceof Map<?, ?> map) {
                waiting.addAll(map.keySet());
                waiting.addAll(map.values());
            } else if (next instanceof Collection<?> items) {
                waiting.addAll(items);
            } else if (next.getClass().getName().startsWith("io.sluice.")) {
                say(next);
                addFields(next, waiting);
            }
        }
    }

    private static void addFields(Object object, List<Object> waiting) throws IllegalAccessException {
        for (Class<?> type = object.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    Object value = field.get(object);
                    if (value != null) {
                        waiting.add(value);
                    }
                }
            }
        }
    }

    /** How a key may be written. Half of it is as bad. */
    private static List<String> forms(byte[] secret) {
        byte[] half = Arrays.copyOf(secret, secret.length / 2);
        String numbers = Arrays.toString(half);
        return List.of(
                HexFormat.of().formatHex(half),
                Base64.getEncoder().encodeToString(half).substring(0, 16),
                Base64.getUrlEncoder().encodeToString(half).substring(0, 16),
                numbers.substring(0, numbers.length() - 1),
                new String(half, ISO_8859_1));
    }

    private AbstractAppender appender() {
        return new AbstractAppender("key-material", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                StringWriter trace = new StringWriter();
                if (event.getThrown() != null) {
                    event.getThrown().printStackTrace(new PrintWriter(trace));
                }
                logged.add(event.getMessage().getFormattedMessage() + trace);
            }
        };
    }
}
