package io.sluice.protection.keytree;

import io.sluice.core.encoding.Base32;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.Keystore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;

/** A keystore, a folder of trees, a publisher and registries on one clock. */
final class Trees {
    static final String TENANT = "dev";
    static final TreeId FIRST = new TreeId(TENANT, 1);

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

    SubjectKeys registry() {
        return new SubjectKeys(TENANT, keystore, folder, RegistryLimits.DEFAULT, time, time::nanos);
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
