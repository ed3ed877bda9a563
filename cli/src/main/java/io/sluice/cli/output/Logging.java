package io.sluice.cli.output;

import java.net.URI;
import java.nio.file.Path;
import org.apache.logging.log4j.core.config.Configurator;

/** Where logs go. Process-wide, so only a command may call it, before it starts a room. */
public final class Logging {
    private Logging() {}

    /**
     * From now on logs go to standard error: what a room does, and the warnings of the libraries under it.
     *
     * @param format lines for people, or one JSON object a line for programs
     */
    public static void toStandardError(Format format) {
        slf4jForVertx();
        Configurator.reconfigure(
                URI.create(format == Format.json ? "classpath:log4j2-room-json.xml" : "classpath:log4j2-room.xml"));
    }

    /** From now on logs go to files of this folder, and only Sluice's own warnings to standard error. */
    public static void toFolder(Path folder) {
        System.setProperty("sluice.logs", folder.toString());
        slf4jForVertx();
        Configurator.reconfigure(URI.create("classpath:log4j2-folder.xml"));
    }

    /** Vert.x and Netty log through what they find first; say it before they look. */
    private static void slf4jForVertx() {
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
    }
}
