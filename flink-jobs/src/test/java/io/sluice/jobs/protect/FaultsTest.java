package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.event.IngressPosition;
import io.sluice.jobs.kafka.IngressRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

/** P2: a parser or a cipher may quote what it was given, so what it says is not logged. */
class FaultsTest {
    private static final String SECRET = "Zaphod Beeblebrox";

    @Test
    void aFaultIsLoggedByClassAndPlaceAndNeverByItsMessage() {
        IngressRecord record = new IngressRecord(new IngressPosition(1, 2, 3), 0, 0, null, List.of(), null);
        Lines lines = new Lines();
        Logger logger = (Logger) LogManager.getLogger(Faults.class);
        Level before = logger.getLevel();
        logger.addAppender(lines);
        logger.setLevel(Level.WARN); // Flink's test jars bring a configuration that is silent
        try {
            Faults.log("protect", record, new IllegalStateException(SECRET, new IllegalArgumentException(SECRET)));
        } finally {
            logger.removeAppender(lines);
            logger.setLevel(before);
        }

        assertThat(lines.events).singleElement().satisfies(event -> {
            assertThat(event.getThrown()).isNull();
            assertThat(event.getContextData().toMap() + event.getMessage().getFormattedMessage())
                    .contains("IllegalStateException", "FaultsTest", "/1/2/3")
                    .doesNotContain(SECRET);
        });
    }

    private static final class Lines extends AbstractAppender {
        private final List<LogEvent> events = new ArrayList<>();

        Lines() {
            super("lines", null, null, true, Property.EMPTY_ARRAY);
            start();
        }

        @Override
        public void append(LogEvent event) {
            events.add(event.toImmutable());
        }
    }
}
