package io.sluice.cli.config;

import java.nio.file.Path;

/**
 * The two local key stores. A room that has no use for one of them should not have its files.
 *
 * @param ingress keys of the seal and of subject references: gateway and protect job
 * @param fields keys of recipients' views: the protect job alone
 */
public record KeysSection(Store ingress, Store fields) {
    /**
     * One key store.
     *
     * @param folder where it lies, readable by its owner only
     * @param passwordFile file that holds its password, mode 600
     */
    public record Store(Path folder, Path passwordFile) {
        static Store in(Path folder) {
            return new Store(folder, folder.resolve("password"));
        }
    }

    static KeysSection defaults(Path folder) {
        Path keys = folder.resolve("keys");
        return new KeysSection(Store.in(keys.resolve("ingress")), Store.in(keys.resolve("fields")));
    }
}
