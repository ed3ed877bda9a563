package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.xml.XmlConfiguration;

/** What a room would print, in both its layouts: stack traces with their causes too. */
final class RoomLogs {
    private static final Path SETTINGS = Path.of(System.getProperty("sluice.home"), "cli/src/main/resources");

    private RoomLogs() {}

    /** Collects everything from the finest level on, libraries' too, until it is closed. */
    static AutoCloseable collectInto(List<String> lines) throws IOException {
        LoggerContext context = LoggerContext.getContext(false);
        LoggerConfig root = context.getConfiguration().getRootLogger();
        Level before = root.getLevel();
        Map<String, Appender> others = Map.copyOf(root.getAppenders()); // they would print all of it
        List<Appender> rooms = new ArrayList<>();
        for (String file : List.of("log4j2-room.xml", "log4j2-room-json.xml")) {
            Layout<?> layout = layout(file);
            rooms.add(new AbstractAppender(file, null, null, false, Property.EMPTY_ARRAY) {
                @Override
                public void append(LogEvent event) {
                    lines.add(new String(layout.toByteArray(event), UTF_8));
                }
            });
        }
        replace(root, others.values(), rooms);
        Configurator.setRootLevel(Level.ALL);
        return () -> {
            Configurator.setRootLevel(before);
            replace(root, rooms, others.values());
        };
    }

    private static void replace(LoggerConfig root, Collection<Appender> those, Collection<Appender> by) {
        those.forEach(appender -> root.removeAppender(appender.getName()));
        by.forEach(appender -> {
            appender.start();
            root.addAppender(appender, null, null);
        });
    }

    /** The one of the only appender. */
    private static Layout<?> layout(String file) throws IOException {
        String settings = Files.readString(SETTINGS.resolve(file))
                .replace("classpath:", SETTINGS.toUri().toString());
        XmlConfiguration room = new XmlConfiguration(
                new LoggerContext(file), new ConfigurationSource(new ByteArrayInputStream(settings.getBytes(UTF_8))));
        room.initialize();
        return room.getAppenders().values().iterator().next().getLayout();
    }
}
