package io.sluice.protection.keytree;

import io.sluice.core.encoding.Base32;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.Keystore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** A keystore, a folder of trees, a publisher and registries on one clock. */
final class Trees {
    static final String TENANT = "dev";
    static final TreeId FIRST = new TreeId(TENANT, 1);
    static final CustodianKey CUSTODIAN = custodian();

    final FakeTime time = new FakeTime();
    final Path files;
    final Keystore keystore;
    final TreeFolder folder;
    final TreePublisher publisher;

    Trees(Path root) {
        files = root.resolve("trees");
        keystore = Keystore.openOrCreate(root.resolve("fields"), root.resolve("password"), TENANT);
        folder = new TreeFolder(files);
        publisher = new TreePublisher(TENANT, keystore, folder, time, new SecureRandom());
    }

    /** The same keys and trees, in a folder of their own: making a tree takes longer than most tests. */
    static Trees copyOf(Path template, Path root) throws IOException {
        copy(template, root);
        return new Trees(root);
    }

    /** Copies a folder with its modes. */
    static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return to;
    }

    SubjectKeys registry() {
        return registry(RegistryLimits.DEFAULT);
    }

    SubjectKeys registry(RegistryLimits limits) {
        return new SubjectKeys(TENANT, CUSTODIAN.publicKey(), keystore, folder, limits, time, time::nanos);
    }

    Path shards(long revision) {
        return files.resolve("tree-1-" + revision + ".shards");
    }

    Path manifest(long revision) {
        return files.resolve("tree-1-" + revision + ".manifest");
    }

    /** The shard of a subject's leaf in the first epoch. */
    int shard(SubjectRef subject, int generation) {
        SecretBytes key = keystore.ring().getOrCreate(FIRST.indexKey()).secret();
        return new SubjectIndex(TENANT, key).of(subject, generation).shard();
    }

    static SubjectRef subject(long number) {
        byte[] bytes = ByteBuffer.allocate(16).putLong(number).array();
        return new SubjectRef("s1_" + Base32.encode(bytes, 16));
    }

    /** A key of nobody else. */
    static CustodianKey custodian() {
        try {
            Path folder = Files.createTempDirectory("custodian");
            CustodianKey key = CustodianKey.readOrCreate(folder.resolve("key.pem"), folder.resolve("public.pem"));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What tells two keys apart without showing one: a MAC under the key. */
    static Optional<String> print(KeyAnswer answer) {
        return answer instanceof LeasedKey key ? key.use(Trees::print) : Optional.empty();
    }

    static String print(SecretBytes key) {
        return HexFormat.of().formatHex(new HmacSha256(key).of(new byte[0]));
    }

    /** Seeds of a run; printed, so that a failure can be run again. */
    static Random random(String test) {
        long seed = Long.getLong("sluice.seed", new SecureRandom().nextLong());
        System.out.println(test + ": -Dsluice.seed=" + seed);
        return new Random(seed);
    }
}
