package io.sluice.cli.config;

import java.util.List;

/** A configuration that is not accepted. The message names the file and each setting at fault, never a secret's value. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }

    static ConfigException of(String file, List<String> findings) {
        return new ConfigException(
                findings.size() == 1 ? file + ": " + findings.get(0) : file + ":\n  " + String.join("\n  ", findings));
    }
}
