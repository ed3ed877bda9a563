package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.KeysSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.Keystore;

/** Which key store a verb is about. */
enum KeyStoreName {
    ingress,
    fields;

    /** Opens it. @throws CommandFailure naming the setting */
    Keystore open(SluiceConfig config) {
        KeysSection.Store store =
                this == ingress ? config.keys().ingress() : config.keys().fields();
        try {
            return Keystore.open(store.folder(), store.settings(), config.tenant());
        } catch (KeyAccessException e) {
            throw new CommandFailure(
                    "keys." + this + " cannot be used; sluice keys init " + this + " makes them where there are none",
                    e);
        }
    }
}
