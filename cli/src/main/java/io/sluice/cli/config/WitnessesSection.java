package io.sluice.cli.config;

import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.witness.CosigningConfig;
import io.sluice.audit.witness.WitnessAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Who cosigns the log's checkpoints. Witnesses that are away or slow hold nothing up.
 *
 * @param ask a witness each: its public key, a blank, its https address; one that signs with two keys names both
 * @param trust PEM authorities of their certificates
 * @param timeout for one question
 */
public record WitnessesSection(List<String> ask, Path trust, Duration timeout) {
    /** Checks each witness. */
    public WitnessesSection {
        Require.range("timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(1));
        new CosigningConfig(ask.stream().map(WitnessAddress::parse).toList(), null, timeout);
    }

    static WitnessesSection defaults(Path certs) {
        return new WitnessesSection(List.of(), certs.resolve("root.crt.pem"), Duration.ofSeconds(5));
    }

    /** Their public keys. */
    public List<CosignerKey> keys() {
        return addresses().stream().flatMap(address -> address.keys().stream()).toList();
    }

    /** The witnesses. */
    public List<WitnessAddress> addresses() {
        return ask.stream().map(WitnessAddress::parse).toList();
    }
}
