package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keytree.Announcement;
import io.sluice.protection.keytree.Erasure;
import io.sluice.protection.keytree.LeasedKey;
import io.sluice.protection.keytree.Owners;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SignedAnnouncement;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.SubjectUse;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.keytree.TreePublisher;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.transform.FieldKeys;
import io.sluice.protection.transform.SubjectFieldKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
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
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Key material shows in no log line of any level, no exception, no toString of an object that can reach it, and nowhere that
 * tools look at a JVM from outside: the heap's histogram, names of threads, management beans.
 */
@Isolated
class KeyMaterialTest {
    private static final byte[] BOUND = "bound".getBytes(UTF_8);

    @TempDir
    Path folder;

    private final StringBuilder said = new StringBuilder();
    /** Keys that a walk came by. */
    private final List<byte[]> found = new ArrayList<>();

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

        assertThat(secrets).hasSizeGreaterThan(20);
        assertThat(said.toString())
                .contains("RingKey[encrypt.care/1]", "SecretBytes[hidden]", "KeyAccessException")
                .contains(
                        "LeasedKey[", "NodeSet[shard ", "CustodianKey[hidden]", "SubjectFieldKey[", "KeyTreeException")
                .contains("io.sluice.protection.keytree.LeasedKey", "java.lang:type=Memory");
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
                SealKeys.class,
                EnvelopeKeys.class,
                CustodianKey.class,
                SubjectKeys.class,
                LeasedKey.class,
                TreePublisher.class,
                FieldKeys.class,
                SubjectFieldKey.class)) {
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

        secrets.addAll(useTree(keystore));

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

    /** The tree of the subjects' keys: made, followed, used, punctured, of an old revision, forged. Returns its keys. */
    private List<byte[]> useTree(Keystore keystore) throws Exception {
        Path files = folder.resolve("trees");
        CustodianKey custodian =
                CustodianKey.readOrCreate(folder.resolve("custodian.pem"), folder.resolve("public.pem"));
        TreePublisher publisher =
                new TreePublisher("dev", keystore, new TreeFolder(files), Clock.systemUTC(), new SecureRandom());
        SubjectKeys keys = new SubjectKeys(
                "dev",
                custodian.publicKey(),
                keystore,
                new TreeFolder(files),
                RegistryLimits.DEFAULT.withLease(Duration.ofHours(1), Duration.ofMinutes(1)),
                Clock.systemUTC(),
                System::nanoTime);
        byte[] first = SignedAnnouncement.sign(publisher.create(1), custodian);
        say(keys.accept(first));
        SubjectRef anna = new SubjectRef("s1_" + "a".repeat(26));
        SubjectRef ben = new SubjectRef("s1_" + "b".repeat(26));
        List<byte[]> secrets = new ArrayList<>();
        for (Owners owners : List.of(Owners.of(anna), Owners.of(ben), Owners.of(anna, ben))) {
            LeasedKey key = (LeasedKey) keys.current(owners);
            key.use(secret -> secrets.add(secret.with(byte[]::clone)));
            SecretBytes fields = key.derive(SubjectUse.FIELDS).orElseThrow();
            secrets.add(fields.with(byte[]::clone));
            walk(List.of(key, fields, new SubjectFieldKey(key.id(), fields)));
            say(keys.named(owners, KeyId.of("dev", "none", 1)));
        }
        walk(List.of(publisher, custodian, keys, FieldKeys.of(keystore.ring(), keys)));
        secrets.addAll(found);
        watch();
        String pem = Files.readString(folder.resolve("custodian.pem")).replaceAll("-----[^-]+-----|\\s", "");
        byte[] der = Base64.getDecoder().decode(pem);
        secrets.add(Arrays.copyOfRange(der, der.length - 32, der.length)); // RFC 8410: the seed stands at the end

        Announcement second = publisher.erase(1, List.of(new Erasure(anna, 0)), 1);
        say(second);
        say(keys.accept(SignedAnnouncement.sign(second, custodian)));
        say(publisher.destroyOlder(1, 2));
        say(keys.accept(first));
        byte[] forged = first.clone();
        forged[20] ^= 1;
        say(keys.accept(forged));
        say(fails(() -> publisher.create(1)));
        Path manifest = files.resolve("tree-1-2.manifest");
        byte[] altered = Files.readAllBytes(manifest);
        altered[altered.length - 1] ^= 1;
        Files.write(manifest, altered);
        say(fails(() -> publisher.announce(1, 2)));
        return secrets;
    }

    /** What a tool sees of this JVM from outside. */
    private void watch() throws Exception {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        say(beans.invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()}));
        Thread.getAllStackTraces().keySet().forEach(this::say);
        for (ObjectName bean : beans.queryNames(null, null)) {
            say(bean);
            for (MBeanAttributeInfo attribute : beans.getMBeanInfo(bean).getAttributes()) {
                try {
                    say(beans.getAttribute(bean, attribute.getName()));
                } catch (JMException | RuntimeException e) {
                    say(e); // some have no value here
                }
            }
        }
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
            } else if (next instanceof Cache<?, ?> cache) {
                waiting.addAll(cache.asMap().values());
            } else if (next.getClass().getName().startsWith("io.sluice.")) {
                say(next);
                if (next instanceof SecretBytes secret && !secret.isDestroyed()) {
                    found.add(secret.with(byte[]::clone));
                }
                addFields(next, waiting);
            }
        }
    }

    private void addFields(Object object, List<Object> waiting) throws IllegalAccessException {
        for (Class<?> type = object.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    Object value = field.get(object);
                    if (value instanceof byte[] seeds && field.getName().equals("seeds")) {
                        found.add(Arrays.copyOf(seeds, 32)); // of nodes of the tree
                    } else if (value != null) {
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
