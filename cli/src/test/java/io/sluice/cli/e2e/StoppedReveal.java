package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keytree.LeasedKey;
import io.sluice.protection.keytree.Owners;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.SubjectUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reveal service as a process of its own, which holds a patient's key and stands still (SIGSTOP) while the patient is erased.
 * What it holds is looked for in its heap.
 */
final class StoppedReveal {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern ADDRESS = Pattern.compile("values +(https://)\\S+(:[0-9]+)");
    private static final String PLAIN = "999-12-3456";

    private final Deployment deployment;
    private final SluiceProcess process;
    private final Path view;
    private final List<byte[]> keys = new ArrayList<>();
    private int dumps;

    private StoppedReveal(Deployment deployment, SluiceProcess process) {
        this.deployment = deployment;
        this.process = process;
        this.view = deployment.folder().resolve("patient-view.json");
    }

    /** Starts it and waits until it is ready. */
    static StoppedReveal start(Deployment deployment) throws IOException {
        SluiceProcess process = deployment.start("reveal", "serve");
        await().atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive())
                    .as(process.output() + process.errors())
                    .isTrue();
            return process.output().contains(": ready");
        });
        Matcher address = ADDRESS.matcher(process.output());
        assertThat(address.find()).as(process.output()).isTrue();
        Rulebooks.edit(
                deployment.folder().resolve("sluice.yaml"),
                Deployment.REVEAL_ADDRESS,
                address.group(1) + "localhost" + address.group(2));
        return new StoppedReveal(deployment, process);
    }

    /** It reveals the number in a patient's view, holds the patient's key now, and is stopped. */
    void revealAndStop(String released, SubjectKeys registry, SubjectRef patient) throws Exception {
        Files.writeString(view, released);
        LeasedKey key = (LeasedKey) registry.current(Owners.of(patient));
        keys.add(key.use(secret -> secret.with(byte[]::clone)).orElseThrow());
        keys.add(key.derive(SubjectUse.FIELDS).orElseThrow().with(byte[]::clone));
        await("it reveals the number, and its heap shows the key")
                .atMost(PATIENCE)
                .until(() -> reveal().out().equals(PLAIN + "\n") && holds(keys.get(0)));
        process.signal("STOP");
    }

    /** The patient was erased meanwhile: before its first answer it has overwritten the key, by its own clocks alone. */
    void wakesWithoutTheKey() throws Exception {
        process.signal("CONT");
        Deployment.Run first = reveal();
        assertThat(first.code()).isEqualTo(1);
        assertThat(first.all()).doesNotContain(PLAIN);
        for (byte[] key : keys) {
            assertThat(holds(key)).as("a key in the heap").isFalse();
        }
    }

    /** What is announced by now gives the key back to nobody. */
    void hearsThatTheKeyIsGone() throws Exception {
        await().atMost(PATIENCE).until(() -> reveal().out().strip().equals("KEY_SHREDDED"));
        SluiceProcess.Result stopped = process.terminate(PATIENCE);
        assertThat(stopped.exitCode()).as(stopped.out() + stopped.err()).isZero();
    }

    private Deployment.Run reveal() {
        return deployment.run(
                "reveal",
                "--purpose",
                "payment",
                "--view",
                view.toString(),
                "--released-for",
                "treatment",
                "--path",
                "/identifier/0/value");
    }

    private boolean holds(byte[] key) throws Exception {
        Path dump = deployment.folder().resolve("heap-" + dumps++ + ".hprof");
        process.dumpHeap(dump);
        String bytes = Files.readString(dump, StandardCharsets.ISO_8859_1);
        Files.delete(dump);
        return bytes.contains(new String(key, StandardCharsets.ISO_8859_1));
    }
}
