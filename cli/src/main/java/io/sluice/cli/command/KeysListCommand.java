package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Table;
import io.sluice.protection.keys.ListedKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists keys: never what they are. */
@Command(
        name = "list",
        description = {
            "List the keys of a key store: name, version, id, age, what wraps it.",
            "newest: protects, where the rulebook names no other version. older: opens what it protected.",
            "destroyed: the KMS key of its own is gone, and with it what it protected."
        },
        footer = "%nExample: ./sluice keys list fields")
final class KeysListCommand extends Verb {
    @Parameters(arity = "0..*", paramLabel = "STORE", description = "ingress, fields. Default: both.")
    private @Nullable List<KeyStoreName> stores;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        SluiceConfig config = config();
        Instant now = Instant.now();
        Table table = new Table("store", "key", "version", "id", "age in days", "wrapped by", "state");
        List<Map<String, Object>> json = new ArrayList<>();
        for (KeyStoreName store : stores == null ? List.of(KeyStoreName.values()) : stores) {
            for (ListedKey key : store.open(config).ring().list()) {
                String state = key.state().name().toLowerCase(Locale.ROOT);
                table.row(
                        store,
                        key.name(),
                        key.version(),
                        key.id(),
                        Duration.between(key.created(), now).toDays(),
                        key.kmsKey(),
                        state);
                json.add(Map.of(
                        "store", store.toString(),
                        "key", key.name(),
                        "version", key.version(),
                        "id", key.id().hex(),
                        "created", key.created().toString(),
                        "wrappedBy", key.kmsKey(),
                        "state", state));
            }
        }
        out().println(output.json() ? Json.line(Map.of("keys", json)) : table);
        return ExitCode.OK;
    }
}
