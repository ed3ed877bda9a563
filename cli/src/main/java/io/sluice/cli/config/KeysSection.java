package io.sluice.cli.config;

import java.nio.file.Path;

/**
 * The local key store.
 *
 * @param folder where it lies, readable by its owner only
 * @param passwordFile file that holds its password, mode 600
 */
public record KeysSection(Path folder, Path passwordFile) {
    static KeysSection defaults(Path folder) {
        Path keys = folder.resolve("keys");
        return new KeysSection(keys, keys.resolve("password"));
    }
}
